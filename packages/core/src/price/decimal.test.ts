import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDollarsPerMillion, parseDollarsPerMillion } from './decimal.ts';

describe('parseDollarsPerMillion()', () => {
  it.each([
    ['3', 3_000_000],
    ['0.075', 75_000],
    ['$1.25', 1_250_000],
    [' 0.003625 ', 3625],
    ['0', 0],
    ['12.500000000', 12_500_000],
  ])('reads "%s" exactly', (text, pico) => {
    expect(parseDollarsPerMillion(text)).toBe(pico);
  });

  it.each(['', 'abc', '-1', '1e3', '0x10', '1,5', '.5', '1.', '0.0000001', '99999999999', 'NaN', '1 2'])(
    'refuses "%s" rather than round or guess',
    (text) => {
      expect(parseDollarsPerMillion(text)).toBeUndefined();
    },
  );

  it('is undone by formatDollarsPerMillion()', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (pico) => {
        expect(parseDollarsPerMillion(formatDollarsPerMillion(pico))).toBe(pico);
      }),
    );
  });
});

describe('formatDollarsPerMillion()', () => {
  it('writes no trailing zeros', () => {
    expect([0, 75_000, 1, 10_000_000, 1_250_000].map(formatDollarsPerMillion)).toEqual([
      '0',
      '0.075',
      '0.000001',
      '10',
      '1.25',
    ]);
  });
});
