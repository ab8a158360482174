/**
 * Which tokens of a prompt were read from the cache, written to it, or neither. A cache of beginnings makes positions
 * tell; for any other each piece has its proportional part. Each tier's tokens are all given out, exactly.
 */
import type { TokenUsage } from '../usage.ts';
import type { Piece } from './piece.ts';
import type { Receiver } from './receiver.ts';

/**
 * Lays the pieces over [0, read), then the 1-hour writes (they come first in a prompt), the 5-minute ones, the rest.
 * `first` and `end` say which pieces, `from` where the first of them begins; those before `firstNew` are carried.
 */
export function layByPosition(
  pieces: readonly Piece[],
  usage: TokenUsage,
  into: Receiver,
  firstNew: number,
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
    const { owner, item, size } = piece;
    const to = at + size;
    const isNew = index >= firstNew;
    const measured = piece.isMeasured ? size : 0;
    if (to <= read) into.sent(owner, item, isNew, size, 0, 0, 0, measured);
    else
      into.sent(
        owner,
        item,
        isNew,
        within(at, to, 0, read),
        within(at, to, read, write1h),
        within(at, to, write1h, write5m),
        within(at, to, write5m, Number.POSITIVE_INFINITY),
        measured,
      );
    at = to;
  }
}

/** Of pieces that were all carried as read, up to `end` and `prompt` tokens, puts right those behind what the cache held. */
export function putRight(
  pieces: readonly Piece[],
  usage: TokenUsage,
  into: Receiver,
  end: number,
  prompt: number,
): void {
  const read = usage.cacheRead;
  const write1h = read + usage.cacheWrite1h;
  const write5m = write1h + usage.cacheWrite5m;
  let to = prompt;
  for (let index = end - 1; index >= 0 && to > read; index--) {
    const piece = pieces[index];
    if (!piece) continue;
    const at = to - piece.size;
    into.sent(
      piece.owner,
      piece.item,
      false,
      within(at, to, 0, read) - piece.size,
      within(at, to, read, write1h),
      within(at, to, write1h, write5m),
      within(at, to, write5m, Number.POSITIVE_INFINITY),
      0,
    );
    to = at;
  }
}

/** Cumulative rounding: what each tier has given out up to a position is its share of the position, rounded down. */
export function layByProportion(
  pieces: readonly Piece[],
  usage: TokenUsage,
  into: Receiver,
  firstNew: number,
  isSure: boolean,
): void {
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
    const measured = piece.isMeasured && isSure ? piece.size : 0;
    into.sent(piece.owner, piece.item, index >= firstNew, taken[0] ?? 0, taken[1] ?? 0, taken[2] ?? 0, left, measured);
  });
}

function floorOf(a: number, b: number, by: number): number {
  return a * b <= Number.MAX_SAFE_INTEGER ? Math.floor((a * b) / by) : Number((BigInt(a) * BigInt(b)) / BigInt(by));
}

function within(from: number, to: number, low: number, high: number): number {
  const first = from > low ? from : low;
  const last = to < high ? to : high;
  return last > first ? last - first : 0;
}
