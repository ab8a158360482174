/** A profile as folded stacks: one line a stack, frames between semicolons, then the weight. What flame graphs are made of. */
import type { ProfileSample } from '@tokenmeter/core';

export type Weight = 'tokens' | 'cost';

export function weightOf(sample: ProfileSample, weight: Weight): number {
  return weight === 'tokens' ? sample.tokens : sample.nano;
}

export function foldedStacks(samples: readonly ProfileSample[], weight: Weight): string {
  const lines = samples
    .filter((sample) => weightOf(sample, weight) > 0)
    .map((sample) => `${sample.stack.map(clean).join(';')} ${weightOf(sample, weight)}`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** The two separators of the format cannot stand in a frame. */
function clean(frame: string): string {
  return frame.replaceAll(';', ',').replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
