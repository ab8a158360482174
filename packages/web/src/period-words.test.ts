import { expect, it } from 'vitest';
import { type PeriodSetting, periodOf } from './period.ts';
import { periodWords } from './period-words.ts';
import { readView } from './url-state.ts';

const setting: PeriodSetting = {
  now: Date.parse('2026-11-21T14:32:08+01:00'),
  tz: 'Europe/Berlin',
  weekStart: 'monday',
  firstCallAt: Date.parse('2025-03-02T09:00:00+01:00'),
};

it('periodWords() says which span of time', () => {
  const words = ['', '?w=day', '?w=week', '?w=day&at=2026-11-18', '?at=2026-10', '?w=week&at=2026-W46', '?w=all'];
  expect(words.map((search) => periodWords(periodOf(readView(search), setting)))).toEqual([
    'this month',
    'today',
    'this week',
    'on Nov 18',
    'in October 2026',
    'Nov 9 – 15',
    'since Mar 2, 2025',
  ]);
});
