/**
 * The user's own prices: typed as decimal dollars, read into prices, found for a call. They win over everything built in from
 * their day on. It refuses prices it would have to round.
 */
import { TokenmeterError } from '../errors.ts';
import type { PriceOverride } from '../ledger.ts';
import { orderPrices, priceId } from './catalogue.ts';
import { parseDollarsPerMillion } from './decimal.ts';
import { bareName, spellings } from './model-name.ts';
import type { Price, PriceMatch } from './price.ts';
import { sellerId } from './sellers.ts';

/** A user's prices of one model at one seller ('' any), newest first. */
export interface OwnPrices {
  readonly seller: string;
  readonly model: string;
  readonly prices: readonly Price[];
}

/**
 * Reads overrides as typed. Throws `TokenmeterError` `bad-price`, naming the field, for an amount that is not a decimal >= 0
 * with at most six decimals, for a model without a name and for a date that is none.
 */
export function readOverrides(overrides: readonly PriceOverride[]): readonly OwnPrices[] {
  const groups = new Map<string, Map<number, Price>>();
  for (const override of overrides) {
    const price = readOverride(override);
    const key = `${price.seller}\n${price.model.toLowerCase()}`;
    const group = groups.get(key) ?? new Map<number, Price>();
    // The last one typed for a day is the one meant.
    group.set(price.from, price);
    groups.set(key, group);
  }
  return [...groups.entries()].map(([key, group]) => {
    const [seller = '', model = ''] = key.split('\n');
    return { seller, model, prices: orderPrices([...group.values()]) };
  });
}

function readOverride(override: PriceOverride): Price {
  const model = override.model.trim();
  if (model === '') throw new TokenmeterError('bad-price', 'Cannot set a price: the model has no name');
  const what = `Cannot set the price of "${model}"`;
  if (!Number.isSafeInteger(override.from) || Math.abs(override.from) > 8_640_000_000_000_000) {
    throw new TokenmeterError('bad-price', `${what}: "${override.from}" is no date`);
  }
  const amount = (name: string, text: string): number => {
    const pico = parseDollarsPerMillion(text);
    if (pico !== undefined) return pico;
    throw new TokenmeterError(
      'bad-price',
      `${what}: ${name} "${text}" is not dollars per million tokens, such as 3 or 0.075 (six decimals at most)`,
    );
  };
  const optional = (name: string, text: string | undefined) => (text === undefined ? undefined : amount(name, text));
  const seller = sellerId(override.seller);
  return {
    id: `user:${priceId(seller, model, override.from)}`,
    seller,
    model,
    from: override.from,
    rates: {
      input: amount('input', override.inputPerMillion),
      output: amount('output', override.outputPerMillion),
      cacheRead: optional('cache read', override.cacheReadPerMillion),
      cacheWrite5m: optional('5-minute cache write', override.cacheWrite5mPerMillion),
      cacheWrite1h: optional('1-hour cache write', override.cacheWrite1hPerMillion),
    },
    tiers: [],
    origin: 'user',
  };
}

/** What is known of a call's model before the user's prices are looked at. */
export interface Asking {
  /** As the log told it, in the catalogue's spelling; '' untold. */
  readonly seller: string;
  readonly name: string;
  readonly foundSeller: string;
  readonly foundModel: string;
}

/** The user's prices that apply, the most particular first: the seller named before any seller, the very name before an alias. */
export function overridesFor(
  own: readonly OwnPrices[],
  asking: Asking,
): readonly { readonly prices: readonly Price[]; readonly match: PriceMatch }[] {
  if (own.length === 0) return [];
  const others = new Set([...spellings(asking.name), asking.foundModel]);
  const bare = bareName(asking.name);
  const rank = ({ seller, model }: OwnPrices): number | undefined => {
    const bySeller = seller === asking.seller || seller === asking.foundSeller ? 0 : 1;
    // A log that does not tell its seller contradicts nobody.
    if (bySeller === 1 && seller !== '' && asking.seller !== '') return undefined;
    if (model === asking.name) return bySeller;
    return others.has(model) || model === bare ? 2 + bySeller : undefined;
  };
  return own
    .map((entry) => ({ prices: entry.prices, rank: rank(entry) }))
    .filter((entry): entry is { prices: readonly Price[]; rank: number } => entry.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .map(({ prices, rank: place }) => ({ prices, match: place < 2 ? 'exact' : 'alias' }));
}

/** A short hash of the user's prices, the same for the same prices in any order (FNV-1a, 52 bits of it). */
export function hashOverrides(own: readonly OwnPrices[]): string {
  const text = own
    .flatMap(({ prices }) => prices)
    .map(({ seller, model, from, rates }) => JSON.stringify([seller, model, from, Object.values(rates)]))
    .sort()
    .join('\n');
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    high = Math.imul(high ^ text.charCodeAt(index), 0x01000193) >>> 0;
    low = Math.imul(low + high, 0x85ebca6b) >>> 0;
  }
  return (high * 0x100000 + (low >>> 12)).toString(36);
}
