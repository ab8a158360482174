import { describe, expect, it } from 'vitest';
import { NO_FIGURES } from '../../figures.ts';
import { type PeriodSetting, periodOf } from '../../period.ts';
import { readView } from '../../url-state.ts';
import type { Forecast } from './forecast.ts';
import { forecastSentence, heroCaption, moneyParts, typeNote } from './words.ts';

const setting: PeriodSetting = {
  now: Date.parse('2026-11-21T14:32:08+01:00'),
  tz: 'Europe/Berlin',
  weekStart: 'monday',
  firstCallAt: Date.parse('2025-03-02T09:00:00+01:00'),
};
const period = (search: string) => periodOf(readView(search), setting);
const dollars = (amount: number) => BigInt(Math.round(amount * 100)) * 10_000_000n;
const say = (forecast: Forecast | undefined, search = '', cap: bigint | undefined = dollars(600)) =>
  forecastSentence(forecast, period(search), cap, setting, {})
    .map(({ text }) => text)
    .join('');

describe('forecastSentence()', () => {
  it('is one of the seven sentences', () => {
    expect(say({ kind: 'passing', total: dollars(690.96), capInDays: 6 })).toBe(
      'On pace for $691 by Nov 30, passing the $600 soft cap around Nov 27.',
    );
    expect(say({ kind: 'under', total: dollars(412) })).toBe('On pace for $412 by Nov 30, under the $600 soft cap.');
    expect(say({ kind: 'uncapped', total: dollars(412.4) }, '', undefined)).toBe('On pace for $412 by Nov 30.');
    expect(say({ kind: 'passed', onDay: 25, total: undefined })).toBe('The $600 soft cap was passed on Nov 26.');
    expect(say({ kind: 'early' })).toBe('Too early to forecast. Comes after 3 days of data.');
    expect(say({ kind: 'over-at-end', by: dollars(134) }, '?at=2026-10')).toBe('$134 over the $600 cap.');
    expect(say({ kind: 'under-at-end', by: dollars(188) }, '?at=2026-10')).toBe('$188 under the $600 cap.');
  });

  it('is silent for all time', () => {
    expect(say({ kind: 'uncapped', total: 1n }, '?w=all')).toBe('');
    expect(say(undefined)).toBe('');
  });

  it('keeps the cents of a cap and of small forecasts', () => {
    expect(say({ kind: 'under', total: dollars(4.1) }, '', dollars(12.5))).toBe(
      'On pace for $4.10 by Nov 30, under the $12.50 soft cap.',
    );
  });

  it('names the day a cap was passed on in a month with a clock change', () => {
    expect(say({ kind: 'passed', onDay: 30, total: undefined }, '?at=2026-10')).toContain('Oct 31');
  });
});

describe('heroCaption()', () => {
  it('says which dollars, and of which span of time', () => {
    expect(heroCaption(period(''), 'list')).toBe('List price this month');
  });
});

describe('typeNote()', () => {
  const figures = (tokens: [number, number, number, number], cost: [number, number, number, number]) => {
    const [cacheRead, cacheWrite, input, output] = tokens;
    const money = cost.map(BigInt) as [bigint, bigint, bigint, bigint];
    return {
      ...NO_FIGURES,
      tokens: tokens.reduce((a, b) => a + b),
      byType: { cacheRead, cacheWrite, input, output },
      cost: money.reduce((a, b) => a + b),
      costByType: { cacheRead: money[0], cacheWrite: money[1], input: money[2], output: money[3] },
    };
  };

  it('is worked out from the figures', () => {
    expect(typeNote(figures([88, 3, 6, 2], [36, 21, 11, 32]))).toBe('Most tokens are cache reads. Most money is not.');
    expect(typeNote(figures([10, 3, 60, 20], [5, 5, 30, 60]))).toBe('Output is the largest cost.');
    expect(typeNote(figures([10, 3, 60, 20], [5, 5, 60, 30]))).toBe('');
    expect(typeNote(figures([88, 3, 6, 2], [60, 10, 10, 20]))).toBe('');
    expect(typeNote({ ...figures([88, 3, 6, 2], [0, 0, 0, 0]), cost: null })).toBe('');
  });
});

describe('moneyParts()', () => {
  it('finds symbol, whole and cents wherever the locale puts them', () => {
    expect(moneyParts('$1,284.20')).toEqual({ before: '$', whole: '1,284', cents: '.20', after: '' });
    expect(moneyParts('1.284,20\u00a0€')).toEqual({ before: '', whole: '1.284', cents: ',20', after: '\u00a0€' });
    expect(moneyParts('¥1,284')).toEqual({ before: '¥', whole: '1,284', cents: '', after: '' });
    expect(moneyParts('<$0.01')).toEqual({ before: '<$', whole: '0', cents: '.01', after: '' });
    expect(moneyParts('—')).toEqual({ before: '', whole: '—', cents: '', after: '' });
  });
});
