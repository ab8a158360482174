import type { WireCost, WireCostFigures, WireCostPart, WireCostRow } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { measureOf, readCost } from './figures.ts';
import { rank } from './ranked.ts';

const part = (tokens: number, cost: string | null): WireCostPart => ({
  tokens,
  tokens_in: tokens - 10,
  tokens_out: 10,
  count: 1,
  cost_usd: cost,
  cost_complete: cost !== null,
  unpriced_tokens: cost === null ? tokens : 0,
});
const nothing: WireCostPart = { ...part(0, '0'), tokens_in: 0, tokens_out: 0, count: 0 };

function figures(tokens: number, cost: string | null, told?: WireCostPart): WireCostFigures {
  return {
    ...part(tokens, cost),
    input: 0,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: 0,
    reasoning: null,
    calls: 1,
    events: 0,
    inexact_tokens: 0,
    measured: part(tokens - (told?.tokens ?? 0), cost),
    reported: told ?? nothing,
    estimated: nothing,
    superseded: nothing,
  };
}

function answer(...rows: readonly (readonly [id: string, figures: WireCostFigures])[]): WireCost {
  const whole = figures(1, '1');
  return {
    by: 'repo',
    generated_at: '2026-11-21T13:32:08.000Z',
    period: { since: null, until: null, tz: 'UTC' },
    closed: false,
    totals: whole,
    linked: whole,
    // -- a row has some twenty more fields that ranking does not look at
    rows: rows.map(([id, own]) => ({ id, name: id, ...own }) as WireCostRow),
    rest: null,
    repos: 1,
    runs: 1,
    last_event_at: null,
    prices_from: '2026-11-20',
    unpriced_models: 0,
  };
}

describe('rank()', () => {
  const mixed = answer(
    ['', figures(900, '90')],
    ['unpriced', figures(800, null)],
    ['small', figures(100, '1')],
    ['large', figures(300, '9')],
  );

  it('puts the dearest first, then what has no price, and last what belongs to nothing', () => {
    expect(rank(mixed, 'cost').rows.map(({ id }) => id)).toEqual(['large', 'small', 'unpriced', '']);
  });

  it('goes by tokens where tokens are asked for: then a missing price is no reason to be late', () => {
    expect(rank(mixed, 'tokens').rows.map(({ id }) => id)).toEqual(['unpriced', 'large', 'small', '']);
  });

  it('gives shares that add up to 100, and no bar to what has no price', () => {
    const { rows } = rank(mixed, 'cost');
    expect(rows.map(({ share }) => share)).toEqual(['9%', '1%', '0%', '90%']);
    expect(rows.find(({ id }) => id === 'unpriced')?.length).toBe(0);
    expect(rows.find(({ id }) => id === '')?.length).toBe(1);
  });

  it('splits a bar into what was measured and what was only reported', () => {
    const { rows } = rank(answer(['a', figures(400, '4', part(100, '1'))]), 'tokens');
    expect(rows[0]?.parts).toEqual([
      { kind: 'in', weight: 290 },
      { kind: 'out', weight: 10 },
      { kind: 'told', weight: 100 },
    ]);
  });
});

describe('measureOf()', () => {
  it('goes by tokens where nothing has a price', () => {
    expect(measureOf('cost', readCost(figures(10, null)))).toBe('tokens');
    expect(measureOf('cost', readCost(figures(10, '0')))).toBe('cost');
    expect(measureOf('cost', readCost(figures(0, null)))).toBe('cost');
  });
});
