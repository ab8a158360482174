/** The price book for the page tests: one model without a price. Setting one mends the totals of the test server's calls. */
import type { IncomingMessage } from 'node:http';
import type { WirePrice, WirePriceSet, WirePrices } from '@tokenmeter/core';
import { HEALTH, type TestServer } from './serve.ts';

export const UNPRICED = 'gemini-3-flash-preview';

export const price = (model: string, input: string, output: string, change: Partial<WirePrice> = {}): WirePrice => ({
  id: `anthropic/${model}`,
  seller: 'anthropic',
  model,
  from: null,
  rates: { input, output, cache_read: '0.5', cache_write_5m: '6.25', cache_write_1h: '10' },
  tiers: [],
  origin: 'catalogue',
  ...change,
});
type Model = WirePrices['models'][number];
const model = (name: string, found: WirePrice | null, change: Partial<Model> = {}): Model => ({
  agent: 'claude-code',
  seller: 'anthropic',
  model: name,
  calls: 90,
  tokens: 12_000_000,
  unpriced_tokens: 0,
  match: found ? 'exact' : null,
  price: found,
  context_window: 200_000,
  ...change,
});

/** The prices as the server would tell them now. */
function listPrices(overrides: readonly WirePrice[]): WirePrices {
  const own = overrides.find((override) => override.model === UNPRICED) ?? null;
  const google = { agent: 'gemini-cli', seller: 'google', calls: 3, tokens: 1_900_000 };
  return {
    catalogue_from: '2026-11-20',
    version: '2026-11-20',
    models: [
      model(UNPRICED, own, { ...google, unpriced_tokens: own ? 0 : 1_900_000 }),
      model('claude-opus-4-6', price('claude-opus-4-6', '5', '25')),
      model('claude-opus-9', price('claude-opus-4-6', '5', '25'), { match: 'family' }),
    ],
    overrides,
  };
}

/** Prices the tokens that had no price, as the ledger does when it rates calls anew. */
function rateAnew(server: TestServer, set: WirePriceSet | undefined): void {
  server.calls = server.calls.map((call) => {
    if (call.model !== UNPRICED) return call;
    if (!set) return { ...call, cost: undefined };
    const nano = (tokens: number, rate: string | undefined) => BigInt(Math.round(tokens * Number(rate ?? 0) * 1000));
    const { input, output, cache_read } = set.rates;
    return {
      ...call,
      cost: [nano(call.input, input), nano(call.cacheRead, cache_read ?? input), 0n, nano(call.output, output)],
    };
  });
  server.health = { ...HEALTH, unpriced_models: set ? 0 : 1 };
}

const effect = (before: string, after: string, left: number) => ({
  calls: 3,
  before_usd: before,
  after_usd: after,
  unpriced_tokens_before: 1_900_000,
  unpriced_tokens_after: left,
});

export async function readBody<T>(request: IncomingMessage): Promise<T> {
  let text = '';
  for await (const part of request) text += String(part);
  return JSON.parse(text) as T;
}

/** Puts these answers in front of a server's own; `own` are prices that the user has set before. */
export function servePrices(server: TestServer, own: readonly WirePrice[] = []): void {
  server.answers.set('/api/prices', async (url, request) => {
    if (request.method === 'PUT') {
      const set = await readBody<WirePriceSet>(request);
      rateAnew(server, set);
      const { input, output, cache_read = null } = set.rates;
      const rates = { input, output, cache_read, cache_write_5m: null, cache_write_1h: null };
      own = [price(set.model, input, output, { id: `user:${set.model}`, seller: '', origin: 'user', rates })];
      return effect('468.180000000', '470.020000000', 0);
    }
    if (request.method === 'DELETE') {
      if (url.searchParams.get('model') !== UNPRICED) return undefined;
      own = [];
      rateAnew(server, undefined);
      return effect('470.020000000', '468.180000000', 1_900_000);
    }
    return listPrices(own);
  });
  server.answers.set('/api/prices/preview', () => effect('468.180000000', '470.020000000', 0));
}
