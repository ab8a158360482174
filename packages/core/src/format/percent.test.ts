import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cacheHit,
  contextPercent,
  formatContextPercent,
  formatPercent,
  formatShare,
  formatShares,
  largestRemainderPercents,
} from './percent.ts';

test('formatPercent() prints integers, and something small as <1%', () => {
  expect([0, 0.0001, 0.0099, 0.01, 0.285, 0.64, 1, 1.32].map(formatPercent)).toEqual(
    ['0%', '<1%', '<1%', '1%', '29%', '64%', '100%', '132%'], // 0.285 is half up although binary has it a little less
  );
  expect(formatPercent(null)).toBe('—');
  expect(formatPercent(Number.NaN)).toBe('—');
});

test('formatShare() keeps one decimal', () => {
  expect([0, 0.0004, 0.001, 0.014, 0.9996, 1].map(formatShare)).toEqual([
    '0.0%',
    '<0.1%',
    '0.1%',
    '1.4%',
    '100.0%',
    '100.0%',
  ]);
});

test('formatContextPercent() floors, so that 100 means full', () => {
  expect(formatContextPercent(199_999, 200_000)).toBe('99%');
  expect(formatContextPercent(200_000, 200_000)).toBe('100%');
  expect(formatContextPercent(128_000, 200_000)).toBe('64%');
  expect(formatContextPercent(50, 200_000)).toBe('<1%');
  expect(formatContextPercent(128_000, undefined)).toBe('—');
  expect(contextPercent(128_000, null)).toBeNull();
  expect(contextPercent(null, 200_000)).toBeNull();
});

test('largestRemainderPercents() adds up to 100 for any weights, and is off by less than one step', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 1 }), (parts, decimals) => {
      const sum = parts.reduce((a, b) => a + b, 0n);
      const percents = largestRemainderPercents(parts, decimals);
      const steps = percents.map((percent) => Math.round(percent * 10 ** decimals));
      expect(steps.reduce((a, b) => a + b, 0)).toBe(sum === 0n ? 0 : 100 * 10 ** decimals);
      for (const [index, part] of parts.entries()) {
        if (sum === 0n) continue;
        const exact = (Number(part) / Number(sum)) * 100;
        expect(Math.abs((percents[index] ?? 0) - exact)).toBeLessThan(1 / 10 ** decimals + 1e-9);
      }
    }),
  );
});

test('formatShares() prints a part that rounds to nothing as <1%', () => {
  expect(formatShares([1, 1, 1])).toEqual(['34%', '33%', '33%']);
  expect(formatShares([100_000n, 1n])).toEqual(['100%', '<1%']);
  expect(formatShares([900, 90, 9, 1], 1)).toEqual(['90.0%', '9.0%', '0.9%', '0.1%']);
  expect(formatShares([0, 0])).toEqual(['0%', '0%']);
});

test('cacheHit() is cache read over all that was sent', () => {
  expect(cacheHit({ input: 10, cacheRead: 80, cacheWrite5m: 6, cacheWrite1h: 4 })).toBe(0.8);
  expect(cacheHit({ input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 })).toBeNull();
});
