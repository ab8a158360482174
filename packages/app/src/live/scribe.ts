/**
 * Writes what runs told, at most one interval behind: settled calls and what else the ledger keeps first, then the runs'
 * rows and logs. Nobody waits for it but the end of a run. What cannot be written is tried again.
 */
import type { AgentEvent, Ledger, LedgerBatch, RunStore, SourceRef } from '@tokenmeter/core';
import { Meter } from '@tokenmeter/core';
import type { FollowedRun } from './followed-run.ts';

const INTERVAL_MS = 500;
const TRIES = 3;
const TRY_AGAIN_MS = 300;

export interface ScribeOptions {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly runs: RunStore;
  /** False while another process keeps the same runs: what is noted then is theirs to write. Default: always. */
  readonly keeps?: (() => boolean) | undefined;
  /** Told of what the ledger learnt, so that pages ask again. */
  readonly onAppend: (changed: number, sessions: readonly string[]) => void;
}

export class Scribe {
  readonly #options: ScribeOptions;
  readonly #meter = new Meter();
  readonly #dirty = new Set<FollowedRun>();
  #refused: LedgerBatch[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ScribeOptions) {
    this.#options = options;
  }

  /** Takes an event for the ledger; what is in flight is left out. */
  note(event: AgentEvent, source: SourceRef): void {
    this.#meter.apply(event, source);
    this.#schedule();
  }

  /** Takes a run whose row or log moved. */
  noteRun(run: FollowedRun): void {
    this.#dirty.add(run);
    this.#schedule();
  }

  /** From here on a run's row is ours to write. */
  takeOver(run: FollowedRun): void {
    run.isTheirs = false;
    this.noteRun(run);
  }

  /** Writes all there is now. Throws what the store says; it is tried again all the same. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const writing = this.#writing.catch(() => undefined).then(() => this.#write());
    this.#writing = writing;
    return writing;
  }

  /** Waits for the store; one that refuses for long must not keep a run from ending. */
  async flushPatiently(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        await this.flush();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
    }
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(() => this.#schedule());
    }, INTERVAL_MS).unref();
  }

  async #write(): Promise<void> {
    if (this.#options.keeps?.() === false) return this.#leave();
    if (this.#meter.pending > 0) this.#refused.push(this.#meter.drain([]));
    while (this.#refused.length > 0) {
      const [batch] = this.#refused;
      if (!batch) break;
      const { inserted, changed, sessions } = await this.#options.ledger.append(batch);
      this.#refused = this.#refused.filter((other) => other !== batch);
      if (inserted + changed > 0) this.#options.onAppend(inserted + changed, sessions);
    }
    for (const run of [...this.#dirty]) {
      this.#dirty.delete(run);
      if (run.isTheirs) continue;
      const { events, isDirty } = run.take();
      if (!isDirty && events.length === 0) continue;
      try {
        await this.#options.runs.save(run.row(), events);
      } catch (error) {
        run.giveBack(events);
        this.#dirty.add(run);
        throw error;
      }
    }
  }

  #leave(): void {
    if (this.#meter.pending > 0) this.#meter.drain([]);
    for (const run of this.#dirty) run.take();
    this.#dirty.clear();
  }
}
