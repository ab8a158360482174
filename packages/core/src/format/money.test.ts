import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainMoney, formatMoney, formatRate } from './money.ts';

test.each([
  [0n, '$0.00'],
  [280_000_000n, '$0.28'],
  [10_000_000n, '$0.01'],
  [9_999_999n, '<$0.01'],
  [1n, '<$0.01'],
  [1_284_200_000_000n, '$1,284.20'],
  [468_175_000_000n, '$468.18'],
  [468_185_000_000, '$468.19'],
  [-280_000_000n, '-$0.28'],
  [-1n, '-<$0.01'],
  [123_456_789_012_345_670_000_000n, '$123,456,789,012,345.67'],
  [null, '—'],
  [undefined, '—'],
])('formatMoney() prints %s nano-dollars as %s', (nano, text) => {
  expect(formatMoney(nano)).toBe(text);
});

test.each([
  [1_284_200_000_000n, '$1,284'],
  [999_500_000_000n, '$999.50'],
  [200_000_000_000n, '$200'],
  [500_000_000n, '$0.50'],
  [0n, '$0'],
  [1_500_000n, '$0.0015'],
  [2_000_000n, '$0.002'],
])('formatMoney() prints %s on an axis as %s', (nano, text) => {
  expect(formatMoney(nano, { precision: 'axis' })).toBe(text);
});

test.each([
  [4_200_000n, '$0.0042'],
  [12n, '$0.000000012'],
  [281_400_000n, '$0.2814'],
  [280_000_000n, '$0.28'],
  [0n, '$0.00'],
])('formatMoney() tells %s in full in a tooltip as %s', (nano, text) => {
  expect(formatMoney(nano, { precision: 'exact' })).toBe(text);
});

test('formatMoney() converts with the rate of the settings, on integers', () => {
  const euro = { currency: 'EUR', rate: '0.930' };
  expect(formatMoney(468_180_000_000n, euro)).toBe('€435.41');
  expect(formatMoney(5_000_000n, euro)).toBe('<€0.01');
  expect(formatMoney(-468_180_000_000n, euro)).toBe('-€435.41');
  expect(formatMoney(null, euro)).toBe('—');
});

test('formatMoney() prints no decimals where the currency has none', () => {
  expect(formatMoney(10_000_000_000n, { currency: 'JPY', rate: '155.2' })).toBe('¥1,552');
  expect(formatMoney(5_000_000n, { currency: 'JPY', rate: '155.2' })).toBe('<¥1');
  expect(formatMoney(10_000_000_000n, { currency: 'KRW', rate: '1400' })).toBe('₩14,000');
});

test('formatMoney() stays in dollars when there is no rate: a euro sign on dollars would be a lie', () => {
  expect(formatMoney(1_000_000_000n, { currency: 'EUR' })).toBe('$1.00');
  expect(formatMoney(1_000_000_000n, { currency: 'EUR', rate: 'soon' })).toBe('$1.00');
});

test('formatMoney() follows the locale and survives a bad one', () => {
  expect(formatMoney(1_284_200_000_000n, { locale: 'de-DE' })).toBe('1.284,20\u00a0$');
  expect(formatMoney(4_200_000n, { locale: 'de-DE', precision: 'exact' })).toBe('0,0042\u00a0$');
  expect(formatMoney(280_000_000n, { locale: '!!' })).toBe('$0.28');
});

test('formatMoney() writes dollars in English exactly as Intl would', () => {
  const intl = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (cents) => {
      expect(formatMoney(BigInt(cents) * 10_000_000n)).toBe(intl.format(cents / 100));
    }),
  );
});

test('formatMoney() of parts adds up to its whole within half a cent a part', () => {
  const cents = (text: string) => Math.round(Number(text.replace(/[$,]/g, '')) * 100);
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 10_000_000n, max: 10_000_000_000_000n }), { minLength: 1, maxLength: 9 }),
      (parts) => {
        const whole = parts.reduce((a, b) => a + b, 0n);
        const shown = parts.reduce((sum, part) => sum + cents(formatMoney(part)), 0);
        expect(Math.abs(cents(formatMoney(whole)) - shown)).toBeLessThanOrEqual(parts.length / 2 + 0.5);
      },
    ),
  );
});

test('formatRate() says per hour and hides what is not known yet', () => {
  expect(formatRate(6_400_000_000n)).toBe('$6.40 / hour');
  expect(formatRate(6_400_000_000n, { compact: true })).toBe('$6.40/h');
  expect(formatRate(null)).toBeUndefined();
});

test('explainMoney() tells the dollars and the rate behind a converted amount', () => {
  const euro = { currency: 'EUR', rate: '0.930' };
  expect(explainMoney(468_180_000_000n, euro, 'Nov 20')).toBe('€435.41. $468.18 at 0.930, rate from Nov 20');
  expect(explainMoney(4_200_000n, {})).toBe('$0.0042');
  expect(explainMoney(null, euro)).toBe('—');
});
