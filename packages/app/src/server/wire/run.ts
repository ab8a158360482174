/** Schemas of the answers about runs as they are kept. */
import { z } from '@hono/zod-openapi';
import type { WireRun, WireRunDetail, WireRunEvents, WireRunPage, WireRunRequest } from '@tokenmeter/core';
import { byToolSchema } from './attribution.ts';
import { bucketsSchema, runStatus, spendSchema, stopReason } from './live.ts';
import { count, dollars, instant, orNull } from './totals.ts';

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
    usage: orNull(bucketsSchema),
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
