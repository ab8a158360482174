/**
 * Which tokens of a prompt were read from the cache, written to it, or neither. A cache of beginnings makes positions
 * tell; for any other each piece has its proportional part. Each tier's tokens are all given out, exactly.
 */
import type { TokenUsage } from '../usage.ts';
import type { Piece } from './piece.ts';

/** One piece's tokens by tier: cache read, 1-hour write, 5-minute write, uncached. */
export type Tiers = readonly [read: number, write1h: number, write5m: number, input: number];

export type Tell = (piece: Piece, index: number, tiers: Tiers) => void;

/** Lays the pieces over [0, read), then the 1-hour writes (they come first in a prompt), the 5-minute ones, the rest. */
export function layByPosition(pieces: readonly Piece[], usage: TokenUsage, tell: Tell): void {
  const ends = [usage.cacheRead, usage.cacheWrite1h, usage.cacheWrite5m];
  for (let index = 1; index < ends.length; index++) ends[index] = (ends[index] ?? 0) + (ends[index - 1] ?? 0);
  const [read = 0, write1h = 0, write5m = 0] = ends;
  let at = 0;
  pieces.forEach((piece, index) => {
    const end = at + piece.size;
    tell(piece, index, [
      within(at, end, 0, read),
      within(at, end, read, write1h),
      within(at, end, write1h, write5m),
      within(at, end, write5m, Number.POSITIVE_INFINITY),
    ]);
    at = end;
  });
}

/** Cumulative rounding: what each tier has given out up to a position is its share of the position, rounded down. */
export function layByProportion(pieces: readonly Piece[], usage: TokenUsage, tell: Tell): void {
  const tiers = [usage.cacheRead, usage.cacheWrite1h, usage.cacheWrite5m];
  const given = [0, 0, 0];
  let whole = usage.input;
  for (const tier of tiers) whole += tier;
  let position = 0;
  pieces.forEach((piece, index) => {
    position += piece.size;
    let reached = position;
    let left = piece.size;
    let rest = whole;
    const taken = tiers.map((tier, number) => {
      // Of what earlier tiers left up to here, this tier's share; bigint where the product would not be exact.
      const share = rest === 0 ? 0 : floorOf(reached, tier, rest);
      const tokens = Math.min(left, share - (given[number] ?? 0));
      given[number] = share;
      reached -= share;
      rest -= tier;
      left -= tokens;
      return tokens;
    });
    tell(piece, index, [taken[0] ?? 0, taken[1] ?? 0, taken[2] ?? 0, left]);
  });
}

function floorOf(a: number, b: number, by: number): number {
  return a * b <= Number.MAX_SAFE_INTEGER ? Math.floor((a * b) / by) : Number((BigInt(a) * BigInt(b)) / BigInt(by));
}

function within(from: number, to: number, low: number, high: number): number {
  return Math.max(0, Math.min(to, high) - Math.max(from, low));
}
