/**
 * Parts of an amount written so that what one reads adds up: 2.474 and 1.346 of 3.82 are $2.47 and $1.35. Rounded in the
 * shown currency's smallest unit by largest remainder. Pure.
 */
import { NANO_PER_USD, parseNanoDecimal, splitByLargestRemainder } from '../money.ts';
import { formatMoney, type MoneyFormat } from './money.ts';

/** The parts of `total` (all nano-dollars) as text. Where the whole is under its smallest unit, each is written by itself. */
export function formatMoneyParts(total: bigint, parts: readonly bigint[], format: MoneyFormat): string[] {
  const { currency, rate } = shownCurrency(format);
  const unit = 10n ** BigInt(9 - minorDigits(currency));
  const shownTotal = (total * rate + NANO / 2n) / NANO;
  const units = (shownTotal + unit / 2n) / unit;
  if (units <= 0n) return parts.map((part) => formatMoney(part, format));
  // Already in the shown currency, hence a rate of one.
  const own: MoneyFormat = { ...format, currency, rate: '1' };
  return splitByLargestRemainder(units, parts).map((share, index) =>
    share === 0n && (parts[index] ?? 0n) > 0n ? formatMoney(1n, own) : formatMoney(share * unit, own),
  );
}

const NANO = NANO_PER_USD;

function shownCurrency({ currency, rate }: MoneyFormat): { readonly currency: string; readonly rate: bigint } {
  const known = currency === undefined || currency === 'USD' ? undefined : parseNanoDecimal(rate ?? '');
  return known === undefined || currency === undefined ? { currency: 'USD', rate: NANO } : { currency, rate: known };
}

function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
