/** Prices as the wire spells them: integers of pico-dollars per token inside, decimal dollars per million tokens outside. */
import { z } from '@hono/zod-openapi';
import {
  type CallView,
  type ModelUse,
  type PriceOverride,
  type WirePrice,
  type WirePriceEffect,
  type WirePrices,
  type WireRates,
  wireInstant,
} from '@tokenmeter/core';
import { formatDollarsPerMillion, type Price, type PriceBook, type Rates } from '@tokenmeter/core/price';
import { count, dollars, orNull } from './totals.ts';

const rate = z.string().openapi({ description: 'Decimal dollars per million tokens', example: '6.25' });

const ratesSchema: z.ZodType<WireRates> = z
  .object({
    input: rate,
    output: rate,
    cache_read: rate.nullable(),
    cache_write_5m: rate.nullable(),
    cache_write_1h: rate.nullable(),
  })
  .openapi('Rates');

export const priceSchema: z.ZodType<WirePrice> = z
  .object({
    id: z.string(),
    seller: z.string(),
    model: z.string(),
    from: z.string().nullable().openapi({ description: 'Day from which it holds; null: as long as known' }),
    rates: ratesSchema,
    tiers: z.array(z.object({ above_tokens: count, rates: ratesSchema })),
    origin: z.enum(['catalogue', 'overlay', 'user']),
  })
  .openapi('Price');

export const matchSchema = z
  .enum(['exact', 'alias', 'family'])
  .nullable()
  .openapi({ description: "How the model's name found its price; `family` is a guess; null is unpriced" });

export type WireModel = WirePrices['models'][number];

export const modelSchema: z.ZodType<WireModel> = z
  .object({
    agent: z.string(),
    seller: z.string(),
    model: z.string(),
    calls: count,
    tokens: count,
    unpriced_tokens: count,
    match: matchSchema,
    price: orNull(priceSchema),
    context_window: count.nullable(),
  })
  .openapi('Model');

export const priceEffectSchema: z.ZodType<WirePriceEffect> = z
  .object({
    calls: count.openapi({ description: 'Calls whose cost the change touches' }),
    before_usd: dollars,
    after_usd: dollars,
    unpriced_tokens_before: count,
    unpriced_tokens_after: count,
  })
  .openapi('PriceEffect');

export function wirePrice(price: Price): WirePrice {
  return {
    id: price.id,
    seller: price.seller,
    model: price.model,
    from: price.from === 0 ? null : dayOf(price.from),
    rates: wireRates(price.rates),
    tiers: price.tiers.map((tier) => ({ above_tokens: tier.aboveTokens, rates: wireRates(tier.rates) })),
    origin: price.origin,
  };
}

/** A model in use with the price it gets at `atMs`. */
export function wireModel(use: ModelUse, book: PriceBook, atMs: number): WireModel {
  const found = book.find(use.agent, use.seller, use.model, atMs);
  return {
    agent: use.agent,
    seller: use.seller,
    model: use.model,
    calls: use.calls,
    tokens: use.tokens,
    unpriced_tokens: use.unpricedTokens,
    match: found?.match ?? null,
    price: found ? wirePrice(found.price) : null,
    context_window: book.contextWindow(use.agent, use.seller, use.model) ?? null,
  };
}

/** Models without a price first, those with most tokens before others. */
export function compareModels(a: ModelUse, b: ModelUse): number {
  return b.unpricedTokens - a.unpricedTokens || b.tokens - a.tokens || (a.model < b.model ? -1 : 1);
}

/** A user's own price as stored: amounts as typed, so that what is listed is what can be removed. */
export function wireOverride(own: PriceOverride): WirePrice {
  const from = own.from === 0 ? null : dayOf(own.from);
  return {
    id: `user:${own.seller === '' ? '' : `${own.seller}/`}${own.model}${from === null ? '' : `@${from}`}`,
    seller: own.seller,
    model: own.model,
    from,
    rates: {
      input: own.inputPerMillion,
      output: own.outputPerMillion,
      cache_read: own.cacheReadPerMillion ?? null,
      cache_write_5m: own.cacheWrite5mPerMillion ?? null,
      cache_write_1h: own.cacheWrite1hPerMillion ?? null,
    },
    tiers: [],
    origin: 'user',
  };
}

/** The price a call was rated with; undefined where it is unpriced or its price has gone from the book. */
export function priceOfCall(call: CallView, book: PriceBook): Price | undefined {
  const { priceId } = call;
  if (!priceId) return undefined;
  // A tier or region is marked behind the id: `...+fast`.
  const isMeant = (price: Price) => price.id === priceId || priceId.startsWith(`${price.id}+`);
  const found = book.find(call.agent, '', call.model, call.at)?.price;
  return found && isMeant(found) ? found : book.list().find(isMeant);
}

function dayOf(atMs: number): string {
  return wireInstant(atMs).slice(0, 10);
}

function wireRates(rates: Rates): WireRates {
  const optional = (value: number | undefined) => (value === undefined ? null : formatDollarsPerMillion(value));
  return {
    input: formatDollarsPerMillion(rates.input),
    output: formatDollarsPerMillion(rates.output),
    cache_read: optional(rates.cacheRead),
    cache_write_5m: optional(rates.cacheWrite5m),
    cache_write_1h: optional(rates.cacheWrite1h),
  };
}
