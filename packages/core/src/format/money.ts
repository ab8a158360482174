/**
 * Money as people read it, from integer nano-dollars. Conversion and rounding are integer arithmetic; Intl only writes.
 * It refuses to draw unknown as zero (null is a dash) or a small amount as nothing (`<$0.01`).
 */
import { parseNanoDecimal } from '../money.ts';
import { UNKNOWN } from './certainty.ts';
import { localeOf, once } from './locale.ts';

export interface MoneyFormat {
  /** ISO 4217 code of what to show; the amounts given are always dollars. Default USD. */
  readonly currency?: string | undefined;
  /** Units of `currency` for one dollar, a decimal string (`0.930`). Without it a currency other than USD is not used. */
  readonly rate?: string | undefined;
  readonly locale?: string | undefined;
  /** `normal`: two decimals. `axis`: whole amounts without decimals. `exact`: the tooltip, small amounts in full. */
  readonly precision?: 'normal' | 'axis' | 'exact' | undefined;
}

/** `$0.28`, `<$0.01`, `$1,284.20`, `¥1,200`, `—` for null. Nano-dollars. */
export function formatMoney(nano: bigint | number | null | undefined, format: MoneyFormat = {}): string {
  if (nano === null || nano === undefined) return UNKNOWN;
  const { currency, amount } = convert(typeof nano === 'number' ? BigInt(Math.round(nano)) : nano, format);
  const locale = localeOf(format.locale);
  const digits = minorDigits(locale, currency);
  const sign = amount < 0n ? '-' : '';
  const size = amount < 0n ? -amount : amount;
  const smallest = 10n ** BigInt(9 - digits);
  const precision = format.precision ?? 'normal';

  if (size > 0n && size < smallest) {
    if (precision === 'normal') return `${sign}<${write(locale, currency, digits, smallest)}`;
    // Two significant digits of the nano amount, however small.
    const decimals = Math.min(9, 9 - size.toString().length + 2);
    return sign + trimmed(write(locale, currency, decimals, rounded(size, decimals)), digits);
  }
  if (precision === 'exact')
    return sign + trimmed(write(locale, currency, Math.max(digits, 4), rounded(size, 4)), digits);
  const shown = precision === 'axis' && (size >= 1000n * NANO || size % NANO === 0n) ? 0 : digits;
  return sign + write(locale, currency, shown, rounded(size, shown));
}

/** `$6.40 / hour` (`$6.40/h` when compact). Nano-dollars per hour; undefined until a rate is known. */
export function formatRate(
  nanoPerHour: bigint | number | null | undefined,
  format: MoneyFormat & { readonly compact?: boolean | undefined } = {},
): string | undefined {
  if (nanoPerHour === null || nanoPerHour === undefined) return undefined;
  return `${formatMoney(nanoPerHour, format)}${format.compact ? '/h' : ' / hour'}`;
}

/** The tooltip of a converted amount: `€435.41. $468.18 at 0.930, rate from Nov 20`; plain exact money for USD. */
export function explainMoney(nano: bigint | number | null | undefined, format: MoneyFormat, rateFrom?: string): string {
  const own = formatMoney(nano, { ...format, precision: 'exact' });
  if (nano === null || nano === undefined || !converts(format)) return own;
  const dollars = formatMoney(nano, { locale: format.locale });
  return `${formatMoney(nano, format)}. ${dollars} at ${format.rate}${rateFrom ? `, rate from ${rateFrom}` : ''}`;
}

const NANO = 1_000_000_000n;

function converts(format: MoneyFormat): boolean {
  return format.currency !== undefined && format.currency !== 'USD' && format.rate !== undefined;
}

/** Dollars to the shown currency, nano-units, half up. A currency without a usable rate stays dollars: no false sign. */
function convert(nano: bigint, format: MoneyFormat): { readonly currency: string; readonly amount: bigint } {
  const rate = converts(format) ? parseNanoDecimal(format.rate ?? '') : undefined;
  if (rate === undefined || format.currency === undefined) return { currency: 'USD', amount: nano };
  const scaled = nano * rate;
  const half = scaled < 0n ? -NANO / 2n : NANO / 2n;
  return { currency: format.currency, amount: (scaled + half) / NANO };
}

/** Rounds a nano amount (>= 0) to so many decimals, half up, still in nano. */
function rounded(size: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(9 - decimals);
  return ((size + step / 2n) / step) * step;
}

function write(locale: string, currency: string, decimals: number, size: bigint): string {
  const text = size.toString().padStart(10, '0');
  const whole = text.slice(0, -9);
  // What Intl says of dollars in English, without waking it: starting it costs a status line more than all the rest.
  if (isPlain(locale, currency)) {
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
    return decimals === 0 ? `$${grouped}` : `$${grouped}.${text.slice(-9, text.length - 9 + decimals)}`;
  }
  const writer = writerOf(locale, currency, String(decimals));
  if (decimals === 0) return writer.format(BigInt(whole));
  // A double holds both parts exactly enough for the decimals shown up to 2^53 / 10^decimals; beyond, cents drown anyway.
  return writer.format(Number(size) / 1e9);
}

function isPlain(locale: string, currency: string): boolean {
  return locale === 'en-US' && currency === 'USD';
}

const writerOf = once(
  (locale, currency, decimals) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: Number(decimals),
      maximumFractionDigits: Number(decimals),
    }),
);

const digitsOf = once((locale, currency) => ({
  digits: new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2,
}));

function minorDigits(locale: string, currency: string): number {
  return isPlain(locale, currency) ? 2 : digitsOf(locale, currency).digits;
}

/** Drops trailing zeros of the fraction, down to the currency's own digits. */
function trimmed(text: string, digits: number): string {
  const match = /^(.*[.,])(\d+)(\D*)$/.exec(text);
  if (!match) return text;
  const [, head = '', fraction = '', tail = ''] = match;
  const kept = fraction.slice(0, digits) + fraction.slice(digits).replace(/0+$/, '');
  return kept === '' ? head.slice(0, -1) + tail : head + kept + tail;
}
