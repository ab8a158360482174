/**
 * What is told of runs, on screens and over HTTP, as types: the server builds them, the pages and the terminal view read
 * them. Counts are the five buckets; money is decimal dollars or null. Paths stand beside each type.
 */
import type { WireByTool } from './wire-attribution.ts';

/** The five buckets, their sum, and the seeds' own names beside them where a frame carries a delta. */
export interface WireBuckets {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly reasoning: number | null;
  readonly tokens: number;
}

export interface WireSpend {
  /** Null: nothing has a price. */
  readonly cost_usd: string | null;
  readonly cost_complete: boolean;
  readonly unpriced_tokens: number;
}

/** What stands in a window now: the latest call of the thread. */
export interface WireContext {
  readonly used: number | null;
  readonly window: number | null;
  /** floor(used / window * 100); null where the window is unknown. */
  readonly percent: number | null;
}

/** `ended`: an observed session went silent, and nobody told how it ended. */
export type WireRunStatus = 'pending' | 'running' | 'success' | 'error' | 'timeout' | 'interrupted' | 'ended';
export type WireStopReason = 'user' | 'budget_capped' | 'token_capped' | 'turn_capped';

export interface WireActivityNow {
  readonly state:
    | 'starting'
    | 'model'
    | 'tool'
    | 'waiting_approval'
    | 'waiting_user'
    | 'compacting'
    | 'retrying'
    | 'quiet'
    | 'stopping'
    | 'ended';
  readonly since: string;
  /** The tool at work; several at once: the latest, with how many. */
  readonly tool: { readonly name: string; readonly kind: string; readonly count: number } | null;
  /** For a person: why it is retried, how it ended. */
  readonly message: string | null;
}

/** One thread of a run: the main agent (`parent_thread_id` null) or a sub-agent. Figures are its own; children apart. */
export interface WireLiveThread {
  readonly thread_id: string;
  readonly parent_thread_id: string | null;
  readonly name: string | null;
  readonly model: string | null;
  readonly status: 'running' | 'completed' | 'failed' | 'stopped';
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly calls: number;
  readonly usage: WireBuckets;
  readonly spend: WireSpend;
  readonly context: WireContext;
  readonly activity: WireActivityNow;
}

export interface WireLiveRun {
  readonly run_id: string;
  readonly session_id: string | null;
  readonly task_id: string | null;
  /** `started` by us, `observed` from its logs. */
  readonly origin: 'started' | 'observed';
  readonly agent: string;
  readonly agent_name: string;
  /** Role name, null none. */
  readonly name: string | null;
  /** Null: show project and time instead. */
  readonly title: string | null;
  readonly project: string;
  readonly project_name: string;
  readonly branch: string | null;
  /** Of the main thread's latest call. */
  readonly model: string | null;
  readonly status: WireRunStatus;
  readonly stop_reason: WireStopReason | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly last_event_at: string;
  readonly activity: WireActivityNow;
  /** The run with its sub-agents; null where nothing was ever reported. Includes the estimate in flight. */
  readonly usage: WireBuckets | null;
  /** Tokens of `usage` that are an estimate in flight (drawn with `~`); 0 once settled. */
  readonly estimated_tokens: number;
  readonly calls: number;
  readonly tool_calls: number;
  readonly spend: WireSpend;
  /** The main thread's part of the cost and its sub-agents'; null where nothing is priced. */
  readonly own_cost_usd: string | null;
  readonly subagent_cost_usd: string | null;
  /** Context of the main thread. */
  readonly context: WireContext;
  readonly by_model: readonly (WireBuckets & WireSpend & { readonly model: string; readonly calls: number })[];
  readonly by_caller: readonly (WireBuckets & WireSpend & { readonly caller: string; readonly calls: number })[];
  /** What consumed it, by tool kind, largest first: the rows add up to `usage` in every bucket. Absent: not measured. */
  readonly usage_by_tool?: readonly WireByTool[];
  readonly threads: readonly WireLiveThread[];
  /** Dollars an hour at the pace of the last ten minutes; null where too little is known. */
  readonly rate_usd_per_hour: string | null;
  /** Output tokens a minute over the last minute. */
  readonly output_per_minute: number | null;
  /** The tightest cap on this run; null without one. */
  readonly cap: {
    readonly kind: 'run' | 'monthly';
    readonly amount_usd: string;
    readonly spent_usd: string;
    readonly percent: number;
    readonly state: 'ok' | 'watch' | 'near' | 'critical';
    /** At the present pace; null where it is not moving. */
    readonly stops_in_seconds: number | null;
    /** By how much the cap may be passed, as told beforehand; and by how much it was, once stopped. */
    readonly overshoot_bound_usd: string | null;
    readonly overshoot_usd: string | null;
  } | null;
  readonly interrupt: {
    readonly kind: 'graceful' | 'kill' | 'none';
    /** Why it cannot be stopped, for a person; null where it can. */
    readonly reason: string | null;
    readonly requested_at: string | null;
    /** The graceful way had no effect within the grace period and a kill was sent. */
    readonly forced: boolean;
    readonly stop_ms: number | null;
  };
  /** What this source cannot tell, each a sentence. */
  readonly cannot: readonly string[];
  readonly settled: boolean;
  /** Of the run's latest event; a frame with a lower one is stale. */
  readonly seq: number;
}

