/** Runs as they are kept: the list, one, its log; starting one where the config allows it, and stopping one. */
import { createRoute, z } from '@hono/zod-openapi';
import { byTool, type Run, type RunStore, TokenmeterError, type WireByTool, wireRunRow } from '@tokenmeter/core';
import { findAttribution } from '../../ask-attribution.ts';
import { runOfSession } from '../../live/observed-run.ts';
import { type Api, answers, BAD_REQUEST, CONFLICT, NOT_FOUND, type ServerState } from '../api.ts';
import { badRequest, blaming, Fault } from '../fault.ts';
import { agentId, limit, splitList } from '../params.ts';
import { runStatus } from '../wire/live.ts';
import { runDetailSchema, runEventsSchema, runPageSchema, runRequestSchema, runSchema } from '../wire/run.ts';
import { errorSchema } from '../wire/totals.ts';

const tags = ['Runs'];
const params = z.object({ id: z.string() });
const instantOf = z.iso
  .datetime({ offset: true, error: 'it must be an instant such as 2026-11-01T00:00:00Z' })
  .transform((text) => Date.parse(text))
  .optional()
  .openapi({ type: 'string', format: 'date-time', param: { required: false } });
const words = z
  .string()
  .optional()
  .transform((text) => (text === undefined ? undefined : splitList(text)))
  .openapi({ type: 'string', description: 'Comma list; its values are alternatives', param: { required: false } });

const listRoute = createRoute({
  method: 'get',
  path: '/api/runs',
  tags,
  summary: 'Runs that were started here, newest first',
  request: {
    query: z.strictObject({
      status: words.pipe(z.array(runStatus).optional()),
      agent: words,
      task_id: z.string().max(200).optional(),
      since: instantOf,
      until: instantOf,
      limit: limit(500, 50),
      after: z.string().max(1024).optional().openapi({ description: 'What the page before gave as `next`' }),
    }),
  },
  responses: { 200: answers(runPageSchema, 'A page of runs'), 400: BAD_REQUEST },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/api/runs/{id}',
  tags,
  summary: 'One run; of a session that was only observed, its root session’s id is the run’s',
  request: { params },
  responses: { 200: answers(runDetailSchema, 'The run, and what consumed its tokens'), 404: NOT_FOUND },
});

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/runs/{id}/events',
  tags,
  summary: 'The log of a run, from any seq',
  request: {
    params,
    query: z.strictObject({
      after: z.coerce.number({ error: 'it must be a whole number' }).int().min(0).optional(),
      limit: limit(5_000, 500),
    }),
  },
  responses: { 200: answers(runEventsSchema, 'Entries in order'), 400: BAD_REQUEST, 404: NOT_FOUND },
});

const startRoute = createRoute({
  method: 'post',
  path: '/api/runs',
  tags,
  summary: 'Start an agent',
  request: { body: { required: true, content: { 'application/json': { schema: runRequestSchema } } } },
  responses: {
    201: answers(runSchema, 'The run that was started'),
    400: BAD_REQUEST,
    402: { description: 'A cap leaves nothing to spend', content: { 'application/json': { schema: errorSchema } } },
  },
});

const interruptRoute = createRoute({
  method: 'post',
  path: '/api/runs/{id}/interrupt',
  tags,
  summary: 'Stop a run; asking again changes nothing, `force` kills it',
  request: {
    params,
    body: {
      required: false,
      content: { 'application/json': { schema: z.strictObject({ force: z.boolean().optional() }) } },
    },
  },
  responses: { 202: answers(runSchema, 'The run as it is now'), 404: NOT_FOUND, 409: CONFLICT },
});

export function runRoutes(api: Api, state: ServerState): void {
  const { house } = state;
  api.openapi(listRoute, async (c) => {
    const { status, agent, task_id: taskId, since, until, limit: most = 50, after } = c.req.valid('query');
    if (since !== undefined && until !== undefined && since > until)
      throw badRequest('until', 'Cannot read "until": the period would end before it begins');
    const question = storeOf(state).runs({
      status,
      agent: agent?.map(agentId),
      taskId,
      since,
      until,
      limit: most,
      after,
    });
    const page = await blaming('after', question);
    return c.json({ runs: page.runs.map((run) => wireRunRow(newest(state, run))), next: page.next ?? null }, 200);
  });
  api.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const run = await find(state, id);
    return c.json({ ...wireRunRow(run), usage_by_tool: await usageByTool(state, id) }, 200);
  });
  api.openapi(eventsRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { after = 0, limit: most = 500 } = c.req.valid('query');
    await find(state, id);
    const events = await storeOf(state).events(id, after, most);
    return c.json(
      {
        events: events.map(({ seq, at, type, data }) => ({ seq, at: new Date(at).toISOString(), type, data })),
        next: events.length < most ? null : (events.at(-1)?.seq ?? null),
      },
      200,
    );
  });
  api.openapi(startRoute, async (c) => {
    const request = c.req.valid('json');
    const { runner } = house;
    if (!runner || state.config.runDirs.length === 0)
      throw new Fault(
        403,
        'not-enabled',
        'Cannot start agents over HTTP: set run_dirs in config.jsonc to the directories they may work in',
      );
    const run = await runner.start({ ...request, agent: agentId(request.agent) });
    return c.json(wireRunRow(run), 201);
  });
  api.openapi(interruptRoute, async (c) => {
    const { id } = c.req.valid('param');
    const answer = await house.live?.interrupt(id, { force: c.req.valid('json')?.force === true });
    if (!answer) throw new Fault(404, 'not-found', `Cannot find a run with the id "${id}"`);
    if (answer.state === 'refused') throw new Fault(409, 'cannot-interrupt', answer.reason);
    return c.json(wireRunRow(answer.run), 202);
  });
}

/** As its meter knows it while it runs, then as the ledger does. */
async function usageByTool({ house }: ServerState, id: string): Promise<readonly WireByTool[] | null> {
  const live = house.live?.liveRun(id)?.usage_by_tool;
  if (live) return live;
  const asked = { scope: 'run', id, method: 'ledger', withContext: false, runs: house.runs } as const;
  const rows = await findAttribution(house.ledger, asked, { byThread: false, withItems: false }).then(
    ({ rows: attributed }) => byTool(attributed),
    (error) => {
      // No log told of it.
      if (error instanceof TokenmeterError && error.code === 'no-data') return [];
      throw error;
    },
  );
  return rows.length === 0 ? null : rows;
}

function storeOf({ house }: ServerState): RunStore {
  if (house.runs) return house.runs;
  throw new Fault(503, 'no-live', 'Cannot tell of runs: this server only reads the ledger');
}

/** The store is a moment behind; what is open is known now. */
function newest({ house }: ServerState, run: Run): Run {
  return house.live?.opened(run.id)?.run ?? run;
}

async function find(state: ServerState, id: string): Promise<Run> {
  const { house } = state;
  const known = house.live?.opened(id)?.run ?? (await house.runs?.run(id));
  if (known) return known;
  const detail = await house.ledger.session(undefined, id);
  if (detail && detail.summary.rootSessionId === id)
    return runOfSession(detail, house.live?.liveRun(id)?.status === 'running');
  throw new Fault(404, 'not-found', `Cannot find a run with the id "${id}"`);
}
