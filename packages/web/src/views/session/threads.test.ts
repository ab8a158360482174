import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aThread } from './session-fixture.ts';
import { splitShown } from './split.ts';
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

describe('splitShown()', () => {
  it('adds up in the shown currency, whatever the rate', () => {
    const format = { currency: 'EUR', rate: '0.93', locale: 'en-US' };
    const [own = '', sub = ''] = splitShown(3_820_000_000n, [2_470_000_000n, 1_350_000_000n], format);
    expect([own, sub]).toEqual(['€2.30', '€1.25']);
  });

  it('writes a share that rounds to nothing as less than a cent', () => {
    expect(splitShown(1_000_000_000n, [999_999_000n, 1_000n], {})).toEqual(['$1.00', '<$0.01']);
    expect(splitShown(4_000_000n, [3_000_000n, 1_000_000n], {})).toEqual(['<$0.01', '<$0.01']);
  });

  it('splits any amount into cents that sum to its cents', () => {
    fc.assert(
      fc.property(fc.bigInt(10_000_000n, 10n ** 14n), fc.bigInt(10_000_000n, 10n ** 14n), (own, sub) => {
        const cents = splitShown(own + sub, [own, sub], { locale: 'en-US' }).map((text) =>
          BigInt(text.replaceAll(/[$,.]/g, '')),
        );
        const whole = (own + sub + 5_000_000n) / 10_000_000n;
        expect((cents[0] ?? 0n) + (cents[1] ?? 0n)).toBe(whole);
      }),
    );
  });
});

describe('threadName()', () => {
  it('calls a nameless thread by its place', () => {
    expect(threadName(aThread('m', null, null))).toBe('Main agent');
    expect(threadName(aThread('s', 'm', null, { name: null }))).toBe('Sub-agent');
    expect(threadName(aThread('s', 'm', null))).toBe('explore');
  });
});