/** One call in the feed, newest first. */
export interface WireLiveCall {
  /** `AGENT/IDENTITY`: GET /api/calls/:id finds the call by it, as by its own id, once it is written. */
  readonly call_id: string;
  readonly run_id: string;
  /** Null until its source told. */
  readonly session_id: string | null;
  readonly at: string;
  readonly agent: string;
  readonly project_name: string;
  readonly thread_name: string | null;
  readonly model: string;
  /** What the call asked for (first tool), null: it wrote text. */
  readonly tool: { readonly name: string; readonly kind: string } | null;
  /** Growth of its thread's context since the call before. */
  readonly context_delta: number | null;
  readonly cost_usd: string | null;
}

/** The strip on top of the Live page. */
export interface WireLiveStrip {
  readonly rate_usd_per_hour: string | null;
  /** The last 60 minutes, a minute each, oldest first, in dollars. */
  readonly minutes_usd: readonly string[];
  readonly today: WireSpend & {
    readonly tokens: number;
    readonly output: number;
    readonly cache_hit_percent: number | null;
    /** Negative: the cache cost more than it saved. */
    readonly cache_saved_usd: string | null;
  };
  readonly month: WireSpend;
  /** The monthly cap in dollars at the configured rate; null without one. */
  readonly monthly_cap_usd: string | null;
  readonly active_runs: number;
}

/** GET /api/live/now: what the stream's first frame carries, for those who cannot stream. */
export interface WireLiveNow {
  readonly at: string;
  readonly runs: readonly WireLiveRun[];
  readonly calls: readonly WireLiveCall[];
  readonly strip: WireLiveStrip;
  /** True while a demo is played: every page says so. */
  readonly is_demo: boolean;
}

/**
 * GET /api/live (SSE, all runs): `usage_snapshot` (WireLiveNow) first and after every gap, then `usage_delta`, `calls`,
 * `strip`, `usage_settled`. GET /api/runs/:id/live: the same for one run, `usage_snapshot` being {at, runs: [run]}.
 * `Last-Event-ID` resumes. At most one `usage_delta` a run each 250 ms, leading and trailing.
 */
export interface WireUsageDelta {
  readonly run_id: string;
  readonly session_id: string | null;
  readonly seq: number;
  readonly at: string;
  /** Sum of what was withheld since the run's last frame. Only a settle or a correction may be negative. */
  readonly delta: WireBuckets & {
    readonly delta_input: number;
    readonly delta_output: number;
    readonly delta_cache_read: number;
    /** Both lifetimes. */
    readonly delta_cache_creation: number;
  };
  readonly kind: 'live' | 'settle' | 'correction';
  readonly certainty: 'exact' | 'at_least' | 'estimated' | 'reported';
  /** The latest call, its thread and model; null where the frame folds several. */
  readonly call_id: string | null;
  readonly thread_id: string | null;
  readonly model: string | null;
  readonly in_flight_tool_call_ids: readonly string[];
  /** The run as it is now: absolute values, so a lost frame heals itself. */
  readonly run: WireLiveRun;
}

/** `calls`: new entries of the feed, newest first. */
export interface WireLiveCalls {
  readonly calls: readonly WireLiveCall[];
}

/** `usage_settled`: the run is over and its figures are final. */
export interface WireUsageSettled {
  readonly run: WireLiveRun;
}

/** GET /api/runs?status&agent&task_id&since&until&limit&after */
export interface WireRunPage {
  readonly runs: readonly WireRun[];
  readonly next: string | null;
}

/** GET /api/runs/:id, POST /api/runs (201), POST /api/runs/:id/interrupt (202): a run as it is kept. */
export interface WireRun {
  readonly run_id: string;
  readonly agent: string;
  readonly agent_name: string;
  readonly origin: 'started' | 'observed';
  readonly name: string | null;
  readonly task_id: string | null;
  readonly title: string | null;
  readonly project: string;
  readonly session_id: string | null;
  readonly requested_model: string | null;
  readonly model: string | null;
  readonly status: WireRunStatus;
  readonly stop_reason: WireStopReason | null;
  readonly message: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly exit_code: number | null;
  readonly stop_ms: number | null;
  /** The seeds' four columns; all null where no usage was ever reported. */
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_creation_tokens: number | null;
  readonly usage: WireBuckets | null;
  readonly calls: number;
  readonly spend: WireSpend;
  readonly budget_usd: string | null;
  readonly overshoot_usd: string | null;
}

/** GET /api/runs/:id */
export interface WireRunDetail extends WireRun {
  /** What consumed it, by tool kind, largest first; the rows add up to the bill. Null where nothing was used yet. */
  readonly usage_by_tool: readonly WireByTool[] | null;
}

/** POST /api/runs; only where the config's `run_dirs` allows `cwd`. */
export interface WireRunRequest {
  readonly agent: string;
  readonly prompt: string;
  readonly cwd: string;
  readonly model?: string;
  readonly task_id?: string;
  readonly title?: string;
  readonly name?: string;
  readonly budget_usd?: string;
}

/** GET /api/runs/:id/events?after&limit */
export interface WireRunEvents {
  readonly events: readonly {
    readonly seq: number;
    readonly at: string;
    readonly type: string;
    readonly data: unknown;
  }[];
  readonly next: number | null;
}
