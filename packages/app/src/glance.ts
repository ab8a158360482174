/** A port beside the house: what a status line asks of a ledger, a few sums, without opening a house. A store answers it. */
import type { TokenUsage } from '@tokenmeter/core';

export interface GlanceQuestion {
  readonly sessionId: string;
  /** UTC ms: first instants of today, this week, this month. */
  readonly today: number;
  readonly week: number;
  readonly month: number;
  /** UTC ms: the rate is that of the calls since then. */
  readonly rateSince: number;
}

/** Nano-dollars; null where nothing has a price although there are tokens. */
export interface Glance {
  readonly today: bigint | null;
  readonly week: bigint | null;
  readonly month: bigint | null;
  readonly recent: bigint;
  /** Null where the ledger does not know the session yet. */
  readonly run: { readonly cost: bigint | null; readonly usage: TokenUsage } | null;
}

export type Glancer = (dataDir: string, question: GlanceQuestion) => Promise<Glance | undefined>;
