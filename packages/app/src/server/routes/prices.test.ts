import type { WireError, WirePriceEffect, WirePrices } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking } from '../../../test/asking.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

const at = (text: string) => Date.parse(text);

describe('prices', () => {
  const price = { model: 'nobody-knows-9', rates: { input: '2', output: '10', cache_read: '0.2' } };
  beforeEach(() => {
    const when = at('2026-11-17T10:00:00Z');
    asking.house.ledger.add(
      { at: when, usage: { input: 1_000_000 } },
      {
        at: when,
        model: 'nobody-knows-9',
        seller: '',
        usage: { input: 1_000_000, output: 100_000, cacheRead: 500_000 },
      },
      { at: at('2026-10-01T10:00:00Z'), model: 'nobody-knows-9', seller: '', usage: { input: 1_000_000 } },
    );
  });

  test('show models in use, unpriced ones first, each with what it costs', async () => {
    const { body } = await asking.get<WirePrices>('/api/prices');
    expect(body.catalogue_from).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(body.models).toMatchObject([
      { model: 'nobody-knows-9', unpriced_tokens: 2_600_000, price: null, match: null, context_window: null },
      { model: 'claude-opus-4-5', match: expect.any(String), price: { origin: 'catalogue', rates: { input: '5' } } },
    ]);
    expect(body.overrides).toEqual([]);
    expect((await asking.get<WirePrices>('/api/models?since=2026-11-01')).body.models[0]).toMatchObject({
      tokens: 1_600_000,
    });
  });

  test('preview what setting one would change, then set it with just that effect', async () => {
    const effect = {
      calls: 2,
      before_usd: '5.000000000',
      after_usd: '10.100000000',
      unpriced_tokens_before: 2_600_000,
      unpriced_tokens_after: 0,
    };
    expect((await asking.send<WirePriceEffect>('POST', '/api/prices/preview', price)).body).toEqual(effect);
    expect((await asking.get<WirePrices>('/api/prices')).body.overrides).toEqual([]);
    expect(asking.house.ingest.announced).toEqual([]);
    expect((await asking.send<WirePriceEffect>('PUT', '/api/prices', price)).body).toEqual(effect);
    // Other screens hear of it too.
    expect(asking.house.ingest.announced).toEqual([2]);
    const { body } = await asking.get<WirePrices>('/api/prices');
    expect(body.overrides).toEqual([
      {
        id: 'user:nobody-knows-9',
        seller: '',
        model: 'nobody-knows-9',
        from: null,
        rates: { input: '2', output: '10', cache_read: '0.2', cache_write_5m: null, cache_write_1h: null },
        tiers: [],
        origin: 'user',
      },
    ]);
    expect(body.models.every((model) => model.unpriced_tokens === 0)).toBe(true);
  });

  test('hold from their day on', async () => {
    const dated = { ...price, from: '2026-11-01' };
    const effect = { calls: 1, after_usd: '8.100000000', unpriced_tokens_after: 1_000_000 };
    expect((await asking.send<WirePriceEffect>('POST', '/api/prices/preview', dated)).body).toMatchObject(effect);
    expect((await asking.send<WirePriceEffect>('PUT', '/api/prices', dated)).body).toMatchObject(effect);
  });

  test('preview a new amount of a price that is there, and one that a later price ends', async () => {
    await asking.send<WirePriceEffect>('PUT', '/api/prices', { ...price, from: '2026-11-01' });
    const dearer = { ...price, from: '2026-11-01', rates: { ...price.rates, input: '4' } };
    expect((await asking.send<WirePriceEffect>('POST', '/api/prices/preview', dearer)).body).toMatchObject({
      calls: 1,
      after_usd: '10.100000000',
    });
    const always = await asking.send<WirePriceEffect>('POST', '/api/prices/preview', price);
    expect(always.body).toMatchObject({ calls: 1, after_usd: '10.100000000', unpriced_tokens_after: 0 });
    expect((await asking.send<WirePriceEffect>('PUT', '/api/prices', price)).body).toEqual(always.body);
  });

  test('mend what a wrong one of the catalogue said, cache writes included', async () => {
    asking.house.ledger.add({
      at: at('2026-11-17T11:00:00Z'),
      usage: { cacheWrite5m: 1_000_000, cacheWrite1h: 1_000_000 },
    });
    const own = { seller: 'anthropic', model: 'claude-opus-4-5', rates: { input: '1', output: '1' } };
    const preview = await asking.send<WirePriceEffect>('POST', '/api/prices/preview', own);
    expect(preview.body.calls).toBe(2);
    expect((await asking.send<WirePriceEffect>('PUT', '/api/prices', own)).body).toEqual(preview.body);
  });

  test('change nothing for a model nobody used', async () => {
    const other = { ...price, model: 'unused-1' };
    const { body } = await asking.send<WirePriceEffect>('POST', '/api/prices/preview', other);
    expect(body).toMatchObject({ calls: 0, before_usd: '5.000000000', after_usd: '5.000000000' });
  });

  test('are removed again', async () => {
    await asking.send<WirePriceEffect>('PUT', '/api/prices', price);
    const response = await asking.app.request('/api/prices?model=nobody-knows-9', { method: 'DELETE' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      calls: 2,
      after_usd: '5.000000000',
      unpriced_tokens_after: 2_600_000,
    });
    expect((await asking.app.request('/api/prices?model=nobody-knows-9', { method: 'DELETE' })).status).toBe(404);
  });

  test.each([
    [{ ...price, model: ' ' }, 'model'],
    [{ ...price, from: 'today' }, 'from'],
    [{ ...price, from: '' }, 'from'],
    [{ ...price, rates: { output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: 2, output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: '-2', output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: '1', output: '1e3' } }, 'rates.output'],
    [{ ...price, rates: { ...price.rates, cache_read: '0.1234567' } }, 'rates.cache_read'],
    [{ ...price, rates: { ...price.rates, reasoning: '1' } }, 'rates.reasoning'],
  ])('refuse %j, naming %s', async (body, path) => {
    for (const [method, url] of [
      ['PUT', '/api/prices'],
      ['POST', '/api/prices/preview'],
    ] as const) {
      const answer = await asking.send<WireError>(method, url, body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.path).toBe(path);
    }
    expect((await asking.get<WirePrices>('/api/prices')).body.overrides).toEqual([]);
  });
});
