/** Runs as they are kept, as the wire spells them, with the schemas of their answers. */
import { z } from '@hono/zod-openapi';
import {
  formatNanoDecimal,
  type Run,
  type WireRun,
  type WireRunDetail,
  type WireRunEvents,
  type WireRunPage,
  type WireRunRequest,
  wireBuckets,
  wireInstant,
} from '@tokenmeter/core';
import { agentName } from '@tokenmeter/core/format';
import { byToolSchema } from './attribution.ts';
import { bucketsSchema, runStatus, spendSchema, stopReason } from './live.ts';
import { count, dollars, instant } from './totals.ts';

export const runSchema: z.ZodType<WireRun> = z
  .object({
    run_id: z.string(),
    agent: z.string(),
    agent_name: z.string(),
    origin: z.enum(['started', 'observed']),
    name: z.string().nullable(),
    task_id: z.string().nullable(),
    title: z.string().nullable(),
    project: z.string(),
    session_id: z.string().nullable(),
    requested_model: z.string().nullable(),
    model: z.string().nullable(),
    status: runStatus,
    stop_reason: stopReason.nullable(),
    message: z.string().nullable(),
    started_at: instant,
    ended_at: instant.nullable(),
    exit_code: count.nullable(),
    stop_ms: count.nullable(),
    input_tokens: count
      .nullable()
      .openapi({ description: 'Null, as the other three, where no usage was ever reported' }),
    output_tokens: count.nullable(),
    cache_read_tokens: count.nullable(),
    cache_creation_tokens: count.nullable(),
    usage: bucketsSchema.nullable(),
    calls: count,
    spend: spendSchema,
    budget_usd: dollars.nullable(),
    overshoot_usd: dollars.nullable(),
  })
  .openapi('Run');

export const runDetailSchema = runSchema
  .and(z.object({ usage_by_tool: z.array(byToolSchema).nullable() }))
  .openapi('RunDetail') as z.ZodType<WireRunDetail>; // -- the two parts of it

export const runPageSchema: z.ZodType<WireRunPage> = z
  .object({ runs: z.array(runSchema), next: z.string().nullable() })
  .openapi('RunPage');

export const runEventsSchema: z.ZodType<WireRunEvents> = z
  .object({
    events: z.array(z.object({ seq: count, at: instant, type: z.string(), data: z.unknown() })),
    next: count.nullable().openapi({ description: 'Hand it back as `after`; null at the end of what there is' }),
  })
  .openapi('RunEvents');

const line = (most: number) => z.string().max(most).optional();

export const runRequestSchema: z.ZodType<WireRunRequest> = z
  .strictObject({
    agent: z.string().min(1),
    prompt: z.string().min(1).max(200_000).openapi({ description: 'Handed to the agent and kept nowhere' }),
    cwd: z
      .string()
      .refine((path) => /^(\/|[A-Za-z]:[\\/])/.test(path), { error: 'it must be an absolute path' })
      .openapi({ description: 'Working directory, one that `run_dirs` allows' }),
    model: line(200),
    task_id: line(200),
    title: line(200),
    name: line(100),
    budget_usd: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,9})?$/, { error: 'it must be decimal dollars such as 2.50' })
      .refine((text) => Number(text) > 0, { error: 'it must be above 0' })
      .optional(),
  })
  .openapi('RunRequest') as z.ZodType<WireRunRequest>; // -- an absent key and an undefined one are one to a JSON reader

export function wireRunRow(run: Run): WireRun {
  const { usage } = run;
  return {
    run_id: run.id,
    agent: run.agent,
    agent_name: agentName(run.agent),
    origin: run.origin,
    name: run.name || null,
    task_id: run.taskId || null,
    title: run.title || null,
    project: run.cwd,
    session_id: run.sessionId || null,
    requested_model: run.requestedModel || null,
    model: run.model || null,
    status: run.status,
    stop_reason: run.stopReason,
    message: run.message || null,
    started_at: wireInstant(run.startedAt),
    ended_at: wireInstant(run.endedAt),
    exit_code: run.exitCode,
    stop_ms: run.stopMs,
    input_tokens: usage?.input ?? null,
    output_tokens: usage?.output ?? null,
    cache_read_tokens: usage?.cacheRead ?? null,
    cache_creation_tokens: usage ? usage.cacheWrite5m + usage.cacheWrite1h : null,
    usage: usage && wireBuckets(usage),
    calls: run.calls,
    spend: {
      cost_usd: run.costNano === null ? null : formatNanoDecimal(run.costNano),
      cost_complete: run.unpricedTokens === 0,
      unpriced_tokens: run.unpricedTokens,
    },
    budget_usd: run.budgetNano === null ? null : formatNanoDecimal(run.budgetNano),
    overshoot_usd: run.overshootNano === null ? null : formatNanoDecimal(run.overshootNano),
  };
}
