/**
 * How fast money and output flow: an hour of ten-second steps, from which the present pace and the minutes of a sparkline
 * are read. A correction takes back what it corrects in the step it belongs to. It refuses to know the time itself.
 */
const STEP_MS = 10_000;
const HOUR_STEPS = 360;
const MINUTE_STEPS = 6;
/** The pace of money looks back this far. */
const PACE_MS = 600_000;
/** Younger than this, a forecast would be a guess. */
const LEAST_MS = 20_000;
/** Younger than this, no pace is shown. */
const SHOWN_MS = 120_000;

interface Step {
  costNano: number;
  output: number;
}

export class Pace {
  readonly #steps = new Map<number, Step>();
  #firstAt = Number.POSITIVE_INFINITY;

  add(at: number, costNano: number, output: number): void {
    if (costNano === 0 && output === 0) return;
    const key = Math.floor(at / STEP_MS);
    const step = this.#steps.get(key) ?? { costNano: 0, output: 0 };
    step.costNano += costNano;
    step.output += output;
    this.#steps.set(key, step);
    if (at < this.#firstAt) this.#firstAt = at;
    if (this.#steps.size > HOUR_STEPS + MINUTE_STEPS) this.#forget();
  }

  /** Takes over what another measured: a run that left still counts in the hour's picture. */
  absorb(other: Pace): void {
    for (const [key, { costNano, output }] of other.#steps) this.add(key * STEP_MS, costNano, output);
  }

  /** Nano-dollars an hour over the last ten minutes (or since `since`, where that is less); undefined where too little is known. */
  nanoPerHour(now: number, since = this.#firstAt): number | undefined {
    const span = Math.min(PACE_MS, now - Math.min(since, this.#firstAt));
    if (!(span >= LEAST_MS)) return undefined;
    return Math.round((this.#sum(now - span, now, 'costNano') * 3_600_000) / span);
  }

  /** The pace as it is shown: nothing until there are two minutes of it. */
  shownNanoPerHour(now: number): number | undefined {
    return now - this.#firstAt >= SHOWN_MS ? this.nanoPerHour(now) : undefined;
  }

  /** Output tokens of the last minute; undefined where there was nothing at all yet. */
  outputPerMinute(now: number): number | undefined {
    if (this.#firstAt > now) return undefined;
    return Math.max(0, this.#sum(now - MINUTE_STEPS * STEP_MS, now, 'output'));
  }

  /** Nano-dollars of each of the last 60 minutes, oldest first; the last one is still filling. */
  minutes(now: number): number[] {
    const last = Math.floor(now / 60_000);
    const minutes = new Array<number>(60).fill(0);
    for (const [key, { costNano }] of this.#steps) {
      const index = 59 - (last - Math.floor(key / MINUTE_STEPS));
      if (index >= 0 && index < 60) minutes[index] = (minutes[index] ?? 0) + costNano;
    }
    return minutes;
  }

  #sum(from: number, to: number, of: keyof Step): number {
    const [first, last] = [Math.floor(from / STEP_MS), Math.floor(to / STEP_MS)];
    let sum = 0;
    for (const [key, step] of this.#steps) if (key > first && key <= last) sum += step[of];
    return sum;
  }

  #forget(): void {
    const newest = Math.max(...this.#steps.keys());
    for (const key of this.#steps.keys()) if (key <= newest - HOUR_STEPS - MINUTE_STEPS) this.#steps.delete(key);
  }
}
