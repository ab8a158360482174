/**
 * From the words of a call (agent, seller, model) to the prices it may have over time. It refuses to say that a model is free
 * because it is unknown: no price found is `undefined`.
 */
import type { Model } from './catalogue.ts';
import type { OwnPrices } from './overrides.ts';
import { overridesFor } from './overrides.ts';
import type { Price, PriceMatch } from './price.ts';
import { findModel } from './seller-book.ts';
import { sellerId, sellersToAsk } from './sellers.ts';

/** Prices of one origin, newest first. */
interface Layer {
  readonly prices: readonly Price[];
  readonly match: PriceMatch;
}

export interface Resolved {
  readonly model: Model | undefined;
  readonly match: PriceMatch | undefined;
  /** The user's prices before the built-in ones. */
  readonly layers: readonly Layer[];
}

/** The built-in model that a call's words mean. A price of a seller we only guess at is a guess: `family`. */
function findBuiltIn(
  agent: string,
  seller: string,
  model: string,
): { readonly model: Model; readonly match: PriceMatch } | undefined {
  const name = model.trim().toLowerCase();
  if (name === '') return undefined;
  for (const asked of sellersToAsk(agent, seller, name)) {
    const found = findModel(asked.seller, name);
    if (found !== undefined) return { model: found.model, match: asked.isGuess ? 'family' : found.match };
  }
  return undefined;
}

export function resolve(own: readonly OwnPrices[], agent: string, seller: string, model: string): Resolved {
  const found = findBuiltIn(agent, seller, model);
  const layers: Layer[] = [
    ...overridesFor(own, {
      seller: sellerId(seller),
      name: model.trim().toLowerCase(),
      foundSeller: found?.model.seller ?? '',
      foundModel: found?.model.id.toLowerCase() ?? '',
    }),
  ];
  if (found !== undefined) layers.push({ prices: found.model.prices(), match: found.match });
  return { model: found?.model, match: found?.match, layers };
}

/** The price of a layer that holds at an instant: the latest that has begun, in its window of the day where it has one. */
export function priceAt(prices: readonly Price[], at: number): Price | undefined {
  const [only] = prices;
  if (prices.length === 1 && only !== undefined && only.hours === undefined) return only.from <= at ? only : undefined;
  for (const price of prices) {
    if (price.from <= at && (price.hours === undefined || isWithin(price.hours, at))) return price;
  }
  return undefined;
}

/** Half-open [start, end), over midnight where the end is before the start. */
function isWithin(hours: { readonly startMinute: number; readonly endMinute: number }, at: number): boolean {
  const minute = Math.floor(at / 60_000) % 1440;
  const { startMinute, endMinute } = hours;
  return startMinute <= endMinute
    ? minute >= startMinute && minute < endMinute
    : minute >= startMinute || minute < endMinute;
}
