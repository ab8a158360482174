/** Schemas of what is answered about the work. The types are core's; a drift fails to compile. */
import { z } from '@hono/zod-openapi';
import type {
  WireBuckets,
  WireCommit,
  WireCost,
  WireCostFigures,
  WireCostPart,
  WireCostRow,
  WireRelease,
  WireRepo,
  WireSpend,
  WireTask,
  WireTaskStatusResult,
  WireThreadUsage,
  WireTokenEvent,
  WireTokenEventBatch,
  WireTokenEventPage,
  WireTokenSummary,
  WireWorkplan,
} from '@tokenmeter/core';
import { certaintyShape, statusShape } from '../../work/shapes.ts';
import { count, dollars, instant, orNull, periodSchema } from './totals.ts';

const text = z.string();

export const repoSchema: z.ZodType<WireRepo> = z
  .object({
    repo_id: text,
    name: text,
    remote: text.nullable(),
    root: text.nullable(),
    created_at: instant,
  })
  .openapi('Repo');
export const workplanSchema: z.ZodType<WireWorkplan> = z
  .object({
    workplan_id: text,
    workstream_id: text.openapi({ description: 'The same under its other name' }),
    name: text,
    repo_id: text.nullable(),
    cap_usd: dollars.nullable(),
    tasks_total: count,
    tasks_done: count,
    created_at: instant,
  })
  .openapi('Workplan');
export const taskSchema: z.ZodType<WireTask> = z
  .object({
    task_id: text,
    title: text,
    workplan_id: text.nullable(),
    workstream_id: text.nullable(),
    repo_id: text.nullable(),
    status: statusShape,
    sessions: z.array(text),
    created_at: instant,
    updated_at: instant,
    done_at: instant.nullable(),
  })
  .openapi('Task');
export const commitSchema: z.ZodType<WireCommit> = z
  .object({
    commit_sha: text,
    repo_id: text,
    branch: text.nullable(),
    task_id: text.nullable(),
    authored_at: instant,
    release_id: text.nullable(),
    reverted: z.boolean(),
    pull_request: text.nullable(),
  })
  .openapi('Commit');
export const releaseSchema: z.ZodType<WireRelease> = z
  .object({
    release_id: text,
    repo_id: text,
    tag: text,
    commit_sha: text.nullable(),
    released_at: instant,
    commits: count,
  })
  .openapi('Release');

export const eventSchema: z.ZodType<WireTokenEvent> = z
  .object({
    id: text,
    task_id: text.nullable(),
    workstream_id: text.nullable(),
    workplan_id: text.nullable(),
    repo_id: text.nullable(),
    commit_sha: text.nullable(),
    release_id: text.nullable(),
    run_id: text.nullable(),
    session_id: text.nullable(),
    model: text.nullable(),
    agent: text.nullable(),
    tokens_in: count.nullable(),
    tokens_out: count.nullable(),
    tokens_total: count.openapi({ description: 'tokens_in and tokens_out together' }),
    cache_read: count.nullable(),
    cache_write_5m: count.nullable(),
    cache_write_1h: count.nullable(),
    certainty: certaintyShape,
    superseded: z.boolean().openapi({ description: 'What was measured of the same work counts instead' }),
    cost_usd: dollars.nullable(),
    created_at: instant,
    idempotency_key: text.nullable(),
  })
  .openapi('TokenEventRead');
export const eventPageSchema: z.ZodType<WireTokenEventPage> = z
  .object({ events: z.array(eventSchema), matched: count, next: text.nullable() })
  .openapi('TokenEventPage');
export const batchSchema: z.ZodType<WireTokenEventBatch> = z
  .object({
    accepted: count,
    duplicate: count,
    rejected: count,
    results: z.array(
      z.object({
        index: count,
        status: z.enum(['accepted', 'duplicate', 'rejected']),
        id: text.nullable(),
        message: text.nullable(),
        path: text.nullable(),
      }),
    ),
  })
  .openapi('BatchResult');
export const statusResultSchema: z.ZodType<WireTaskStatusResult> = z
  .object({ task: taskSchema, changed: z.boolean(), event: orNull(eventSchema), event_created: z.boolean() })
  .openapi('TaskStatusResult');

