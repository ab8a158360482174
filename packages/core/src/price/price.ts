/**
 * The words of pricing: what a price is, what a rating of a call says. Prices are integers, pico-dollars per token
 * (1e-12 USD; every catalogue price is exact in it); amounts are nano-dollars (1e-9 USD).
 */
import type { TokenUsage } from '../usage.ts';

/** How a model's name found its price: by its own name, by a known other name, or by its family (a guess, shown as such). */
export type PriceMatch = 'exact' | 'alias' | 'family';

/** Pico-dollars per token. Undefined: the seller has no such price (the input price then applies to cache writes and reads). */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite5m?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
}

/** Rates of the whole request once its total input (cache included) is above `aboveTokens`. */
export interface Tier {
  readonly aboveTokens: number;
  readonly rates: Rates;
}

/** One price of one seller's model, from one day on. */
export interface Price {
  /** Stable: seller/model@from, with the book it came from in front where it is not the built-in one. */
  readonly id: string;
  readonly seller: string;
  readonly model: string;
  /** UTC ms; the price holds from here until the next one's `from`. 0 = as long as known. */
  readonly from: number;
  /** Minutes of the UTC day [start, end) in which it holds, where a seller prices by the clock. */
  readonly hours?: { readonly startMinute: number; readonly endMinute: number } | undefined;
  readonly rates: Rates;
  readonly tiers: readonly Tier[];
  /** Nano-dollars of one web search. */
  readonly webSearchNano?: number | undefined;
  readonly origin: 'catalogue' | 'overlay' | 'user';
}

/** The facts of a call that its price depends on. */
export interface Rateable {
  readonly agent: string;
  readonly model: string;
  readonly seller: string;
  readonly at: number;
  readonly usage: TokenUsage;
  readonly tier: string;
  readonly geo: string;
  readonly webSearches: number;
}

/** Nano-dollars of one call. The parts sum to `totalNano` (largest remainder); rounded once, half to even. */
export interface Rating {
  readonly priceId: string;
  readonly match: PriceMatch;
  readonly totalNano: number;
  readonly inputNano: number;
  readonly cacheReadNano: number;
  readonly cacheWriteNano: number;
  readonly outputNano: number;
  readonly otherNano: number;
}

/** Everything that may ask for money goes through this. Built once, then pure. */
export interface PriceBook {
  /** Changes whenever any price changes: a ledger priced under another version must be re-rated. */
  readonly version: string;
  /** Undefined: unpriced. A call without any token costs nothing and is never unpriced; callers need not care. */
  rate(call: Rateable): Rating | undefined;
  /** The price that would be used, for showing. */
  find(agent: string, seller: string, model: string, at: number): { price: Price; match: PriceMatch } | undefined;
  /** An upper bound for budgets when the price is unknown: the dearest known rates of the family, else of all. */
  ceiling(agent: string, seller: string, model: string, at: number): Price;
  /** Tokens of the model's context window, undefined unknown. */
  contextWindow(agent: string, seller: string, model: string): number | undefined;
  /** All prices, newest first per model; for listing. */
  list(): readonly Price[];
}
