/** Usage for other programs: the machine contract `tokenmeter.usage/1` and CSV. Keys stand in the asked order. */
import {
  formatNanoDecimal,
  type GroupKey,
  type Query,
  type QueryResult,
  type Row,
  totalTokens,
  type WireQueryResult,
  type WireRow,
  wireInstant,
  wireQueryResult,
} from '@tokenmeter/core';
import { type CsvValue, csvLine } from './csv.ts';
import { type Period, periodDates } from './period.ts';
import type { Visit } from './with-house.ts';

/** A row of the contract by tool: null where its tokens are not attributed, and what nobody tells of a tool's part. */
type Nullable<T> = { readonly [K in keyof T]: K extends 'key' | 'calls' | 'tool_calls' ? T[K] : T[K] | null };

export interface UsageDocument extends Omit<WireQueryResult, 'rows'> {
  /** First and last day of the period in its zone, null where it is open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly tz: string;
  /** True where some tokens have no price. */
  readonly partial: boolean;
  readonly rows: readonly Nullable<WireRow>[];
}

export async function usageJson(
  { house, now }: Visit,
  query: Query,
  result: QueryResult,
  period: Period,
): Promise<UsageDocument> {
  const { schema, generated_at, period: wirePeriod, totals, rows } = wireQueryResult(result, now);
  const claude = query.by.includes('project') ? await claudeKeys(house.ledger, query) : new Set<string>();
  return {
    schema,
    generated_at,
    ...periodDates(period),
    tz: result.tz,
    partial: result.totals.unpricedTokens > 0,
    period: wirePeriod,
    totals,
    rows: rows.map((row) => {
      const key = orderedKey(row.key, query.by, (name) => kindOf(house.agents, name, row.key.agent));
      if (query.by.includes('tool')) return { ...row, ...(row.tokens === 0 ? NO_TOKENS : NOT_OF_TOOLS), key };
      return { ...row, key: claude.has(keyText(row.key, query.by)) ? withSlug(key) : key };
    }),
  };
}

/** Reasoning has a part of its own, and money is attributed whole. */
const NOT_OF_TOOLS = { reasoning: null, reasoning_complete: null, inexact_tokens: null, cost_parts: null } as const;

const NO_TOKENS = {
  input: null,
  cache_read: null,
  cache_write_5m: null,
  cache_write_1h: null,
  output: null,
  reasoning: null,
  reasoning_complete: null,
  tokens: null,
  cost_usd: null,
  cost_complete: null,
  unpriced_tokens: null,
  inexact_tokens: null,
  cost_parts: null,
} as const;

function orderedKey(
  key: Row['key'],
  by: readonly GroupKey[],
  kind: (tool: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    by.flatMap((name): [string, string][] => {
      const value = key[name] ?? '';
      return name === 'tool'
        ? [
            [name, value],
            ['kind', key.kind ?? kind(value)],
          ]
        : [[name, value]];
    }),
  );
}

/** The tool's kind in its agent's words; of the first agent that knows it where rows are not by agent. */
export function kindOf(agents: Visit['house']['agents'], tool: string, agentId: string | undefined): string {
  const asked = agents.filter(({ id }) => agentId === undefined || id === agentId);
  return asked.map((agent) => agent.toolKind(tool)).find((kind) => kind !== 'other') ?? 'other';
}

/** Rows in which every call is Claude Code's: their project has a folder of Claude's, so they get its name. */
async function claudeKeys(ledger: Visit['house']['ledger'], query: Query): Promise<ReadonlySet<string>> {
  const isByAgent = query.by.includes('agent');
  const { rows } = await ledger.query(isByAgent ? query : { ...query, by: [...query.by, 'agent'] });
  const others = new Set(
    rows.filter(({ key }) => key.agent !== 'claude-code').map(({ key }) => keyText(key, query.by)),
  );
  return new Set(rows.map(({ key }) => keyText(key, query.by)).filter((text) => !others.has(text)));
}

function keyText(key: Row['key'], by: readonly GroupKey[]): string {
  return by.map((name) => key[name] ?? '').join('\0');
}

/** Claude Code names a project's folder after its directory, with all but letters and digits as `-`. */
function withSlug(key: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(key).flatMap(([name, value]) =>
      name === 'project' && value !== ''
        ? [
            [name, value],
            ['slug', value.replace(/[^A-Za-z0-9]/g, '-')],
          ]
        : [[name, value]],
    ),
  );
}

const COLUMNS = [
  'calls',
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'tokens',
  'tool_calls',
  'cost_usd',
  'cost_is_partial',
  'unpriced_tokens',
] as const;

/** Lines of CSV, header first. The period and the time of the report stand in every row, so that a file explains itself. */
export function* usageCsv(
  result: QueryResult,
  by: readonly GroupKey[],
  period: Period,
  now: number,
): Generator<string> {
  yield csvLine([...by, ...COLUMNS, 'from', 'to', 'tz', 'generated_at']);
  const { from, to } = periodDates(period);
  const isByTool = by.includes('tool');
  for (const row of result.rows) {
    const { usage } = row;
    const tokens: CsvValue[] = [
      usage.input,
      usage.cacheRead,
      usage.cacheWrite5m,
      usage.cacheWrite1h,
      usage.output,
      usage.reasoning,
      totalTokens(usage),
    ];
    const cost = row.costNano === null ? null : formatNanoDecimal(row.costNano);
    const isUntold = isByTool && totalTokens(usage) === 0;
    yield csvLine([
      ...by.map((name) => row.key[name] ?? ''),
      row.calls,
      ...(isUntold ? tokens.map(() => null) : tokens),
      row.toolCalls,
      // A decimal is a number, not a text that could be taken for a formula.
      isUntold ? null : cost,
      isUntold ? null : row.unpricedTokens > 0,
      isUntold ? null : row.unpricedTokens,
      from,
      to,
      period.tz,
      wireInstant(now),
    ]);
  }
}
