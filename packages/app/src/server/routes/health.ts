/** GET /api/health: is it up, what does it hold, is history still being read, what should a person know. */
import { createRoute, z } from '@hono/zod-openapi';
import { type WireHealth, wireInstant } from '@tokenmeter/core';
import { CATALOGUE_DATE } from '@tokenmeter/core/price';
import { type Api, answers, type ServerState } from '../api.ts';
import { count, instant } from '../wire/totals.ts';

const healthSchema: z.ZodType<WireHealth> = z
  .object({
    status: z.enum(['ok', 'importing']),
    version: z.string(),
    host: z.string().openapi({ description: 'Name of the machine whose logs are read' }),
    started_at: instant,
    ledger: z.object({
      schema_version: count,
      bytes: count,
      calls: count,
      first_call_at: instant.nullable(),
      last_call_at: instant.nullable(),
    }),
    import: z
      .object({ files_done: count, files_total: count })
      .nullable()
      .openapi({ description: 'While history is being read' }),
    prices_from: z.string().openapi({ description: 'Day the price catalogue is from' }),
    unpriced_models: count,
    warnings: z.array(z.string()),
  })
  .openapi('Health');

const healthRoute = createRoute({
  method: 'get',
  path: '/api/health',
  tags: ['Server'],
  summary: 'State of the server and its ledger',
  responses: { 200: answers(healthSchema, 'It is up') },
});

export function healthRoutes(api: Api, state: ServerState): void {
  const { house } = state;
  api.openapi(healthRoute, async (c) => {
    const [facts, models] = await Promise.all([house.ledger.facts(), house.ledger.models()]);
    const progress = house.ingest.progress();
    return c.json(
      {
        status: progress ? ('importing' as const) : ('ok' as const),
        version: house.version,
        host: house.host,
        started_at: wireInstant(state.startedAt),
        ledger: {
          schema_version: facts.schemaVersion,
          bytes: facts.bytes,
          calls: facts.calls,
          first_call_at: wireInstant(facts.firstCallAt),
          last_call_at: wireInstant(facts.lastCallAt),
        },
        import: progress ? { files_done: progress.filesDone, files_total: progress.filesTotal } : null,
        prices_from: CATALOGUE_DATE,
        unpriced_models: new Set(models.filter((use) => use.unpricedTokens > 0).map((use) => use.model)).size,
        warnings: house.warnings,
      },
      200,
    );
  });
}
