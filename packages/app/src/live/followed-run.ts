/**
 * One run that is followed, started or observed: its row, its meter, what is withheld for its next frame and what its log
 * has not been written yet. It refuses to know stores and other runs.
 */
import type { AgentEvent, Run, RunEvent, StopReason, UsageDelta } from '@tokenmeter/core';
import { foldDeltas, NO_USAGE, RUN_ENDINGS, RunMeter, Throttle, wireInstant } from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';
import type { PriceBook } from '@tokenmeter/core/price';
import { logged } from './log-words.ts';
import type { RunEnding } from './port.ts';

/** At most one frame a run in so long. */
const FRAME_MS = 250;
/** Log entries held while the store cannot be written; older ones make room. */
const EVENTS_HELD = 5_000;

export interface FollowOptions {
  readonly run: Run;
  readonly capabilities: LiveCapabilities;
  readonly book: () => PriceBook;
  /** Why it cannot be stopped; undefined where it can. */
  readonly cannotStop?: string | undefined;
  readonly stop?: ((reason: StopReason) => void) | undefined;
  readonly kill?: (() => void) | undefined;
}

export class FollowedRun {
  run: Run;
  meter: RunMeter;
  readonly capabilities: LiveCapabilities;
  readonly cannotStop: string | undefined;
  readonly throttle = new Throttle<UsageDelta>(FRAME_MS, foldDeltas);
  repository = '';
  stopRequestedAt: number | undefined;
  isForced = false;
  isSettled = false;
  /** Another process of ours may keep it still: its row is theirs to write. */
  isTheirs = false;
  seq = 0;
  /** What it had spent when the period of the caps began: 0 but for runs that go on past midnight of the last day. */
  spentBefore = 0;
  /** Spend up to here is in the picture of the last hour already. */
  freshFrom = 0;
  /** What the screens were last told it is at, so that a change which no event tells is noticed. */
  shownActivity = '';
  readonly #options: FollowOptions;
  readonly #threadsLogged = new Set<string>();
  #events: RunEvent[] = [];
  #isDirty = true;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.run = options.run;
    this.capabilities = options.capabilities;
    this.cannotStop = options.cannotStop;
    this.meter = this.freshMeter();
  }

  get id(): string {
    return this.run.id;
  }

  get isEnded(): boolean {
    return RUN_ENDINGS.has(this.run.status);
  }

  freshMeter(): RunMeter {
    const { id, agent, startedAt, requestedModel } = this.run;
    return new RunMeter({ runId: id, agent, startedAt, model: requestedModel, book: this.#options.book });
  }

  /** The row as it is now, with what the meter counts. */
  row(): Run {
    const { usage, calls, costNano, unpricedTokens } = this.meter.totals;
    const model = this.meter.threads.mains.at(-1)?.model || this.run.model;
    // Nothing told here: what an earlier process of ours saw of it stands.
    if (this.meter.total.entries === 0) return { ...this.run, model };
    return { ...this.run, model, usage, calls, costNano, unpricedTokens };
  }

  learn(facts: Partial<Run>): void {
    const known: Partial<Run> = Object.fromEntries(
      Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
    );
    this.run = { ...this.run, ...known };
    this.#isDirty = true;
  }

  /** The run is over. A stop that was asked for wins over what the driver saw. */
  end(ending: RunEnding, now: number, overshootNano: bigint | undefined): void {
    const isStopped = this.stopRequestedAt !== undefined;
    const stopReason = this.run.stopReason ?? ending.stopReason ?? null;
    this.run = {
      ...this.run,
      status: isStopped ? 'interrupted' : ending.outcome,
      stopReason,
      message: ending.message,
      endedAt: now,
      exitCode: ending.exitCode,
      stopMs: this.stopRequestedAt === undefined ? null : now - this.stopRequestedAt,
      overshootNano: stopReason === 'budget_capped' ? (overshootNano ?? null) : null,
    };
    this.#isDirty = true;
  }

  /** It went silent, or is no run of its own: nobody tells how it ends. */
  endUnseen(message: string): void {
    this.learn({ status: 'ended', endedAt: this.meter.lastAt, message });
    this.isSettled = true;
  }

  /** Calls the driver's stop, once. False where it was asked before. */
  requestStop(reason: StopReason, now: number): boolean {
    if (this.stopRequestedAt !== undefined || this.isEnded) return false;
    this.stopRequestedAt = now;
    this.learn({ stopReason: reason });
    this.log('stopping', now, { reason });
    this.#options.stop?.(reason);
    return true;
  }

  kill(now: number): void {
    if (this.isEnded) return;
    this.isForced = true;
    this.log('killed', now, {});
    this.#options.kill?.();
  }

  /** Appends an event that is no usage to the run's own log; a thread is told once. */
  logEvent(event: AgentEvent, now: number): boolean {
    const words = logged(event);
    if (!words) return false;
    if (event.type === 'thread') {
      if (this.#threadsLogged.has(event.threadId)) return false;
      this.#threadsLogged.add(event.threadId);
    }
    this.log(words.type, 'at' in event ? event.at : now, words.data);
    return true;
  }

  /** Appends to the run's own log. */
  log(type: string, at: number, data: unknown): void {
    this.seq++;
    if (this.#events.length >= EVENTS_HELD) this.#events.shift();
    this.#events.push({ runId: this.id, seq: this.seq, at, type, data });
    this.#isDirty = true;
  }

  /** Log entries not written yet, and whether the row has moved since it was written. */
  take(): { readonly events: readonly RunEvent[]; readonly isDirty: boolean } {
    const taken = { events: this.#events, isDirty: this.#isDirty };
    this.#events = [];
    this.#isDirty = false;
    return taken;
  }

  /** What could not be written comes back. */
  giveBack(events: readonly RunEvent[]): void {
    this.#events = [...events, ...this.#events].slice(-EVENTS_HELD);
    this.#isDirty = true;
  }

  /** A frame without usage: something else moved that screens show. */
  stir(at: number): UsageDelta {
    return {
      callId: '',
      sessionId: this.run.sessionId,
      threadId: '',
      model: '',
      at,
      usage: NO_USAGE,
      kind: 'live',
      certainty: 'exact',
      costNano: 0,
    };
  }
}

/** An instant and a status as the log of a run tells them. */
export function statusEntry(run: Run): unknown {
  return {
    status: run.status,
    stop_reason: run.stopReason,
    exit_code: run.exitCode,
    stop_ms: run.stopMs,
    ended_at: wireInstant(run.endedAt),
  };
}
