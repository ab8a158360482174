import { describe, expect, it } from 'vitest';
import { formatDollarsPerMillion } from './decimal.ts';
import { importPrices, PRICE_FILE_SCHEMA } from './import-prices.ts';
import { createPriceBook } from './price-book.ts';

const TODAY = Date.UTC(2026, 10, 21);
const book = createPriceBook();
const own = (...prices: unknown[]) => ({ schema: PRICE_FILE_SCHEMA, prices });
const provider = (id: string, model: string, prices: unknown) => [{ id, models: [{ id: model, prices }] }];

describe('importPrices()', () => {
  it('reads our own file: a new model holds for ever, a change of a known one from the day of import', () => {
    const file = own(
      { model: 'brand-new', input: '3', output: 15, cache_read: '0.3' },
      { seller: 'anthropic', model: 'claude-opus-5', input: '6', output: '30' },
      { seller: 'anthropic', model: 'claude-opus-4-8', from: '2026-12-01', input: '6', output: '30' },
    );
    expect(importPrices(file, book, { asOf: TODAY }).overrides).toMatchObject([
      {
        seller: '',
        model: 'brand-new',
        from: 0,
        inputPerMillion: '3',
        outputPerMillion: '15',
        cacheReadPerMillion: '0.3',
      },
      { seller: 'anthropic', model: 'claude-opus-5', from: TODAY, inputPerMillion: '6' },
      { seller: 'anthropic', model: 'claude-opus-4-8', from: Date.UTC(2026, 11, 1) },
    ]);
  });

  it('reads a list of providers and leaves alone what the book already says', () => {
    const same = provider('github-copilot', 'kimi-k3', { input_mtok: 3, output_mtok: 15, cache_read_mtok: 0.3 });
    expect(importPrices(same, book, { asOf: TODAY })).toEqual({
      overrides: [],
      unchanged: 1,
      skipped: [],
      refused: [],
    });
    const dated = provider('anthropic', 'claude-opus-5', [
      { prices: { input_mtok: 5, output_mtok: 25 } },
      { constraint: { start_date: '2026-12-01' }, prices: { input_mtok: 4.18, output_mtok: 20 } },
    ]);
    expect(importPrices(dated, book, { asOf: TODAY }).overrides.at(-1)).toMatchObject({
      from: Date.UTC(2026, 11, 1),
      inputPerMillion: '4.18',
    });
  });

  it('reads a bare list of prices, amounts apart or not', () => {
    const list = [
      { model: 'a', rates: { input: '1', output: '2', cache_write: '3' } },
      { model: 'b', input: 1, output: 2 },
    ];
    const { overrides } = importPrices(list, book, { asOf: TODAY });
    expect(overrides.map((price) => [price.model, price.outputPerMillion, price.cacheWrite5mPerMillion])).toEqual([
      ['a', '2', '3'],
      ['b', '2', undefined],
    ]);
  });

  it('takes the undated one of several prices for the oldest', () => {
    const file = own(
      { seller: 'openai', model: 'o3', input: '10', output: '40', cache_read: '0.5' },
      { seller: 'openai', model: 'o3', from: '2025-06-10', input: '2', output: '8', cache_read: '0.5' },
    );
    expect(importPrices(file, book, { asOf: TODAY })).toEqual({
      overrides: [],
      unchanged: 2,
      skipped: [],
      refused: [],
    });
  });

  it('changes nothing when it reads the book’s own listing', () => {
    const dollars = (pico: number | undefined) => (pico === undefined ? null : formatDollarsPerMillion(pico));
    const listing = book.list().map(({ seller, model, from, hours, tiers, rates }) => ({
      seller,
      model,
      from: from === 0 ? null : new Date(from).toISOString().slice(0, 10),
      hours,
      tiers,
      rates: {
        input: dollars(rates.input),
        output: dollars(rates.output),
        cache_read: dollars(rates.cacheRead),
        cache_write_5m: dollars(rates.cacheWrite5m),
        cache_write_1h: dollars(rates.cacheWrite1h),
      },
    }));
    for (const asOf of [TODAY, TODAY + 2 * 3_600_000, TODAY + 12 * 3_600_000]) {
      const result = importPrices(own(...listing), book, { asOf });
      expect(result.overrides).toEqual([]);
      expect(result.refused).toEqual([]);
      expect(result.unchanged + result.skipped.length).toBe(book.list().length);
    }
  });

  it('makes overrides that the book takes', () => {
    const { overrides } = importPrices(own({ model: 'brand-new', input: '3', output: '15' }), book, { asOf: TODAY });
    const changed = createPriceBook({ overrides });
    expect(changed.find('', '', 'brand-new', TODAY)?.price.rates.output).toBe(15_000_000);
  });

  it.each([
    ['more than threefold up', { input: '15.000001', output: '25' }, 'input would move from 5 to 15.000001'],
    ['less than a third', { input: '5', output: '8.333333' }, 'output would move from 25 to 8.333333'],
    ['to nothing', { input: '0', output: '25' }, 'input would move from 5 to 0'],
  ])('refuses a move %s unless forced', (_name, prices, reason) => {
    const file = own({ seller: 'anthropic', model: 'claude-opus-5', ...prices });
    const result = importPrices(file, book, { asOf: TODAY });
    expect(result).toMatchObject({ overrides: [], refused: [{ model: 'claude-opus-5', reason }] });
    expect(importPrices(file, book, { asOf: TODAY, isForced: true })).toMatchObject({ refused: [], overrides: [{}] });
  });

  it('says what it left out because a price of one’s own cannot express it', () => {
    const tiered = { input_mtok: { base: 1, tiers: [{ start: 5, price: 2 }] }, output_mtok: 3 };
    const hours = [
      { constraint: { start_time: '01:00:00Z', end_time: '02:00:00Z' }, prices: { input_mtok: 1, output_mtok: 1 } },
    ];
    const files = [provider('x', 'a', tiered), provider('x', 'b', hours), provider('x', 'c', {})];
    const reasons = files.flatMap((file) =>
      importPrices(file, book, { asOf: TODAY }).skipped.map((note) => note.reason),
    );
    expect(reasons).toEqual([
      'has long-context prices',
      'has prices by the hour of the day',
      'has no price for tokens',
    ]);
  });

  it.each([
    ['the file', {}],
    ['the file', 'text'],
    ['the file', { schema: 'other', prices: [] }],
    ['prices[0].model', own({ input: '1', output: '1' })],
    ['prices[0].output', own({ model: 'm', input: '1' })],
    ['prices[1].input', own({ model: 'm', input: '1', output: '1' }, { model: 'm', input: '0.0000001', output: '1' })],
    ['prices[0].from', own({ model: 'm', input: '1', output: '1', from: '21.11.2026' })],
    ['prices[0].from', own({ model: 'm', input: '1', output: '1', from: '2026-02-31' })],
    ['prices[0].model', [{ id: 'x' }]],
    ['[1]', [{ id: 'x', models: [] }, { id: 'y' }]],
    ['[0].models[0].prices.input_mtok', provider('x', 'm', { input_mtok: -1 })],
  ])('names %s when that is wrong', (path, file) => {
    expect(() => importPrices(file, book, { asOf: TODAY })).toThrow(
      expect.objectContaining({ code: 'bad-price', message: expect.stringContaining(path) }),
    );
  });
});
