/**
 * What follows runs: the hub that a driver tells its agent's events to, and that screens listen to. One a process, in
 * memory; a verdict on a budget is taken here, on the unthrottled stream, and never waits for a store. Types only.
 */
import type {
  AgentEvent,
  Run,
  RunStatus,
  StopReason,
  WireLiveCalls,
  WireLiveNow,
  WireLiveRun,
  WireLiveStrip,
  WireRunRequest,
  WireUsageDelta,
  WireUsageSettled,
} from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';

/** What a driver hands in beside the run. */
export interface OpenOptions {
  readonly capabilities: LiveCapabilities;
  /** Stops the agent its own way, and hard after a grace period, sub-agents included. Called at most once; must not throw. */
  readonly stop: (reason: StopReason) => void;
  /** Kills at once, where the graceful way has no effect. Called by a person who presses again; must not throw. */
  readonly kill?: (() => void) | undefined;
}

/** What is learnt of a run while it goes. Only what is given changes. */
export type RunFacts = Partial<Pick<Run, 'pid' | 'sessionId' | 'model' | 'agentVersion' | 'title'>>;

/** How a run ended, as its driver saw it. A requested stop wins over `outcome`: the run is `interrupted` then. */
export interface RunEnding {
  readonly outcome: Exclude<RunStatus, 'pending' | 'running' | 'ended'>;
  readonly exitCode: number | null;
  /** Of a failure, for a person; never prompt or tool text. */
  readonly message: string;
  /** Where the agent itself stopped at a limit of its own (`turns`, `budget`). */
  readonly stopReason?: StopReason | undefined;
}

/** One run that was opened and has not finished. */
export interface OpenRun {
  readonly id: string;
  /** The run as it is now: status, stop reason, what it used. */
  readonly run: Run;
  /** Folds an event at once; may call `stop` before it returns. Never throws, never waits. */
  apply(event: AgentEvent): void;
  learn(facts: RunFacts): void;
  /** Marks the run as stopping and calls `stop` once; asking again changes nothing, the first reason stands. */
  requestStop(reason: StopReason): void;
  /** The graceful way had no effect and a kill was sent. */
  forced(): void;
  /** The last process is gone: usage is settled and written first, then the status; then `usage_settled` is told. */
  finish(ending: RunEnding): Promise<Run>;
}

/** What the hub tells: frames as on the stream, at most one `usage_delta` a run each 250 ms. */
export type LiveFrame =
  | { readonly event: 'usage_delta'; readonly data: WireUsageDelta }
  | { readonly event: 'usage_settled'; readonly data: WireUsageSettled }
  | { readonly event: 'calls'; readonly data: WireLiveCalls }
  | { readonly event: 'strip'; readonly data: WireLiveStrip };

export interface Hub {
  /**
   * Begins to follow a run (status `pending` or `running`). Throws TokenmeterError `budget-exceeded` where a cap leaves
   * nothing to spend: no process is to be started then. Open first, start the process after.
   */
  open(run: Run, options: OpenOptions): Promise<OpenRun>;
  /** Started runs that are going, by id. */
  opened(id: string): OpenRun | undefined;
  /** The same a screen's button does. `refused`: it cannot be stopped, with the reason; undefined: no such run. */
  interrupt(id: string, options?: { readonly force?: boolean }): Promise<InterruptAnswer | undefined>;
  subscribe(listener: (frame: LiveFrame) => void): () => void;
  now(): WireLiveNow;
  /** One run among those of `now`, started or observed. */
  liveRun(id: string): WireLiveRun | undefined;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export type InterruptAnswer =
  | { readonly state: 'stopping' | 'ended'; readonly run: Run }
  | { readonly state: 'refused'; readonly reason: string };

/** Starts agents: filled in by the runner. */
export interface Runner {
  /** Starts the agent and answers once its process is there. Throws `usage` for what cannot be started, `budget-exceeded`. */
  start(request: WireRunRequest): Promise<Run>;
}

/** What is asked about processes of runs that another process of ours started: filled in by the runner. */
export interface Processes {
  /** Whether the process of the run is still there, and is that one and not a later one with its number. */
  isAlive(run: Run): boolean;
  /** Begins to remember who descends from it; until `leave` or `kill`. */
  watch(run: Run): void;
  leave(run: Run): void;
  /** Ends the process and all it started: gracefully, then hard. */
  stop(run: Run): void;
  /** At once; where the process is gone, what is left of all that it started. */
  kill(run: Run): void;
}
