/**
 * An upper bound where the price is unknown, so that an unknown model cannot slip past a budget: the dearest rate of every
 * bucket in the model's family, whatever the seller and the day; of all models where the family is unknown too. It refuses to
 * be a price: nothing is billed with it.
 */
import type { Model } from './catalogue.ts';
import { completeRates } from './cost.ts';
import { familyOf } from './model-name.ts';
import type { Price, Rates } from './price.ts';

/** Remembers each family's ceiling; `models` are all the built-in ones, read when first needed. */
export class Ceilings {
  readonly #models: () => readonly Model[];
  readonly #byFamily = new Map<string, Price>();

  constructor(models: () => readonly Model[]) {
    this.#models = models;
  }

  of(name: string): Price {
    const family = familyOf(name.trim().toLowerCase());
    const known = this.#byFamily.get(family);
    if (known !== undefined) return known;
    const all = this.#models();
    const kin = family === '' ? [] : all.filter((model) => familyOf(model.id.toLowerCase()) === family);
    // An unknown word would grow the map for ever: it shares the ceiling of all.
    const key = kin.length > 0 ? family : '';
    const price = this.#byFamily.get(key) ?? dearest(key === '' ? 'any' : key, kin.length > 0 ? kin : all);
    this.#byFamily.set(key, price);
    return price;
  }
}

function dearest(family: string, models: readonly Model[]): Price {
  let [input, output, cacheRead, cacheWrite5m, cacheWrite1h, search] = [0, 0, 0, 0, 0, 0];
  const raise = (rates: Rates, isClaude: boolean) => {
    const full = completeRates(rates, isClaude);
    input = Math.max(input, full.input);
    output = Math.max(output, full.output);
    cacheRead = Math.max(cacheRead, full.cacheRead);
    cacheWrite5m = Math.max(cacheWrite5m, full.cacheWrite5m);
    cacheWrite1h = Math.max(cacheWrite1h, full.cacheWrite1h);
  };
  for (const model of models) {
    const isClaude = model.id.toLowerCase().includes('claude');
    for (const price of model.prices()) {
      raise(price.rates, isClaude);
      for (const tier of price.tiers) raise(tier.rates, isClaude);
      search = Math.max(search, price.webSearchNano ?? 0);
    }
  }
  return {
    id: `ceiling:${family}`,
    seller: '',
    model: family,
    from: 0,
    rates: { input, output, cacheRead, cacheWrite5m, cacheWrite1h },
    tiers: [],
    webSearchNano: search,
    origin: 'catalogue',
  };
}
