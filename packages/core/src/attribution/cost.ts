/**
 * The money of a call's parts: each bucket's cost over the parts that have tokens in it, by largest remainder, so that
 * the parts' nano-dollars are the call's. It refuses to price: it splits what was priced.
 */
import type { Bucket } from '../usage.ts';
import { BUCKETS } from '../usage.ts';
import type { Part } from './piece.ts';
import { newPart } from './piece.ts';
import { split } from './split.ts';

/** Nano-dollars of a call by bucket; `other` is fees that are not tokens (web searches). */
export interface BucketCost extends Readonly<Record<Bucket, number>> {
  readonly other: number;
}

/** Writes each part's cost. A fee is its tool's: `feeItem` names the tool call it was paid for, '' unknown. */
export function costParts(parts: Part[], cost: BucketCost, feeItem = ''): void {
  for (const bucket of BUCKETS) {
    const whole = cost[bucket];
    if (whole === 0) continue;
    let only: Part | undefined;
    let count = 0;
    for (const part of parts) {
      if (part[bucket] === 0) continue;
      only = part;
      count++;
    }
    if (count <= 1) {
      if (only) only.costNano += whole;
      continue;
    }
    const having = parts.filter((part) => part[bucket] > 0);
    const tokens = having.map((part) => part[bucket]);
    const shares = split(whole, tokens);
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

/**
 * The two lifetimes' shares of what cache writes cost, where only their sum is known: `rate5m` and `rate1h` are what a
 * token of each costs in any one unit.
 */
export function splitWriteCost(
  cost: number,
  tokens: { readonly write5m: number; readonly write1h: number },
  rates: { readonly rate5m: number; readonly rate1h: number },
): readonly [write5m: number, write1h: number] {
  if (tokens.write1h === 0) return [cost, 0];
  if (tokens.write5m === 0) return [0, cost];
  const [write5m = 0, write1h = 0] = split(cost, [tokens.write5m * rates.rate5m, tokens.write1h * rates.rate1h]);
  return [write5m, write1h];
}
