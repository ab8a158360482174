/**
 * What may be asked of the ledger: one query language for the command line, the server and the pages. Instants are UTC
 * milliseconds, periods are half-open [since, until), days are those of an IANA zone. Pure words and arithmetic; the
 * stores answer.
 */
import type { TokenUsage } from './usage.ts';

export const GROUP_KEYS = [
  'hour',
  'day',
  'week',
  'month',
  'agent',
  'model',
  'project',
  'session',
  'thread',
  'caller',
  'tool',
  'branch',
] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

export const FILTER_KEYS = ['agent', 'model', 'project', 'session', 'thread', 'caller', 'branch'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

export interface Query {
  readonly by: readonly GroupKey[];
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** IANA zone in which hours, days, weeks (ISO) and months begin. */
  readonly tz: string;
  /** Values of one key are ORed, keys are ANDed. */
  readonly only?: Partial<Record<FilterKey, readonly string[]>> | undefined;
  readonly except?: Partial<Record<FilterKey, readonly string[]>> | undefined;
}

/** Nano-dollars by what was paid for. `other` is fees that are not tokens (web search). The parts sum to `costNano`. */
export interface CostParts {
  readonly input: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
  readonly output: bigint;
  readonly other: bigint;
}

export interface Totals {
  readonly calls: number;
  readonly usage: TokenUsage;
  /** False where some output came from a source that does not tell reasoning. */
  readonly reasoningComplete: boolean;
  readonly toolCalls: number;
  /** Nano-dollars of all that has a price; null where nothing has one although there are tokens. */
  readonly costNano: bigint | null;
  readonly cost: CostParts;
  /** Tokens of calls without a price. The cost is complete when 0. */
  readonly unpricedTokens: number;
  /** Tokens of calls whose certainty is not `exact`. */
  readonly inexactTokens: number;
}

export interface Row extends Totals {
  /** One value per asked group, in the asked order: `2026-06-01`, `2026-W23`, `2026-06`, `2026-06-01T14`, or the name. */
  readonly key: Readonly<Record<string, string>>;
}

export interface QueryResult {
  readonly since: number | null;
  readonly until: number | null;
  readonly tz: string;
  readonly totals: Totals;
  /** Sorted by key. Rows' totals add up to `totals` (not for `tool`, whose token fields are null until attributed). */
  readonly rows: readonly Row[];
}

export interface SessionQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly only?: Query['only'];
  readonly except?: Query['except'];
  /** Matches title, ids, project and branch. */
  readonly search?: string | undefined;
  readonly sort: 'started' | 'ended' | 'cost' | 'tokens' | 'calls' | 'duration';
  readonly descending: boolean;
  readonly limit: number;
  /** What an earlier page gave as `next`. */
  readonly after?: string | undefined;
}

export interface SessionSummary {
  readonly agent: string;
  readonly sessionId: string;
  readonly rootSessionId: string;
  readonly parentSessionId: string;
  readonly title: string;
  readonly project: string;
  readonly repository: string;
  readonly branch: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly models: readonly string[];
  readonly threads: number;
  readonly prompts: number;
  readonly compactions: number;
  /** Addresses of the pull requests that its work is in, the first told first. */
  readonly pullRequests: readonly string[];
  /** Largest share of the window that a call of the main thread filled, in tokens, with the window where known. */
  readonly contextPeak: number | null;
  readonly contextWindow: number | null;
  readonly totals: Totals;
}

export interface SessionPage {
  readonly sessions: readonly SessionSummary[];
  readonly matched: number;
  readonly next?: string | undefined;
}

export interface ThreadSummary {
  readonly threadId: string;
  readonly parentThreadId: string;
  readonly name: string;
  readonly spawnedBy: string;
  readonly models: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly contextUsed: number | null;
  readonly contextWindow: number | null;
  /** The thread's own; children are apart. */
  readonly totals: Totals;
}

export interface ToolCallView {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly at: number;
  readonly endedAt: number | null;
  readonly argumentBytes: number;
  readonly resultBytes: number | null;
  readonly isError: boolean | null;
}

export interface CallView {
  /** Stable id of the call in this ledger. */
  readonly id: string;
  readonly identity: string;
  readonly requestId: string;
  readonly agent: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly caller: string;
  readonly cwd: string;
  readonly branch: string;
  readonly model: string;
  readonly at: number;
  readonly usage: TokenUsage;
  readonly certainty: string;
  readonly costNano: number | null;
  readonly cost: CostParts;
  readonly priceId: string | null;
  readonly priceMatch: string | null;
  readonly stopReason: string | null;
  readonly contextWindow: number | null;
  readonly counted: boolean;
  readonly tools: readonly ToolCallView[];
}

export interface SessionMark {
  readonly kind: 'compaction' | 'prompt';
  readonly threadId: string;
  readonly at: number;
  readonly before: number | null;
  readonly after: number | null;
}

export interface SessionDetail {
  readonly summary: SessionSummary;
  readonly threads: readonly ThreadSummary[];
  readonly marks: readonly SessionMark[];
  /** Sessions below this one (Codex sub-agents, forks). */
  readonly children: readonly SessionSummary[];
}

export interface Sighting {
  readonly source: string;
  readonly sessionId: string;
  readonly at: number;
}

export interface CallDetail extends CallView {
  readonly tier: string;
  readonly geo: string;
  readonly webSearches: number;
  readonly sightings: readonly Sighting[];
}

export const NO_COST: CostParts = { input: 0n, cacheRead: 0n, cacheWrite: 0n, output: 0n, other: 0n };
