/** GET /api/changes: the stream that tells pages when to ask again. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Api, ServerState } from '../api.ts';
import { Fault } from '../fault.ts';

const changesRoute = createRoute({
  method: 'get',
  path: '/api/changes',
  tags: ['Usage'],
  summary: 'Server-sent events: hello, change, settings, import',
  description:
    'First `hello` {seq, at, resumed}. Then `change` {seq, at, inserted, changed, sessions}, at most one each 250 ms; no `sessions` although something moved means too many to name. `settings` {at} when other settings hold. While history is read, `import` {done, files_done, files_total, bytes_done, bytes_total} each second. A client that comes back with `Last-Event-ID` is told in one `change` what it missed; `resumed: false` means that this cannot be told and anything may have moved. A comment each 15 s keeps the line open.',
  request: { headers: z.object({ 'last-event-id': z.string().max(64).optional() }) },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
  },
});

export function changeRoutes(api: Api, state: ServerState): void {
  api.openapi(changesRoute, (c) => {
    if (!state.changes.hasRoom)
      throw new Fault(503, 'too-many-streams', 'Cannot open one more stream, close another page');
    c.header('content-type', 'text/event-stream; charset=utf-8');
    c.header('cache-control', 'no-store, no-transform');
    // Proxies that hold answers back until they are whole would hold this one for ever.
    c.header('x-accel-buffering', 'no');
    // Nobody would read the stream of a HEAD.
    if (c.req.method === 'HEAD') return c.body(null);
    const hangUp = () => void c.env?.outgoing?.destroy();
    return c.body(state.changes.connect(c.req.valid('header')['last-event-id'], hangUp));
  });
}
