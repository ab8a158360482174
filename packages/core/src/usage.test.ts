import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUsage,
  BUCKETS,
  inputTokens,
  maxUsage,
  NO_USAGE,
  readCount,
  sameUsage,
  type TokenUsage,
  totalTokens,
} from './usage.ts';

const count = fc.integer({ min: 0, max: 1_000_000_000 });
const usages: fc.Arbitrary<TokenUsage> = fc
  .record({
    input: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    output: count,
    share: fc.option(fc.nat(100)),
  })
  .map(({ share, ...usage }) => ({
    ...usage,
    reasoning: share === null ? undefined : Math.floor((usage.output * share) / 100),
  }));

describe('totalTokens()', () => {
  it('is the sum of the five buckets and leaves reasoning inside output', () => {
    const usage = { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4000, output: 50_000, reasoning: 40_000 };
    expect(totalTokens(usage)).toBe(54_321);
    expect(BUCKETS.reduce((sum, bucket) => sum + usage[bucket], 0)).toBe(54_321);
  });

  it('is what was sent plus what came back', () => {
    fc.assert(fc.property(usages, (usage) => totalTokens(usage) === inputTokens(usage) + usage.output));
  });
});

describe('maxUsage()', () => {
  it('does not depend on order or repetition, and never loses a token', () => {
    fc.assert(
      fc.property(usages, usages, usages, (a, b, c) => {
        expect(maxUsage(a, b)).toEqual(maxUsage(b, a));
        expect(maxUsage(a, a)).toEqual(a);
        expect(maxUsage(maxUsage(a, b), c)).toEqual(maxUsage(a, maxUsage(b, c)));
        for (const bucket of BUCKETS) expect(maxUsage(a, b)[bucket]).toBe(Math.max(a[bucket], b[bucket]));
      }),
    );
  });

  it('keeps reasoning within output', () => {
    fc.assert(
      fc.property(usages, usages, (a, b) => {
        const both = maxUsage(a, b);
        expect(both.reasoning ?? 0).toBeLessThanOrEqual(both.output);
      }),
    );
  });

  it('takes reasoning from whoever told it and leaves it unknown where nobody did', () => {
    const told = { ...NO_USAGE, output: 9, reasoning: 0 };
    const silent = { ...NO_USAGE, output: 9 };
    expect(maxUsage(told, silent).reasoning).toBe(0);
    expect(maxUsage(silent, told).reasoning).toBe(0);
    expect(maxUsage(silent, silent).reasoning).toBeUndefined();
  });
});

describe('addUsage()', () => {
  it('adds each bucket, in any order and grouping', () => {
    fc.assert(
      fc.property(usages, usages, usages, (a, b, c) => {
        expect(addUsage(a, b)).toEqual(addUsage(b, a));
        expect(addUsage(addUsage(a, b), c)).toEqual(addUsage(a, addUsage(b, c)));
        expect(totalTokens(addUsage(a, b))).toBe(totalTokens(a) + totalTokens(b));
        expect(sameUsage(addUsage(a, NO_USAGE), a)).toBe(true);
      }),
    );
  });

  it('sums the reasoning that was told, and says unknown only where none was', () => {
    expect(addUsage({ ...NO_USAGE, reasoning: 5 }, NO_USAGE).reasoning).toBe(5);
    expect(addUsage(NO_USAGE, NO_USAGE).reasoning).toBeUndefined();
  });
});

describe('sameUsage()', () => {
  it('tells an unknown reasoning from a reasoning of zero', () => {
    expect(sameUsage(NO_USAGE, { ...NO_USAGE, reasoning: 0 })).toBe(false);
    expect(sameUsage(NO_USAGE, { ...NO_USAGE })).toBe(true);
  });

  it('sees a difference in any bucket', () => {
    for (const bucket of BUCKETS) expect(sameUsage(NO_USAGE, { ...NO_USAGE, [bucket]: 1 })).toBe(false);
  });
});

describe('readCount()', () => {
  it('reads integers, also as text, and cuts fractions', () => {
    expect([0, 7, '12', ' 12 ', 3.9].map(readCount)).toEqual([0, 7, 12, 12, 3]);
  });

  it('tells nothing of what is no count, rather than zero', () => {
    const nonsense = [
      undefined,
      null,
      '',
      ' ',
      'many',
      -1,
      '-1',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 60,
      Number.MAX_SAFE_INTEGER,
      1e12 + 1,
      '1e13',
      true,
      [5],
      {},
    ];
    expect(nonsense.map(readCount)).toEqual(nonsense.map(() => undefined));
  });

  it('reads up to a trillion, so that what is added up stays exact', () => {
    expect(readCount('1000000000000')).toBe(1e12);
    expect(readCount(999_999_999_999)).toBe(999_999_999_999);
  });

  it('answers an integer >= 0 or undefined to anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const answer = readCount(value);
        return answer === undefined || (Number.isSafeInteger(answer) && answer >= 0);
      }),
    );
  });
});
