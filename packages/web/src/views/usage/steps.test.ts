import { keysBetween, startOfDay } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { NO_FIGURES } from '../../figures.ts';
import type { Step } from './model.ts';
import { allowanceOf, axisLabels, stepChange, stepName } from './steps.ts';

const tz = 'Europe/Berlin';
const dates = { now: Date.parse('2026-11-21T14:32:08+01:00'), tz };
const steps = (unit: 'hour' | 'day' | 'week' | 'month', from: string, to: string, current: string): Step[] =>
  keysBetween(unit, startOfDay(from, tz), startOfDay(to, tz), tz).map((key) => ({
    key,
    state: key === current ? 'current' : key < current ? 'past' : 'future',
    figures: NO_FIGURES,
  }));
const shown = (labels: (string | undefined)[]) => labels.filter((label) => label !== undefined);

describe('axisLabels()', () => {
  it('names 1, 5, 10 ... of a month, and today in place of its neighbour', () => {
    expect(shown(axisLabels(steps('day', '2026-11-01', '2026-12-01', '2026-11-21'), 'day', dates))).toEqual([
      '1',
      '5',
      '10',
      '15',
      '21',
      '25',
      '30',
    ]);
  });

  it('lets the 31st win over the 30th', () => {
    expect(shown(axisLabels(steps('day', '2026-10-01', '2026-11-01', 'none'), 'day', dates))).toEqual([
      '1',
      '5',
      '10',
      '15',
      '20',
      '25',
      '31',
    ]);
  });

  it('names the days of a week', () => {
    expect(axisLabels(steps('day', '2026-11-16', '2026-11-23', '2026-11-21'), 'day', dates)).toEqual([
      'Mon',
      'Tue',
      'Wed',
      'Thu',
      'Fri',
      'Sat',
      'Sun',
    ]);
  });

  it('names every sixth hour and the present one', () => {
    expect(shown(axisLabels(steps('hour', '2026-11-21', '2026-11-22', '2026-11-21T14'), 'hour', dates))).toEqual([
      '00',
      '06',
      '12',
      '14',
      '18',
    ]);
  });

  it('names months where they begin', () => {
    const weeks = axisLabels(steps('week', '2026-09-07', '2026-11-23', 'none'), 'week', dates);
    expect(shown(weeks)).toEqual(['Sep', 'Oct', 'Nov']);
    const months = axisLabels(steps('month', '2025-03-02', '2026-11-22', '2026-11'), 'month', dates);
    expect(shown(months)).toEqual(['Mar', 'Apr', 'Jul', 'Oct', '2026', 'Apr', 'Jul', 'Oct']);
  });
});

describe('stepName() and stepChange()', () => {
  it('name a step and where it leads', () => {
    expect(stepName('2026-11-21T23', 'hour', dates)).toBe('23:00 – 00:00');
    expect(stepName('2026-10-25T02+01:00', 'hour', dates)).toBe('02:00 – 03:00 (UTC+01:00)');
    expect(stepName('2026-11-18', 'day', dates)).toBe('Nov 18');
    expect(stepChange('2026-11-18', 'day')).toMatchObject({ window: 'day', at: '2026-11-18' });
    expect(stepChange('2026-11-18T10', 'hour')).toBeUndefined();
  });
});

describe('allowanceOf()', () => {
  it('spreads the cap that fits the measure over the days', () => {
    const limits = [
      { of: 'money', nano: 600_000_000_000n },
      { of: 'tokens', tokens: 3_000_000 },
    ] as const;
    expect(allowanceOf(limits, 'cost', 30)).toBe(20_000_000_000n);
    expect(allowanceOf(limits, 'tokens', 30)).toBe(100_000);
    expect(allowanceOf([], 'cost', 30)).toBeUndefined();
  });
});
