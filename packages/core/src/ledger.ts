/**
 * The storage port: what the ledger keeps and what may be asked of it. Every store passes the ledger conformance suite
 * (`testing/ledger-suite.ts`); nothing above this knows SQL. Asynchronous, so that a store may live elsewhere.
 */
import type { AttributionAnswer, AttributionQuery } from './attribution/question.ts';
import type { CallRecord, SourceRef } from './call.ts';
import type {
  CompactionEvent,
  InjectedEvent,
  LimitEvent,
  PromptEvent,
  PullRequestEvent,
  ReportedTotalEvent,
  SessionEvent,
  ThreadEvent,
  ToolCallEvent,
  ToolResultEvent,
} from './event.ts';
import type { PriceBook } from './price/price.ts';
import type { CallDetail, CallView, Query, QueryResult, SessionDetail, SessionPage, SessionQuery } from './query.ts';
import type { TokenUsage } from './usage.ts';

/** Why a log was not read to its end: it is compressed, and its bytes end too early, are damaged, or cannot be unpacked here. */
export type Unread = 'cut' | 'damaged' | 'unsupported';

/** Where reading of one source stands. Stored in the same transaction as what was read. */
export interface Cursor {
  readonly source: SourceRef;
  /** Device and inode, or what else names the file whatever its path; '' where the system has none. */
  readonly fileId: string;
  /** Bytes read, up to and with the last whole line's newline; of what a compressed log holds. */
  readonly offset: number;
  /** Of the file as it lies there, as `mtimeMs` and `fileId` are. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Hash of the log's first bytes (of `headBytes` of them), by which a replaced log is known and a compressed one again. */
  readonly headHash: string;
  readonly headBytes: number;
  /** The reader's own memory, JSON. */
  readonly state: string;
  /** Lineage of the session in the file, '' where the agent has none. */
  readonly lineageId: string;
  readonly lineageParent: string;
  readonly lines: number;
  readonly skippedDamaged: number;
  readonly skippedUnknown: number;
  readonly unread?: Unread | undefined;
}

/** What a fold of some lines learnt. Idempotent: appending the same batch twice changes nothing. */
export interface LedgerBatch {
  readonly calls: readonly CallRecord[];
  readonly toolCalls: readonly ToolCallEvent[];
  readonly toolResults: readonly ToolResultEvent[];
  readonly sessions: readonly SessionEvent[];
  readonly threads: readonly ThreadEvent[];
  readonly prompts: readonly PromptEvent[];
  readonly injected: readonly InjectedEvent[];
  readonly compactions: readonly CompactionEvent[];
  readonly pullRequests: readonly PullRequestEvent[];
  readonly limits: readonly LimitEvent[];
  /** With the source that told: copies of other sessions' calls in it explain the total too. */
  readonly reportedTotals: readonly (ReportedTotalEvent & { readonly source?: SourceRef | undefined })[];
  readonly cursors: readonly Cursor[];
}

export interface AppendOptions {
  /**
   * Others follow at once, then `finish`: the store may keep them all in one transaction. Whatever is asked or told ends it
   * first; if it fails or the process dies, rows and cursors of all of them are as if never told.
   */
  readonly more?: boolean | undefined;
}

export interface AppendResult {
  /** Calls new to the ledger and calls whose figures changed. 0 and 0: nothing a screen shows moved. */
  readonly inserted: number;
  readonly changed: number;
  readonly sessions: readonly string[];
}

/** A user's own price, dated. Amounts are decimal dollars per million tokens, as typed. */
export interface PriceOverride {
  readonly seller: string;
  readonly model: string;
  readonly from: number;
  readonly inputPerMillion: string;
  readonly outputPerMillion: string;
  readonly cacheReadPerMillion?: string | undefined;
  readonly cacheWrite5mPerMillion?: string | undefined;
  readonly cacheWrite1hPerMillion?: string | undefined;
}

export interface SourceStatus {
  readonly agent: string;
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly skippedDamaged: number;
  readonly skippedUnknown: number;
  readonly lastReadAt: number;
  readonly lastEventAt: number;
  readonly calls: number;
  /** Logs that were not read to their end, by path. */
  readonly unread: readonly { readonly path: string; readonly why: Unread }[];
}

