/** Plain counts and sizes of things: grouped integers, `1 call` or `48 calls`, bytes. Tokens and money have their own files. */
import { localeOf, once } from './locale.ts';

/** `4,118,204`. Integers of any size. */
export function formatCount(count: number | bigint, locale?: string): string {
  return grouping(localeOf(locale)).format(typeof count === 'bigint' ? count : Math.round(count));
}

const grouping = once((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));

/** `1 call`, `1,204 calls`; `words` where adding an s is not the plural. */
export function formatPlural(count: number, word: string, words = `${word}s`, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? word : words}`;
}

/** `842 B`, `12.4 kB`, `1.50 GB`: decimal units, three digits. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)} ${units[unit]}`;
}
