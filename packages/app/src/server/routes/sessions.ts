/** Sessions, one session with its threads, its calls, and one call. */
import { createRoute, z } from '@hono/zod-openapi';
import { wireCall, wireSessionDetail } from '@tokenmeter/core';
import { type Api, answers, BAD_REQUEST, NOT_FOUND, type ServerState } from '../api.ts';
import { blaming, Fault } from '../fault.ts';
import { filterShape, limit, periodShape, readFilters, sortBy } from '../params.ts';
import { readPeriod } from '../period.ts';
import { callDetailSchema, callPageSchema, wireCallDetail } from '../wire/call.ts';
import { sessionDetailSchema, sessionPageSchema, wireSessionPage } from '../wire/session.ts';

const SORTS = ['started', 'ended', 'cost', 'tokens', 'calls', 'duration'] as const;
const tags = ['Sessions'];
const after = z.string().max(1024).optional().openapi({ description: 'What the page before gave as `next`' });

const listRoute = createRoute({
  method: 'get',
  path: '/api/sessions',
  tags,
  summary: 'Sessions of a period',
  request: {
    query: z.strictObject({
      ...periodShape,
      ...filterShape,
      q: z.string().max(500).optional().openapi({ description: 'Matches title, ids, project and branch' }),
      sort: sortBy(SORTS),
      limit: limit(500, 50),
      after,
    }),
  },
  responses: { 200: answers(sessionPageSchema, 'A page of sessions'), 400: BAD_REQUEST },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/api/sessions/{id}',
  tags,
  summary: 'One session: threads, marks, sessions below it',
  request: {
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      agent: z.string().optional().openapi({ description: 'Where two agents use the same id' }),
    }),
  },
  responses: { 200: answers(sessionDetailSchema, 'The session'), 400: BAD_REQUEST, 404: NOT_FOUND },
});

const callsRoute = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/calls',
  tags,
  summary: 'Calls of a session in order of time, with their tool calls',
  request: {
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      limit: limit(1000, 200),
      after,
      thread: z.string().optional().openapi({ description: 'Only calls of this thread' }),
    }),
  },
  responses: { 200: answers(callPageSchema, 'A page of calls'), 400: BAD_REQUEST },
});

const callRoute = createRoute({
  method: 'get',
  path: '/api/calls/{id}',
  tags,
  summary: 'One call: counts, price, where it was seen',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: answers(callDetailSchema, 'The call'), 404: NOT_FOUND },
});

export function sessionRoutes(api: Api, state: ServerState): void {
  const { ledger, clock } = state.house;
  api.openapi(listRoute, async (c) => {
    const asked = c.req.valid('query');
    const { since, until } = readPeriod(asked, state.config.tz, clock.now());
    const question = ledger.sessions({
      since,
      until,
      ...readFilters(asked),
      search: asked.q || undefined,
      sort: asked.sort?.key ?? 'started',
      descending: asked.sort?.descending ?? true,
      limit: asked.limit ?? 50,
      after: asked.after,
    });
    return c.json(wireSessionPage(await blaming('after', question)), 200);
  });
  api.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const detail = await ledger.session(c.req.valid('query').agent, id);
    if (!detail) throw new Fault(404, 'not-found', `Cannot find a session with the id "${id}"`);
    return c.json(wireSessionDetail(detail), 200);
  });
  api.openapi(callsRoute, async (c) => {
    const asked = c.req.valid('query');
    const question = ledger.calls(c.req.valid('param').id, {
      limit: asked.limit ?? 200,
      after: asked.after,
      threadId: asked.thread,
    });
    const page = await blaming('after', question);
    return c.json({ calls: page.calls.map((call) => wireCall(call, ledger.prices())), next: page.next ?? null }, 200);
  });
  api.openapi(callRoute, async (c) => {
    const { id } = c.req.valid('param');
    const call = await ledger.call(id);
    if (!call) throw new Fault(404, 'not-found', `Cannot find a call with the id "${id}"`);
    return c.json(wireCallDetail(call, ledger.prices()), 200);
  });
}
