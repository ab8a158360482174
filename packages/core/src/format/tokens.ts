/**
 * Token counts as people read them: three significant digits with fixed decimals per band, so that columns do not
 * jitter. Bands are chosen after rounding: 999,600 is `1.00M`, never `1000k`. It refuses to guess: null is a dash.
 */

import { UNKNOWN } from './certainty.ts';
import { formatCount } from './count.ts';

/** `842`, `12.4k`, `128k`, `4.12M`, `32.9M`, `525M`, `1.23B`; `—` for null. Tokens, any sign, rounded to integers. */
export function formatTokens(tokens: number | bigint | null | undefined): string {
  return band(tokens, ['k', 'M', 'B'], '');
}

/** `4,118,204 tokens`, for tooltips and everything copied. */
export function formatTokensExact(tokens: number | bigint | null | undefined, locale?: string): string {
  if (tokens === null || tokens === undefined) return UNKNOWN;
  return `${formatCount(tokens, locale)} ${Number(tokens) === 1 ? 'token' : 'tokens'}`;
}

/** What a screen reader says for `formatTokens`: `128 thousand`, `4.12 million`; `unknown` for null. */
export function speakTokens(tokens: number | bigint | null | undefined): string {
  if (tokens === null || tokens === undefined) return 'unknown';
  return band(tokens, ['thousand', 'million', 'billion'], ' ').replace(/\.0+(?= |$)/, '');
}

/** `61 tok/s`; undefined (show nothing) below one token a second. */
export function formatTokenRate(tokensPerSecond: number | null | undefined): string | undefined {
  if (tokensPerSecond === null || tokensPerSecond === undefined || !(tokensPerSecond >= 1)) return undefined;
  return `${Math.round(tokensPerSecond)} tok/s`;
}

function band(tokens: number | bigint | null | undefined, units: readonly [string, string, string], gap: string) {
  if (tokens === null || tokens === undefined) return UNKNOWN;
  const signed = Math.round(Number(tokens));
  if (!Number.isFinite(signed)) return UNKNOWN;
  const count = Math.abs(signed);
  const sign = signed < 0 ? '-' : '';
  const [thousand, million, billion] = units;
  if (count < 1_000) return `${sign}${count}`;
  if (count < 99_950) return `${sign}${scaled(count, 1_000, 1)}${gap}${thousand}`;
  if (count < 999_500) return `${sign}${scaled(count, 1_000, 0)}${gap}${thousand}`;
  if (count < 9_995_000) return `${sign}${scaled(count, 1_000_000, 2)}${gap}${million}`;
  if (count < 99_950_000) return `${sign}${scaled(count, 1_000_000, 1)}${gap}${million}`;
  if (count < 999_500_000) return `${sign}${scaled(count, 1_000_000, 0)}${gap}${million}`;
  return `${sign}${scaled(count, 1_000_000_000, 2)}${gap}${billion}`;
}

/** Half up on integers: `toFixed` would print 1,150 as `1.1`, since 1.15 is a little less in binary. */
function scaled(count: number, unit: number, decimals: number): string {
  const factor = 10 ** decimals;
  const steps = Math.round(count / (unit / factor));
  if (decimals === 0) return String(steps);
  return `${Math.floor(steps / factor)}.${String(steps % factor).padStart(decimals, '0')}`;
}
