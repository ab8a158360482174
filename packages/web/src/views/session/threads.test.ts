import { describe, expect, it } from 'vitest';
import { aThread } from './session-fixture.ts';
import { splitCost, threadName, threadRows } from './threads.ts';

describe('threadRows()', () => {
  it('lists threads depth first, children in the order of their beginning', () => {
    const threads = [
      aThread('b', 'main', '1', { started_at: '2026-11-21T13:02:00.000Z' }),
      aThread('a1', 'a', '1', { started_at: '2026-11-21T13:03:00.000Z' }),
      aThread('a', 'main', '1', { started_at: '2026-11-21T13:01:00.000Z' }),
      aThread('main', null, '1'),
    ];
    expect(threadRows(threads).map(({ thread, level, place }) => [thread.thread_id, level, place])).toEqual([
      ['main', 1, 1],
      ['a', 2, 1],
      ['a1', 3, 1],
      ['b', 2, 2],
    ]);
  });

  it('loses no thread whose parent is missing, itself or its own child', () => {
    const threads = [
      aThread('x', 'gone', '1'),
      aThread('self', 'self', '1'),
      aThread('p', 'q', '1'),
      aThread('q', 'p', '1'),
    ];
    const rows = threadRows(threads);
    expect(rows.map(({ thread }) => thread.thread_id).toSorted()).toEqual(['p', 'q', 'self', 'x']);
  });
});

describe('splitCost()', () => {
  const dollars = { currency: 'USD', locale: 'en-US' };

  it('shows parts that add up to the whole as shown', () => {
    const split = splitCost(
      [aThread('main', null, '2.474900000'), aThread('a', 'main', '1.344900000')],
      3_819_800_000n,
      dollars,
    );
    expect([split?.ownText, split?.subText]).toEqual(['$2.48', '$1.34']);
  });

  it('is nothing without a sub-agent', () => {
    expect(splitCost([aThread('main', null, '1')], 1_000_000_000n, dollars)).toBeUndefined();
  });

  it('leaves an unpriced part unknown instead of zero', () => {
    const split = splitCost([aThread('main', null, '1'), aThread('a', 'main', null)], 1_000_000_000n, dollars);
    expect([split?.ownText, split?.subText]).toEqual(['$1.00', '—']);
  });
});

describe('threadName()', () => {
  it('calls a nameless thread by its place', () => {
    expect(threadName(aThread('m', null, null))).toBe('Main agent');
    expect(threadName(aThread('s', 'm', null, { name: null }))).toBe('Sub-agent');
    expect(threadName(aThread('s', 'm', null))).toBe('explore');
  });
});
