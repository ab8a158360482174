/**
 * What is told of the work that spend is accounted to: repositories, workplans, tasks, commits, releases, token events,
 * and the figures of the Token cost page. Paths stand beside each type; the seeds' endpoints accept a trailing slash or
 * none. `workstream` and `workplan` are one thing: both spellings are read and written.
 */
import type { WirePeriod } from './wire.ts';
import type { WireBuckets, WireSpend } from './wire-live.ts';

export type WireTaskStatus = 'todo' | 'in_progress' | 'blocked' | 'done' | 'cancelled';
/** `exact`: counted by a provider and measured by who posts; `reported`: an agent says so; `estimated`: a heuristic. */
export type WireEventCertainty = 'exact' | 'reported' | 'estimated';

/** GET /api/repos -> {repos, next}; GET, PATCH, DELETE /api/repos/:id; POST /api/repos (201, 200 where it was there). */
export interface WireRepo {
  readonly repo_id: string;
  readonly name: string;
  /** Remote URL without credentials, null unknown. */
  readonly remote: string | null;
  /** Directory of its main working tree, null where only its name is known. */
  readonly root: string | null;
  readonly created_at: string;
}
export interface WireRepoCreate {
  readonly id?: string;
  readonly name: string;
  readonly remote?: string;
  readonly root?: string;
}

/** GET /api/workplans -> {workplans, next}, and /api/workstreams, which is the same. */
export interface WireWorkplan {
  readonly workplan_id: string;
  readonly workstream_id: string;
  readonly name: string;
  readonly repo_id: string | null;
  /** Decimal dollars the workplan may cost; null without a cap. Drawn, not enforced. */
  readonly cap_usd: string | null;
  readonly tasks_total: number;
  readonly tasks_done: number;
  readonly created_at: string;
}
export interface WireWorkplanCreate {
  readonly id?: string;
  readonly name: string;
  readonly repo_id?: string | null;
  readonly cap_usd?: string | null;
}

/** GET /api/tasks?workplan_id&repo_id&status -> {tasks, next}. */
export interface WireTask {
  readonly task_id: string;
  readonly title: string;
  readonly workplan_id: string | null;
  readonly workstream_id: string | null;
  readonly repo_id: string | null;
  readonly status: WireTaskStatus;
  /** Sessions told to be work on this task, beside the runs that were started for it. */
  readonly sessions: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly done_at: string | null;
}
export interface WireTaskCreate {
  readonly id?: string;
  readonly title: string;
  readonly workplan_id?: string | null;
  readonly workstream_id?: string | null;
  readonly repo_id?: string | null;
  readonly status?: WireTaskStatus;
  readonly sessions?: readonly string[];
}

/** PATCH /api/tasks/:id/status. A retry of the same change makes no second event. */
export interface WireTaskStatusChange {
  readonly status: WireTaskStatus;
  /** Absent and 0 differ: an event is written only where one of the two is there. */
  readonly tokens_in?: number;
  readonly tokens_out?: number;
  readonly model?: string;
  readonly agent?: string;
  readonly run_id?: string;
  readonly session_id?: string;
  readonly certainty?: WireEventCertainty;
}
export interface WireTaskStatusResult {
  readonly task: WireTask;
  /** False: it was in that status already. */
  readonly changed: boolean;
  readonly event: WireTokenEvent | null;
  /** False for the event of an earlier try. */
  readonly event_created: boolean;
}

/** GET /api/commits?repo_id&task_id -> {commits, next}. */
export interface WireCommit {
  readonly commit_sha: string;
  readonly repo_id: string;
  readonly branch: string | null;
  readonly task_id: string | null;
  readonly authored_at: string;
  /** Id of the first release that holds it, null not released. */
  readonly release_id: string | null;
  /** A later commit takes it back, or no branch holds it any more. */
  readonly reverted: boolean;
  /** Pull request that a log told of, null unknown. */
  readonly pull_request: string | null;
}
export interface WireCommitCreate {
  readonly commit_sha: string;
  readonly repo_id: string;
  readonly branch?: string | null;
  readonly task_id?: string | null;
  readonly authored_at?: string;
  readonly release_id?: string | null;
  readonly pull_request?: string | null;
}

/** GET /api/releases?repo_id -> {releases, next}. */
export interface WireRelease {
  readonly release_id: string;
  readonly repo_id: string;
  readonly tag: string;
  readonly commit_sha: string | null;
  readonly released_at: string;
  readonly commits: number;
}
export interface WireReleaseCreate {
  readonly id?: string;
  readonly repo_id: string;
  readonly tag: string;
  readonly commit_sha?: string | null;
  readonly released_at?: string;
}

