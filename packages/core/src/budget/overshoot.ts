/**
 * By how much a cap may be passed, told beforehand: every agent that runs may have one call in flight whose usage is told
 * only at its end, so the bound is one call each at the worst its model can cost. It refuses to be an estimate of what will be.
 */
import { charge, rateCard } from '../price/cost.ts';
import type { PriceBook } from '../price/price.ts';
import type { TokenUsage } from '../usage.ts';
import { NO_USAGE } from '../usage.ts';
import { candidatesOf, shortName } from './candidates.ts';

/** Of a model whose window nobody knows: no window we know is larger. */
const LARGEST_WINDOW = 2_000_000;
/** No model we know writes more in one answer. */
const LARGEST_OUTPUT = 128_000;

/** What one agent may still have in flight. */
export interface CallSeat {
  readonly agent: string;
  readonly seller: string;
  /** '' while nobody has told it. */
  readonly model: string;
  readonly contextWindow?: number | undefined;
}

/**
 * Nano-dollars of the dearest single call a seat can make: a full window at its dearest input rate, a full answer. While the
 * model is not told, or only by a client's short name, the dearest of those it may be, each with its own window at its own
 * rates.
 */
export function worstCallNano(book: PriceBook, seat: CallSeat, at: number): bigint {
  const part = seat.seller === '' ? shortName(seat.agent, seat.model) : undefined;
  const candidates = part === undefined ? [] : candidatesOf(book, seat.agent, part);
  if (candidates.length === 0) return worstOfModel(book, seat, at);
  return candidates.reduce((worst, candidate) => {
    const nano = worstOfModel(book, { ...seat, ...candidate }, at);
    return nano > worst ? nano : worst;
  }, 0n);
}

function worstOfModel(book: PriceBook, seat: CallSeat, at: number): bigint {
  const window = seat.contextWindow ?? book.contextWindow(seat.agent, seat.seller, seat.model) ?? LARGEST_WINDOW;
  const output = Math.min(LARGEST_OUTPUT, window);
  const card = rateCard(book.ceiling(seat.agent, seat.seller, seat.model, at), 'family', undefined);
  const cost = (usage: TokenUsage) => charge(card, usage, 0).totalNano;
  const inputs = (['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const).map((bucket) =>
    cost({ ...NO_USAGE, [bucket]: window, output }),
  );
  return BigInt(Math.max(...inputs));
}

/** The published bound: the sum over all that may run at once. */
export function overshootBound(book: PriceBook, seats: readonly CallSeat[], at: number): bigint {
  return seats.reduce((sum, seat) => sum + worstCallNano(book, seat, at), 0n);
}
