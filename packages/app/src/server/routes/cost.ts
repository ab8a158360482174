/** GET /api/cost: what the work cost, by any scope; and what one thread or session used. */
import { createRoute, z } from '@hono/zod-openapi';
import { COST_FILTERS, type CostFilter, readCost } from '../../work/cost.ts';
import { readThreadUsage } from '../../work/thread-usage.ts';
import { type Api, answers, BAD_REQUEST, NOT_FOUND, type ServerState } from '../api.ts';
import { Fault } from '../fault.ts';
import { agentId, limit, list, periodShape } from '../params.ts';
import { readPeriod } from '../period.ts';
import { COST_KEYS, costSchema, threadUsageSchema } from '../wire/work.ts';

const filters = {
  agent: list,
  model: list,
  project: list,
  branch: list,
  session: list,
  repo: list,
  workplan: list,
  task: list,
  '-agent': list,
  '-model': list,
  '-project': list,
  '-branch': list,
  '-session': list,
  '-repo': list,
  '-workplan': list,
  '-task': list,
} satisfies Record<CostFilter | `-${CostFilter}`, typeof list>;

const costRoute = createRoute({
  method: 'get',
  path: '/api/cost',
  tags: ['Work'],
  summary: 'What the work cost, by repository, workplan, task, commit, release and more',
  description:
    'Measured spend and token events together, never twice: what was reported of measured work is shown as superseded and in no sum. Rows add up to the totals; what belongs to no row has an empty id and comes last.',
  request: {
    query: z.strictObject({
      by: z.enum(COST_KEYS, { error: `allowed are ${COST_KEYS.join(', ')}` }),
      ...periodShape,
      ...filters,
      limit: limit(10_000),
    }),
  },
  responses: { 200: answers(costSchema, 'The rows'), 400: BAD_REQUEST },
});

const threadRoute = (path: '/threads/{id}/token-usage' | '/sessions/{id}/token-usage') =>
  createRoute({
    method: 'get',
    path,
    tags: ['Work'],
    summary: 'What a thread used: totals, by model of each call, by caller',
    description: 'Runs count whatever their status, sub-agents at any depth once.',
    request: {
      params: z.object({ id: z.string() }),
      query: z.object({
        include_active: z.enum(['true', 'false']).optional().openapi({ description: 'True if absent' }),
      }),
    },
    responses: { 200: answers(threadUsageSchema, 'The figures'), 400: BAD_REQUEST, 404: NOT_FOUND },
  });

export function costRoutes(api: Api, state: ServerState): void {
  const { house } = state;
  api.openapi(costRoute, async (c) => {
    const asked = c.req.valid('query');
    const now = house.clock.now();
    const { since, until, tz } = readPeriod(asked, state.config.tz, now);
    const only: Partial<Record<CostFilter, readonly string[]>> = {};
    const except: Partial<Record<CostFilter, readonly string[]>> = {};
    for (const key of COST_FILTERS) {
      const [wanted, unwanted] = [asked[key], asked[`-${key}`]];
      if (wanted) only[key] = key === 'agent' ? wanted.map(agentId) : wanted;
      if (unwanted) except[key] = key === 'agent' ? unwanted.map(agentId) : unwanted;
    }
    const sources = { ledger: house.ledger, work: house.work };
    return c.json(
      await readCost(sources, { by: asked.by, since, until, tz, only, except, limit: asked.limit, now }),
      200,
    );
  });
  for (const path of ['/threads/{id}/token-usage', '/sessions/{id}/token-usage'] as const)
    api.openapi(threadRoute(path), async (c) => {
      const { id } = c.req.valid('param');
      const usage = await readThreadUsage(house, id, c.req.valid('query').include_active !== 'false');
      if (!usage) throw new Fault(404, 'not-found', `Cannot find a thread or session with the id "${id}"`, 'id');
      return c.json(usage, 200);
    });
}
