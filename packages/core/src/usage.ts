/**
 * The token counts of one model call, in five disjoint buckets. It refuses to know providers' conventions: each adapter
 * converts once, at the edge (design: "Four disjoint input buckets and one output bucket").
 */

/** Tokens, all integers >= 0. `reasoning` is a part of `output`; undefined where no source told it, never 0 instead. */
export interface TokenUsage {
  /** Uncached input: neither read from nor written to a cache. */
  readonly input: number;
  readonly cacheRead: number;
  /** Written with a five-minute lifetime; also writes whose lifetime nobody told (the call is flagged then). */
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** All output, reasoning included. */
  readonly output: number;
  readonly reasoning?: number | undefined;
}

export const NO_USAGE: TokenUsage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

/** The five buckets, in the order of every stack on screen (cache read, cache write, input, output). */
export const BUCKETS = ['cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'input', 'output'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Sum of the five buckets, cache included. A provider's own total is never used. */
export function totalTokens(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output;
}

/** What was sent: all four input buckets. This is what a context window holds and what long-context tiers look at. */
export function inputTokens(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}

/** The best knowledge of two sightings of one call: the larger of each bucket, as snapshots only grow. */
export function maxUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: Math.max(a.input, b.input),
    cacheRead: Math.max(a.cacheRead, b.cacheRead),
    cacheWrite5m: Math.max(a.cacheWrite5m, b.cacheWrite5m),
    cacheWrite1h: Math.max(a.cacheWrite1h, b.cacheWrite1h),
    output: Math.max(a.output, b.output),
    reasoning: a.reasoning === undefined ? b.reasoning : Math.max(a.reasoning, b.reasoning ?? 0),
  };
}

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning:
      a.reasoning === undefined && b.reasoning === undefined ? undefined : (a.reasoning ?? 0) + (b.reasoning ?? 0),
  };
}

export function sameUsage(a: TokenUsage, b: TokenUsage): boolean {
  return (
    a.input === b.input &&
    a.cacheRead === b.cacheRead &&
    a.cacheWrite5m === b.cacheWrite5m &&
    a.cacheWrite1h === b.cacheWrite1h &&
    a.output === b.output &&
    a.reasoning === b.reasoning
  );
}

/** More tokens than a call or an event can mean: up to it, sums of thousands of counts are exact integers. */
export const MOST_TOKENS = 1e12;

/**
 * A count as a source wrote it (number, numeric string, null, absent, nonsense) as an integer >= 0; undefined if it tells
 * nothing, or a number that no call can have used.
 */
export function readCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= MOST_TOKENS)) return undefined;
  return Math.floor(number);
}
