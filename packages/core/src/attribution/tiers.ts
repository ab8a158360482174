/**
 * Which tokens of a prompt were read from the cache, written to it, or neither. A cache of beginnings makes positions
 * tell; for any other each piece has its proportional part. Each tier's tokens are all given out, exactly.
 */
import type { TokenUsage } from '../usage.ts';
import type { Piece } from './piece.ts';

/** Hears one piece's tokens by tier. Numbers and no object: it is told for every piece of every call. */
export type Tell = (piece: Piece, index: number, read: number, write1h: number, write5m: number, input: number) => void;

/**
 * Lays the pieces over [0, read), then the 1-hour writes (they come first in a prompt), the 5-minute ones, the rest.
 * `first` and `end` say which pieces, `from` where the first of them begins.
 */
export function layByPosition(
  pieces: readonly Piece[],
  usage: TokenUsage,
  tell: Tell,
  from = 0,
  first = 0,
  end = pieces.length,
): void {
  const read = usage.cacheRead;
  const write1h = read + usage.cacheWrite1h;
  const write5m = write1h + usage.cacheWrite5m;
  let at = from;
  for (let index = first; index < end; index++) {
    const piece = pieces[index];
    if (!piece) continue;
    const to = at + piece.size;
    if (to <= read) tell(piece, index, piece.size, 0, 0, 0);
    else
      tell(
        piece,
        index,
        within(at, to, 0, read),
        within(at, to, read, write1h),
        within(at, to, write1h, write5m),
        within(at, to, write5m, Number.POSITIVE_INFINITY),
      );
    at = to;
  }
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
    tell(piece, index, taken[0] ?? 0, taken[1] ?? 0, taken[2] ?? 0, left);
  });
}

function floorOf(a: number, b: number, by: number): number {
  return a * b <= Number.MAX_SAFE_INTEGER ? Math.floor((a * b) / by) : Number((BigInt(a) * BigInt(b)) / BigInt(by));
}

function within(from: number, to: number, low: number, high: number): number {
  return Math.max(0, Math.min(to, high) - Math.max(from, low));
}
