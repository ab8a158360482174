/**
 * What an agent's own cumulative totals tell beyond the calls we saw. Pure arithmetic over one session: snapshots of its
 * processes, the calls sighted in its files, its compactions. It refuses to add a total to anything: only what the calls
 * leave unexplained comes out, per model and bucket, and never less than nothing.
 */
import type { TokenUsage } from './usage.ts';
import { addUsage, BUCKETS, NO_USAGE, totalTokens } from './usage.ts';

/** The last snapshot that one process of a session told. */
export interface ReportedProcess {
  readonly process: string;
  readonly startedAt: number;
  readonly at: number;
  readonly byModel: ReadonlyMap<string, TokenUsage>;
}

/** A call sighted in the session's files: its own, its sub-agents', or a copy from an earlier session. */
export interface SightedCall {
  readonly model: string;
  readonly at: number;
  readonly usage: TokenUsage;
  readonly isCompaction: boolean;
  /** Of the session's main thread, not a sub-agent's. */
  readonly isMain: boolean;
}

/** Spend that was reported and that no call explains. */
export interface Remainder {
  /** The process whose total first told of it. */
  readonly process: string;
  readonly model: string;
  /** When it was last told. */
  readonly at: number;
  readonly usage: TokenUsage;
  /** A compaction without a call of its own lies within: the remainder is that call. */
  readonly isCompaction: boolean;
}

/**
 * Remainders of one session, in order of process and model. The same facts in any order give the same answer. A process
 * either carried an earlier total on, then everything sighted explains it (and what was already left unexplained), or it
 * began again, then only what came after its start does. In doubt it carried on: too small a remainder is told as "not
 * explained" by nobody, too large a one would be spend that never was.
 */
export function reconcile(
  processes: readonly ReportedProcess[],
  calls: readonly SightedCall[],
  compactions: readonly number[],
): Remainder[] {
  const ordered = [...processes].sort((a, b) => a.startedAt - b.startedAt || (a.process < b.process ? -1 : 1));
  const remainders: Remainder[] = [];
  for (const [index, process] of ordered.entries()) {
    const previous = ordered[index - 1];
    const until = ordered[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY;
    const isLast = index === ordered.length - 1;
    const carriesOn =
      !previous ||
      !isSmaller(process.byModel, previous.byModel) ||
      !isSmaller(process.byModel, sumByModel([...calls.filter(({ at }) => at < process.startedAt), ...remainders]));
    const since = carriesOn ? Number.NEGATIVE_INFINITY : process.startedAt;
    // What the main thread did after the total was told cannot be in it; a sub-agent's clock may run on beside.
    const counted = ({ at, isMain }: SightedCall) => at >= since && (isLast ? !isMain || at <= process.at : at < until);
    const sighted = calls.filter(counted);
    const explaining = carriesOn ? [...sighted, ...remainders.map(asCall)] : sighted;
    const from = previous ? process.startedAt : Number.NEGATIVE_INFINITY;
    const within = (at: number) => at >= from && at < until;
    const explainedCompactions = sighted.filter(({ at, isCompaction }) => isCompaction && within(at)).length;
    const isCompaction = compactions.filter(within).length > explainedCompactions;
    for (const { model, usage } of remaindersOf(process.byModel, explaining))
      remainders.push({ process: process.process, model, at: process.at, usage, isCompaction });
  }
  return remainders;
}

function asCall({ model, at, usage }: Remainder): SightedCall {
  return { model, at, usage, isCompaction: false, isMain: true };
}

function sumByModel(
  calls: readonly { readonly model: string; readonly usage: TokenUsage }[],
): ReadonlyMap<string, TokenUsage> {
  const sums = new Map<string, TokenUsage>();
  for (const { model, usage } of calls) sums.set(model, addUsage(sums.get(model) ?? NO_USAGE, usage));
  return sums;
}

/** Whether two spellings name one model: dated or not, with a seller's prefix or a window's suffix or without. */
export function isSameModel(a: string, b: string): boolean {
  return plainModel(a) === plainModel(b);
}

/** A model's name without date, window suffix and seller's prefix. */
export function plainModel(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]{2,6}\.)?anthropic\./, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[@-]\d{8}$|-\d{4}-\d{2}-\d{2}$/, '')
    .replace(/-latest$/, '');
}

/** Whether a total has less than another in any bucket of any model. */
function isSmaller(later: ReadonlyMap<string, TokenUsage>, earlier: ReadonlyMap<string, TokenUsage>): boolean {
  const laterByModel = foldModels(later);
  for (const [model, before] of foldModels(earlier)) {
    const after = laterByModel.get(model)?.usage ?? NO_USAGE;
    if (BUCKETS.some((bucket) => after[bucket] < before.usage[bucket])) return true;
  }
  return false;
}

function remaindersOf(
  reported: ReadonlyMap<string, TokenUsage>,
  calls: readonly SightedCall[],
): { model: string; usage: TokenUsage }[] {
  const explained = new Map<string, { name: string; usage: TokenUsage }>();
  for (const call of calls) {
    const key = plainModel(call.model);
    const known = explained.get(key);
    const name = known && known.name < call.model ? known.name : call.model;
    explained.set(key, { name, usage: addUsage(known?.usage ?? NO_USAGE, call.usage) });
  }
  const totals = foldModels(reported);
  // Calls of a model that no total names may be any model's: no log named theirs, or a gateway answers under another name
  // than was asked for.
  let others = NO_USAGE;
  for (const [key, { usage }] of explained) if (!totals.has(key)) others = addUsage(others, usage);
  const remainders: { model: string; usage: TokenUsage }[] = [];
  for (const [key, told] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const seen = explained.get(key);
    const rest = beyond(told.usage, seen?.usage ?? NO_USAGE);
    const usage = beyond(rest, others);
    others = beyond(others, rest);
    if (totalTokens(usage) > 0) remainders.push({ model: seen?.name || told.name, usage });
  }
  return remainders;
}

function foldModels(byModel: ReadonlyMap<string, TokenUsage>): Map<string, { name: string; usage: TokenUsage }> {
  const folded = new Map<string, { name: string; usage: TokenUsage }>();
  for (const [name, usage] of byModel) {
    const key = plainModel(name);
    const known = folded.get(key);
    folded.set(key, {
      name: known && known.name < name ? known.name : name,
      usage: known ? addUsage(known.usage, usage) : usage,
    });
  }
  return folded;
}

/** What `told` has beyond `seen`, per bucket, at least nothing. */
function beyond(told: TokenUsage, seen: TokenUsage): TokenUsage {
  // A total that does not split cache writes by lifetime has them all in one bucket: compare the two together then.
  const unsplit = told.cacheWrite1h === 0 && seen.cacheWrite1h > 0;
  const seenWrites = unsplit ? seen.cacheWrite5m + seen.cacheWrite1h : seen.cacheWrite5m;
  const output = Math.max(0, told.output - seen.output);
  return {
    input: Math.max(0, told.input - seen.input),
    cacheRead: Math.max(0, told.cacheRead - seen.cacheRead),
    cacheWrite5m: Math.max(0, told.cacheWrite5m - seenWrites),
    cacheWrite1h: Math.max(0, told.cacheWrite1h - seen.cacheWrite1h),
    output,
    reasoning:
      told.reasoning === undefined ? undefined : Math.min(output, Math.max(0, told.reasoning - (seen.reasoning ?? 0))),
  };
}
