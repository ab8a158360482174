/**
 * Shares and percentages. Integers; a small part is `<1%`, never `0%`; a set of shares is rounded together so that it
 * adds up. Ratios come in as fractions (0.64). It refuses to show what is left: percentages say what is used.
 */
import { UNKNOWN } from './certainty.ts';

/** `64%`, `<1%` above zero and under one, `132%`; `—` for null. */
export function formatPercent(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return UNKNOWN;
  if (ratio > 0 && ratio < 0.01) return '<1%';
  return `${halfUp(ratio * 100)}%`;
}

/** One decimal, for shares of token types (output is often 1 to 2%): `1.4%`, `<0.1%`; `—` for null. */
export function formatShare(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return UNKNOWN;
  if (ratio > 0 && ratio < 0.001) return '<0.1%';
  return `${(halfUp(ratio * 1000) / 10).toFixed(1)}%`;
}

/** Used over window as whole percent, floored, so that 100 means full; null where the window is unknown. */
export function contextPercent(used: number | null | undefined, window: number | null | undefined): number | null {
  if (used === null || used === undefined || !window) return null;
  return Math.floor((used * 100) / window);
}

/** `64%` of a context window, floored, `<1%` for the first tokens; `—` where the window is unknown. */
export function formatContextPercent(used: number | null | undefined, window: number | null | undefined): string {
  const percent = contextPercent(used, window);
  if (percent === null) return UNKNOWN;
  return percent === 0 && (used ?? 0) > 0 ? '<1%' : `${percent}%`;
}

/**
 * Percentages of a set that add up to exactly 100, with so many decimals, by largest remainder (ties to the earlier).
 * All-zero weights give zeros. Weights are amounts >= 0 of any size.
 */
export function largestRemainderPercents(weights: readonly (number | bigint)[], decimals = 0): number[] {
  const whole = weights.map((weight) => (typeof weight === 'bigint' ? weight : BigInt(Math.round(weight))));
  const sum = whole.reduce((a, b) => a + b, 0n);
  if (sum <= 0n) return weights.map(() => 0);
  const steps = 100n * 10n ** BigInt(decimals);
  const parts = whole.map((weight) => (weight * steps) / sum);
  let left = Number(steps - parts.reduce((a, b) => a + b, 0n));
  const order = whole
    .map((weight, index) => ({ index, rest: (weight * steps) % sum }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of order) {
    if (left-- <= 0) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
  }
  return parts.map((part) => Number(part) / 10 ** decimals);
}

/** `largestRemainderPercents` as text; a part that is there but rounds to nothing is `<1%` (`<0.1%`). */
export function formatShares(weights: readonly (number | bigint)[], decimals = 0): string[] {
  const smallest = decimals === 0 ? '<1%' : `<${(10 ** -decimals).toFixed(decimals)}%`;
  return largestRemainderPercents(weights, decimals).map((percent, index) =>
    percent === 0 && Number(weights[index] ?? 0) > 0 ? smallest : `${percent.toFixed(decimals)}%`,
  );
}

/** Cache read over all that was sent (input, cache read, cache write); null when nothing was sent. */
export function cacheHit(usage: {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}): number | null {
  const sent = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return sent === 0 ? null : usage.cacheRead / sent;
}

/** Half up at one part in 10^9, so that 0.285 * 100 = 28.499999999999996 is the 28.5 it was meant to be. */
function halfUp(value: number): number {
  return Math.round(Number(value.toFixed(9)));
}