/**
 * POST /token-events/ (201; 200 for a repeated key). The key is the header `Idempotency-Key` or `idempotency_key`.
 * References name an id or a natural key; unknown ones answer 404, or are made with `?create=true`.
 */
export interface WireTokenEventCreate {
  readonly task_id?: string | null;
  readonly workstream_id?: string | null;
  readonly workplan_id?: string | null;
  readonly repo_id?: string | null;
  readonly commit_sha?: string | null;
  readonly release_id?: string | null;
  readonly run_id?: string | null;
  readonly session_id?: string | null;
  readonly model?: string | null;
  readonly agent?: string | null;
  /** All four input buckets; one of `tokens_in` and `tokens_out` must be there. */
  readonly tokens_in?: number;
  readonly tokens_out?: number;
  /** How `tokens_in` is made up, where known: `input` is the rest. */
  readonly cache_read?: number;
  readonly cache_write_5m?: number;
  readonly cache_write_1h?: number;
  /** `reported` if absent. */
  readonly certainty?: WireEventCertainty;
  /** Now if absent. */
  readonly created_at?: string;
  readonly idempotency_key?: string;
}

/** GET /token-events/:id, and in lists. Unknown is null. */
export interface WireTokenEvent {
  readonly id: string;
  readonly task_id: string | null;
  readonly workstream_id: string | null;
  readonly workplan_id: string | null;
  readonly repo_id: string | null;
  readonly commit_sha: string | null;
  readonly release_id: string | null;
  readonly run_id: string | null;
  readonly session_id: string | null;
  readonly model: string | null;
  readonly agent: string | null;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  /** The two together. */
  readonly tokens_total: number;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  readonly certainty: WireEventCertainty;
  /** True: what was measured of the same run, session or task counts instead; kept, shown, in no sum. */
  readonly superseded: boolean;
  readonly cost_usd: string | null;
  readonly created_at: string;
  readonly idempotency_key: string | null;
}

/** GET /token-events/?task_id&workstream_id&repo_id&model&agent&created_from&created_to&limit&cursor: newest first. */
export interface WireTokenEventPage {
  readonly events: readonly WireTokenEvent[];
  /** Events that match, on all pages. */
  readonly matched: number;
  readonly next: string | null;
}

/** POST /token-events/batch {events: [...]}: at most 5,000. One bad event does not hold back the others. */
export interface WireTokenEventBatch {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly results: readonly {
    readonly index: number;
    readonly status: 'accepted' | 'duplicate' | 'rejected';
    readonly id: string | null;
    /** Of a rejected one: what, and where (`events.3.tokens_in`). */
    readonly message: string | null;
    readonly path: string | null;
  }[];
}

/** Sums of one kind of origin. */
export interface WireCostPart extends WireSpend {
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly tokens: number;
  /** Calls of what was measured here, else token events. */
  readonly count: number;
}

/** Figures of anything spend is accounted to. `input` of an event is all of `tokens_in` that it does not split. */
export interface WireCostFigures extends WireBuckets, WireSpend {
  /** All four input buckets. */
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly calls: number;
  /** Token events that count. */
  readonly events: number;
  /** Tokens that are not exact: draw `~`. */
  readonly inexact_tokens: number;
  /** Counted from calls, and from `exact` events. `measured + reported + estimated` is the whole. */
  readonly measured: WireCostPart;
  readonly reported: WireCostPart;
  readonly estimated: WireCostPart;
  /** What was reported or estimated of work that was measured as well: shown, in no sum. */
  readonly superseded: WireCostPart;
}

/** GET /token-events/summary/?scope=task|workstream|workplan|repo|commit|release&id=&since&until&tz */
export interface WireTokenSummary extends WireCostFigures {
  readonly scope: 'task' | 'workstream' | 'workplan' | 'repo' | 'commit' | 'release';
  readonly id: string;
  readonly name: string;
  /** The seed's names beside `tokens` and `events + calls`. */
  readonly tokens_total: number;
  readonly event_count: number;
  readonly first_event_at: string | null;
  readonly last_event_at: string | null;
  readonly by_model: readonly (WireCostFigures & { readonly model: string })[];
}

export type WireCostBy =
  | 'repo'
  | 'model'
  | 'workplan'
  | 'task'
  | 'commit'
  | 'release'
  | 'pull_request'
  | 'outcome'
  | 'agent'
  | 'branch';

/** Where spend ended up, in this order. */
export type WireOutcome = 'shipped' | 'committed' | 'uncommitted' | 'reverted' | 'not_linked';

