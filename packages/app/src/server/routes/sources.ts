/** Where logs were looked for and what was read of them; looking again; what agents said of their plans' limits. */
import { createRoute, z } from '@hono/zod-openapi';
import { type WireLimits, type WireSource, type WireSources, wireInstant } from '@tokenmeter/core';
import type { House } from '../../house.ts';
import { type Api, answers, type ServerState } from '../api.ts';
import { count, instant } from '../wire/totals.ts';

const sourcesSchema: z.ZodType<WireSources> = z
  .object({
    sources: z.array(
      z.object({
        agent: z.string(),
        agent_name: z.string(),
        state: z.enum(['reading', 'not_found', 'error']),
        exactness: z.string().openapi({ description: 'How exact its figures are, and what it cannot tell' }),
        roots: z.array(
          z.object({ path: z.string(), because: z.string(), exists: z.boolean(), error: z.string().nullable() }),
        ),
        files: count,
        bytes: count,
        lines: count,
        skipped_damaged: count,
        skipped_unknown: count,
        unread: z
          .array(z.object({ path: z.string(), why: z.enum(['cut', 'damaged', 'unsupported']) }))
          .openapi({ description: 'Compressed logs that were not read to their end' }),
        calls: count,
        last_read_at: instant.nullable(),
        last_event_at: instant.nullable(),
        can_interrupt: z.boolean(),
      }),
    ),
  })
  .openapi('Sources');

const limitsSchema: z.ZodType<WireLimits> = z
  .object({
    limits: z.array(
      z.object({
        agent: z.string(),
        name: z.string(),
        at: instant,
        used_percent: z.number().nullable(),
        window_minutes: z.number().nullable(),
        resets_at: instant.nullable(),
        plan: z.string().nullable(),
      }),
    ),
  })
  .openapi('Limits');

const tags = ['Sources'];
const listRoute = createRoute({
  method: 'get',
  path: '/api/sources',
  tags,
  summary: 'Agents, where their logs lie, what was read and skipped',
  responses: { 200: answers(sourcesSchema, 'The sources') },
});
const scanRoute = createRoute({
  method: 'post',
  path: '/api/sources/scan',
  tags,
  summary: 'Look for logs again and read what is new',
  description: 'Answers once the scan is done. A second request during a scan waits for the same one.',
  responses: { 200: answers(sourcesSchema, 'The sources afterwards') },
});
const limitsRoute = createRoute({
  method: 'get',
  path: '/api/limits',
  tags,
  summary: "Plans' quotas as agents were last told",
  responses: { 200: answers(limitsSchema, 'The limits') },
});

export function sourceRoutes(api: Api, state: ServerState): void {
  const { house } = state;
  api.openapi(listRoute, async (c) => c.json(await wireSources(house), 200));
  api.openapi(scanRoute, async (c) => {
    await house.ingest.scan();
    return c.json(await wireSources(house), 200);
  });
  api.openapi(limitsRoute, async (c) => {
    const limits = await house.ledger.limits();
    return c.json(
      {
        limits: limits.map((limit) => ({
          agent: limit.agent,
          name: limit.name,
          at: wireInstant(limit.at),
          used_percent: limit.usedPercent,
          window_minutes: limit.windowMinutes,
          resets_at: wireInstant(limit.resetsAt),
          plan: limit.plan || null,
        })),
      },
      200,
    );
  });
}

/** Every agent we know of, and those that only the ledger still knows. */
async function wireSources(house: House): Promise<WireSources> {
  const [roots, statuses] = await Promise.all([house.ingest.roots(), house.ledger.sources()]);
  const ids = new Set([...house.agents.map((agent) => agent.id), ...statuses.map((status) => status.agent)]);
  const sources = [...ids].map((id): WireSource => {
    const agent = house.agents.find((known) => known.id === id);
    const status = statuses.find((known) => known.agent === id);
    const own = roots.filter((root) => root.agent === id);
    return {
      agent: id,
      agent_name: agent?.name ?? id,
      state: own.some((root) => root.error) ? 'error' : own.some((root) => root.exists) ? 'reading' : 'not_found',
      exactness: agent?.exactness ?? '',
      roots: own.map(({ path, because, exists, error }) => ({ path, because, exists, error: error ?? null })),
      files: status?.files ?? 0,
      bytes: status?.bytes ?? 0,
      lines: status?.lines ?? 0,
      skipped_damaged: status?.skippedDamaged ?? 0,
      skipped_unknown: status?.skippedUnknown ?? 0,
      unread: status?.unread ?? [],
      calls: status?.calls ?? 0,
      last_read_at: status?.lastReadAt ? wireInstant(status.lastReadAt) : null,
      last_event_at: status?.lastEventAt ? wireInstant(status.lastEventAt) : null,
      // Logs are read behind the agent's back: nothing here reaches into a run.
      can_interrupt: false,
    };
  });
  return { sources };
}
