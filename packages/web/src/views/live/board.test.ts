import type { WireLiveRun, WireUsageDelta } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import {
  countActive,
  countSubAgents,
  dropEnded,
  EMPTY_BOARD,
  nextDrop,
  takeDelta,
  takeSettled,
  takeSnapshot,
} from './board.ts';
import { ago, buckets, makeRun, makeStrip, makeThread, RUN_NOW, spend } from './run-fixture.ts';

const snapshot = (...runs: WireLiveRun[]) => ({ at: ago(0), runs, calls: [], strip: makeStrip(), is_demo: false });
const delta = (run: WireLiveRun, kind: WireUsageDelta['kind'] = 'live') => ({ run, kind }) as WireUsageDelta; // -- only these are read
const board = takeSnapshot(EMPTY_BOARD, snapshot(makeRun()));
const shown = (after: typeof board) => after.rows.get('run-wal')?.run;

describe('takeDelta()', () => {
  it('takes the whole run from each frame, so that a lost one heals itself', () => {
    const later = makeRun({ seq: 14, usage: buckets(40_000, 90_000, 3_100_000, 274_000) });
    expect(shown(takeDelta(board, delta(later)))).toBe(later);
  });

  it('ignores a frame with a lower number than the one shown', () => {
    expect(takeDelta(board, delta(makeRun({ seq: 9, title: 'Older' })))).toBe(board);
    expect(takeSettled(board, { run: makeRun({ seq: 9, status: 'success' }) })).toBe(board);
  });

  it('lets no figure go down while live, and lets it where the source settles or corrects', () => {
    const less = makeRun({
      seq: 11,
      usage: buckets(38_600, 70_000, 3_060_000, 274_000),
      spend: spend('3.700000000'),
      activity: { ...makeRun().activity, state: 'model' },
    });
    const live = shown(takeDelta(board, delta(less)));
    expect(live?.usage?.output).toBe(71_500);
    expect(live?.spend.cost_usd).toBe('3.820000000');
    expect(live?.activity.state).toBe('model');
    for (const kind of ['settle', 'correction'] as const)
      expect(shown(takeDelta(board, delta(less, kind)))?.usage?.output).toBe(70_000);
    expect(shown(takeSettled(board, { run: less }))?.usage?.output).toBe(70_000);
  });

  it('adds a run that nobody told of before', () => {
    expect(countActive(takeDelta(board, delta(makeRun({ run_id: 'other' }))))).toBe(2);
  });
});

describe('takeSnapshot()', () => {
  it('replaces what is known, whatever its number: the server may have begun anew', () => {
    const after = takeSnapshot(board, snapshot(makeRun({ seq: 1, title: 'Anew' })));
    expect(shown(after)?.title).toBe('Anew');
  });

  it('forgets runs it does not name, except those that just ended', () => {
    const ended = takeSettled(board, { run: makeRun({ seq: 11, status: 'success', ended_at: ago(5) }) });
    expect([...takeSnapshot(ended, snapshot()).rows.keys()]).toEqual(['run-wal']);
    expect([...takeSnapshot(board, snapshot()).rows.keys()]).toEqual([]);
  });
});

describe('dropEnded()', () => {
  const ended = takeSettled(board, { run: makeRun({ seq: 11, status: 'success', ended_at: ago(0) }) });

  it('keeps an ended run for a minute and not a moment longer', () => {
    expect(dropEnded(ended, RUN_NOW + 59_999)).toBe(ended);
    expect(dropEnded(ended, RUN_NOW + 60_000).rows.size).toBe(0);
    expect(nextDrop(ended)).toBe(RUN_NOW + 60_000);
  });

  it('never drops a run that goes on', () => {
    expect(dropEnded(board, RUN_NOW + 86_400_000)).toBe(board);
    expect(nextDrop(board)).toBeUndefined();
  });
});

it('countSubAgents() counts those at work under runs that go on', () => {
  const child = (id: string, status: 'running' | 'completed') =>
    makeThread({ thread_id: id, parent_thread_id: 'main', status });
  const run = makeRun({
    threads: [makeThread(), child('a', 'running'), child('b', 'completed'), child('c', 'running')],
  });
  expect(countSubAgents(takeSnapshot(EMPTY_BOARD, snapshot(run)))).toBe(2);
  expect(countSubAgents(takeSnapshot(EMPTY_BOARD, snapshot({ ...run, status: 'error' })))).toBe(0);
});
