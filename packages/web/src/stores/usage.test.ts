import { describe, expect, it } from 'vitest';
import { type PeriodSetting, periodOf } from '../period.ts';
import { readView } from '../url-state.ts';
import { countFullDays, filterParameters, isRunCountable, usageKey } from './usage.ts';

const setting: PeriodSetting = {
  now: Date.parse('2026-11-21T14:32:08+01:00'),
  tz: 'Europe/Berlin',
  weekStart: 'monday',
  firstCallAt: Date.parse('2026-11-18T23:59:00+01:00'),
};

describe('filterParameters()', () => {
  it('speaks the words of the ledger', () => {
    expect(filterParameters(readView('?agent=codex&repo=/a/b&-model=x'))).toBe(
      '&agent=codex&project=%2Fa%2Fb&-model=x',
    );
  });

  it('marks a comma that belongs to a value', () => {
    expect(filterParameters(readView('?repo=/a%2Cb,/c'))).toBe('&project=%2Fa%5C%2Cb,%2Fc');
  });

  it('leaves out what the ledger does not know yet', () => {
    expect(filterParameters(readView('?workplan=w&status=done'))).toBe('');
  });
});

describe('countFullDays()', () => {
  it('counts the days before today since the first call, its own day too, at most seven', () => {
    expect(countFullDays(setting)).toBe(3);
    expect(countFullDays({ ...setting, firstCallAt: setting.now })).toBe(0);
    expect(countFullDays({ ...setting, firstCallAt: 0 })).toBe(7);
    expect(countFullDays({ ...setting, firstCallAt: undefined })).toBe(0);
  });
});

describe('isRunCountable()', () => {
  it('is so for agents alone', () => {
    expect(
      ['', '?agent=a', '?-agent=a', '?agent=a&model=b', '?-repo=c'].map((search) => isRunCountable(readView(search))),
    ).toEqual([true, true, true, false, false]);
  });
});

describe('usageKey()', () => {
  const key = (search: string, now = setting.now) => {
    const at = { ...setting, now };
    return usageKey({ view: readView(search), period: periodOf(readView(search), at), setting: at });
  };

  it('stays the same while the minutes pass, and changes with the day', () => {
    expect(key('?w=week', setting.now + 60_000)).toBe(key('?w=week'));
    expect(key('?w=week', setting.now + 12 * 3_600_000)).not.toBe(key('?w=week'));
    expect(key('?at=2026-10', setting.now + 12 * 3_600_000)).toBe(key('?at=2026-10'));
  });

  it('does not mind how a table is sorted or what a chart measures', () => {
    expect(key('?sort=tokens&by=tokens&rank=model')).toBe(key(''));
    expect(key('?agent=codex')).not.toBe(key(''));
  });
});
