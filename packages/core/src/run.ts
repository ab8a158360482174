/**
 * A run: one execution of an agent on a task, started by us or merely observed from its logs, and the port that keeps
 * runs. A run's totals are those of its calls, whatever its status; null where no usage was ever reported, never 0.
 */
import type { TokenUsage } from './usage.ts';

export const RUN_STATUSES = ['pending', 'running', 'success', 'error', 'timeout', 'interrupted', 'ended'] as const;
/** `ended`: a session that was only observed went silent, and nobody told how it ended. */
export type RunStatus = (typeof RUN_STATUSES)[number];
export type StopReason = 'user' | 'budget_capped' | 'token_capped' | 'turn_capped';

export const RUN_ENDINGS: ReadonlySet<RunStatus> = new Set(['success', 'error', 'timeout', 'interrupted', 'ended']);

export interface Run {
  readonly id: string;
  readonly agent: string;
  /** `started` by us: it can be stopped. `observed` from its logs: its id is its root session's. */
  readonly origin: 'started' | 'observed';
  /** Role name given by the user (dev, boss ...), '' none. */
  readonly name: string;
  /** Task it works on, '' none. */
  readonly taskId: string;
  readonly title: string;
  readonly cwd: string;
  /** The agent's own conversation, '' until it told. */
  readonly sessionId: string;
  /** Model asked for, and the one that answered last; '' unknown. */
  readonly requestedModel: string;
  readonly model: string;
  readonly status: RunStatus;
  readonly stopReason: StopReason | null;
  /** Of a failure, for a person; never prompt or tool text. */
  readonly message: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The agent's exit code. */
  readonly exitCode: number | null;
  readonly pid: number | null;
  /** Milliseconds from the first request to stop to the end of the last process; null where nobody asked. */
  readonly stopMs: number | null;
  /** Null where no usage was ever reported. */
  readonly usage: TokenUsage | null;
  readonly calls: number;
  /** Nano-dollars of what has a price; null where nothing has. */
  readonly costNano: bigint | null;
  readonly unpricedTokens: number;
  /** Nano-dollars this run may spend, null without a cap of its own; `overshootNano` is by how much a cap was passed. */
  readonly budgetNano: bigint | null;
  readonly overshootNano: bigint | null;
  readonly agentVersion: string;
}

/** One entry of a run's append-only log: what screens heard, replayable from any seq. */
export interface RunEvent {
  readonly runId: string;
  /** 1, 2, 3 ... within the run. */
  readonly seq: number;
  readonly at: number;
  /** `usage_delta`, `status`, `tool_started`, `tool_ended`, `thread_started`, `thread_ended`, `compaction`, `trouble` ... */
  readonly type: string;
  /** Plain JSON as on the wire. */
  readonly data: unknown;
}

export interface RunQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  readonly agent?: readonly string[] | undefined;
  readonly taskId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly limit: number;
  /** What an earlier page gave as `next`. */
  readonly after?: string | undefined;
}

export interface RunStore {
  /** Writes the row and its new events in one transaction. The same again changes nothing. */
  save(run: Run, events: readonly RunEvent[]): Promise<void>;
  run(id: string): Promise<Run | undefined>;
  /** Newest first. */
  runs(query: RunQuery): Promise<{ readonly runs: readonly Run[]; readonly next?: string | undefined }>;
  events(runId: string, after: number, limit: number): Promise<readonly RunEvent[]>;
}
