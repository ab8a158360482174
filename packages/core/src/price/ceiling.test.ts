import { describe, expect, it } from 'vitest';
import type { Model } from './catalogue.ts';
import { Ceilings } from './ceiling.ts';
import type { Price } from './price.ts';

const model = (id: string, ...prices: Pick<Price, 'rates' | 'tiers'>[]): Model => ({
  seller: 'seller',
  id,
  names: [],
  contextWindow: undefined,
  prices: () =>
    prices.map((price) => ({
      ...price,
      id,
      seller: 'seller',
      model: id,
      from: 0,
      webSearchNano: 7,
      origin: 'catalogue',
    })),
});

const MODELS = [
  model('wren-1', { rates: { input: 10, output: 20, cacheRead: 1 }, tiers: [] }),
  model('wren-2', {
    rates: { input: 4, output: 30 },
    tiers: [{ aboveTokens: 100, rates: { input: 8, output: 60 } }],
  }),
  model('maker/wren-3'),
  model('claude-owl', { rates: { input: 100, output: 5 }, tiers: [] }),
];

describe('Ceilings', () => {
  it('take the dearest rate of every bucket, long context included, of the whole family', () => {
    const { id, rates, webSearchNano } = new Ceilings(() => MODELS).of('wren-9-preview');
    expect(id).toBe('ceiling:wren');
    expect(rates).toEqual({ input: 10, output: 60, cacheRead: 8, cacheWrite5m: 10, cacheWrite1h: 10 });
    expect(webSearchNano).toBe(7);
  });

  it('take the dearest of all where no model is of the family', () => {
    const ceilings = new Ceilings(() => MODELS);
    expect(ceilings.of('robin')).toMatchObject({
      id: 'ceiling:any',
      rates: { input: 100, output: 60, cacheWrite1h: 200 },
    });
    expect(ceilings.of('<synthetic>')).toEqual(ceilings.of('robin'));
  });
});
