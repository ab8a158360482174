/**
 * Parts of an amount written so that what one reads adds up: 2.474 and 1.346 of 3.82 are $2.47 and $1.35. Rounded in the
 * shown currency's smallest unit by largest remainder. Pure.
 */
import { NANO_PER_USD, parseNanoDecimal, splitByLargestRemainder } from '../money.ts';
import { formatMoney, type MoneyFormat } from './money.ts';

/** The parts of `total` (all nano-dollars) as text. Where the whole is under its smallest unit, each is written by itself. */
export function formatMoneyParts(total: bigint, parts: readonly bigint[], format: MoneyFormat): string[] {
  return formatMoneyGroups(total, [parts], format)[0]?.parts ?? [];
}

/** The same in groups: the parts of a group add up to the group, the groups to the whole, each as it is read. */
export function formatMoneyGroups(
  total: bigint,
  groups: readonly (readonly bigint[])[],
  format: MoneyFormat,
): { readonly text: string; readonly parts: string[] }[] {
  const { currency, rate } = shownCurrency(format);
  const unit = 10n ** BigInt(9 - minorDigits(currency));
  const shownTotal = (total * rate + NANO / 2n) / NANO;
  const units = (shownTotal + unit / 2n) / unit;
  const sum = (amounts: readonly bigint[]) => amounts.reduce((all, amount) => all + amount, 0n);
  if (units <= 0n)
    return groups.map((parts) => ({
      text: formatMoney(sum(parts), format),
      parts: parts.map((part) => formatMoney(part, format)),
    }));
  // Already in the shown currency, hence a rate of one.
  const own: MoneyFormat = { ...format, currency, rate: '1' };
  const write = (share: bigint, amount: bigint) => formatMoney(share === 0n && amount > 0n ? 1n : share * unit, own);
  const shares = splitByLargestRemainder(units, groups.flat());
  let at = 0;
  return groups.map((parts) => {
    const mine = shares.slice(at, at + parts.length);
    at += parts.length;
    return { text: write(sum(mine), sum(parts)), parts: parts.map((part, index) => write(mine[index] ?? 0n, part)) };
  });
}

const NANO = NANO_PER_USD;

function shownCurrency({ currency, rate }: MoneyFormat): { readonly currency: string; readonly rate: bigint } {
  const known = currency === undefined || currency === 'USD' ? undefined : parseNanoDecimal(rate ?? '');
  return known === undefined || currency === undefined ? { currency: 'USD', rate: NANO } : { currency, rate: known };
}

function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
