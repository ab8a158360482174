/**
 * What the server's own endpoints answer, as types: the server builds them, the pages read them, so that the two cannot
 * drift. Spelled as on the wire (snake_case). Paths stand beside each type. Errors of every endpoint: `WireError`.
 */
import type { Unread } from './ledger.ts';
import type { WireCostParts, WirePeriod, WireTotals } from './wire.ts';

/** Any 4xx or 5xx: `path` names the offending field of a bad request. */
export interface WireError {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly path?: string;
    readonly request_id: string;
  };
}

/** GET /api/health */
export interface WireHealth {
  readonly status: 'ok' | 'importing';
  readonly version: string;
  /** Name of the machine whose logs are read. */
  readonly host: string;
  readonly started_at: string;
  readonly ledger: {
    readonly schema_version: number;
    readonly bytes: number;
    readonly calls: number;
    readonly first_call_at: string | null;
    readonly last_call_at: string | null;
  };
  /** Files read of files found while history is being read; null otherwise. */
  readonly import: { readonly files_done: number; readonly files_total: number } | null;
  /** Day the price catalogue is from. */
  readonly prices_from: string;
  readonly unpriced_models: number;
  /** Warnings a person should see (bad config keys and such). */
  readonly warnings: readonly string[];
}

/** GET /api/settings; PATCH /api/settings with any subset of `display`, `usage_reset`, `usage_threshold_tokens`, `monthly_cap_usd`. */
export interface WireSettings {
  readonly display: {
    /** IANA zone in use; `tz_source` says whether it was configured or is the machine's. */
    readonly tz: string;
    readonly tz_source: 'config' | 'machine';
    readonly theme: 'system' | 'light' | 'dark';
    readonly density: 'comfortable' | 'compact';
    readonly motion: 'system' | 'off';
    readonly currency: string;
    /** Units of `currency` for one dollar, decimal, with its date; null for USD. */
    readonly currency_rate: string | null;
    readonly currency_rate_date: string | null;
    readonly locale: string;
    readonly week_start: 'monday' | 'sunday';
    readonly unit: 'list' | 'billed';
  };
  readonly usage_reset: 'day' | 'week' | 'month' | 'all';
  readonly usage_threshold_tokens: number | null;
  /** Soft monthly cap in dollars that the Usage page draws; enforced only once budgets exist. */
  readonly monthly_cap_usd: string | null;
  /** Agents whose spend is covered by a plan (their money is list price). */
  readonly plans: Readonly<Record<string, string>>;
  readonly config_file: string;
  readonly data_dir: string;
}

/** GET /api/sessions/:id -> `session` and more; GET /api/sessions -> a page of these. */
export interface WireSession {
  readonly agent: string;
  readonly agent_name: string;
  readonly session_id: string;
  readonly root_session_id: string;
  readonly parent_session_id: string | null;
  /** The agent's own title; null: show project and time instead. */
  readonly title: string | null;
  readonly project: string;
  /** Short name of the project: its repository's, else the last part of the directory. */
  readonly project_name: string;
  readonly branch: string | null;
  readonly started_at: string;
  readonly ended_at: string;
  readonly models: readonly string[];
  readonly threads: number;
  readonly prompts: number;
  readonly compactions: number;
  /** Addresses of the pull requests that its work is in, the first told first. */
  readonly pull_requests: readonly string[];
  readonly context_peak: number | null;
  readonly context_window: number | null;
  readonly totals: WireTotals;
}

/** GET /api/sessions?since&until&agent&model&project&branch&q&sort&limit&after (sort: started|ended|cost|tokens|calls|duration, `:asc` flips) */
export interface WireSessionPage {
  readonly sessions: readonly WireSession[];
  readonly matched: number;
  readonly next: string | null;
}

export interface WireThread {
  readonly thread_id: string;
  readonly parent_thread_id: string | null;
  readonly name: string | null;
  readonly spawned_by: string | null;
  readonly models: readonly string[];
  readonly started_at: string;
  readonly ended_at: string;
  readonly context_used: number | null;
  readonly context_window: number | null;
  /** Own figures; children apart. */
  readonly totals: WireTotals;
}

