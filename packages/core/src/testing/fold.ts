/**
 * The ledger in miniature: keeps every batch a `Meter` drained and answers totals, in memory and in plain code. Suites
 * compare real stores and readers with it. It refuses to be fast, and it knows nothing of reconciling reported totals.
 */
import type { CallRecord } from '../call.ts';
import { isSameCall, mergeCalls, ownsBefore } from '../call.ts';
import type { LedgerBatch } from '../ledger.ts';
import { addUsage, NO_USAGE, type TokenUsage } from '../usage.ts';

/** Counts as a case's `expected.json` spells them. `reasoning` is null where no source told it. */
export interface FoldTotals {
  readonly calls: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number | null;
}

/** All sightings of one identity as calls. The outcome does not depend on the order of the sightings. */
export function settleSightings(sightings: readonly CallRecord[]): CallRecord[] {
  const order = sightings.toSorted((a, b) => (ownsBefore(a, b) ? -1 : ownsBefore(b, a) ? 1 : a.at - b.at));
  const calls: CallRecord[] = [];
  for (const sighting of order) {
    const index = calls.findIndex((call) => isSameCall(call, sighting));
    const call = calls[index];
    if (call) calls[index] = mergeCalls(call, sighting);
    else calls.push(sighting);
  }
  return calls;
}

export function totalsOf(calls: readonly CallRecord[]): FoldTotals {
  const usage: TokenUsage = calls.reduce((sum, call) => addUsage(sum, call.usage), NO_USAGE);
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning = null } = usage;
  const counted = calls.filter((call) => call.counted).length;
  return { calls: counted, input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

export class Fold {
  #sightings = new Map<string, CallRecord[]>();
  /** Tool calls by agent, asking call and id, with the provider's name. */
  #toolCalls = new Map<string, string>();
  #prompts = new Set<string>();
  #compactions = new Set<string>();

  append(batch: LedgerBatch): void {
    for (const call of batch.calls) {
      const key = `${call.agent}\0${call.identity}`;
      this.#sightings.set(key, [...(this.#sightings.get(key) ?? []), call]);
    }
    for (const { agent, callIdentity, id, name } of batch.toolCalls)
      this.#toolCalls.set(`${agent}\0${callIdentity}\0${id}`, name);
    for (const { agent, id } of batch.prompts) this.#prompts.add(`${agent}\0${id}`);
    for (const { agent, id } of batch.compactions) this.#compactions.add(`${agent}\0${id}`);
  }

  /** Every call once, whatever the number of sightings. */
  calls(): CallRecord[] {
    return [...this.#sightings.values()].flatMap(settleSightings);
  }

  totals(): FoldTotals {
    return totalsOf(this.calls());
  }

  /** Totals of each value of a key, sorted by it. */
  totalsBy(keyOf: (call: CallRecord) => string): Record<string, FoldTotals> {
    const groups = new Map<string, CallRecord[]>();
    for (const call of this.calls()) groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call]);
    return Object.fromEntries([...groups].toSorted(byKey).map(([key, calls]) => [key, totalsOf(calls)]));
  }

  /** How often each tool was called, by the provider's name. */
  toolCalls(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const name of this.#toolCalls.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    return Object.fromEntries([...counts].toSorted(byKey));
  }

  get prompts(): number {
    return this.#prompts.size;
  }

  get compactions(): number {
    return this.#compactions.size;
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
