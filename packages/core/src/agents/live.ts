/**
 * What an agent's folder fills in to be followed while it runs: what its stream can and cannot tell, and how a message of
 * it becomes events. Readers report snapshots of a call (`isProvisional` until its usage is final) and never compute
 * deltas; identities, threads and sessions are spelled exactly as the agent's log reader spells them, so that a run that is
 * watched and then read from its log counts once. It refuses to start processes: the app does that.
 */
import type { ContextHabits } from '../attribution/piece.ts';
import type { Emit } from '../event.ts';
import type { Skip } from './agent.ts';

export interface LiveCapabilities {
  /** The input side of a call is known before the call is over. */
  readonly liveInput: boolean;
  /** True output counts (not estimates) move while a call writes. */
  readonly liveOutput: boolean;
  /** How sub-agents' usage is told: call by call, as one total, or not at all. */
  readonly subAgentUsage: 'call' | 'total' | 'none';
  readonly contextWindow: boolean;
  readonly cost: boolean;
  /** `graceful`: the agent has a way of its own to be stopped and settles; `kill`: only a signal. */
  readonly interrupt: 'graceful' | 'kill' | 'none';
  /** What this source cannot tell, each a sentence for the screen. */
  readonly cannot: readonly string[];
}

/** What is known when a stream is opened. */
export interface LiveStart {
  readonly runId: string;
  readonly cwd: string;
  /** Model asked for, '' unknown. */
  readonly model: string;
  /** UTC ms. */
  readonly at: number;
  /** What an earlier reader of the same session returned as `state`, for counters that go on across a resume. */
  readonly state?: unknown;
}

export interface LiveReader {
  /** Reads one message (a parsed JSON line, an SDK object, a bus event). Never throws; unknown shapes are a skip. */
  read(message: unknown, at: number, emit: Emit): Skip | undefined;
  /** The stream is over, for whatever reason: calls still open end as `aborted` or `cut`, keeping what was told. */
  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void;
  /** Plain JSON, small: what a later reader of the same session must know. */
  state(): unknown;
}

export interface LivePort {
  /** Agent id: `claude-code`, `codex`, `cursor`, `opencode`, `gemini-cli`, `copilot-cli`. */
  readonly agent: string;
  /** Name of the surface: `stream-json`, `app-server`, `exec-json`, `sdk`, `event-bus`, `session-state`. */
  readonly surface: string;
  readonly capabilities: LiveCapabilities;
  /** How the agent builds its prompts, where it has no log reader that says so. */
  readonly context?: ContextHabits | undefined;
  open(start: LiveStart): LiveReader;
}
