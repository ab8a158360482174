import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNanoDecimal } from './money.ts';
import { NO_COST, type Totals } from './query.ts';
import { wireInstant, wireQueryResult, wireTotals } from './wire.ts';

const totals: Totals = {
  calls: 2,
  usage: { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4000, output: 50_000, reasoning: 40 },
  reasoningComplete: true,
  toolCalls: 3,
  costNano: 12_345_678_901n,
  cost: { ...NO_COST, output: 12_345_678_901n },
  unpricedTokens: 0,
  inexactTokens: 0,
};

describe('wireTotals()', () => {
  it('spells the machine contract', () => {
    expect(wireTotals(totals)).toEqual({
      calls: 2,
      input: 1,
      cache_read: 20,
      cache_write_5m: 300,
      cache_write_1h: 4000,
      output: 50_000,
      reasoning: 40,
      reasoning_complete: true,
      tokens: 54_321,
      tool_calls: 3,
      cost_usd: '12.345678901',
      cost_complete: true,
      unpriced_tokens: 0,
      inexact_tokens: 0,
      cost_parts: {
        input: '0.000000000',
        cache_read: '0.000000000',
        cache_write: '0.000000000',
        output: '12.345678901',
        other: '0.000000000',
      },
    });
  });

  it('says null, never zero, where nobody told reasoning or nothing has a price', () => {
    const unknown = {
      ...totals,
      usage: { ...totals.usage, reasoning: undefined },
      costNano: null,
      unpricedTokens: 54_321,
    };
    expect(wireTotals(unknown)).toMatchObject({
      reasoning: null,
      cost_usd: null,
      cost_complete: false,
      unpriced_tokens: 54_321,
    });
    expect(wireTotals({ ...totals, costNano: 0n, usage: { ...totals.usage, reasoning: 0 } })).toMatchObject({
      reasoning: 0,
      cost_usd: '0.000000000',
    });
  });

  it('says that a cost is not complete while any token has no price', () => {
    expect(wireTotals({ ...totals, unpricedTokens: 1 }).cost_complete).toBe(false);
  });

  it('survives JSON without losing a nano-dollar', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), (costNano) => {
        const sent = JSON.parse(JSON.stringify(wireTotals({ ...totals, costNano })));
        expect(parseNanoDecimal(sent.cost_usd)).toBe(costNano);
      }),
    );
  });
});

describe('wireQueryResult()', () => {
  it('names its schema and gives each row its key beside its figures', () => {
    const result = {
      since: Date.UTC(2026, 5, 1),
      until: null,
      tz: 'Europe/Berlin',
      totals,
      rows: [{ ...totals, key: { day: '2026-06-01', model: 'gpt-5.5' } }],
    };
    expect(wireQueryResult(result, Date.UTC(2026, 6, 1))).toEqual({
      schema: 'tokenmeter.usage/1',
      generated_at: '2026-07-01T00:00:00.000Z',
      period: { since: '2026-06-01T00:00:00.000Z', until: null, tz: 'Europe/Berlin' },
      totals: wireTotals(totals),
      rows: [{ key: { day: '2026-06-01', model: 'gpt-5.5' }, ...wireTotals(totals) }],
    });
  });
});

describe('wireInstant()', () => {
  it('writes ISO 8601 in UTC and null for no instant', () => {
    expect(wireInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect([wireInstant(null), wireInstant(undefined)]).toEqual([null, null]);
  });
});