const buckets = {
  input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  reasoning: count.nullable(),
  tokens: count,
} satisfies Record<keyof WireBuckets, z.ZodType>;
const spend = {
  cost_usd: dollars.nullable(),
  cost_complete: z.boolean(),
  unpriced_tokens: count,
} satisfies Record<keyof WireSpend, z.ZodType>;
const partSchema: z.ZodType<WireCostPart> = z
  .object({ ...spend, tokens_in: count, tokens_out: count, tokens: count, count })
  .openapi('CostPart');
const figures = {
  ...buckets,
  ...spend,
  tokens_in: count.openapi({ description: 'All four input buckets' }),
  tokens_out: count,
  calls: count,
  events: count,
  inexact_tokens: count,
  measured: partSchema,
  reported: partSchema,
  estimated: partSchema,
  superseded: partSchema.openapi({ description: 'Told of work that was measured as well: in no sum' }),
} satisfies Record<keyof WireCostFigures, z.ZodType>;

export const summarySchema: z.ZodType<WireTokenSummary> = z
  .object({
    scope: z.enum(['task', 'workstream', 'workplan', 'repo', 'commit', 'release']),
    id: text,
    name: text,
    ...figures,
    tokens_total: count,
    event_count: count,
    first_event_at: instant.nullable(),
    last_event_at: instant.nullable(),
    by_model: z.array(z.object({ model: text, ...figures })),
  })
  .openapi('TokenSummary');

export const COST_KEYS = [
  'repo',
  'model',
  'workplan',
  'task',
  'commit',
  'release',
  'pull_request',
  'outcome',
  'agent',
  'branch',
] as const;

const rowSchema: z.ZodType<WireCostRow> = z
  .object({
    ...figures,
    id: text.openapi({ description: 'Empty for what belongs to none' }),
    name: text,
    runs: count,
    first_at: instant.nullable(),
    last_at: instant.nullable(),
    repo_id: text.nullable(),
    repo_name: text.nullable(),
    main_model: text.nullable(),
    branches: z.array(z.object({ branch: text, ...figures })).nullable(),
    tasks_total: count.nullable(),
    tasks_done: count.nullable(),
    cost_per_done_task_usd: dollars.nullable(),
    cap_usd: dollars.nullable(),
    cap_percent: count.nullable(),
    status: statusShape.nullable(),
    workplan_id: text.nullable(),
    sessions: z.array(text).nullable(),
    ended: z
      .object({
        kind: z.enum(['running', 'release', 'commit', 'reverted', 'none']),
        name: text.nullable(),
        id: text.nullable(),
      })
      .nullable(),
    price: z.object({ input: text, output: text }).nullable(),
    commits: count.nullable(),
    cost_per_commit_usd: dollars.nullable(),
    released_at: instant.nullable(),
    is_next: z.boolean().nullable(),
    tags: z.array(text).nullable(),
  })
  .openapi('CostRow');

export const costSchema: z.ZodType<WireCost> = z
  .object({
    by: z.enum(COST_KEYS),
    generated_at: instant,
    period: periodSchema,
    closed: z.boolean(),
    totals: z.object(figures),
    linked: z.object(figures),
    rows: z.array(rowSchema),
    rest: z.object({ ...figures, count }).nullable(),
    repos: count,
    runs: count,
    last_event_at: instant.nullable(),
    prices_from: text,
    unpriced_models: count,
  })
  .openapi('Cost');

export const threadUsageSchema: z.ZodType<WireThreadUsage> = z
  .object({
    thread_id: text,
    session_id: text,
    ...buckets,
    ...spend,
    total_tokens: count,
    total_input_tokens: count,
    total_output_tokens: count,
    total_runs: count,
    llm_call_count: count,
    by_model: z.record(text, z.object({ ...buckets, ...spend, runs: count, calls: count })),
    by_caller: z.object({ lead_agent: count, subagent: count, middleware: count }),
    callers: z.array(z.object({ ...buckets, ...spend, caller: text, calls: count, models: z.array(text) })),
    context_usage: z
      .object({ token_count: count, max_context_tokens: count.nullable(), percentage: count.nullable() })
      .nullable(),
    runs: z.array(
      z.object({
        run_id: text,
        status: z.enum(['pending', 'running', 'success', 'error', 'timeout', 'interrupted', 'ended', 'observed']),
        stop_reason: text.nullable(),
        tokens: count,
        calls: count,
        cost_usd: dollars.nullable(),
      }),
    ),
    active_runs: count,
    provisional_tokens: count,
  })
  .openapi('ThreadTokenUsage');
