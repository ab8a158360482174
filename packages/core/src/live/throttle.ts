/**
 * At most one frame each interval, leading and trailing: the first thing goes out at once, what comes meanwhile is folded
 * into one and goes out when the interval is over. Nothing is lost. The time is handed in; one throttle a run.
 */
export class Throttle<T> {
  readonly #intervalMs: number;
  readonly #fold: (earlier: T, later: T) => T;
  #held: T | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number, fold: (earlier: T, later: T) => T) {
    this.#intervalMs = intervalMs;
    this.#fold = fold;
  }

  /** When what is held is due; undefined where nothing is held. */
  get dueAt(): number | undefined {
    return this.#held === undefined ? undefined : this.#sentAt + this.#intervalMs;
  }

  /** Takes a thing; answers what is to be sent now, if anything. */
  offer(thing: T, now: number): T | undefined {
    this.#held = this.#held === undefined ? thing : this.#fold(this.#held, thing);
    return this.take(now);
  }

  /** What is due now. */
  take(now: number): T | undefined {
    // A clock that was set back must not hold a frame for hours.
    if (this.#held === undefined || (now >= this.#sentAt && now - this.#sentAt < this.#intervalMs)) return undefined;
    return this.flush(now);
  }

  /** All that is held, due or not: before an end is told. */
  flush(now: number): T | undefined {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#sentAt = now;
    return held;
  }
}
