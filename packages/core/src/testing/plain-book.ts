/**
 * A price book simple enough to check by heart: every model costs the same, but those named `unpriced...`, which have no
 * price. Users' own prices apply from their day on. For suites; the real book is in `price/`.
 */
import type { PriceOverride } from '../ledger.ts';
import type { Price, PriceBook, Rateable, Rates, Rating } from '../price/price.ts';

/** Pico-dollars a token: whole nano-dollars, so that nothing is rounded. */
const RATES: Rates = {
  input: 3_000_000,
  output: 15_000_000,
  cacheRead: 1_000_000,
  cacheWrite5m: 4_000_000,
  cacheWrite1h: 6_000_000,
};
const SEARCH_NANO = 10_000_000;

export function plainBook(overrides: readonly PriceOverride[]): PriceBook {
  const own = overrides.map(
    (override): Price => ({
      id: `user:${override.model}@${override.from}`,
      seller: override.seller,
      model: override.model,
      from: override.from,
      rates: {
        input: Number(override.inputPerMillion) * 1e6,
        output: Number(override.outputPerMillion) * 1e6,
        cacheRead: Number(override.cacheReadPerMillion ?? override.inputPerMillion) * 1e6,
      },
      tiers: [],
      origin: 'user',
    }),
  );
  const priceOf = (model: string, at: number): Price | undefined => {
    const mine = own.filter((price) => price.model === model && price.from <= at).at(-1);
    if (mine) return mine;
    if (model === '' || model.startsWith('unpriced')) return undefined;
    return { id: `plain/${model}@0`, seller: '', model, from: 0, rates: RATES, tiers: [], origin: 'catalogue' };
  };
  return {
    version: `plain:${JSON.stringify(overrides)}`,
    rate(call) {
      const price = priceOf(call.model, call.at);
      return price && rateWith(price, call);
    },
    find(_agent, _seller, model, at) {
      const price = priceOf(model, at);
      return price && { price, match: 'exact' };
    },
    ceiling: (_agent, seller, model) => ({
      id: 'plain',
      seller,
      model,
      from: 0,
      rates: RATES,
      tiers: [],
      origin: 'catalogue',
    }),
    contextWindow: (_agent, _seller, model) => (model.startsWith('unpriced') ? undefined : 200_000),
    list: () => own,
  };
}

function rateWith({ id, rates }: Price, { usage, webSearches }: Rateable): Rating {
  const nano = (tokens: number, pico: number | undefined) => Math.round((tokens * (pico ?? rates.input)) / 1000);
  const inputNano = nano(usage.input, rates.input);
  const cacheReadNano = nano(usage.cacheRead, rates.cacheRead);
  const cacheWriteNano = nano(usage.cacheWrite5m, rates.cacheWrite5m) + nano(usage.cacheWrite1h, rates.cacheWrite1h);
  const outputNano = nano(usage.output, rates.output);
  const otherNano = webSearches * SEARCH_NANO;
  return {
    priceId: id,
    match: 'exact',
    totalNano: inputNano + cacheReadNano + cacheWriteNano + outputNano + otherNano,
    inputNano,
    cacheReadNano,
    cacheWriteNano,
    outputNano,
    otherNano,
  };
}
