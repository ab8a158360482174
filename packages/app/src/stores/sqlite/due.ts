/**
 * Which threads must be attributed, and since when: gathered while a batch is written, kept in the same transaction, so
 * that nothing is forgotten whatever happens before it is done.
 */
import type { Driver } from './driver.ts';

export class Due {
  readonly #driver: Driver;
  #since = new Map<number, number>();
  /** The last thread touched, which mostly is the next one too. */
  #lastThread = 0;
  #lastSince = 0;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Something of a thread at or after `at` is new or changed. */
  touch(thread: number, at: number): void {
    if (thread === this.#lastThread && at >= this.#lastSince) return;
    const known = this.#since.get(thread);
    this.#lastThread = thread;
    this.#lastSince = known === undefined ? at : Math.min(at, known);
    if (this.#lastSince !== known) this.#since.set(thread, this.#lastSince);
  }

  flush(): void {
    if (this.#since.size === 0) return;
    const put = this.#driver.prepare(
      `INSERT INTO attribution_due VALUES (?, ?) ON CONFLICT DO UPDATE SET since = excluded.since
        WHERE excluded.since < since`,
    );
    for (const [thread, since] of this.#since) put.run(thread, since);
    this.clear();
  }

  clear(): void {
    this.#since = new Map();
    this.#lastThread = 0;
  }
}
