/** What is typed behind `tokenmeter run`, read strictly: a budget in dollars, a span of time, the words of the prompt. */
import { parseNanoDecimal, TokenmeterError } from '@tokenmeter/core';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `2.50` or `$2.50`, in nano-dollars. */
export function readBudget(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const nano = parseNanoDecimal(text.trim().replace(/^\$/, ''));
  if (nano === undefined || nano <= 0n)
    throw new TokenmeterError('usage', `Cannot use "${text}" as --budget, write dollars above 0 such as 2.50`);
  return nano;
}

/** `90s`, `30m`, `2h`, in milliseconds. */
export function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!(ms > 0) || ms > 2 ** 31 - 1)
    throw new TokenmeterError('usage', `Cannot use "${text}" as --timeout, write a span such as 90s, 30m or 2h`);
  return ms;
}

/** Splits the words at `--`: options before it, the prompt behind it. Without it the words that are no option are the prompt. */
export function splitPrompt(words: readonly string[]): {
  readonly options: string[];
  readonly prompt: string | undefined;
} {
  const end = words.indexOf('--');
  if (end < 0) return { options: [...words], prompt: undefined };
  return { options: words.slice(0, end), prompt: words.slice(end + 1).join(' ') };
}
