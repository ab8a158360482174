import { expect, test } from 'vitest';
import {
  formatAge,
  formatClock,
  formatClockMinute,
  formatDate,
  formatDateTime,
  formatDay,
  formatMonth,
  formatPeriod,
  formatTimeKey,
} from './date.ts';

const berlin = { now: Date.parse('2026-11-21T12:00:00Z'), tz: 'Europe/Berlin' };
const at = (text: string) => Date.parse(text);

test('formatDate() writes the year only when it is not this year', () => {
  expect(formatDate(at('2026-11-18T12:00:00Z'), berlin)).toBe('Nov 18');
  expect(formatDate(at('2025-11-18T12:00:00Z'), berlin)).toBe('Nov 18, 2025');
  expect(formatDate(null, berlin)).toBe('—');
});

test('formatDate() takes the day and the year of the zone, not of UTC', () => {
  expect(formatDate(at('2026-11-17T23:30:00Z'), berlin)).toBe('Nov 18');
  expect(formatDate(at('2025-12-31T23:30:00Z'), berlin)).toBe('Jan 1');
  expect(formatDate(at('2025-12-31T23:30:00Z'), { ...berlin, tz: 'America/New_York' })).toBe('Dec 31, 2025');
});

test('formatDay() names the day and the zone', () => {
  expect(formatDay(at('2026-11-18T12:00:00Z'), berlin)).toBe('Wed 18 Nov 2026, Europe/Berlin');
});

test('formatClock() is 24-hour, midnight included', () => {
  expect(formatClock(at('2026-11-18T13:32:08Z'), 'Europe/Berlin')).toBe('14:32:08');
  expect(formatClock(at('2026-11-18T23:00:05Z'), 'Europe/Berlin')).toBe('00:00:05');
  expect(formatClockMinute(at('2026-11-18T13:32:08Z'), 'Europe/Berlin')).toBe('14:32');
  expect(formatDateTime(at('2026-11-18T13:32:08Z'), berlin)).toBe('Nov 18, 14:32');
});

test('formatAge() goes from just now to a date', () => {
  const ago = (ms: number) => formatAge(berlin.now - ms, berlin);
  expect(ago(-5_000)).toBe('just now');
  expect(ago(1_999)).toBe('just now');
  expect(ago(2_000)).toBe('2 s ago');
  expect(ago(59_999)).toBe('59 s ago');
  expect(ago(60_000)).toBe('1 min ago');
  expect(ago(3_600_000)).toBe('1 h ago');
  expect(ago(86_399_999)).toBe('23 h ago');
  expect(ago(86_400_000)).toBe('Nov 20');
  expect(formatAge(null, berlin)).toBe('—');
});

test('formatTimeKey() reads keys of hours, days, weeks and months', () => {
  expect(formatTimeKey('2026-06-01', berlin)).toBe('Jun 1');
  expect(formatTimeKey('2026-10-25T02+01:00', berlin)).toBe('Oct 25, 02:00+01:00');
  expect(formatTimeKey('2025-06-01', berlin)).toBe('Jun 1, 2025');
  expect(formatTimeKey('2026-06-01T07', berlin)).toBe('Jun 1, 07:00');
  expect(formatTimeKey('2026-W23', berlin)).toBe('Week 23, Jun 1');
  expect(formatTimeKey('2026-W01', berlin)).toBe('Week 1, Dec 29, 2025');
  expect(formatTimeKey('2026-06', berlin)).toBe('June 2026');
  expect(formatTimeKey('claude-code', berlin)).toBe('claude-code');
});

test('formatMonth() is the month of the zone', () => {
  expect(formatMonth(at('2026-10-31T23:30:00Z'), berlin)).toBe('November 2026');
});

test('formatPeriod() reads half-open spans as the days they cover', () => {
  const period = (since: string | undefined, until: string | undefined) =>
    formatPeriod(since === undefined ? null : at(since), until === undefined ? null : at(until), {
      ...berlin,
      tz: 'UTC',
    });
  expect(period('2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z')).toBe('Nov 18');
  expect(period('2026-11-01T00:00:00Z', '2026-11-22T00:00:00Z')).toBe('Nov 1 to 21');
  expect(period('2026-10-28T00:00:00Z', '2026-11-04T00:00:00Z')).toBe('Oct 28 to Nov 3');
  expect(period('2025-12-30T00:00:00Z', '2026-01-03T00:00:00Z')).toBe('Dec 30, 2025 to Jan 2');
  expect(period('2025-11-01T00:00:00Z', '2025-11-22T00:00:00Z')).toBe('Nov 1, 2025 to Nov 21, 2025');
  expect(period('2026-11-01T00:00:00Z', undefined)).toBe('Since Nov 1');
  expect(period(undefined, '2026-11-22T00:00:00Z')).toBe('Up to Nov 21');
  expect(period(undefined, undefined)).toBe('All time');
});
