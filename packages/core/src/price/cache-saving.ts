/**
 * What a cache saved: reads would have cost the input price, writes cost more than it. Negative where more was paid for
 * writing than reading saved. Undefined where the model has no price.
 */
import type { TokenUsage } from '../usage.ts';
import { completeRates } from './cost.ts';
import type { PriceBook } from './price.ts';

interface CachedUse {
  readonly agent: string;
  readonly model: string;
  readonly at: number;
  readonly usage: TokenUsage;
}

/** Nano-dollars, at the standard rates of the day. */
export function cacheSavingNano(book: PriceBook, { agent, model, at, usage }: CachedUse): bigint | undefined {
  const price = book.find(agent, '', model, at)?.price;
  if (!price) return undefined;
  const rates = completeRates(price.rates, price.model.toLowerCase().includes('claude'));
  const pico =
    BigInt(usage.cacheRead) * BigInt(rates.input - rates.cacheRead) -
    BigInt(usage.cacheWrite5m) * BigInt(rates.cacheWrite5m - rates.input) -
    BigInt(usage.cacheWrite1h) * BigInt(rates.cacheWrite1h - rates.input);
  return pico / 1000n;
}
