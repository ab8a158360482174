import { describe, expect, it } from 'vitest';
import { TokenmeterError } from '../errors.ts';
import type { PriceOverride } from '../ledger.ts';
import type { Rateable } from './price.ts';
import { createPriceBook } from './price-book.ts';

const JUNE = Date.UTC(2026, 5, 1);
const JULY = Date.UTC(2026, 6, 1);

const override = (more: Partial<PriceOverride> = {}): PriceOverride => ({
  seller: '',
  model: 'my-model',
  from: 0,
  inputPerMillion: '1',
  outputPerMillion: '2',
  ...more,
});

const call = (model: string, more: Partial<Rateable> = {}): Rateable => ({
  agent: '',
  seller: '',
  model,
  at: JUNE,
  usage: { input: 1_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
  tier: '',
  geo: '',
  webSearches: 0,
  ...more,
});

describe('the user’s own prices', () => {
  it('price a model nobody else knows', () => {
    const book = createPriceBook({ overrides: [override()] });
    expect(book.rate(call('my-model'))).toMatchObject({
      totalNano: 1_000_000_000,
      match: 'exact',
      priceId: 'user:my-model',
    });
    expect(book.rate(call('My-Model', { seller: 'anything' }))?.totalNano).toBe(1_000_000_000);
    expect(createPriceBook().rate(call('my-model'))).toBeUndefined();
  });

  it('win over the catalogue from their day on, and the catalogue holds before it', () => {
    const book = createPriceBook({
      overrides: [override({ model: 'claude-opus-5', seller: 'anthropic', from: JULY })],
    });
    expect(book.rate(call('claude-opus-5', { at: JULY - 1 }))?.totalNano).toBe(5_000_000_000);
    expect(book.rate(call('claude-opus-5', { at: JULY }))).toMatchObject({
      totalNano: 1_000_000_000,
      priceId: 'user:anthropic/claude-opus-5@2026-07-01',
    });
  });

  it('follow one another by date', () => {
    const book = createPriceBook({
      overrides: [override({ from: JULY, inputPerMillion: '3' }), override({ from: JUNE })],
    });
    const at = (day: number) => book.rate(call('my-model', { at: day }))?.totalNano;
    expect([at(JUNE - 1), at(JUNE), at(JULY)]).toEqual([undefined, 1_000_000_000, 3_000_000_000]);
  });

  it('hold for other spellings of the model, as an alias', () => {
    const book = createPriceBook({ overrides: [override({ model: 'claude-opus-4-5' })] });
    expect(book.rate(call('claude-opus-4-5-20251101'))).toMatchObject({ totalNano: 1_000_000_000, match: 'alias' });
  });

  it('do not reach over to another seller', () => {
    const book = createPriceBook({ overrides: [override({ seller: 'zai', model: 'glm-5.3' })] });
    expect(book.rate(call('glm-5.3', { seller: 'zai' }))?.totalNano).toBe(1_000_000_000);
    expect(book.rate(call('glm-5.3', { seller: 'zhipuai' }))?.totalNano).toBe(1_103_000_000);
  });

  it('prefer the seller named over any seller', () => {
    const book = createPriceBook({
      overrides: [override({ model: 'glm-5.3' }), override({ seller: 'z-ai', model: 'glm-5.3', inputPerMillion: '9' })],
    });
    expect(book.rate(call('glm-5.3', { seller: 'zai' }))?.totalNano).toBe(9_000_000_000);
    expect(book.rate(call('glm-5.3', { seller: 'zhipuai' }))?.totalNano).toBe(1_000_000_000);
  });

  it('are prices of the standard tier: what is known of others applies on top, what is not is flagged', () => {
    const book = createPriceBook({ overrides: [override({ model: 'claude-opus-4-7' }), override()] });
    expect(book.rate(call('claude-opus-4-7', { tier: 'fast' }))?.totalNano).toBe(6_000_000_000);
    expect(book.rate(call('my-model', { tier: 'fast' }))).toMatchObject({ totalNano: 1_000_000_000, match: 'family' });
  });

  it('are listed before all others', () => {
    const [first] = createPriceBook({ overrides: [override({ from: JUNE })] }).list();
    expect(first).toMatchObject({ id: 'user:my-model@2026-06-01', origin: 'user' });
  });

  it.each([
    ['inputPerMillion', { inputPerMillion: 'three' }],
    ['outputPerMillion', { outputPerMillion: '-1' }],
    ['cacheReadPerMillion', { cacheReadPerMillion: '0.00000001' }],
    ['model', { model: ' ' }],
    ['from', { from: Number.NaN }],
  ])('are refused with what is wrong in %s', (_field, wrong) => {
    expect(() => createPriceBook({ overrides: [override(wrong)] })).toThrow(TokenmeterError);
    expect(() => createPriceBook({ overrides: [override(wrong)] })).toThrow(
      expect.objectContaining({ code: 'bad-price' }),
    );
  });
});

describe('version', () => {
  it('changes with any price and with nothing else', () => {
    const version = (...overrides: PriceOverride[]) => createPriceBook({ overrides }).version;
    const other = override({ model: 'b' });
    expect(version(override(), other)).toBe(version(other, override()));
    const all = [
      version(),
      version(override()),
      version(override({ inputPerMillion: '1.1' })),
      version(override({ cacheReadPerMillion: '1' })),
      version(override({ cacheWrite5mPerMillion: '1' })),
      version(override({ from: JUNE })),
      version(override({ seller: 'zai' })),
      version(override(), other),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
