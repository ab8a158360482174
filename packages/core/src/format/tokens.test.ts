import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTokenRate, formatTokens, formatTokensExact, speakTokens } from './tokens.ts';

test.each([
  [0, '0'],
  [842, '842'],
  [999, '999'],
  [1_000, '1.0k'],
  [1_150, '1.2k'],
  [12_400, '12.4k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [128_000, '128k'],
  [999_499, '999k'],
  [999_500, '1.00M'],
  [999_600, '1.00M'],
  [4_118_204, '4.12M'],
  [9_994_999, '9.99M'],
  [9_995_000, '10.0M'],
  [32_900_000, '32.9M'],
  [99_949_999, '99.9M'],
  [99_950_000, '100M'],
  [525_000_000, '525M'],
  [999_499_999, '999M'],
  [999_500_000, '1.00B'],
  [1_234_567_890, '1.23B'],
  [-12_400, '-12.4k'],
  [12_400n, '12.4k'],
  [null, '—'],
  [undefined, '—'],
])('formatTokens() prints %s as %s', (tokens, text) => {
  expect(formatTokens(tokens)).toBe(text);
});

test('formatTokens() never prints four digits before the unit and never shrinks as the count grows', () => {
  const amountOf = (text: string) => Number.parseFloat(text) * ({ k: 1e3, M: 1e6, B: 1e9 }[text.at(-1) ?? ''] ?? 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 900_000_000_000 }), fc.integer({ min: 0, max: 2_000_000 }), (a, more) => {
      expect(formatTokens(a)).toMatch(/^(\d{1,3}|\d{1,2}\.\dk|\d{3}k|\d\.\d\dM|\d\d\.\dM|\d{3}M|\d{1,3}\.\d\dB)$/);
      expect(amountOf(formatTokens(a + more))).toBeGreaterThanOrEqual(amountOf(formatTokens(a)));
      expect(Math.abs(amountOf(formatTokens(a)) - a)).toBeLessThanOrEqual(a * 0.0501);
    }),
  );
});

test('formatTokensExact() groups the digits and says the unit', () => {
  expect(formatTokensExact(4_118_204)).toBe('4,118,204 tokens');
  expect(formatTokensExact(1)).toBe('1 token');
  expect(formatTokensExact(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993 tokens');
  expect(formatTokensExact(null)).toBe('—');
  expect(formatTokensExact(4_118_204, 'not a locale')).toBe('4,118,204 tokens');
});

test('speakTokens() says the abbreviation in words', () => {
  expect(speakTokens(128_000)).toBe('128 thousand');
  expect(speakTokens(4_118_204)).toBe('4.12 million');
  expect(speakTokens(1_000)).toBe('1 thousand');
  expect(speakTokens(1_234_567_890)).toBe('1.23 billion');
  expect(speakTokens(842)).toBe('842');
  expect(speakTokens(null)).toBe('unknown');
});

test('formatTokenRate() is an integer and hides below one token a second', () => {
  expect(formatTokenRate(61.4)).toBe('61 tok/s');
  expect(formatTokenRate(1)).toBe('1 tok/s');
  expect(formatTokenRate(0.99)).toBeUndefined();
  expect(formatTokenRate(null)).toBeUndefined();
  expect(formatTokenRate(Number.NaN)).toBeUndefined();
});
