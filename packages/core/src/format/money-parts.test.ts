import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoneyGroups, formatMoneyParts } from './money-parts.ts';

describe('formatMoneyParts()', () => {
  it('adds up in the shown currency, whatever the rate', () => {
    const format = { currency: 'EUR', rate: '0.93', locale: 'en-US' };
    const [own = '', sub = ''] = formatMoneyParts(3_820_000_000n, [2_470_000_000n, 1_350_000_000n], format);
    expect([own, sub]).toEqual(['€2.30', '€1.25']);
  });

  it('writes a share that rounds to nothing as less than a cent', () => {
    expect(formatMoneyParts(1_000_000_000n, [999_999_000n, 1_000n], {})).toEqual(['$1.00', '<$0.01']);
    expect(formatMoneyParts(4_000_000n, [3_000_000n, 1_000_000n], {})).toEqual(['<$0.01', '<$0.01']);
  });

  it('splits any amount into cents that sum to its cents', () => {
    fc.assert(
      fc.property(fc.bigInt(10_000_000n, 10n ** 14n), fc.bigInt(10_000_000n, 10n ** 14n), (own, sub) => {
        const cents = formatMoneyParts(own + sub, [own, sub], { locale: 'en-US' }).map((text) =>
          BigInt(text.replaceAll(/[$,.]/g, '')),
        );
        const whole = (own + sub + 5_000_000n) / 10_000_000n;
        expect((cents[0] ?? 0n) + (cents[1] ?? 0n)).toBe(whole);
      }),
    );
  });
});

describe('formatMoneyGroups()', () => {
  it('adds parts up to their group and groups to the whole, as they are read', () => {
    const groups = formatMoneyGroups(2_758_000_000n, [[2_604_000_000n], [64_000_000n, 31_000_000n, 59_000_000n]], {});
    expect(groups.map(({ text }) => text)).toEqual(['$2.61', '$0.15']);
    expect(groups[1]?.parts).toEqual(['$0.06', '$0.03', '$0.06']);
    expect(groups[0]?.parts).toEqual(['$2.61']);
  });
});
