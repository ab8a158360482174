import { describe, expect, it } from 'vitest';
import { NO_FIGURES } from '../../figures.ts';
import { limitsFor, nearestThreshold } from './threshold.ts';

const settings = { monthly_cap_usd: '600', usage_threshold_tokens: null, usage_reset: 'week' } as const;
const spent = (dollars: string) => ({
  ...NO_FIGURES,
  tokens: 1,
  cost: BigInt(Math.round(Number(dollars) * 100)) * 10_000_000n,
});

describe('limitsFor()', () => {
  it('holds the monthly cap against months only', () => {
    expect(limitsFor('month', settings)).toEqual([{ of: 'money', nano: 600_000_000_000n }]);
    for (const kind of ['day', 'week', 'all', 'range']) expect(limitsFor(kind, settings)).toEqual([]);
  });

  it('holds the token threshold against the period it resets with', () => {
    const both = { ...settings, usage_threshold_tokens: 1_000_000 };
    expect(limitsFor('week', both)).toEqual([{ of: 'tokens', tokens: 1_000_000 }]);
    expect(limitsFor('month', both)).toHaveLength(1);
    expect(limitsFor('month', { ...both, usage_reset: 'month' })).toHaveLength(2);
  });

  it('knows no limit before settings came or where none is set', () => {
    expect(limitsFor('month', undefined)).toEqual([]);
    expect(limitsFor('month', { ...settings, monthly_cap_usd: null })).toEqual([]);
  });
});

describe('nearestThreshold()', () => {
  const levelAt = (dollars: string) => nearestThreshold(spent(dollars), limitsFor('month', settings))?.level;

  it('steps strictly above 70, 85 and 95 percent of the unrounded value', () => {
    // 70 % of $600 is $420, and so on; each line is not yet crossed at the very number.
    expect(['420.0', '420.06', '510.0', '510.06', '570.0', '570.06', '792.0'].map(levelAt)).toEqual([
      'ok',
      'watch',
      'watch',
      'near',
      'near',
      'critical',
      'critical',
    ]);
  });

  it('takes the limit nearest to being reached', () => {
    const limits = limitsFor('month', { ...settings, usage_threshold_tokens: 100, usage_reset: 'month' });
    expect(nearestThreshold({ ...spent('60.0'), tokens: 90 }, limits)).toMatchObject({
      ratio: 0.9,
      limit: { of: 'tokens' },
    });
    expect(nearestThreshold({ ...spent('600.0'), tokens: 90 }, limits)).toMatchObject({
      ratio: 1,
      limit: { of: 'money' },
    });
  });

  it('is nothing where the spend is unknown', () => {
    expect(nearestThreshold({ ...NO_FIGURES, tokens: 5, cost: null }, limitsFor('month', settings))).toBeUndefined();
  });
});
