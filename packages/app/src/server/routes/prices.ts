/** Prices of models in use, and the user's own: shown first by a preview, then stored, with past calls rated anew. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  formatNanoDecimal,
  type Ledger,
  type PriceOverride,
  parseDay,
  type WirePriceSet,
  type WirePrices,
} from '@tokenmeter/core';
import { CATALOGUE_DATE, parseDollarsPerMillion } from '@tokenmeter/core/price';
import { type Api, answers, BAD_REQUEST, NOT_FOUND, type ServerState } from '../api.ts';
import { Fault } from '../fault.ts';
import { periodShape } from '../params.ts';
import { readPeriod } from '../period.ts';
import { type PriceEffect, previewPrice } from '../price-preview.ts';
import { compareModels, modelSchema, priceEffectSchema, priceSchema, wireModel, wireOverride } from '../wire/price.ts';

const DAY_MS = 86_400_000;

const pricesSchema: z.ZodType<WirePrices> = z
  .object({
    catalogue_from: z.string(),
    version: z.string(),
    models: z.array(modelSchema),
    overrides: z.array(priceSchema),
  })
  .openapi('Prices');

const amount = z
  .string()
  .refine((text) => parseDollarsPerMillion(text) !== undefined, {
    error: 'it must be decimal dollars per million tokens with at most six decimals, such as "6.25"',
  })
  .openapi({ description: 'Decimal dollars per million tokens', example: '6.25' });
const day = z
  .string()
  .refine((text) => parseDay(text) !== undefined, { error: 'it must be a day such as 2026-11-21' })
  .optional()
  .openapi({ description: 'First day (UTC) it holds; absent: all past calls' });
const modelName = z.string().trim().min(1, { error: 'it must name a model' }).max(256);
const seller = z.string().trim().max(128).optional();

const priceSetSchema: z.ZodType<WirePriceSet> = z
  .strictObject({
    seller: seller.openapi({ description: 'Who sells it, as the calls name it; absent: anybody' }),
    model: modelName,
    from: day,
    rates: z.strictObject({
      input: amount,
      output: amount,
      cache_read: amount.optional(),
      cache_write_5m: amount.optional(),
      cache_write_1h: amount.optional(),
    }),
  })
  .openapi('PriceSet');

const tags = ['Prices'];
const body = { required: true, content: { 'application/json': { schema: priceSetSchema } } };
const effect = { 200: answers(priceEffectSchema, 'What changes'), 400: BAD_REQUEST };

const getRoute = createRoute({
  method: 'get',
  path: '/api/prices',
  tags,
  summary: 'Models in use, unpriced ones first, each with the price it gets today',
  responses: { 200: answers(pricesSchema, 'The prices') },
});
const putRoute = createRoute({
  method: 'put',
  path: '/api/prices',
  tags,
  summary: "Set a price of one's own and rate past calls anew",
  request: { body },
  responses: effect,
});
const previewRoute = createRoute({
  method: 'post',
  path: '/api/prices/preview',
  tags,
  summary: 'What setting a price would change; stores nothing',
  description:
    'Rates the totals of the model instead of each call: exact but for rounding, and for calls of a fast or batch tier.',
  request: { body },
  responses: effect,
});
const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/prices',
  tags,
  summary: "Remove a price of one's own and rate past calls anew",
  request: {
    query: z.strictObject({
      seller,
      model: modelName,
      from: day.openapi({ description: 'Only the one from this day on; absent: all of the model' }),
    }),
  },
  responses: { ...effect, 404: NOT_FOUND },
});
const modelsRoute = createRoute({
  method: 'get',
  path: '/api/models',
  tags,
  summary: 'Models used in a period',
  request: { query: z.strictObject(periodShape) },
  responses: {
    200: answers(z.object({ models: z.array(modelSchema) }).openapi('Models'), 'The models'),
    400: BAD_REQUEST,
  },
});

export function priceRoutes(api: Api, state: ServerState): void {
  const { ledger, clock, ingest } = state.house;
  api.openapi(getRoute, async (c) => {
    const book = ledger.prices();
    const uses = (await ledger.models()).toSorted(compareModels);
    return c.json(
      {
        catalogue_from: CATALOGUE_DATE,
        version: book.version,
        models: uses.map((use) => wireModel(use, book, clock.now())),
        overrides: (await ledger.priceOverrides()).map(wireOverride),
      },
      200,
    );
  });
  api.openapi(modelsRoute, async (c) => {
    const { since, until } = readPeriod(c.req.valid('query'), state.config.tz, clock.now());
    const uses = (await ledger.models(since, until)).toSorted(compareModels);
    return c.json({ models: uses.map((use) => wireModel(use, ledger.prices(), clock.now())) }, 200);
  });
  api.openapi(previewRoute, async (c) => {
    const price = readOverride(c.req.valid('json'));
    return c.json(wireEffect(await previewPrice(ledger, price)), 200);
  });
  api.openapi(putRoute, async (c) => {
    const price = readOverride(c.req.valid('json'));
    const changed = await measured(ledger, async () => {
      await ledger.setPriceOverride(price);
      return (await ledger.reprice(price.from || undefined)).changed;
    });
    ingest.announce(changed.calls);
    return c.json(wireEffect(changed), 200);
  });
  api.openapi(deleteRoute, async (c) => {
    const asked = c.req.valid('query');
    const at = asked.from === undefined ? undefined : (parseDay(asked.from) ?? 0) * DAY_MS;
    const changed = await measured(ledger, async () => {
      if ((await ledger.removePriceOverride(asked.seller ?? '', asked.model, at)) === 0)
        throw new Fault(404, 'not-found', `Cannot find a price of your own for "${asked.model}"`);
      return (await ledger.reprice(at)).changed;
    });
    ingest.announce(changed.calls);
    return c.json(wireEffect(changed), 200);
  });
}

function readOverride(set: WirePriceSet): PriceOverride {
  return {
    seller: set.seller ?? '',
    model: set.model,
    from: set.from === undefined ? 0 : (parseDay(set.from) ?? 0) * DAY_MS,
    inputPerMillion: set.rates.input,
    outputPerMillion: set.rates.output,
    cacheReadPerMillion: set.rates.cache_read,
    cacheWrite5mPerMillion: set.rates.cache_write_5m,
    cacheWrite1hPerMillion: set.rates.cache_write_1h,
  };
}

/** The totals of all calls around a change. */
async function measured(ledger: Ledger, change: () => Promise<number>): Promise<PriceEffect> {
  const all = async () => (await ledger.query({ by: [], tz: 'UTC' })).totals;
  const before = await all();
  const calls = await change();
  return { calls, before, after: await all() };
}

function wireEffect({ calls, before, after }: PriceEffect) {
  return {
    calls,
    before_usd: formatNanoDecimal(before.costNano ?? 0n),
    after_usd: formatNanoDecimal(after.costNano ?? 0n),
    unpriced_tokens_before: before.unpricedTokens,
    unpriced_tokens_after: after.unpricedTokens,
  };
}
