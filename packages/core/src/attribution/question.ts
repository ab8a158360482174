/**
 * What may be asked of a ledger about attribution, and what it answers: plain sums, so that any grouping of the rows makes
 * the same whole. Shares, names for people and advice are made of it elsewhere (report.ts).
 */
import type { Query, Totals } from '../query.ts';
import type { Owner } from './piece.ts';
import type { AttributionSums } from './sums.ts';

export interface AttributionQuery extends Pick<Query, 'since' | 'until' | 'only' | 'except'> {
  readonly method: 'ledger' | 'in_flight';
  /** Whether rows are told apart by thread. */
  readonly byThread: boolean;
  /** Whether single pieces are told apart, by tool call. */
  readonly withItems: boolean;
  /** Whether what stands in each thread's window now is asked. */
  readonly withContext: boolean;
}

export interface AttributionRow {
  readonly agent: string;
  /** `lead`, `subagent:<name>`, `system:<what>`. */
  readonly caller: string;
  /** '' where threads are not told apart. */
  readonly threadId: string;
  readonly owner: Owner;
  /** The tool call, '' where none is or items are not asked. */
  readonly item: string;
  /** Name of what the tool call was about, '' unknown. */
  readonly target: string;
  /** Of an item: calls in which it stood in the prompt. */
  readonly prompts: number;
  readonly sums: AttributionSums;
}

/** Executions of one tool. */
export interface ToolUse {
  readonly threadId: string;
  readonly owner: Owner;
  readonly calls: number;
  /** Results of known size, and what they come to. */
  readonly results: number;
  readonly resultBytes: number;
}

export interface AttributedThread {
  readonly threadId: string;
  readonly sessionId: string;
  readonly agent: string;
  readonly parentThreadId: string;
  readonly name: string;
  readonly calls: number;
}

/** What stands in a thread's latest prompt. */
export interface StandingContext {
  readonly threadId: string;
  readonly prompt: number;
  readonly window: number | null;
  readonly pieces: readonly {
    readonly owner: Owner;
    readonly item: string;
    readonly target: string;
    readonly size: number;
    readonly isMeasured: boolean;
  }[];
}

export interface AttributionAnswer {
  /** They add up to the bill of the same question, what nobody attributed yet included. */
  readonly rows: readonly AttributionRow[];
  readonly tools: readonly ToolUse[];
  /** Where rows are told apart by thread. */
  readonly threads: readonly AttributedThread[];
  readonly contexts: readonly StandingContext[];
  /** The totals that the rows add up to: of the same moment, whatever is written meanwhile. */
  readonly bill: Totals;
}
