/** What is wrong with a typed setting, in words, before the server is asked; undefined where nothing is. Pure. */
import { isZone, parseNanoDecimal } from '@tokenmeter/core';

export function checkZone(text: string): string | undefined {
  // Offsets have no summer time: most likely a mistake, and the server refuses them.
  return /^[A-Za-z]/.test(text) && isZone(text) ? undefined : 'A zone such as Europe/Berlin';
}

export function checkLocale(text: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(text).length > 0 ? undefined : 'A language tag such as en-GB';
  } catch {
    return 'A language tag such as en-GB';
  }
}

export function checkAmount(text: string): string | undefined {
  const nano = parseNanoDecimal(text);
  return nano !== undefined && nano > 0n ? undefined : 'A number above 0, such as 600';
}

/** `1,500,000`, `1.5M`, `800k` as a whole number; undefined where it is none. */
export function readTokens(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmb]?)$/i.exec(text.replaceAll(/[,_\s]/g, ''));
  if (!match) return undefined;
  const factor = { '': 1, k: 1e3, m: 1e6, b: 1e9 }[(match[2] ?? '').toLowerCase()] ?? 1;
  const tokens = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
}

export function checkTokens(text: string): string | undefined {
  return readTokens(text) === undefined ? 'A whole number of tokens, such as 5,000,000 or 5M' : undefined;
}

/** What is wrong with a currency and its rate together. */
export function checkCurrency(currency: string, rate: string, date: string): string | undefined {
  if (!/^[A-Z]{3}$/.test(currency)) return 'A code of three letters, such as EUR';
  if (currency === 'USD') return undefined;
  if (rate === '') return `How much ${currency} is one dollar?`;
  const nano = parseNanoDecimal(rate);
  if (nano === undefined || nano <= 0n) return 'A rate such as 0.93';
  return date === '' || /^\d{4}-\d{2}-\d{2}$/.test(date) ? undefined : 'A day such as 2026-11-21';
}
