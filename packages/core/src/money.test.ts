import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNanoDecimal, NANO_PER_USD, parseNanoDecimal, picoToNano, splitByLargestRemainder } from './money.ts';

const amounts = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 12 });

describe('picoToNano()', () => {
  it('rounds half to even', () => {
    const rounded = [499n, 500n, 501n, 1499n, 1500n, 1501n, 2500n, 3500n].map(picoToNano);
    expect(rounded).toEqual([0n, 0n, 1n, 1n, 2n, 2n, 2n, 4n]);
  });

  it('is the same below zero', () => {
    fc.assert(fc.property(amounts, (pico) => picoToNano(-pico) === -picoToNano(pico)));
  });

  it('is never more than half a nano-dollar off', () => {
    fc.assert(
      fc.property(amounts, (pico) => {
        const error = picoToNano(pico) * 1000n - pico;
        return error <= 500n && error >= -500n;
      }),
    );
  });

  it('never turns a larger amount into a smaller one', () => {
    fc.assert(fc.property(amounts, amounts, (a, b) => a > b || picoToNano(a) <= picoToNano(b)));
  });
});

describe('splitByLargestRemainder()', () => {
  it('gives what is left to the largest remainders, ties to the earlier', () => {
    expect(splitByLargestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitByLargestRemainder(10n, [25n, 75n, 0n])).toEqual([3n, 7n, 0n]);
    expect(splitByLargestRemainder(10n, [24n, 76n])).toEqual([2n, 8n]);
  });

  it('makes parts that add up to the whole, each within one of its exact share', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), weights, (whole, shares) => {
        const parts = splitByLargestRemainder(whole, shares);
        expect(parts).toHaveLength(shares.length);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(whole);
        const sum = shares.reduce((a, b) => a + b, 0n);
        if (sum === 0n) return;
        parts.forEach((part, index) => {
          const exact = whole * (shares[index] ?? 0n);
          expect(part * sum > exact - sum && part * sum < exact + sum).toBe(true);
        });
      }),
    );
  });

  it('gives a weight of zero nothing and a larger weight never less', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (whole, shares) => {
        fc.pre(shares.some((share) => share > 0n));
        const parts = splitByLargestRemainder(whole, shares);
        shares.forEach((share, i) => {
          if (share === 0n) expect(parts[i]).toBe(0n);
          shares.forEach((other, j) => {
            if (share > other) expect((parts[i] ?? 0n) >= (parts[j] ?? 0n)).toBe(true);
          });
        });
      }),
    );
  });

  it('gives everything to the first part where all weights are zero', () => {
    expect(splitByLargestRemainder(7n, [0n, 0n])).toEqual([7n, 0n]);
    expect(splitByLargestRemainder(0n, [])).toEqual([]);
  });
});

describe('formatNanoDecimal()', () => {
  it('writes dollars with nine decimals', () => {
    expect(formatNanoDecimal(12_345_678_901n)).toBe('12.345678901');
    expect(formatNanoDecimal(1)).toBe('0.000000001');
    expect(formatNanoDecimal(-NANO_PER_USD / 2n)).toBe('-0.500000000');
    expect(formatNanoDecimal(0n)).toBe('0.000000000');
  });

  it('is read back exactly, whatever the size', () => {
    fc.assert(fc.property(amounts, (nano) => parseNanoDecimal(formatNanoDecimal(nano)) === nano));
  });
});

describe('parseNanoDecimal()', () => {
  it('reads what a person types', () => {
    expect(parseNanoDecimal('15')).toBe(15n * NANO_PER_USD);
    expect(parseNanoDecimal(' 0.15 ')).toBe(150_000_000n);
  });

  it('refuses what it would have to round or guess', () => {
    for (const text of ['', '.', '.5', '1.', '1e3', '$1', '1,5', '0.0000000001', '--1', 'NaN', '0x10'])
      expect(parseNanoDecimal(text)).toBeUndefined();
  });
});
