/** A hub for tests of those who tell it runs: remembers what it was told, and stops a run when the test says so. */
import type { AgentEvent, Run, StopReason, WireLiveRun } from '@tokenmeter/core';
import type { Hub, LiveFrame, OpenOptions, OpenRun, RunEnding, RunFacts } from '../src/live/port.ts';

export interface FakeRun {
  run: Run;
  readonly options: OpenOptions;
  readonly events: AgentEvent[];
  readonly facts: RunFacts[];
  readonly stops: StopReason[];
  forced: number;
  ending: RunEnding | undefined;
}

export class FakeHub implements Pick<Hub, 'open' | 'subscribe' | 'liveRun'> {
  readonly runs: FakeRun[] = [];
  /** Thrown at who opens a run. */
  refuses: Error | undefined;
  #listeners = new Set<(frame: LiveFrame) => void>();

  get last(): FakeRun {
    const run = this.runs.at(-1);
    if (!run) throw new Error('no run was opened');
    return run;
  }

  tell(frame: LiveFrame): void {
    for (const listener of this.#listeners) listener(frame);
  }
  subscribe(listener: (frame: LiveFrame) => void) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  liveRun(): WireLiveRun | undefined {
    return undefined;
  }

  async open(run: Run, options: OpenOptions): Promise<OpenRun> {
    if (this.refuses) throw this.refuses;
    const made: FakeRun = { run, options, events: [], facts: [], stops: [], forced: 0, ending: undefined };
    this.runs.push(made);
    return {
      id: run.id,
      get run() {
        return made.run;
      },
      apply: (event) => void made.events.push(event),
      learn: (facts) => {
        made.facts.push(facts);
        made.run = { ...made.run, ...facts };
      },
      requestStop: (reason) => {
        made.stops.push(reason);
        if (made.stops.length > 1) return;
        made.run = { ...made.run, stopReason: reason };
        options.stop(reason);
      },
      forced: () => {
        made.forced++;
      },
      finish: async (ending) => {
        made.ending = ending;
        made.run = { ...made.run, status: ending.outcome, message: ending.message, exitCode: ending.exitCode };
        return made.run;
      },
    };
  }
}

export function plainRun(over: Partial<Run> = {}): Run {
  return {
    id: 'abc123',
    agent: 'claude-code',
    origin: 'started',
    name: '',
    taskId: '',
    title: '',
    cwd: '/work',
    sessionId: '',
    requestedModel: '',
    model: '',
    status: 'pending',
    stopReason: null,
    message: '',
    startedAt: Date.now(),
    endedAt: null,
    exitCode: null,
    pid: null,
    stopMs: null,
    usage: null,
    calls: 0,
    costNano: null,
    unpricedTokens: 0,
    budgetNano: null,
    overshootNano: null,
    agentVersion: '',
    ...over,
  };
}
