/** A profile as speedscope reads it (https://www.speedscope.app/file-format-schema.json): tokens and money side by side. */
import type { ProfileSample } from '@tokenmeter/core';
import type { Weight } from './folded.ts';
import { weightOf } from './folded.ts';

interface SampledProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: 'none';
  readonly startValue: 0;
  readonly endValue: number;
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

export interface SpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly SampledProfile[];
}

export function speedscopeFile(
  samples: readonly ProfileSample[],
  about: { readonly name: string; readonly version: string; readonly weight: Weight },
): SpeedscopeFile {
  const numbers = new Map<string, number>();
  const numberOf = (frame: string) => {
    const known = numbers.get(frame) ?? numbers.size;
    numbers.set(frame, known);
    return known;
  };
  const stacks = samples.map((sample) => sample.stack.map(numberOf));
  const profile = (weight: Weight, name: string): SampledProfile => {
    const weights = samples.map((sample) => weightOf(sample, weight));
    const endValue = weights.reduce((all, one) => all + one, 0);
    return { type: 'sampled', name, unit: 'none', startValue: 0, endValue, samples: stacks, weights };
  };
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name: about.name,
    exporter: `tokenmeter ${about.version}`,
    activeProfileIndex: about.weight === 'tokens' ? 0 : 1,
    shared: { frames: [...numbers.keys()].map((name) => ({ name })) },
    profiles: [profile('tokens', 'Tokens'), profile('cost', 'Cost (nano-dollars)')],
  };
}
