/**
 * What screens hear: at most one frame a run each 250 ms, by one timer for all runs, and the frame's usage in the run's
 * own log. It refuses to know where frames go.
 */
import type { Clock, UsageDelta, WireLiveRun } from '@tokenmeter/core';
import { wireUsageDelta } from '@tokenmeter/core';
import type { Feed } from './feed.ts';
import type { FollowedRun } from './followed-run.ts';
import type { LiveFrame } from './port.ts';
import type { Scribe } from './scribe.ts';

export interface TellerOptions {
  readonly clock: Clock;
  readonly feed: Feed;
  readonly scribe: Pick<Scribe, 'noteRun'>;
  readonly runs: () => Iterable<FollowedRun>;
  readonly wire: (run: FollowedRun) => WireLiveRun;
}

export class Teller {
  readonly #options: TellerOptions;
  readonly #listeners = new Set<(frame: LiveFrame) => void>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  subscribe(listener: (frame: LiveFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  tell(frame: LiveFrame): void {
    for (const listener of this.#listeners) listener(frame);
  }

  /** Something but usage moved that screens show. */
  stir(run: FollowedRun): void {
    this.offer(run, run.stir(this.#options.clock.now()));
  }

  offer(run: FollowedRun, delta: UsageDelta): void {
    const frame = run.throttle.offer(delta, this.#options.clock.now());
    if (frame) this.#send(run, frame);
    this.#schedule(run.throttle.dueAt);
  }

  /** Sends what is withheld of a run, and something in any case: its end is told next. */
  flush(run: FollowedRun): void {
    const now = this.#options.clock.now();
    this.#send(run, run.throttle.flush(now) ?? run.stir(now));
  }

  /** The earliest frame that is due. */
  #schedule(dueAt: number | undefined): void {
    if (dueAt === undefined || dueAt >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = dueAt;
    this.#timer = setTimeout(() => this.#sendDue(), Math.max(0, dueAt - this.#options.clock.now())).unref();
  }

  #sendDue(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#options.clock.now();
    for (const run of this.#options.runs()) {
      const frame = run.throttle.take(now);
      if (frame) this.#send(run, frame);
    }
    for (const run of this.#options.runs()) this.#schedule(run.throttle.dueAt);
  }

  #send(run: FollowedRun, delta: UsageDelta): void {
    const { usage, kind, certainty, callId } = delta;
    const isUsage = Object.values(usage).some((count) => count !== 0 && count !== undefined);
    if (isUsage && run.run.origin === 'started') {
      run.log('usage_delta', delta.at, { ...usage, kind, certainty, call_id: callId || null });
      this.#options.scribe.noteRun(run);
    } else run.seq++;
    const wire = this.#options.wire(run);
    run.shownActivity = wire.activity.state;
    this.tell({ event: 'usage_delta', data: wireUsageDelta(delta, run.meter, wire) });
    const calls = this.#options.feed.takeFresh();
    if (calls.length > 0) this.tell({ event: 'calls', data: { calls } });
  }
}
