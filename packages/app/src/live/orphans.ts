/**
 * Runs that another process of ours left: a server that died, a command that was killed. Those whose agent still works are
 * followed from their logs and can be stopped; those whose agent is gone are ended with all they used. It looks at start
 * and goes on looking, as a command may begin a run beside the server.
 */
import type { Clock, Run, RunStore, StopReason } from '@tokenmeter/core';
import { RUN_ENDINGS } from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';
import type { OpenOptions, OpenRun, Processes } from './port.ts';

const LOOK_MS = 2_000;
/** A run whose process is not there yet may be starting. */
const STARTING_MS = 30_000;
/** Who follows a run beside us writes its end at latest so long after its agent is gone. */
const LAST_WORD_MS = 3_000;
const EVENTS_A_PAGE = 5_000;

const LEFT_ALONE: LiveCapabilities = {
  liveInput: false,
  liveOutput: false,
  subAgentUsage: 'call',
  contextWindow: true,
  cost: false,
  interrupt: 'kill',
  cannot: ['Another process started it: here it is followed from its log, a call is told when it is over'],
};

export interface OrphansOptions {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly processes?: Processes | undefined;
  readonly isFollowed: (id: string) => boolean;
  /** Goes on with a run, its log after `seq`. Told from the ledger what it used so far. */
  readonly adopt: (run: Run, options: OpenOptions, seq: number) => Promise<Adopted>;
}

export interface Adopted {
  readonly open: OpenRun;
  /** From here on its row is ours to write: whoever kept it before does not any more. */
  keep(): void;
}

export class Orphans {
  readonly #options: OrphansOptions;
  readonly #adopted = new Map<string, Adopted>();
  /** When the agent of a run that another process of ours may keep was first seen gone. */
  readonly #goneAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  async look(): Promise<void> {
    if (!this.#options.processes || this.#isLooking) return;
    this.#timer ??= setInterval(() => void this.look().catch(() => undefined), LOOK_MS).unref();
    this.#isLooking = true;
    try {
      await this.#lookAt(this.#options.processes);
    } finally {
      this.#isLooking = false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #lookAt(processes: Processes): Promise<void> {
    const { runs, clock, isFollowed } = this.#options;
    for (const [id, { open, keep }] of this.#adopted) {
      const told = await runs.run(id);
      const isEnded = told !== undefined && RUN_ENDINGS.has(told.status);
      if (!isEnded && (processes.isAlive(open.run) || !this.#isLongGone(id))) continue;
      this.#adopted.delete(id);
      this.#goneAt.delete(id);
      if (isEnded) processes.leave(open.run);
      else {
        processes.kill(open.run);
        keep();
      }
      await open.finish(isEnded ? endingOf(told) : UNSEEN);
    }
    const page = await runs.runs({ status: ['pending', 'running'], limit: 500 });
    for (const run of page.runs) {
      if (run.origin !== 'started' || isFollowed(run.id)) continue;
      const isAlive = processes.isAlive(run);
      if (!isAlive && clock.now() - run.startedAt < STARTING_MS && run.pid === null) continue;
      const adopted = await this.#options.adopt(run, this.#optionsOf(run, processes), await this.#lastSeq(run.id));
      if (isAlive) {
        processes.watch(run);
        this.#adopted.set(run.id, adopted);
        continue;
      }
      if (run.stopReason) adopted.open.requestStop(run.stopReason);
      // Its agent is gone; what that started is nobody's work any more.
      processes.kill(run);
      adopted.keep();
      await adopted.open.finish(UNSEEN);
    }
  }

  /** Whoever keeps the run needs a moment to write its end. */
  #isLongGone(id: string): boolean {
    const now = this.#options.clock.now();
    const goneAt = this.#goneAt.get(id) ?? now;
    this.#goneAt.set(id, goneAt);
    return now - goneAt >= LAST_WORD_MS;
  }

  #optionsOf(run: Run, processes: Processes): OpenOptions {
    return {
      capabilities: LEFT_ALONE,
      stop: (_reason: StopReason) => processes.stop(run),
      kill: () => processes.kill(run),
    };
  }

  async #lastSeq(id: string): Promise<number> {
    let last = 0;
    for (;;) {
      const events = await this.#options.runs.events(id, last, EVENTS_A_PAGE);
      last = events.at(-1)?.seq ?? last;
      if (events.length < EVENTS_A_PAGE) return last;
    }
  }
}

const UNSEEN = {
  outcome: 'error',
  exitCode: null,
  message: 'Whoever followed this run was gone before it ended; what it used is kept',
} as const;

function endingOf({ status, exitCode, message, stopReason }: Run): Parameters<OpenRun['finish']>[0] {
  const outcome = status === 'pending' || status === 'running' || status === 'ended' ? 'error' : status;
  return { outcome, exitCode, message, stopReason: stopReason ?? undefined };
}
