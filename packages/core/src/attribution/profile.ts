/**
 * Attribution as a profile: stacks of agent, thread, tool and item with what each used, as profilers weigh code. What
 * entered is self time, what was carried is what it went on costing; both are in the weight.
 */
import { agentName } from '../format/names.ts';
import { nameOf } from './groups.ts';
import type { AttributionAnswer } from './question.ts';
import { sumNano, sumTokens } from './sums.ts';

export interface ProfileSample {
  /** Outermost first. */
  readonly stack: readonly string[];
  readonly tokens: number;
  readonly nano: number;
}

/** Samples that add up to the bill. `withNames`: items are named by what they were about, else not told apart. */
export function profileSamples(answer: AttributionAnswer, { withNames }: { withNames: boolean }): ProfileSample[] {
  const threads = new Map(answer.threads.map((thread) => [thread.threadId, thread]));
  const samples = new Map<string, { stack: string[]; tokens: number; nano: number }>();
  for (const { agent, threadId, owner, target, sums } of answer.rows) {
    const thread = threads.get(threadId);
    const name = thread?.name || (thread?.parentThreadId ? 'sub-agent' : 'main');
    const stack = [agentName(agent), `${name} ${threadId.slice(-8)}`, nameOf(owner)];
    if (withNames && target !== '') stack.push(target);
    const key = stack.join('\0');
    const known = samples.get(key) ?? { stack, tokens: 0, nano: 0 };
    known.tokens += sumTokens(sums);
    known.nano += sumNano(sums);
    samples.set(key, known);
  }
  return [...samples.values()].sort((a, b) => b.tokens - a.tokens);
}
