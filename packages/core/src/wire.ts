/**
 * How the domain is spelled on the wire: snake_case, money as decimal strings, instants as ISO 8601. One place, used by
 * the command line's `--json`, the server and the pages. The machine contract `tokenmeter.usage/1` is built from it.
 */
import { formatNanoDecimal } from './money.ts';
import type { CostParts, QueryResult, Totals } from './query.ts';
import { totalTokens } from './usage.ts';

/** T of the machine contract. Integers are JSON integers; `reasoning` is null when no source reported it. */
export interface WireTotals {
  readonly calls: number;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly reasoning: number | null;
  readonly reasoning_complete: boolean;
  readonly tokens: number;
  readonly tool_calls: number;
  /** Decimal dollars with nine decimals, or null where nothing is priced. */
  readonly cost_usd: string | null;
  readonly cost_complete: boolean;
  readonly unpriced_tokens: number;
  readonly inexact_tokens: number;
  readonly cost_parts: WireCostParts;
}

export interface WireCostParts {
  readonly input: string;
  readonly cache_read: string;
  readonly cache_write: string;
  readonly output: string;
  readonly other: string;
}

export interface WireRow extends WireTotals {
  readonly key: Readonly<Record<string, string>>;
}

export interface WirePeriod {
  readonly since: string | null;
  readonly until: string | null;
  readonly tz: string;
}

export interface WireQueryResult {
  readonly schema: 'tokenmeter.usage/1';
  readonly generated_at: string;
  readonly period: WirePeriod;
  readonly totals: WireTotals;
  readonly rows: readonly WireRow[];
}

export function wireCostParts(cost: CostParts): WireCostParts {
  return {
    input: formatNanoDecimal(cost.input),
    cache_read: formatNanoDecimal(cost.cacheRead),
    cache_write: formatNanoDecimal(cost.cacheWrite),
    output: formatNanoDecimal(cost.output),
    other: formatNanoDecimal(cost.other),
  };
}

export function wireTotals(totals: Totals): WireTotals {
  return {
    calls: totals.calls,
    input: totals.usage.input,
    cache_read: totals.usage.cacheRead,
    cache_write_5m: totals.usage.cacheWrite5m,
    cache_write_1h: totals.usage.cacheWrite1h,
    output: totals.usage.output,
    reasoning: totals.usage.reasoning ?? null,
    reasoning_complete: totals.reasoningComplete,
    tokens: totalTokens(totals.usage),
    tool_calls: totals.toolCalls,
    cost_usd: totals.costNano === null ? null : formatNanoDecimal(totals.costNano),
    cost_complete: totals.unpricedTokens === 0,
    unpriced_tokens: totals.unpricedTokens,
    inexact_tokens: totals.inexactTokens,
    cost_parts: wireCostParts(totals.cost),
  };
}

/** An instant as the wire spells it. */
export function wireInstant(atMs: number): string;
export function wireInstant(atMs: number | null | undefined): string | null;
export function wireInstant(atMs: number | null | undefined): string | null {
  return atMs === null || atMs === undefined ? null : new Date(atMs).toISOString();
}

export function wireQueryResult(result: QueryResult, generatedAtMs: number): WireQueryResult {
  return {
    schema: 'tokenmeter.usage/1',
    generated_at: wireInstant(generatedAtMs),
    period: { since: wireInstant(result.since), until: wireInstant(result.until), tz: result.tz },
    totals: wireTotals(result.totals),
    rows: result.rows.map(({ key, ...totals }) => ({ key, ...wireTotals(totals) })),
  };
}
