import type { WireLiveRun } from '@tokenmeter/core';
import { expect, it } from 'vitest';
import { EMPTY_BOARD, takeSnapshot } from './board.ts';
import { boardNews } from './news.ts';
import { activity, ago, context, makeCap, makeRun, makeStrip } from './run-fixture.ts';

const board = (...runs: WireLiveRun[]) =>
  takeSnapshot(EMPTY_BOARD, { at: ago(0), runs, calls: [], strip: makeStrip(), is_demo: false });
const news = (before: WireLiveRun[], after: WireLiveRun[]) =>
  boardNews(board(...before), board(...after), ({ run_id }) => run_id);
const run = makeRun({ run_id: 'r' });

it.each([
  ['a start', [], [run], 'Started: r.'],
  ['an end', [run], [{ ...run, status: 'success' as const }], 'Finished: r.'],
  ['a stop', [run], [{ ...run, status: 'interrupted' as const }], 'Stopped: r.'],
  ['a silence', [run], [{ ...run, status: 'ended' as const }], 'Ended: r.'],
  ['a failure', [run], [{ ...run, status: 'error' as const }], 'Failed: r.'],
  ['a question', [run], [{ ...run, activity: activity('waiting_approval', 0) }], 'Needs approval: r.'],
  [
    'a cap',
    [{ ...run, cap: makeCap('10', '7') }],
    [{ ...run, cap: makeCap('10', '7.1') }],
    '71 percent of its cap: r.',
  ],
  ['a window', [run], [{ ...run, context: context(180, 200) }], 'Context 90 percent full: r.'],
  ['nothing', [run], [{ ...run, calls: 99 }], undefined],
  ['a run that had ended before it was seen', [], [{ ...run, status: 'success' as const }], undefined],
])('boardNews() tells %s', (_, before, after, text) => {
  expect(news(before, after)).toBe(text);
});

it('boardNews() tells the gravest of several, and how many there were', () => {
  const other = makeRun({ run_id: 'o' });
  expect(news([run], [{ ...run, status: 'error' }, other])).toBe('Failed: r. And 1 more.');
});
