/** GET /metrics: the ledger for Prometheus. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Api, ServerState } from '../api.ts';
import { writeMetrics } from '../metrics.ts';

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Server'],
  summary: 'Tokens, cost and state as Prometheus text',
  responses: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } } },
});

export function metricRoutes(api: Api, state: ServerState): void {
  const { house, changes } = state;
  api.openapi(metricsRoute, async (c) => {
    const [facts, result, sources] = await Promise.all([
      house.ledger.facts(),
      house.ledger.query({ by: ['agent', 'model'], tz: 'UTC' }),
      house.ledger.sources(),
    ]);
    const text = writeMetrics({
      version: house.version,
      facts,
      rows: result.rows,
      sources,
      progress: house.ingest.progress(),
      streams: changes.size,
    });
    return c.text(text, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}