export interface WireMark {
  readonly kind: 'compaction' | 'prompt';
  readonly thread_id: string;
  readonly at: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** GET /api/sessions/:id */
export interface WireSessionDetail {
  readonly session: WireSession;
  readonly threads: readonly WireThread[];
  readonly marks: readonly WireMark[];
  readonly children: readonly WireSession[];
}

export interface WireToolCall {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly at: string;
  readonly ended_at: string | null;
  readonly argument_bytes: number;
  readonly result_bytes: number | null;
  readonly is_error: boolean | null;
}

export interface WireCall {
  readonly id: string;
  readonly agent: string;
  readonly session_id: string;
  readonly thread_id: string;
  readonly caller: string;
  readonly model: string;
  readonly at: string;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly reasoning: number | null;
  readonly tokens: number;
  /** All input buckets: what was in the window. */
  readonly context: number;
  readonly context_window: number | null;
  readonly certainty: 'exact' | 'at_least' | 'estimated' | 'reported';
  readonly cost_usd: string | null;
  readonly cost_parts: WireCostParts;
  readonly stop_reason: string | null;
  readonly counted: boolean;
  readonly tools: readonly WireToolCall[];
}

/** GET /api/sessions/:id/calls?limit&after&thread */
export interface WireCallPage {
  readonly calls: readonly WireCall[];
  readonly next: string | null;
}

/** GET /api/calls/:id */
export interface WireCallDetail extends WireCall {
  readonly request_id: string | null;
  readonly response_id: string;
  readonly cwd: string;
  readonly branch: string | null;
  readonly tier: string;
  readonly geo: string;
  readonly web_searches: number;
  readonly price: WirePrice | null;
  readonly price_match: 'exact' | 'alias' | 'family' | null;
  readonly sightings: readonly { readonly source: string; readonly session_id: string; readonly at: string }[];
}

/** GET /api/sources; POST /api/sources/scan looks again and answers the same. */
export interface WireSources {
  readonly sources: readonly WireSource[];
}
export interface WireSource {
  readonly agent: string;
  readonly agent_name: string;
  readonly state: 'reading' | 'not_found' | 'error';
  readonly exactness: string;
  readonly roots: readonly {
    readonly path: string;
    readonly because: string;
    readonly exists: boolean;
    readonly error: string | null;
  }[];
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly skipped_damaged: number;
  readonly skipped_unknown: number;
  /** Compressed logs that were not read to their end. */
  readonly unread: readonly { readonly path: string; readonly why: Unread }[];
  readonly calls: number;
  readonly last_read_at: string | null;
  readonly last_event_at: string | null;
  readonly can_interrupt: boolean;
}

/** Decimal dollars per million tokens. */
export interface WireRates {
  readonly input: string;
  readonly output: string;
  readonly cache_read: string | null;
  readonly cache_write_5m: string | null;
  readonly cache_write_1h: string | null;
}
export interface WirePrice {
  readonly id: string;
  readonly seller: string;
  readonly model: string;
  /** ISO date from which it holds; null: as long as known. */
  readonly from: string | null;
  readonly rates: WireRates;
  readonly tiers: readonly { readonly above_tokens: number; readonly rates: WireRates }[];
  readonly origin: 'catalogue' | 'overlay' | 'user';
}

/** GET /api/prices: models in use first (unpriced ones first of all), each with the price it gets today. */
export interface WirePrices {
  readonly catalogue_from: string;
  readonly version: string;
  readonly models: readonly {
    readonly agent: string;
    readonly seller: string;
    readonly model: string;
    readonly calls: number;
    readonly tokens: number;
    readonly unpriced_tokens: number;
    readonly match: 'exact' | 'alias' | 'family' | null;
    readonly price: WirePrice | null;
    readonly context_window: number | null;
  }[];
  readonly overrides: readonly WirePrice[];
}

/** PUT /api/prices (stores, re-rates); POST /api/prices/preview (same body, changes nothing). */
export interface WirePriceSet {
  readonly seller?: string;
  readonly model: string;
  /** ISO date; absent: recalculate all past calls. */
  readonly from?: string;
  readonly rates: {
    readonly input: string;
    readonly output: string;
    readonly cache_read?: string;
    readonly cache_write_5m?: string;
    readonly cache_write_1h?: string;
  };
}
export interface WirePriceEffect {
  readonly calls: number;
  /** Total of all calls before and after, decimal dollars. */
  readonly before_usd: string;
  readonly after_usd: string;
  readonly unpriced_tokens_before: number;
  readonly unpriced_tokens_after: number;
}

/** GET /api/limits */
export interface WireLimits {
  readonly limits: readonly {
    readonly agent: string;
    readonly name: string;
    readonly at: string;
    readonly used_percent: number | null;
    readonly window_minutes: number | null;
    readonly resets_at: string | null;
    readonly plan: string | null;
  }[];
}

/** GET /api/activity?since&until */
export interface WireActivity {
  readonly by_agent: readonly { readonly agent: string; readonly runs: number; readonly turns: number }[];
  readonly runs: number;
  readonly turns: number;
}

/**
 * GET /api/changes (SSE). `hello` first, then `change` whenever the ledger moved; `settings` when others hold; `import`
 * while history is read. No `sessions` although something moved: too many to name.
 */
export interface WireChange {
  readonly seq: number;
  readonly at: string;
  readonly inserted: number;
  readonly changed: number;
  readonly sessions: readonly string[];
}

/** The stream's first frame. `resumed`: what was missed since `Last-Event-ID` follows; else anything may have moved. */
export interface WireHello {
  readonly seq: number;
  readonly at: string;
  readonly resumed: boolean;
}

/** How far reading of history is; all null in the last one, when `done`. */
export interface WireImport {
  readonly done: boolean;
  readonly files_done: number | null;
  readonly files_total: number | null;
  readonly bytes_done: number | null;
  readonly bytes_total: number | null;
}

/** GET /api/models?since&until: models in use, those with unpriced tokens first. */
export interface WireModels {
  readonly models: WirePrices['models'];
}

/** GET /usage: the dashboard seed's own names (requirements 002), with by_model, cost and completeness beside. */
export interface WireUsage {
  readonly window: {
    readonly kind: 'day' | 'week' | 'month' | 'all';
    readonly since: string | null;
    readonly reset_at: string | null;
  };
  readonly totals: WireUsageTotals & { readonly tasks: number; readonly turns: number };
  readonly by_agent: readonly (WireUsageTotals & {
    readonly agent: string;
    readonly tasks: number;
    readonly turns: number;
  })[];
  readonly by_model: readonly (WireUsageTotals & { readonly model: string; readonly calls: number })[];
  readonly by_day: readonly (WireUsageTotals & { readonly day: string })[];
  readonly threshold_tokens: number | null;
  readonly period: WirePeriod;
}
export interface WireUsageTotals {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read: number;
  readonly cache_creation: number;
  readonly cost_usd: string | null;
  readonly cost_complete: boolean;
  readonly unpriced_tokens: number;
}
