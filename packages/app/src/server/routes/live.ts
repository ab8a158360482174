/** GET /api/live, /api/live/now and /api/runs/:id/live: runs in progress, as a stream and as they are now. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Api, answers, NOT_FOUND, type ServerState } from '../api.ts';
import { Fault, type ServerEnv } from '../fault.ts';
import { liveNowSchema } from '../wire/live.ts';

const tags = ['Live'];
const stream = { 200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } } };
const headers = z.object({ 'last-event-id': z.string().max(64).optional() });

const allRoute = createRoute({
  method: 'get',
  path: '/api/live',
  tags,
  summary: 'Server-sent events of all runs in progress',
  description:
    'First `usage_snapshot` (as /api/live/now). Then `usage_delta`, at most one a run each 250 ms, with the sum of what was withheld and the run as it is now; `calls`, new entries of the feed; `strip`; `usage_settled`, a run that is over with its final figures. A client that comes back with `Last-Event-ID` gets the snapshot and then what it missed of each run as one frame. A frame whose `seq` is lower than the one known of its run is stale, but for its delta. A comment each 15 s keeps the line open.',
  request: { headers },
  responses: stream,
});

const oneRoute = createRoute({
  method: 'get',
  path: '/api/runs/{id}/live',
  tags,
  summary: 'Server-sent events of one run in progress',
  description: 'As /api/live, of one run: `usage_snapshot` is {at, runs}; the last frame is `usage_settled`.',
  request: { headers, params: z.object({ id: z.string() }) },
  responses: { ...stream, 404: NOT_FOUND },
});

const nowRoute = createRoute({
  method: 'get',
  path: '/api/live/now',
  tags,
  summary: 'Runs in progress, the latest calls, today and the month, as they are now',
  responses: { 200: answers(liveNowSchema, 'What the stream begins with') },
});

const NO_LIVE = () => new Fault(503, 'no-live', 'Cannot follow runs: this server only reads the ledger');

export function liveRoutes(api: Api, state: ServerState): void {
  const answer = (c: Context<ServerEnv>, lastEventId: string | undefined, runId?: string) => {
    const { live } = state;
    if (!live) throw NO_LIVE();
    if (!live.hasRoom) throw new Fault(503, 'too-many-streams', 'Cannot open one more stream, close another page');
    c.header('content-type', 'text/event-stream; charset=utf-8');
    c.header('cache-control', 'no-store, no-transform');
    c.header('x-accel-buffering', 'no');
    // Nobody would read the stream of a HEAD.
    if (c.req.method === 'HEAD') return c.body(null);
    const body = live.connect(lastEventId, runId, () => void c.env?.outgoing?.destroy());
    if (!body) throw new Fault(404, 'not-found', `Cannot find a run in progress with the id "${runId}"`);
    return c.body(body);
  };
  api.openapi(allRoute, (c) => answer(c, c.req.valid('header')['last-event-id']));
  api.openapi(oneRoute, (c) => answer(c, c.req.valid('header')['last-event-id'], c.req.valid('param').id));
  api.openapi(nowRoute, (c) => {
    if (!state.house.live) throw NO_LIVE();
    return c.json(state.house.live.now(), 200);
  });
}
