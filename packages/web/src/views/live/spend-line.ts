/** The last hour's spending as a rate at each minute, smoothed as the figure beside it is: the mean of ten minutes. Pure. */
import { parseNanoDecimal } from '@tokenmeter/core';

const MEAN_MINUTES = 10;
/** Fewer minutes than this are no line. */
const LEAST_POINTS = 5;

/** Nano-dollars an hour, oldest first; empty where there is no line to draw. */
export function spendLine(minutesUsd: readonly string[]): number[] {
  const minutes = minutesUsd.map((usd) => Number(parseNanoDecimal(usd) ?? 0n));
  if (minutes.length < LEAST_POINTS || minutes.every((spent) => spent === 0)) return [];
  return minutes.map((_, index) => {
    const last = minutes.slice(Math.max(0, index + 1 - MEAN_MINUTES), index + 1);
    return (last.reduce((sum, spent) => sum + spent, 0) / last.length) * 60;
  });
}
