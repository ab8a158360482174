/** Schemas of attribution's answer. The types are core's; a drift fails to compile. */
import { z } from '@hono/zod-openapi';
import type {
  WireAttribution,
  WireAttributionGroup,
  WireByTool,
  WireInContext,
  WireItem,
  WireNested,
  WirePart,
} from '@tokenmeter/core';
import { count, dollars, periodSchema } from './totals.ts';

const share = z.number().openapi({ description: '0 to 1' });
const kind = z.string().openapi({
  description:
    'A tool kind (read, write, edit, shell, search, web, task, plan, mcp:<server>, other), or system, tools, memory, skill, reminder, user, model_text, reasoning, summary, unattributed',
});
const spend = { cost_usd: dollars.nullable(), cost_complete: z.boolean(), unpriced_tokens: count };
const part = {
  input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  tokens: count,
};

/** One row of a run's `usage_by_tool`. */
export const byToolSchema: z.ZodType<WireByTool> = z
  .object({ kind: z.string(), ...part, ...spend, percent: count, measured_share: z.number() })
  .openapi('UsageByTool');

const partSchema: z.ZodType<WirePart> = z
  .object(part)
  .openapi('Part', { description: 'Five disjoint buckets and their sum' });

const nestedSchema: z.ZodType<WireNested> = z.object({
  total: partSchema,
  ...spend,
  agents: z.array(
    z.object({
      thread_id: z.string(),
      session_id: z.string(),
      name: z.string().nullable(),
      calls: count,
      total: partSchema,
      ...spend,
      groups: z.array(z.object({ key: z.string(), kind, tokens: count, ...spend })),
    }),
  ),
});

const groupSchema: z.ZodType<WireAttributionGroup> = z
  .object({
    key: z.string(),
    label: z.string().nullable(),
    kind,
    entered: partSchema,
    carried: partSchema,
    output: partSchema,
    total: partSchema,
    ...spend,
    tokens_percent: count,
    cost_percent: count,
    measured_share: share,
    calls: count.nullable(),
    targets: count.nullable(),
    mean_result_bytes: count.nullable(),
    re_reads: z.number().nullable(),
    nested: nestedSchema.nullable(),
  })
  .openapi('AttributionGroup');

const itemSchema: z.ZodType<WireItem> = z
  .object({
    name: z.string().nullable(),
    kind,
    tool: z.string().nullable(),
    entered: count,
    re_reads: count,
    tokens: count,
    measured: z.boolean(),
    ...spend,
  })
  .openapi('AttributionItem');

const contextSchema: z.ZodType<WireInContext> = z.object({
  thread_id: z.string(),
  used: count,
  window: count.nullable(),
  measured_share: share,
  groups: z.array(z.object({ key: z.string(), kind, tokens: count, percent: count, count, measured_share: share })),
  items: z.array(itemSchema),
});

export const attributionSchema: z.ZodType<WireAttribution> = z
  .object({
    scope: z.enum(['run', 'session', 'project', 'period']),
    id: z.string().nullable(),
    period: periodSchema,
    group: z.enum(['kind', 'tool', 'file', 'mcp_server', 'agent', 'thread']),
    measure: z.enum(['tokens', 'cost']),
    method: z.enum(['ledger', 'in_flight']),
    subagents: z.enum(['nested', 'flat']),
    state: z.enum(['ready', 'no_usage', 'not_measured']),
    totals: z.object({ ...part, ...spend, calls: count, tool_calls: count }),
    measured_share: share,
    groups: z.array(groupSchema),
    items: z.array(itemSchema),
    names_allowed: z.boolean(),
    fixed: z.array(
      z.object({
        kind,
        name: z.string().nullable(),
        in_prompt: count,
        tokens: count,
        was_used: z.boolean().nullable(),
        ...spend,
      }),
    ),
    advice: z
      .object({
        rule: z.enum(['compact', 'read_ranges', 'narrow_output', 'trim_tools', 'look_into_subagent']),
        text: z.string(),
        saves_tokens: count,
        saves_usd: dollars.nullable(),
      })
      .nullable(),
    in_context: contextSchema.nullable(),
  })
  .openapi('Attribution');
