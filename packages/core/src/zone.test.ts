import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  dayKey,
  isZone,
  keysBetween,
  offsetSegments,
  parseDay,
  periodAt,
  startOfDay,
  timeKey,
  weekKeyOf,
  zoneOffset,
} from './zone.ts';

const at = (iso: string) => Date.parse(iso);
const HOUR = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Santiago',
  'Africa/Cairo',
  'Pacific/Chatham',
];

describe('keys', () => {
  test("timeKey() names the hour, day, ISO week and month on the zone's own clock", () => {
    const instant = at('2026-06-01T02:30:00Z');
    expect(timeKey('hour', instant, 'UTC')).toBe('2026-06-01T02');
    expect(timeKey('day', instant, 'America/New_York')).toBe('2026-05-31');
    expect(timeKey('week', instant, 'UTC')).toBe('2026-W23');
    expect(timeKey('week', instant, 'America/New_York')).toBe('2026-W22');
    expect(timeKey('month', instant, 'America/New_York')).toBe('2026-05');
    expect(timeKey('hour', instant, 'Asia/Kathmandu')).toBe('2026-06-01T08');
  });

  test.each([
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T02', '2026-10-25T02+01:00', '2026-10-25T03'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T01', '2026-11-01T01-05:00', '2026-11-01T02'],
    ['Australia/Lord_Howe', '2026-04-04T14:30:00Z', '2026-04-05T01', '2026-04-05T01+10:30', '2026-04-05T02'],
  ])('timeKey() in %s tells an hour that comes again by its offset, in an order that sorts', (tz, from, ...keys) => {
    const found = keysBetween('hour', at(from), at(from) + 2 * HOUR, tz);
    expect(found).toEqual(keys);
    expect(found.toSorted()).toEqual(keys);
  });

  test('timeKey() tells both hours that come again where the clock goes back by two', () => {
    const hours = keysBetween('hour', at('2026-10-24T23:30:00Z'), at('2026-10-25T03:00:00Z'), 'Antarctica/Troll');
    expect(hours.map((key) => key.slice(11))).toEqual(['01', '02', '01+00:00', '02+00:00']);
  });

  test('weekKeyOf() gives the first days of January to the old year where ISO does', () => {
    const week = (day: string) => weekKeyOf(parseDay(day) ?? Number.NaN);
    expect(week('2021-01-03')).toBe('2020-W53');
    expect(week('2021-01-04')).toBe('2021-W01');
    expect(week('2024-12-30')).toBe('2025-W01');
    expect(week('2026-12-31')).toBe('2026-W53');
  });

  test('zoneOffset() knows offsets of a quarter of an hour', () => {
    expect(zoneOffset(at('2026-01-01T00:00:00Z'), 'Asia/Kathmandu')).toBe(5.75 * HOUR);
    expect(zoneOffset(at('2026-07-01T00:00:00Z'), 'Australia/Lord_Howe')).toBe(10.5 * HOUR);
    expect(isZone('Europe/Nowhere')).toBe(false);
    expect(isZone('Europe/Berlin')).toBe(true);
  });

  test('parseDay() refuses dates that do not exist', () => {
    expect(parseDay('2026-02-29')).toBeUndefined();
    expect(parseDay('2026-6-1')).toBeUndefined();
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(() => addDays('yesterday', 1)).toThrow(RangeError);
  });
});

describe('days and periods', () => {
  test('periodAt() gives days of 23 and 25 hours where the clock changes', () => {
    const spring = periodAt('day', at('2026-03-29T12:00:00Z'), 'Europe/Berlin');
    const autumn = periodAt('day', at('2026-10-25T12:00:00Z'), 'Europe/Berlin');
    expect(spring.until - spring.since).toBe(23 * HOUR);
    expect(autumn.until - autumn.since).toBe(25 * HOUR);
    expect(autumn.since).toBe(at('2026-10-24T22:00:00Z'));
  });

  test('startOfDay() is the first instant that exists where midnight is skipped', () => {
    expect(startOfDay('2026-04-24', 'Africa/Cairo')).toBe(at('2026-04-23T22:00:00Z'));
    expect(dayKey(startOfDay('2026-04-24', 'Africa/Cairo'), 'Africa/Cairo')).toBe('2026-04-24');
    expect(dayKey(startOfDay('2026-04-24', 'Africa/Cairo') - 1, 'Africa/Cairo')).toBe('2026-04-23');
  });

  test('periodAt() begins the week on Monday unless told otherwise, and months on the first', () => {
    const sunday = at('2026-06-07T10:00:00Z');
    expect(periodAt('week', sunday, 'UTC')).toEqual({ since: at('2026-06-01'), until: at('2026-06-08') });
    expect(periodAt('week', sunday, 'UTC', 'sunday')).toEqual({ since: at('2026-06-07'), until: at('2026-06-14') });
    expect(periodAt('month', sunday, 'UTC')).toEqual({ since: at('2026-06-01'), until: at('2026-07-01') });
    expect(periodAt('all', sunday, 'UTC')).toBeUndefined();
  });

  test('keysBetween() lists every day once, the empty ones too', () => {
    const keys = keysBetween('day', at('2026-03-28T12:00:00Z'), at('2026-03-30T22:30:00Z'), 'Europe/Berlin');
    expect(keys).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31']);
    const hours = keysBetween('hour', at('2026-10-25T00:30:00Z'), at('2026-10-25T02:30:00Z'), 'Europe/Berlin');
    expect(hours).toEqual(['2026-10-25T02', '2026-10-25T02+01:00', '2026-10-25T03']);
  });

  test('offsetSegments() finds each clock change to the millisecond', () => {
    expect(offsetSegments(at('2026-01-01'), at('2027-01-01'), 'Europe/Berlin')).toEqual([
      { since: at('2026-01-01'), offsetMs: HOUR },
      { since: at('2026-03-29T01:00:00Z'), offsetMs: 2 * HOUR },
      { since: at('2026-10-25T01:00:00Z'), offsetMs: HOUR },
    ]);
  });

  test('any instant lies in its own period, periods touch, and their keys agree', () => {
    const instants = fc.integer({ min: at('2013-01-01'), max: at('2036-01-01') });
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom(...ZONES),
        fc.constantFrom('hour', 'day', 'week', 'month'),
        (instant, tz, unit) => {
          const span = periodAt(unit, instant, tz);
          expect(span.since).toBeLessThanOrEqual(instant);
          expect(span.until).toBeGreaterThan(instant);
          expect(periodAt(unit, span.until, tz).since).toBe(span.until);
          const key = timeKey(unit, instant, tz);
          expect(timeKey(unit, span.since, tz)).toBe(key);
          expect(timeKey(unit, span.until - 1, tz)).toBe(key);
          expect(timeKey(unit, span.until, tz)).not.toBe(key);
          const segment = offsetSegments(instant - 200 * 24 * HOUR, instant + 1, tz)
            .filter((s) => s.since <= instant)
            .at(-1);
          expect(segment?.offsetMs).toBe(zoneOffset(instant, tz));
        },
      ),
      { numRuns: 300 },
    );
  });
});
