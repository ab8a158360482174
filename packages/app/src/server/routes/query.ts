/** GET /api/query: the one query language over HTTP. GET /api/activity: runs and turns of a period. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  GROUP_KEYS,
  type GroupKey,
  type WireActivity,
  type WireQueryResult,
  type WireRow,
  wireQueryResult,
} from '@tokenmeter/core';
import { type Api, answers, BAD_REQUEST, type ServerState } from '../api.ts';
import { blaming } from '../fault.ts';
import { filterShape, limit, periodShape, readFilters, sortBy, splitList } from '../params.ts';
import { readPeriod } from '../period.ts';
import { costPartsSchema, count, dollars, instant, orNull, periodSchema, totalsSchema } from '../wire/totals.ts';

/** A row by tool: null where its tokens are not attributed, and what nobody tells of a tool's part. */
type QueryRow = {
  readonly [K in keyof WireRow]: K extends 'key' | 'calls' | 'tool_calls' ? WireRow[K] : WireRow[K] | null;
};
type QueryAnswer = Omit<WireQueryResult, 'rows'> & { readonly rows: readonly QueryRow[] };

const SORTS = ['key', 'cost', 'tokens', 'calls', 'input', 'output', 'cache_read', 'tool_calls'] as const;

const rowSchema: z.ZodType<QueryRow> = z
  .object({
    key: z.record(z.string(), z.string()),
    calls: count,
    input: count.nullable(),
    cache_read: count.nullable(),
    cache_write_5m: count.nullable(),
    cache_write_1h: count.nullable(),
    output: count.nullable(),
    reasoning: count.nullable(),
    reasoning_complete: z.boolean().nullable(),
    tokens: count.nullable(),
    tool_calls: count,
    cost_usd: dollars.nullable(),
    cost_complete: z.boolean().nullable(),
    unpriced_tokens: count.nullable(),
    inexact_tokens: count.nullable(),
    cost_parts: orNull(costPartsSchema),
  })
  .openapi('Row', {
    description: 'As Totals; of a tool, what was attributed to it: reasoning and the parts of its cost are null',
  });

const querySchema: z.ZodType<QueryAnswer> = z
  .object({
    schema: z.literal('tokenmeter.usage/1'),
    generated_at: instant,
    period: periodSchema,
    totals: totalsSchema,
    rows: z.array(rowSchema),
  })
  .openapi('QueryResult', { description: 'The same document as `tokenmeter usage --json`' });

const groups = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value, context): readonly GroupKey[] => {
    const keys: GroupKey[] = [];
    for (const word of value === undefined || value === '' ? [] : splitList(value)) {
      const key = GROUP_KEYS.find((known) => known === word);
      if (key === undefined) context.addIssue({ code: 'custom', message: `allowed are ${GROUP_KEYS.join(', ')}` });
      else if (!keys.includes(key)) keys.push(key);
    }
    return keys;
  })
  .openapi({
    type: 'string',
    description: `Comma list of ${GROUP_KEYS.join(', ')}; totals only if absent`,
    example: 'day,model',
    param: { required: false },
  });

const queryRoute = createRoute({
  method: 'get',
  path: '/api/query',
  tags: ['Usage'],
  summary: 'Totals and rows of a period, grouped and filtered',
  description:
    'Unbounded unless a period is asked for. `totals` are those of all rows, also where `limit` leaves some out; the header `Tokenmeter-Rows` says how many there are.',
  request: {
    query: z.strictObject({
      by: groups,
      ...periodShape,
      ...filterShape,
      sort: sortBy(SORTS, ['key']),
      limit: limit(100_000),
    }),
  },
  responses: { 200: answers(querySchema, 'The figures'), 400: BAD_REQUEST },
});

const activityRoute = createRoute({
  method: 'get',
  path: '/api/activity',
  tags: ['Usage'],
  summary: 'Runs and turns of a period by agent',
  request: { query: z.strictObject(periodShape) },
  responses: {
    200: answers(
      z
        .object({
          by_agent: z.array(z.object({ agent: z.string(), runs: count, turns: count })),
          runs: count.openapi({ description: 'Root sessions with a call that ended in the period' }),
          turns: count.openapi({ description: 'User prompts in the period' }),
        })
        .openapi('Activity') satisfies z.ZodType<WireActivity>,
      'Counts',
    ),
    400: BAD_REQUEST,
  },
});

export function queryRoutes(api: Api, state: ServerState): void {
  const { ledger, clock } = state.house;
  api.openapi(queryRoute, async (c) => {
    const asked = c.req.valid('query');
    const now = clock.now();
    const question = ledger.query({
      by: asked.by,
      ...readPeriod(asked, state.config.tz, now),
      ...readFilters(asked),
    });
    const result = await blaming('by', question);
    const wire = wireQueryResult(result, now);
    // Without groups there is one row at most, and it is the totals again.
    const found = asked.by.length === 0 ? [] : wire.rows;
    const rows = asked.sort ? sortRows(found, asked.sort.key, asked.sort.descending) : found;
    c.header('tokenmeter-rows', String(rows.length));
    const shown = rows.slice(0, asked.limit);
    return c.json({ ...wire, rows: asked.by.includes('tool') ? shown.map(asTool) : shown }, 200);
  });
  api.openapi(activityRoute, async (c) => {
    const { since, until } = readPeriod(c.req.valid('query'), state.config.tz, clock.now());
    const agents = await ledger.activity(since, until);
    return c.json(
      {
        by_agent: agents.map(({ agent, runs, turns }) => ({ agent, runs, turns })),
        runs: agents.reduce((sum, { runs }) => sum + runs, 0),
        turns: agents.reduce((sum, { turns }) => sum + turns, 0),
      },
      200,
    );
  });
}

/** Reasoning has a part of its own, and money is attributed whole. */
function asTool(row: WireRow): QueryRow {
  const { key, calls, tool_calls } = row;
  if (row.tokens > 0)
    return { ...row, reasoning: null, reasoning_complete: null, inexact_tokens: null, cost_parts: null };
  return {
    key,
    calls,
    input: null,
    cache_read: null,
    cache_write_5m: null,
    cache_write_1h: null,
    output: null,
    reasoning: null,
    reasoning_complete: null,
    tokens: null,
    tool_calls,
    cost_usd: null,
    cost_complete: null,
    unpriced_tokens: null,
    inexact_tokens: null,
    cost_parts: null,
  };
}

/** Rows by one figure; equal ones keep the order of their keys. The ledger hands rows sorted by key. */
function sortRows(rows: readonly WireRow[], key: (typeof SORTS)[number], descending: boolean): readonly WireRow[] {
  if (key === 'key') return descending ? rows.toReversed() : rows;
  const sign = descending ? -1 : 1;
  if (key !== 'cost') return rows.toSorted((a, b) => sign * (a[key] - b[key]));
  return rows.toSorted((a, b) => sign * compareMoney(a.cost_usd, b.cost_usd));
}

/** Decimal strings of nine decimals compare as integers without their point; unpriced is below everything. */
function compareMoney(a: string | null, b: string | null): number {
  const [left, right] = [a, b].map((text) => (text === null ? -1n : BigInt(text.replace('.', ''))));
  return left === right ? 0 : (left ?? 0n) < (right ?? 0n) ? -1 : 1;
}
