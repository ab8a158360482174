/** The only way to know the time: UTC milliseconds. Core never asks the machine; a test hands in its own. */
export interface Clock {
  now(): number;
}

export function fixedClock(atMs: number): Clock {
  return { now: () => atMs };
}
