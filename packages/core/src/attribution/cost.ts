/**
 * The money of a call's parts: each bucket's cost over the parts that have tokens in it, by largest remainder, so that
 * the parts' nano-dollars are the call's. It refuses to price: it splits what was priced.
 */
import type { Bucket, TokenUsage } from '../usage.ts';
import { BUCKETS } from '../usage.ts';
import type { Part } from './piece.ts';
import { newPart } from './piece.ts';
import { split } from './split.ts';

/** Nano-dollars of a call by bucket; `other` is fees that are not tokens (web searches). */
export interface BucketCost extends Readonly<Record<Bucket, number>> {
  readonly other: number;
}

/** Writes each part's cost. A fee is its tool's: `feeItem` names the tool call it was paid for, '' unknown. */
export function costParts(parts: Part[], cost: BucketCost, usage: TokenUsage, feeItem = ''): void {
  for (const bucket of BUCKETS) {
    const whole = cost[bucket];
    const tokens = usage[bucket];
    if (whole === 0 || tokens === 0) continue;
    // Most prices are whole nano-dollars a token: each part's cost is then exact, and nothing needs splitting.
    if (whole % tokens === 0) {
      const each = whole / tokens;
      for (const part of parts) part.costNano += part[bucket] * each;
      continue;
    }
    const having = parts.filter((part) => part[bucket] > 0);
    const shares = split(
      whole,
      having.map((part) => part[bucket]),
    );
    for (let index = 0; index < having.length; index++) {
      const part = having[index];
      if (part) part.costNano += shares[index] ?? 0;
    }
  }
  if (cost.other === 0) return;
  const payer =
    parts.find((part) => part.phase === 'output' && part.item !== '' && part.item === feeItem) ??
    parts.find((part) => part.phase === 'output' && part.owner.kind === 'web');
  if (payer) payer.costNano += cost.other;
  else parts.push({ ...newPart({ kind: 'web', name: 'web_search' }, '', 'output'), costNano: cost.other });
}

/** What is known of a call's cost: writes of both lifetimes together. */
export interface KnownCost {
  readonly costInput: number;
  readonly costCacheRead: number;
  readonly costCacheWrite: number;
  readonly costOutput: number;
  readonly costOther: number;
}

/** What a token of a lifetime costs, in any one unit. */
type LifetimeRate = (bucket: 'cacheWrite5m' | 'cacheWrite1h') => number;

/** A call's cost by bucket, where nothing tells more of its lifetimes than that an hour counts 1.6 times five minutes. */
export function bucketCost(known: KnownCost, usage: TokenUsage): BucketCost {
  const write1h = hourShare(known.costCacheWrite, usage, USUAL_RATES);
  return {
    input: known.costInput,
    cacheRead: known.costCacheRead,
    cacheWrite5m: known.costCacheWrite - write1h,
    cacheWrite1h: write1h,
    output: known.costOutput,
    other: known.costOther,
  };
}

/** As wherever both are sold. */
const USUAL_RATES: LifetimeRate = (bucket) => (bucket === 'cacheWrite1h' ? 8 : 5);

/** What of the cost of a call's writes is of those that last an hour. `rateOf` is asked where it has both. */
export function hourShare(
  costCacheWrite: number,
  { cacheWrite5m, cacheWrite1h }: TokenUsage,
  rateOf: LifetimeRate,
): number {
  if (cacheWrite1h === 0) return 0;
  if (cacheWrite5m === 0) return costCacheWrite;
  const weights = [cacheWrite5m * rateOf('cacheWrite5m'), cacheWrite1h * rateOf('cacheWrite1h')];
  return split(costCacheWrite, weights)[1] ?? 0;
}