export interface ModelUse {
  readonly agent: string;
  readonly seller: string;
  readonly model: string;
  readonly calls: number;
  readonly tokens: number;
  readonly unpricedTokens: number;
  readonly priceId: string | null;
  readonly priceMatch: string | null;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Calls whose detail is kept. */
  readonly calls: number;
  /** Calls that were folded into totals. */
  readonly folded?: number | undefined;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
    /** Where it is not ok: sums can be made anew from the calls (`rebuild`), anything else needs a backup or the logs. */
    readonly mendedBy?: 'rebuild' | 'restore' | undefined;
  }[];
}

export interface LimitView {
  readonly agent: string;
  readonly name: string;
  readonly at: number;
  readonly usedPercent: number | null;
  readonly windowMinutes: number | null;
  readonly resetsAt: number | null;
  readonly plan: string;
}

/** Runs and turns of a period by agent: what `GET /usage` counts besides tokens. */
export interface Activity {
  readonly agent: string;
  /** Root sessions with a call that ended in the period. */
  readonly runs: number;
  /** User prompts in the period. */
  readonly turns: number;
}

export interface LedgerFacts {
  readonly schemaVersion: number;
  readonly bytes: number;
  readonly calls: number;
  readonly firstCallAt: number | null;
  readonly lastCallAt: number | null;
  readonly priceVersion: string;
}

/** Which calls of a session. */
export interface CallsOptions {
  readonly limit: number;
  /** What an earlier page gave as `next`. */
  readonly after?: string | undefined;
  readonly threadId?: string | undefined;
  /** Only calls that ended at this instant or later, and before this one. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly only?: Query['only'];
}

export interface LedgerReader {
  query(query: Query): Promise<QueryResult>;
  /** What consumed the tokens of the calls that the same filters and period select: rows add up to their totals. */
  attribution(query: AttributionQuery): Promise<AttributionAnswer>;
  activity(since: number | undefined, until: number | undefined): Promise<readonly Activity[]>;
  sessions(query: SessionQuery): Promise<SessionPage>;
  session(agent: string | undefined, sessionId: string): Promise<SessionDetail | undefined>;
  /** Calls of a session (its sub-agents' included), or of all, in order of time, with their tool calls. */
  calls(
    sessionId: string | undefined,
    options: CallsOptions,
  ): Promise<{
    readonly calls: readonly CallView[];
    readonly next?: string | undefined;
  }>;
  /** By its id, or by `AGENT/IDENTITY`. */
  call(id: string): Promise<CallDetail | undefined>;
  models(since?: number, until?: number): Promise<readonly ModelUse[]>;
  sources(): Promise<readonly SourceStatus[]>;
  limits(): Promise<readonly LimitView[]>;
  priceOverrides(): Promise<readonly PriceOverride[]>;
  facts(): Promise<LedgerFacts>;
  /** The book calls are rated with now: the catalogue with the user's own prices on top. */
  prices(): PriceBook;
  close(): Promise<void>;
}

export interface Ledger extends LedgerReader {
  /** All cursors, by path: the warm start reads them once. */
  cursors(): Promise<ReadonlyMap<string, Cursor>>;
  /** One transaction: rows, rollups and cursors, or nothing. */
  append(batch: LedgerBatch, options?: AppendOptions): Promise<AppendResult>;
  /** Ends what `more` left open. Throws where that failed, now or when another asked: the cursors say what was kept. */
  finish(): Promise<void>;
  setPriceOverride(price: PriceOverride): Promise<void>;
  removePriceOverride(seller: string, model: string, from?: number): Promise<number>;
  /** Re-rates calls whose price differs under the current book. `since`: only calls from there on. */
  reprice(since?: number): Promise<{ readonly changed: number; readonly before: bigint; readonly after: bigint }>;
  verify(): Promise<VerifyReport>;
  /** Rebuilds every rollup from the calls. */
  rebuild(): Promise<void>;
  /** Writes the ledger as it is now to a file, beside a writer as well; answers what is in it. */
  backup(file: string): Promise<{ readonly calls: number }>;
  /** Deletes a session's rows; its totals go with it, and its logs are not read again. */
  forget(sessionId: string): Promise<{ readonly calls: number }>;
  /** Folds calls older than `before` into rollups: totals stay, detail goes. */
  retain(before: number): Promise<{ readonly calls: number }>;
  /** Truncates the write-ahead log and such; called when idle. */
  tidy(): Promise<void>;
}

/** A total the agent told of a session's process, as kept until a later snapshot replaces it. */
export interface ReportedTotal {
  readonly process: string;
  readonly byModel: ReadonlyMap<string, TokenUsage>;
}