/** A row of the Token cost page. What its kind does not have is null. */
export interface WireCostRow extends WireCostFigures {
  /** Id, model name or outcome; '' for what belongs to none (`No repo`), which comes last. */
  readonly id: string;
  /** For a person: title, name, tag, short hash; for '' the words `No repo`, `No workplan` ... */
  readonly name: string;
  /** Root sessions and started runs with spend here. */
  readonly runs: number;
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly repo_id: string | null;
  readonly repo_name: string | null;
  /** The model with most of its cost (else tokens). */
  readonly main_model: string | null;
  /** Rows of `by=repo`: worktrees are folded into their repository, here are its branches, dearest first. */
  readonly branches: readonly (WireCostFigures & { readonly branch: string })[] | null;
  /** Rows of `by=workplan`. Per done task: null where none is done. */
  readonly tasks_total: number | null;
  readonly tasks_done: number | null;
  readonly cost_per_done_task_usd: string | null;
  readonly cap_usd: string | null;
  /** floor; may pass 100. */
  readonly cap_percent: number | null;
  /** Rows of `by=task`. */
  readonly status: WireTaskStatus | null;
  readonly workplan_id: string | null;
  /** Rows of `by=task`: root sessions whose logs are here and that have spend here, dearest first. */
  readonly sessions: readonly string[] | null;
  /** Rows of `by=task` and `by=commit`: where it ended up. `running`: a run of it is at work now. */
  readonly ended: {
    readonly kind: 'running' | 'release' | 'commit' | 'reverted' | 'none';
    /** Tag or short hash. */
    readonly name: string | null;
    readonly id: string | null;
  } | null;
  /** Rows of `by=model`: list price now, decimal dollars per million; null without a price. */
  readonly price: { readonly input: string; readonly output: string } | null;
  /** Rows of `by=release` and `by=outcome`: commits with spend, and their names (tags of `shipped`), newest first. */
  readonly commits: number | null;
  readonly cost_per_commit_usd: string | null;
  readonly released_at: string | null;
  /** Rows of `by=release`: committed since the last tag; its `name` is `next`. */
  readonly is_next: boolean | null;
  readonly tags: readonly string[] | null;
}

/**
 * GET /api/cost?by=&since&until&tz&window&at&limit and filters agent, model, project, branch, session, repo, workplan,
 * task (each with a `-` form). Rows: most cost first, then most tokens, then name; '' last. Rows add up to `totals`.
 */
export interface WireCost {
  readonly by: WireCostBy;
  readonly generated_at: string;
  readonly period: WirePeriod;
  /** True: the period ended, nothing will be added. */
  readonly closed: boolean;
  readonly totals: WireCostFigures;
  /** Of all: what has a row of its own (`71% of spend is in a workplan`). */
  readonly linked: WireCostFigures;
  readonly rows: readonly WireCostRow[];
  /** Rows beyond `limit`, as one; null where all are shown. */
  readonly rest: (WireCostFigures & { readonly count: number }) | null;
  /** `$468.18 across 6 repos, 337 runs`. */
  readonly repos: number;
  readonly runs: number;
  /** Of the newest call or token event there is, whatever the period. */
  readonly last_event_at: string | null;
  /** Day the price catalogue is from, and models in the period without a price. */
  readonly prices_from: string;
  readonly unpriced_models: number;
}

/**
 * GET /threads/:id/token-usage and /sessions/:id/token-usage?include_active=true: one number everywhere. Runs of any
 * status count what they used.
 */
export interface WireThreadUsage extends WireBuckets, WireSpend {
  readonly thread_id: string;
  readonly session_id: string;
  readonly total_tokens: number;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_runs: number;
  readonly llm_call_count: number;
  /** By the model of each call; `unknown` where no source names one. `runs` may name a run under several models. */
  readonly by_model: Readonly<
    Record<string, WireBuckets & WireSpend & { readonly runs: number; readonly calls: number }>
  >;
  readonly by_caller: { readonly lead_agent: number; readonly subagent: number; readonly middleware: number };
  /** The finer list: `lead`, `subagent:<name>`, `system:<what>`, each with its models. */
  readonly callers: readonly (WireBuckets &
    WireSpend & { readonly caller: string; readonly calls: number; readonly models: readonly string[] })[];
  readonly context_usage: {
    readonly token_count: number;
    readonly max_context_tokens: number | null;
    /** floor; null where the window is unknown. */
    readonly percentage: number | null;
  } | null;
  readonly runs: readonly {
    readonly run_id: string;
    readonly status: 'pending' | 'running' | 'success' | 'error' | 'timeout' | 'interrupted' | 'ended' | 'observed';
    readonly stop_reason: string | null;
    readonly tokens: number;
    readonly calls: number;
    readonly cost_usd: string | null;
  }[];
  /** Runs at work now, and their tokens that no log tells of yet; these are in the totals above. */
  readonly active_runs: number;
  readonly provisional_tokens: number;
}
