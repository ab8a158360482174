/** Schemas of what is told of runs in progress. The types are core's; a drift fails to compile. */
import { z } from '@hono/zod-openapi';
import {
  RUN_STATUSES,
  type WireActivityNow,
  type WireBuckets,
  type WireContext,
  type WireLiveCall,
  type WireLiveNow,
  type WireLiveRun,
  type WireLiveStrip,
  type WireLiveThread,
  type WireSpend,
} from '@tokenmeter/core';
import { byToolSchema } from './attribution.ts';
import { count, dollars, instant, orNull } from './totals.ts';

const bucketShape = {
  input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  reasoning: count.nullable(),
  tokens: count.openapi({ description: 'Sum of the five buckets' }),
};
export const bucketsSchema: z.ZodType<WireBuckets> = z.object(bucketShape).openapi('Buckets');

const spendShape = {
  cost_usd: dollars.nullable().openapi({ description: 'Null: nothing has a price' }),
  cost_complete: z.boolean(),
  unpriced_tokens: count,
};
export const spendSchema: z.ZodType<WireSpend> = z.object(spendShape).openapi('Spend');

const contextSchema: z.ZodType<WireContext> = z
  .object({ used: count.nullable(), window: count.nullable(), percent: count.nullable() })
  .openapi('Context', { description: 'What stands in a window now: the latest call of the thread' });

export const runStatus = z.enum(RUN_STATUSES);
export const stopReason = z.enum(['user', 'budget_capped', 'token_capped', 'turn_capped']);

const activitySchema: z.ZodType<WireActivityNow> = z
  .object({
    state: z.enum([
      'starting',
      'model',
      'tool',
      'waiting_approval',
      'waiting_user',
      'compacting',
      'retrying',
      'quiet',
      'stopping',
      'ended',
    ]),
    since: instant,
    tool: z.object({ name: z.string(), kind: z.string(), count }).nullable(),
    message: z.string().nullable(),
  })
  .openapi('ActivityNow');

const threadSchema: z.ZodType<WireLiveThread> = z
  .object({
    thread_id: z.string(),
    parent_thread_id: z.string().nullable(),
    name: z.string().nullable(),
    model: z.string().nullable(),
    status: z.enum(['running', 'completed', 'failed', 'stopped']),
    started_at: instant,
    ended_at: instant.nullable(),
    calls: count,
    usage: bucketsSchema,
    spend: spendSchema,
    context: contextSchema,
    activity: activitySchema,
  })
  .openapi('LiveThread', { description: 'Figures are its own; children are apart' });

const liveRunSchema: z.ZodType<WireLiveRun> = z
  .object({
    run_id: z.string(),
    session_id: z.string().nullable(),
    task_id: z.string().nullable(),
    origin: z.enum(['started', 'observed']),
    agent: z.string(),
    agent_name: z.string(),
    name: z.string().nullable(),
    title: z.string().nullable(),
    project: z.string(),
    project_name: z.string(),
    branch: z.string().nullable(),
    model: z.string().nullable(),
    status: runStatus,
    stop_reason: stopReason.nullable(),
    started_at: instant,
    ended_at: instant.nullable(),
    last_event_at: instant,
    activity: activitySchema,
    usage: orNull(bucketsSchema).openapi({ description: 'Null where nothing was ever reported' }),
    estimated_tokens: count.openapi({ description: 'Tokens of `usage` that are an estimate in flight' }),
    calls: count,
    tool_calls: count,
    spend: spendSchema,
    own_cost_usd: dollars.nullable(),
    subagent_cost_usd: dollars.nullable(),
    context: contextSchema,
    by_model: z.array(z.object({ model: z.string(), ...bucketShape, ...spendShape, calls: count })),
    by_caller: z.array(z.object({ caller: z.string(), ...bucketShape, ...spendShape, calls: count })),
    usage_by_tool: z.array(byToolSchema).optional().openapi({ description: 'Absent where nothing was used yet' }),
    threads: z.array(threadSchema),
    rate_usd_per_hour: dollars.nullable(),
    output_per_minute: z.number().nullable(),
    cap: z
      .object({
        kind: z.enum(['run', 'monthly']),
        amount_usd: dollars,
        spent_usd: dollars,
        percent: count,
        state: z.enum(['ok', 'watch', 'near', 'critical']),
        stops_in_seconds: count.nullable(),
        overshoot_bound_usd: dollars.nullable(),
        overshoot_usd: dollars.nullable(),
      })
      .nullable(),
    interrupt: z.object({
      kind: z.enum(['graceful', 'kill', 'none']),
      reason: z.string().nullable(),
      requested_at: instant.nullable(),
      forced: z.boolean(),
      stop_ms: count.nullable(),
    }),
    cannot: z.array(z.string()).openapi({ description: 'What its source cannot tell' }),
    settled: z.boolean(),
    seq: count,
  })
  .openapi('LiveRun');

const callSchema: z.ZodType<WireLiveCall> = z
  .object({
    call_id: z.string().openapi({ description: '/api/calls/{id} finds the call by it once it is written' }),
    run_id: z.string(),
    session_id: z.string().nullable(),
    at: instant,
    agent: z.string(),
    project_name: z.string(),
    thread_name: z.string().nullable(),
    model: z.string(),
    tool: z.object({ name: z.string(), kind: z.string() }).nullable(),
    context_delta: count.nullable(),
    cost_usd: dollars.nullable(),
  })
  .openapi('LiveCall');

const stripSchema: z.ZodType<WireLiveStrip> = z
  .object({
    rate_usd_per_hour: dollars.nullable(),
    minutes_usd: z.array(dollars),
    today: z.object({
      ...spendShape,
      tokens: count,
      output: count,
      cache_hit_percent: count.nullable(),
      cache_saved_usd: dollars.nullable(),
    }),
    month: spendSchema,
    monthly_cap_usd: dollars.nullable(),
    active_runs: count,
  })
  .openapi('LiveStrip');

export const liveNowSchema: z.ZodType<WireLiveNow> = z
  .object({
    at: instant,
    runs: z.array(liveRunSchema),
    calls: z.array(callSchema),
    strip: stripSchema,
    is_demo: z.boolean(),
  })
  .openapi('LiveNow');
