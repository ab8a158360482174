/** What a call without a price counts for in a budget: its tokens at the dearest rates its model could have. It bills nothing. */
import type { CallSighting } from '../call.ts';
import { charge, rateCard } from '../price/cost.ts';
import type { PriceBook } from '../price/price.ts';

/** Nano-dollars, an upper bound. */
export function ceilingNano(
  book: PriceBook,
  call: Pick<CallSighting, 'agent' | 'seller' | 'model' | 'at' | 'usage' | 'webSearches'>,
): number {
  const price = book.ceiling(call.agent, call.seller, call.model, call.at);
  return charge(rateCard(price, 'family', undefined), call.usage, call.webSearches).totalNano;
}
