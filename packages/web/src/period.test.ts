import { describe, expect, it } from 'vitest';
import { type PeriodSetting, periodOf, previousPart, stepsOf } from './period.ts';
import { readView } from './url-state.ts';

const BERLIN: PeriodSetting = {
  now: Date.parse('2026-11-21T14:32:08+01:00'),
  tz: 'Europe/Berlin',
  weekStart: 'monday',
  firstCallAt: Date.parse('2025-03-02T09:00:00+01:00'),
};
const at = (search: string, setting = BERLIN) => periodOf(readView(search), setting);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('periodOf()', () => {
  it('is the current month in the zone when the address says nothing', () => {
    const period = at('');
    expect([period.label, iso(period.since), iso(period.until), period.isCurrent, period.next]).toEqual([
      'November 2026',
      '2026-10-31T23:00:00.000Z',
      '2026-11-30T23:00:00.000Z',
      true,
      undefined,
    ]);
    expect(period.previous).toMatchObject({ window: 'month', at: '2026-10' });
  });

  it('names days, weeks, all time and ranges', () => {
    expect(at('?w=day').label).toBe('Today');
    expect(at('?w=day&at=2026-11-18').label).toBe('Nov 18');
    expect(at('?w=week').label).toBe('Nov 16 – 22');
    expect(at('?w=all').label).toBe('Since Mar 2, 2025');
    expect(at('?from=2026-11-03&to=2026-11-12').label).toBe('Nov 3 – 12');
  });

  it('reads an ISO week', () => {
    expect(iso(at('?w=week&at=2026-W01').since)).toBe('2025-12-28T23:00:00.000Z');
    expect(at('?w=week&at=2026-W46').next).toMatchObject({ at: undefined });
  });

  it('follows the present for a date to come and for nonsense', () => {
    expect(at('?w=day&at=2027-01-01').label).toBe('Today');
    expect(at('?w=day&at=tomorrow').label).toBe('Today');
  });

  it('takes the days of a range that there can be, and no other for a day', () => {
    const endless = at('?from=0001-01-01&to=9998-12-31');
    expect([iso(endless.since), iso(endless.until)]).toEqual(['1969-12-31T23:00:00.000Z', '2199-12-31T23:00:00.000Z']);
    expect(at('?from=2026-11-12&to=2026-11-03').label).toBe('Nov 3 – 12');
    expect(at('?at=0000-01').label).toBe('November 2026');
    expect(at('?from=9999-01-01&to=9999-12-31').label).toBe('November 2026');
  });

  it('steps no further back than the first call', () => {
    expect(at('?at=2025-03').previous).toBeUndefined();
    expect(at('?at=2025-04').previous).toMatchObject({ at: '2025-03' });
  });

  it('says what fixes it in a link', () => {
    expect(at('').fixed).toMatchObject({ window: 'month', at: '2026-11' });
    expect(at('?w=week').fixed).toMatchObject({ window: 'week', at: '2026-W47' });
  });

  it('names weeks from Sunday by their first day', () => {
    const period = at('?w=week', { ...BERLIN, weekStart: 'sunday' });
    expect(period.label).toBe('Nov 15 – 21');
    expect(period.fixed).toMatchObject({ at: '2026-11-15' });
    expect(at('?w=week&at=2026-11-15', { ...BERLIN, weekStart: 'sunday' }).since).toBe(period.since);
  });
});

describe('previousPart()', () => {
  it('is the same elapsed part of the month before, by local days and clock', () => {
    const part = previousPart(at(''), BERLIN);
    expect([part?.label, iso(part?.since), iso(part?.until)]).toEqual([
      'Oct 1–21',
      '2026-09-30T22:00:00.000Z',
      // Berlin is on summer time on October 21.
      '2026-10-21T12:32:08.000Z',
    ]);
  });

  it('ends with a shorter month', () => {
    const setting = { ...BERLIN, now: Date.parse('2026-03-31T12:00:00+02:00') };
    const part = previousPart(at('', setting), setting);
    expect([part?.label, iso(part?.until)]).toEqual(['Feb 1–28', '2026-02-28T23:00:00.000Z']);
  });

  it('is the whole period before an ended one', () => {
    expect(previousPart(at('?at=2026-10'), BERLIN)?.label).toBe('Sep 1–30');
    expect(previousPart(at('?w=week&at=2026-W45'), BERLIN)?.label).toBe('Oct 26 – Nov 1');
  });

  it('tells the clock for a day, and is nothing for all time', () => {
    expect(previousPart(at('?w=day'), BERLIN)?.label).toBe('Nov 20, to 14:32');
    expect(previousPart(at('?w=all'), BERLIN)).toBeUndefined();
  });

  it('is as many days for a range', () => {
    expect(previousPart(at('?from=2026-10-11&to=2026-10-20'), BERLIN)?.label).toBe('Oct 1–10');
  });
});

describe('stepsOf()', () => {
  it('draws no decades without anything', () => {
    const { unit, keys } = stepsOf(at('?from=0001-01-01&to=9998-12-31'), BERLIN);
    expect([unit, keys[0], keys.at(-1)]).toEqual(['month', '2025-03', '2026-11']);
    expect(stepsOf(at('?from=2024-01-01&to=2026-12-31'), BERLIN).keys).toHaveLength(36);
  });

  it('draws hours of a day, days of a week and a month', () => {
    expect(stepsOf(at('?w=day'), BERLIN)).toMatchObject({ unit: 'hour' });
    expect(stepsOf(at('?w=day'), BERLIN).keys).toHaveLength(24);
    expect(stepsOf(at('?w=week'), BERLIN).keys).toHaveLength(7);
    expect(stepsOf(at(''), BERLIN).keys).toHaveLength(30);
  });

  it('draws 25 bars on a day of 25 hours and none for the hour that a day of 23 lacks', () => {
    const { keys } = stepsOf(at('?w=day&at=2026-10-25'), BERLIN);
    expect(keys).toHaveLength(25);
    expect(keys.slice(2, 4)).toEqual(['2026-10-25T02', '2026-10-25T02+01:00']);
    expect(stepsOf(at('?w=day&at=2026-03-29'), BERLIN).keys).toHaveLength(23);
  });

  it('draws all time in weeks up to half a year, then in months', () => {
    const young = { ...BERLIN, firstCallAt: Date.parse('2026-06-15T00:00:00+02:00') };
    expect(stepsOf(at('?w=all', young), young)).toMatchObject({ unit: 'week' });
    expect(stepsOf(at('?w=all'), BERLIN)).toMatchObject({ unit: 'month' });
    expect(stepsOf(at('?w=all'), BERLIN).keys).toHaveLength(21);
  });
});
