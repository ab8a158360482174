/** When to try again after a lost connection: 1, 2, 4, 8, 15, 15 ... seconds, each a fifth longer or shorter by chance. */
const STEPS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const JITTER = 0.2;

/** Milliseconds to wait before try number `tries` (0 is the first). `chance` is in [0, 1). */
export function retryDelay(tries: number, chance: number): number {
  const step = STEPS_MS[Math.min(Math.max(0, tries), STEPS_MS.length - 1)] ?? 15_000;
  return Math.round(step * (1 - JITTER + 2 * JITTER * chance));
}
