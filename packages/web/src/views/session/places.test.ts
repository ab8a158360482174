import { describe, expect, it } from 'vitest';
import { stepPath } from '../../charts/step-path.ts';
import { contextPoints, thinned, windowOf } from './context-series.ts';
import { offsetsOf, rowAt, rowsBetween } from './rows.ts';
import { aCall, aMark } from './session-fixture.ts';
import { readSessionPath, readThread, sessionHref } from './session-path.ts';

describe('readSessionPath()', () => {
  it('reads the session, an open call and a selected run', () => {
    expect(readSessionPath('/sessions/a%2Fb')).toEqual({ sessionId: 'a/b', callId: undefined, runId: undefined });
    expect(readSessionPath('/sessions/s/calls/7')).toMatchObject({ sessionId: 's', callId: '7' });
    expect(readSessionPath('/sessions/s/runs/t%3A1')).toMatchObject({ runId: 't:1' });
  });

  it('takes the list and what means nothing for no session', () => {
    for (const path of ['/sessions', '/usage', '/sessions/s/else/1', '/sessions/s/calls', '/sessions/s/calls/1/2'])
      expect(readSessionPath(path)).toBeUndefined();
  });

  it('reads back what sessionHref() writes', () => {
    const href = sessionHref('a/b c', { callId: '4:x', threadId: 'a:b&c' });
    const [path = '', search = ''] = href.split('?');
    const place = readSessionPath(path);
    expect(place).toMatchObject({ sessionId: 'a/b c', callId: '4:x' });
    expect(place && readThread(place, `?${search}`)).toBe('a:b&c');
  });
});

describe('rowsBetween()', () => {
  const offsets = offsetsOf([30, 20, 20, 30, 40]);

  it('finds the rows that touch the window', () => {
    expect(offsets).toEqual([0, 30, 50, 70, 100, 140]);
    expect(rowsBetween(offsets, 30, 70, 0)).toEqual({ from: 1, to: 3 });
    expect(rowsBetween(offsets, 29, 71, 0)).toEqual({ from: 0, to: 4 });
  });

  it('stays inside the list wherever one scrolls', () => {
    expect(rowsBetween(offsets, -500, -100, 1)).toEqual({ from: 0, to: 2 });
    expect(rowsBetween(offsets, 900, 1_700, 1)).toEqual({ from: 3, to: 5 });
    expect(rowsBetween([0], 0, 800)).toEqual({ from: 0, to: 0 });
    expect(rowAt(offsets, 100)).toBe(4);
  });
});

describe('contextPoints()', () => {
  const calls = [
    aCall('a', 1, { context: 100 }),
    aCall('title', 2, { context: 7, caller: 'system:title' }),
    aCall('sub', 3, { context: 9, thread_id: 'sub' }),
    aCall('b', 4, { context: 180 }),
    aCall('c', 6, { context: 40, context_window: 1_000 }),
    aCall('rest', 7, { context: 5, counted: false }),
  ];

  it('follows one thread, without the calls beside it, and marks where it was compacted', () => {
    const points = contextPoints(calls, [aMark('compaction', 5)], 'main');
    expect(points.map(({ call, delta, isCompacted }) => [call.id, delta, isCompacted])).toEqual([
      ['a', undefined, false],
      ['b', 80, false],
      ['c', -140, true],
    ]);
  });

  it('has the largest window of its calls, and none where nobody knows it', () => {
    expect(windowOf(contextPoints(calls, [], 'main'))).toBe(200_000);
    expect(windowOf(contextPoints([aCall('a', 1, { context_window: null })], [], 'main'))).toBeUndefined();
  });
});

describe('stepPath()', () => {
  const y = (value: number) => 100 - value;

  it('holds each value until the next', () => {
    expect(stepPath([10, 40], 100, y)).toBe('M0 90H50V60H100');
    expect(stepPath([], 100, y)).toBe('');
  });

  it('keeps the peak of every column where calls outnumber pixels', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => (index === 501 ? 99 : 10));
    const path = stepPath(values, 10, y);
    expect(path).toContain('V1H');
    expect(path.length).toBeLessThan(400);
  });
});

describe('thinned()', () => {
  it('keeps the last of too many, and all of few enough', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => index);
    expect(thinned(many, 100).length).toBeLessThanOrEqual(101);
    expect(thinned(many, 100).at(-1)).toBe(1_000);
    expect(thinned([1, 2], 100)).toEqual([1, 2]);
  });
});
