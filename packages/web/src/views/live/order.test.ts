import { describe, expect, it } from 'vitest';
import { arrange, orderRuns, readRunSort } from './order.ts';
import { ago, context, makeRun, RUN_NOW, spend } from './run-fixture.ts';

const runs = [
  makeRun({ run_id: 'old', started_at: ago(4_000), spend: spend('6.9'), context: context(10, 100) }),
  makeRun({
    run_id: 'new',
    started_at: ago(100),
    spend: spend('0.2'),
    context: context(90, 100),
    last_event_at: ago(30),
  }),
  makeRun({
    run_id: 'mute',
    started_at: ago(50),
    spend: spend(null, 9),
    context: context(null, null),
    last_event_at: ago(45 + 60),
  }),
  makeRun({ run_id: 'done', started_at: ago(9_000), status: 'success', spend: spend('2'), last_event_at: ago(90) }),
];

describe('orderRuns()', () => {
  it.each([
    ['recent', ['new', 'old', 'done', 'mute']],
    ['cost', ['old', 'done', 'new', 'mute']],
    ['context', ['new', 'done', 'old', 'mute']],
    ['longest', ['old', 'new', 'mute', 'done']],
  ] as const)('by %s', (sort, order) => {
    expect(orderRuns(runs, sort, RUN_NOW)).toEqual(order);
    expect(orderRuns(runs.toReversed(), sort, RUN_NOW)).toEqual(order);
  });

  it('keeps runs at work still among each other, whichever was heard of last', () => {
    const swapped = runs.map((run) => (run.run_id === 'new' ? { ...run, last_event_at: ago(0) } : run));
    expect(orderRuns(swapped, 'recent', RUN_NOW)).toEqual(orderRuns(runs, 'recent', RUN_NOW));
  });
});

it('readRunSort() falls back to the most recent', () => {
  expect(readRunSort('cost')).toBe('cost');
  expect(readRunSort('tokens')).toBe('recent');
  expect(readRunSort(undefined)).toBe('recent');
});

describe('arrange()', () => {
  const free = { isHeld: false, isAtTop: true };
  const held = { isHeld: true, isAtTop: true };
  const scrolled = { isHeld: false, isAtTop: false };

  it('shows what is wanted while nobody is there', () => {
    expect(arrange(['b', 'a', 'c'], ['a', 'b'], free)).toEqual({
      shown: ['b', 'a', 'c'],
      isChanged: false,
      waiting: [],
    });
  });

  it('keeps the order under a pointer and says that it changed', () => {
    expect(arrange(['b', 'a'], ['a', 'b'], held)).toEqual({ shown: ['a', 'b'], isChanged: true, waiting: [] });
    expect(arrange(['a', 'b'], ['a', 'b'], held).isChanged).toBe(false);
  });

  it('lets new runs wait under a pointer and while the top is out of sight', () => {
    expect(arrange(['n', 'm', 'a', 'b'], ['a', 'b'], held)).toEqual({
      shown: ['a', 'b'],
      isChanged: false,
      waiting: ['n', 'm'],
    });
    expect(arrange(['n', 'b', 'a'], ['a', 'b'], scrolled)).toEqual({
      shown: ['b', 'a'],
      isChanged: false,
      waiting: ['n'],
    });
  });

  it('lets them in once the reader is back at the top', () => {
    expect(arrange(['n', 'a', 'b'], ['a', 'b'], free).shown).toEqual(['n', 'a', 'b']);
  });

  it('takes away what is gone, also under a pointer', () => {
    expect(arrange(['b'], ['a', 'b'], held).shown).toEqual(['b']);
  });

  it('shows all where nothing was shown', () => {
    expect(arrange(['a'], undefined, held).shown).toEqual(['a']);
    expect(arrange(['a'], [], scrolled).shown).toEqual(['a']);
    expect(arrange(['n'], ['gone'], held)).toEqual({ shown: ['n'], isChanged: false, waiting: [] });
  });
});
