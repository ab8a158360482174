/** Schemas of the answers that tell of calls, and one call with all that is known of it. */
import { z } from '@hono/zod-openapi';
import {
  type CallDetail,
  type WireCall,
  type WireCallDetail,
  type WireCallPage,
  type WireToolCall,
  wireCall,
  wireInstant,
} from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import { matchSchema, priceOfCall, priceSchema, wirePrice } from './price.ts';
import { costPartsSchema, count, dollars, instant, orNull } from './totals.ts';

const CERTAINTIES = ['exact', 'at_least', 'estimated', 'reported'] as const;
const MATCHES = ['exact', 'alias', 'family'] as const;

const toolCallSchema: z.ZodType<WireToolCall> = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    at: instant,
    ended_at: instant.nullable(),
    argument_bytes: count,
    result_bytes: count.nullable(),
    is_error: z.boolean().nullable(),
  })
  .openapi('ToolCall', { description: 'Sizes only: what was read or written is never stored' });

const callShape = {
  id: z.string(),
  agent: z.string(),
  session_id: z.string(),
  thread_id: z.string(),
  caller: z.string(),
  model: z.string(),
  at: instant,
  input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  reasoning: count.nullable(),
  tokens: count,
  context: count.openapi({ description: "All input buckets: what was in the model's window" }),
  context_window: count.nullable(),
  certainty: z.enum(CERTAINTIES),
  cost_usd: dollars.nullable(),
  cost_parts: costPartsSchema,
  stop_reason: z.string().nullable(),
  counted: z.boolean(),
  tools: z.array(toolCallSchema),
};

const callSchema: z.ZodType<WireCall> = z.object(callShape).openapi('Call');

export const callPageSchema: z.ZodType<WireCallPage> = z
  .object({ calls: z.array(callSchema), next: z.string().nullable() })
  .openapi('CallPage');

export const callDetailSchema: z.ZodType<WireCallDetail> = z
  .object({
    ...callShape,
    request_id: z.string().nullable(),
    response_id: z.string(),
    cwd: z.string(),
    branch: z.string().nullable(),
    tier: z.string(),
    geo: z.string(),
    web_searches: count,
    price: orNull(priceSchema),
    price_match: matchSchema,
    sightings: z.array(z.object({ source: z.string(), session_id: z.string(), at: instant })),
  })
  .openapi('CallDetail');

export function wireCallDetail(call: CallDetail, book: PriceBook): WireCallDetail {
  const price = priceOfCall(call, book);
  return {
    ...wireCall(call, book),
    request_id: call.requestId || null,
    response_id: call.identity,
    cwd: call.cwd,
    branch: call.branch || null,
    tier: call.tier,
    geo: call.geo,
    web_searches: call.webSearches,
    price: price ? wirePrice(price) : null,
    price_match: MATCHES.find((word) => word === call.priceMatch) ?? null,
    sightings: call.sightings.map(({ source, sessionId, at }) => ({
      source,
      session_id: sessionId,
      at: wireInstant(at),
    })),
  };
}
