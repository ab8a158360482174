/**
 * How near a figure is to its limit (design, 4.2). A cap has four steps, strictly greater than, on the unrounded ratio:
 * 70.0% is ok, 70.01% is watch. Context has three, at 75% and 90%. Without a limit there is no level.
 */

export type Level = 'ok' | 'watch' | 'near' | 'critical';

/** Level of used over cap (0.64). `warnAt` is a budget's own, in place of 0.7. */
export function capLevel(ratio: number, warnAt = 0.7): Level {
  if (ratio > 0.95) return 'critical';
  if (ratio > 0.85) return 'near';
  return ratio > warnAt ? 'watch' : 'ok';
}

/** Level of context used over the model's window. A full window is normal work, so there is no `near`. */
export function contextLevel(ratio: number): Exclude<Level, 'near'> {
  if (ratio >= 0.9) return 'critical';
  return ratio >= 0.75 ? 'watch' : 'ok';
}

/** The words beside the colour of a cap. */
export function levelWords(level: Level): string {
  return { ok: 'Within threshold', watch: 'Watch', near: 'Near threshold', critical: 'Over 95%' }[level];
}

/** The character beside the colour in a terminal. */
export function levelMark(level: Level): '' | '!' | '!!' {
  return level === 'ok' ? '' : level === 'critical' ? '!!' : '!';
}
