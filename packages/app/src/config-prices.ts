/**
 * Prices written in the config file, as a person types them: dollars per million tokens, dated. They lie under those set
 * by `prices set`. It refuses nothing by itself: a list with one bad entry reads as undefined, and the loader says so.
 */
import type { PriceOverride } from '@tokenmeter/core';

const AMOUNTS = {
  input: 'inputPerMillion',
  output: 'outputPerMillion',
  cache_read: 'cacheReadPerMillion',
  cache_write_5m: 'cacheWrite5mPerMillion',
  cache_write_1h: 'cacheWrite1hPerMillion',
} as const;

/** What the price book takes: six decimals of a dollar per million are a whole pico-dollar per token. */
const DOLLARS_PER_MILLION = /^\d{1,9}(\.\d{1,6})?$/;

/** `[{"model": "m", "seller": "s", "from": "2026-11-01", "input": 3, "output": 15, "cache_read": 0.3, ...}]` */
export function readPrices(value: unknown): readonly PriceOverride[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const prices = value.map(readPrice);
  const known = prices.filter((price) => price !== undefined);
  return known.length === prices.length ? known : undefined;
}

function readPrice(value: unknown): PriceOverride | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(value));
  const from = given.get('from');
  const at = from === undefined ? 0 : typeof from === 'string' ? Date.parse(from) : Number.NaN;
  const { model, seller = '' } = Object.fromEntries(given);
  if (typeof model !== 'string' || model.trim() === '' || typeof seller !== 'string' || !Number.isFinite(at))
    return undefined;
  const amounts: Partial<Record<(typeof AMOUNTS)[keyof typeof AMOUNTS], string>> = {};
  for (const [name, field] of Object.entries(AMOUNTS)) {
    const amount = given.get(name);
    if (amount === undefined) continue;
    if (!DOLLARS_PER_MILLION.test(String(amount))) return undefined;
    amounts[field] = String(amount);
  }
  const { inputPerMillion, outputPerMillion } = amounts;
  if (inputPerMillion === undefined || outputPerMillion === undefined) return undefined;
  return { ...amounts, model, seller, from: at, inputPerMillion, outputPerMillion };
}
