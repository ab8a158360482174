/** GET /usage: the dashboard's figures for programs, its page for people who browse there. */
import { createRoute, z } from '@hono/zod-openapi';
import type { WireUsage, WireUsageTotals } from '@tokenmeter/core';
import { type Api, answers, BAD_REQUEST, type ServerState } from '../api.ts';
import { wantsPage } from '../guard.ts';
import { tz, WINDOWS } from '../params.ts';
import { readUsage } from '../usage.ts';
import { count, dollars, instant, periodSchema } from '../wire/totals.ts';

const shape = {
  input_tokens: count,
  output_tokens: count,
  cache_read: count,
  cache_creation: count.openapi({ description: 'Cache writes of both lifetimes' }),
  cost_usd: dollars.nullable(),
  cost_complete: z.boolean(),
  unpriced_tokens: count,
} satisfies Record<keyof WireUsageTotals, z.ZodType>;

export const usageSchema: z.ZodType<WireUsage> = z
  .object({
    window: z.object({
      kind: z.enum(WINDOWS),
      since: instant.nullable(),
      reset_at: instant.nullable().openapi({ description: 'When the window ends and the next begins' }),
    }),
    totals: z.object({ tasks: count, turns: count, ...shape }),
    by_agent: z.array(z.object({ agent: z.string(), tasks: count, turns: count, ...shape })),
    by_model: z.array(z.object({ model: z.string(), calls: count, ...shape })),
    by_day: z.array(z.object({ day: z.string(), ...shape })),
    threshold_tokens: count.nullable(),
    period: periodSchema,
  })
  .openapi('UsageResult');

const usageRoute = createRoute({
  method: 'get',
  path: '/usage',
  tags: ['Usage'],
  summary: 'Tokens of a window by agent, model and day',
  description:
    'A week from Monday 00:00 UTC unless `usage_reset` is configured otherwise. Agents and models are ranked by the sum of their four counts. A browser that visits (Accept: text/html) gets the page instead.',
  request: {
    query: z.object({
      window: z
        .enum(WINDOWS, { error: `allowed are ${WINDOWS.join(', ')}` })
        .optional()
        .openapi({ description: '`usage_reset` of the configuration if absent, else week' }),
      tz: tz.openapi({ description: 'IANA zone whose days and weeks are meant; UTC if absent' }),
    }),
  },
  responses: { 200: answers(usageSchema, 'The figures'), 400: BAD_REQUEST },
});

export function usageRoutes(api: Api, state: ServerState): void {
  // Ahead of validation: the page keeps words of its own in the query string.
  api.get('/usage', async (c, next) => {
    c.header('vary', 'Accept');
    if (state.site && wantsPage(c)) return state.site.answerPage(c);
    return next();
  });
  api.openapi(usageRoute, async (c) => {
    const asked = c.req.valid('query');
    const usage = await readUsage(state.house.ledger, {
      window: asked.window ?? state.config.usageReset,
      tz: asked.tz ?? 'UTC',
      nowMs: state.house.clock.now(),
      thresholdTokens: state.config.usageThresholdTokens,
    });
    return c.json(usage, 200);
  });
}
