import { TokenmeterError } from '@tokenmeter/core';
import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { type PeriodArgs, periodDates, periodHeading, readPeriod, shortHeading } from './period.ts';

const house = fakeHouse('2026-11-21T12:00:00Z', { tz: 'Europe/Berlin' });
const read = (args: PeriodArgs, fallback: Parameters<typeof readPeriod>[2] = 'month') =>
  readPeriod(args, house, fallback);
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

test.each([
  [{}, '2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  [{ period: 'day' }, '2026-11-20T23:00:00.000Z', '2026-11-21T23:00:00.000Z'],
  [{ period: 'week' }, '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
  [{ period: 'all' }, undefined, undefined],
  [{ since: '2026-06-01' }, '2026-05-31T22:00:00.000Z', undefined],
  [{ since: '20260601', until: '2026-06-01' }, '2026-05-31T22:00:00.000Z', '2026-06-01T22:00:00.000Z'],
  [
    { since: '2026-06-01T10:00:00Z', until: '2026-06-01T11:00:00+00:00' },
    '2026-06-01T10:00:00.000Z',
    '2026-06-01T11:00:00.000Z',
  ],
  [{ since: '7d' }, '2026-11-14T23:00:00.000Z', undefined],
  [{ since: '1w' }, '2026-11-14T23:00:00.000Z', undefined],
  [{ since: '12h' }, '2026-11-21T00:00:00.000Z', undefined],
  [{ since: 'yesterday', until: 'yesterday' }, '2026-11-19T23:00:00.000Z', '2026-11-20T23:00:00.000Z'],
  [{ since: 'today', tz: 'America/New_York' }, '2026-11-21T05:00:00.000Z', undefined],
  // The clock goes back on October 25: that day has 25 hours.
  [{ since: '2026-10-25', until: '2026-10-25' }, '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
])('readPeriod() reads %j', (args, since, until) => {
  const period = read(args);
  expect([iso(period.since), iso(period.until)]).toEqual([since, until]);
});

test('readPeriod() refuses what it cannot read, as wrong usage', () => {
  for (const args of [
    { since: '2026-13-01' },
    { since: 'x' },
    { until: '2026-06-01T10:00' },
    { tz: '+02:00x' },
    { since: 'today', period: 'day' },
  ]) {
    expect(() => read(args)).toThrow(TokenmeterError);
  }
});

test('periodHeading() names the period and the zone', () => {
  const heading = (args: PeriodArgs) => periodHeading(read(args), house.clock.now(), 'en-US');
  expect(heading({})).toBe('November 2026, 1 to 21, Europe/Berlin');
  expect(heading({ period: 'day' })).toBe('Sat 21 Nov 2026, Europe/Berlin');
  expect(heading({ period: 'week' })).toBe('Nov 16 to 21, 2026, Europe/Berlin');
  expect(heading({ period: 'all' })).toBe('All time, Europe/Berlin');
  expect(heading({ since: '2026-06-01', until: '2026-06-03' })).toBe('Jun 1 to 3, 2026, Europe/Berlin');
  expect(heading({ since: '2025-12-30', until: '2026-01-02' })).toBe('Dec 30, 2025 to Jan 2, Europe/Berlin');
  expect(shortHeading(read({}), house.clock.now(), 'en-US')).toBe('Nov 1 to 21');
});

test('periodDates() gives the first and the last day, both inclusive', () => {
  expect(periodDates(read({ since: '2026-06-01', until: '2026-06-03' }))).toEqual({
    from: '2026-06-01',
    to: '2026-06-03',
  });
  expect(periodDates(read({ period: 'all' }))).toEqual({ from: null, to: null });
});
