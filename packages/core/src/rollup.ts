/**
 * What one call adds to any total it belongs to, and how such sums read back as totals. Every rollup, total and check is
 * a sum of these measures, so parts make the whole by construction. It refuses to know where sums are kept.
 */
import type { CallSighting } from './call.ts';
import type { Rating } from './price/price.ts';
import type { Totals } from './query.ts';
import { inputTokens, totalTokens } from './usage.ts';

/** Rollups are in 15-minute UTC buckets: every zone's day begins on such a boundary. */
export const BUCKET_MS = 900_000;

export function bucketOf(atMs: number): number {
  return Math.floor(atMs / BUCKET_MS);
}

/**
 * The additive figures. `entries` counts rows, `calls` those that count as a call; `reasoningTold` and
 * `reasoningMissing` keep "nobody told" apart from zero; `priced` keeps "no price" apart from no cost.
 */
export const MEASURES = [
  'entries',
  'calls',
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
  'reasoningTold',
  'reasoningMissing',
  'toolCalls',
  'priced',
  'costInput',
  'costCacheRead',
  'costCacheWrite',
  'costOutput',
  'costOther',
  'unpricedTokens',
  'inexactTokens',
] as const;
export type Measure = (typeof MEASURES)[number];
/** Nano-dollars and tokens of one batch fit a number; sums of a ledger may come as bigint. */
export type Measures = Record<Measure, number>;
export type MeasureSums = Readonly<Record<Measure, number | bigint>>;

export function noMeasures(): Measures {
  return {
    entries: 0,
    calls: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
    reasoningTold: 0,
    reasoningMissing: 0,
    toolCalls: 0,
    priced: 0,
    costInput: 0,
    costCacheRead: 0,
    costCacheWrite: 0,
    costOutput: 0,
    costOther: 0,
    unpricedTokens: 0,
    inexactTokens: 0,
  };
}

/** What a call is worth in any sum. Its tool calls are added where they are known. */
export function measureCall(call: Measured, rating: Rating | undefined): Measures {
  const measures = noMeasures();
  addCall(measures, call, rating);
  return measures;
}

type Measured = Pick<CallSighting, 'usage' | 'certainty' | 'counted'>;

/** Adds to `sum` in place what `measureCall` makes of a call. */
export function addCall(sum: Measures, call: Measured, rating: Rating | undefined): void {
  const { usage } = call;
  sum.entries += 1;
  if (call.counted) sum.calls += 1;
  sum.input += usage.input;
  sum.cacheRead += usage.cacheRead;
  sum.cacheWrite5m += usage.cacheWrite5m;
  sum.cacheWrite1h += usage.cacheWrite1h;
  sum.output += usage.output;
  if (usage.reasoning !== undefined) {
    sum.reasoning += usage.reasoning;
    sum.reasoningTold += 1;
  } else if (usage.output > 0) sum.reasoningMissing += 1;
  if (rating) {
    sum.priced += 1;
    sum.costInput += rating.inputNano;
    sum.costCacheRead += rating.cacheReadNano;
    sum.costCacheWrite += rating.cacheWriteNano;
    sum.costOutput += rating.outputNano;
    sum.costOther += rating.otherNano;
  } else sum.unpricedTokens += totalTokens(usage);
  if (call.certainty !== 'exact') sum.inexactTokens += totalTokens(usage);
}

/** Adds `measures` to `sum` in place, or takes them away with `sign` -1. Spelled out: a loop over names costs tenfold. */
export function addMeasures(sum: Measures, measures: Measures, sign: 1 | -1 = 1): void {
  sum.entries += sign * measures.entries;
  sum.calls += sign * measures.calls;
  sum.input += sign * measures.input;
  sum.cacheRead += sign * measures.cacheRead;
  sum.cacheWrite5m += sign * measures.cacheWrite5m;
  sum.cacheWrite1h += sign * measures.cacheWrite1h;
  sum.output += sign * measures.output;
  sum.reasoning += sign * measures.reasoning;
  sum.reasoningTold += sign * measures.reasoningTold;
  sum.reasoningMissing += sign * measures.reasoningMissing;
  sum.toolCalls += sign * measures.toolCalls;
  sum.priced += sign * measures.priced;
  sum.costInput += sign * measures.costInput;
  sum.costCacheRead += sign * measures.costCacheRead;
  sum.costCacheWrite += sign * measures.costCacheWrite;
  sum.costOutput += sign * measures.costOutput;
  sum.costOther += sign * measures.costOther;
  sum.unpricedTokens += sign * measures.unpricedTokens;
  sum.inexactTokens += sign * measures.inexactTokens;
}

/** Sums as totals: cost is null where there are tokens and not one of them has a price. */
export function totalsOf(sums: MeasureSums): Totals {
  const usage = {
    input: Number(sums.input),
    cacheRead: Number(sums.cacheRead),
    cacheWrite5m: Number(sums.cacheWrite5m),
    cacheWrite1h: Number(sums.cacheWrite1h),
    output: Number(sums.output),
    reasoning: Number(sums.reasoningTold) > 0 ? Number(sums.reasoning) : undefined,
  };
  const cost = {
    input: BigInt(sums.costInput),
    cacheRead: BigInt(sums.costCacheRead),
    cacheWrite: BigInt(sums.costCacheWrite),
    output: BigInt(sums.costOutput),
    other: BigInt(sums.costOther),
  };
  const unpriced = Number(sums.priced) === 0 && totalTokens(usage) > 0;
  return {
    calls: Number(sums.calls),
    usage,
    reasoningComplete: Number(sums.reasoningMissing) === 0,
    toolCalls: Number(sums.toolCalls),
    costNano: unpriced ? null : cost.input + cost.cacheRead + cost.cacheWrite + cost.output + cost.other,
    cost,
    unpricedTokens: Number(sums.unpricedTokens),
    inexactTokens: Number(sums.inexactTokens),
  };
}

/** Tokens a call held in its model's window; a reported remainder held none. */
export function contextTokens(call: Pick<CallSighting, 'usage' | 'certainty'>): number {
  return call.certainty === 'reported' ? 0 : inputTokens(call.usage);
}
