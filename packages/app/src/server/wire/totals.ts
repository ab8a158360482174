/** Schemas of the words every answer shares: instants, money, totals, errors. The types are core's; a drift fails to compile. */
import { z } from '@hono/zod-openapi';
import type { WireCostParts, WireError, WirePeriod, WireTotals } from '@tokenmeter/core';

export const count = z.number().int();
export const instant = z.string().openapi({ format: 'date-time', description: 'UTC, ISO 8601' });
export const dollars = z
  .string()
  .openapi({ description: 'Decimal US dollars, never a float', example: '12.345678901' });

/** A schema with a name of its own, or null: `nullable()` would leave the null out of the OpenAPI document. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const errorSchema: z.ZodType<WireError> = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable, for programs' }),
      message: z.string(),
      path: z.string().optional().openapi({ description: 'The offending parameter or field' }),
      request_id: z.string().openapi({ description: 'Also in the X-Request-Id header and in the log of the server' }),
    }),
  })
  .openapi('Error');

export const costPartsSchema: z.ZodType<WireCostParts> = z
  .object({ input: dollars, cache_read: dollars, cache_write: dollars, output: dollars, other: dollars })
  .openapi('CostParts', { description: 'What the money was paid for; `other` is fees that are not tokens' });

export const totalsSchema: z.ZodType<WireTotals> = z
  .object({
    calls: count,
    input: count.openapi({ description: 'Input tokens neither read from nor written to a cache' }),
    cache_read: count,
    cache_write_5m: count,
    cache_write_1h: count,
    output: count.openapi({ description: 'Reasoning included' }),
    reasoning: count.nullable().openapi({ description: 'Part of output; null when no source reported it' }),
    reasoning_complete: z.boolean(),
    tokens: count.openapi({ description: 'Sum of the five buckets' }),
    tool_calls: count,
    cost_usd: dollars.nullable().openapi({ description: 'Null where nothing is priced although there are tokens' }),
    cost_complete: z.boolean(),
    unpriced_tokens: count,
    inexact_tokens: count,
    cost_parts: costPartsSchema,
  })
  .openapi('Totals');

export const periodSchema: z.ZodType<WirePeriod> = z
  .object({ since: instant.nullable(), until: instant.nullable(), tz: z.string() })
  .openapi('Period', { description: 'Half-open [since, until); null is unbounded' });
