/** Token events at the seeds' own paths: told one by one or many at once, listed, summed by scope, imported from files. */
import { createRoute, z } from '@hono/zod-openapi';
import { wireTokenEvent } from '@tokenmeter/core/work';
import { readSummary, SUMMARY_SCOPES } from '../../work/cost.ts';
import { IMPORT_KINDS, importRecords, readRecords } from '../../work/import-file.ts';
import { resolve } from '../../work/references.ts';
import { eventShape } from '../../work/shapes.ts';
import { MOST_EVENTS, tellEvent, tellEvents } from '../../work/token-events.ts';
import { type Api, answers, BAD_REQUEST, CONFLICT, NOT_FOUND, type ServerState } from '../api.ts';
import { badRequest, blaming, Fault } from '../fault.ts';
import { isCreating, limit } from '../params.ts';
import { readPeriod } from '../period.ts';
import { batchSchema, eventPageSchema, eventSchema, summarySchema } from '../wire/work.ts';

const tags = ['Token events'];
const create = z.strictObject({ create: isCreating });

const postRoute = createRoute({
  method: 'post',
  path: '/token-events',
  tags,
  summary: 'Tell what was used on a task, repository, commit or release',
  description:
    'Events beside what is measured: a reported or estimated event of a run, session or task that was measured is kept, marked superseded and in no sum. The path may end in a slash.',
  request: {
    query: create,
    headers: z.object({ 'idempotency-key': z.string().min(1).max(256).optional() }),
    body: { required: true, content: { 'application/json': { schema: eventShape } } },
  },
  responses: {
    201: answers(eventSchema, 'The event'),
    200: answers(eventSchema, 'The event of an earlier try with the same key'),
    400: BAD_REQUEST,
    404: NOT_FOUND,
    409: CONFLICT,
  },
});
const batchRoute = createRoute({
  method: 'post',
  path: '/token-events/batch',
  tags,
  summary: `Tell up to ${MOST_EVENTS} events at once; one that is wrong holds back no other`,
  request: {
    query: create,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            events: z
              .array(z.unknown())
              .max(MOST_EVENTS)
              .openapi({ items: { type: 'object' } }),
          }),
        },
      },
    },
  },
  responses: { 200: answers(batchSchema, 'What became of each'), 400: BAD_REQUEST },
});
const listRoute = createRoute({
  method: 'get',
  path: '/token-events',
  tags,
  summary: 'Token events, newest first',
  request: {
    query: z.strictObject({
      task_id: z.string().optional(),
      workstream_id: z.string().optional(),
      workplan_id: z.string().optional(),
      repo_id: z.string().optional(),
      model: z.string().optional(),
      agent: z.string().optional(),
      created_from: z.string().optional().openapi({ description: 'First instant or day' }),
      created_to: z.string().optional().openapi({ description: 'Instant before which, or last day' }),
      limit: limit(1000, 100),
      cursor: z.string().max(64).optional().openapi({ description: 'What the page before gave as `next`' }),
    }),
  },
  responses: { 200: answers(eventPageSchema, 'A page'), 400: BAD_REQUEST, 404: NOT_FOUND },
});
const summaryRoute = createRoute({
  method: 'get',
  path: '/token-events/summary',
  tags,
  summary: 'Everything of one task, workstream, repository, commit or release: measured and told',
  request: {
    query: z.strictObject({
      scope: z.enum(SUMMARY_SCOPES, { error: `allowed are ${SUMMARY_SCOPES.join(', ')}` }),
      id: z.string().min(1).openapi({ description: 'Id or natural key' }),
    }),
  },
  responses: { 200: answers(summarySchema, 'The sums'), 400: BAD_REQUEST, 404: NOT_FOUND },
});
const oneRoute = createRoute({
  method: 'get',
  path: '/token-events/{id}',
  tags,
  summary: 'One token event',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: answers(eventSchema, 'The event'), 404: NOT_FOUND },
});
const importRoute = createRoute({
  method: 'post',
  path: '/api/import/{kind}',
  tags: ['Work'],
  summary: 'Bulk import from JSON (a list) or CSV (text/csv, with a line of names)',
  request: {
    params: z.object({ kind: z.enum(IMPORT_KINDS, { error: `allowed are ${IMPORT_KINDS.join(', ')}` }) }),
    query: create,
    body: {
      required: true,
      content: {
        'application/json': { schema: z.unknown().openapi({ type: 'array', items: { type: 'object' } }) },
        'text/csv': { schema: z.string() },
      },
    },
  },
  responses: { 200: answers(batchSchema, 'What became of each'), 400: BAD_REQUEST },
});

export function tokenEventRoutes(api: Api, state: ServerState): void {
  const { house } = state;
  const telling = (isCreating: boolean) => ({ work: house.work, isCreating, now: house.clock.now() });

  api.openapi(postRoute, async (c) => {
    const key = c.req.valid('header')['idempotency-key'];
    const { status, event } = await tellEvent(telling(c.req.valid('query').create), c.req.valid('json'), key);
    return c.json(wireTokenEvent(event), status === 'accepted' ? 201 : 200);
  });
  api.openapi(batchRoute, async (c) =>
    c.json(await tellEvents(telling(c.req.valid('query').create), c.req.valid('json').events), 200),
  );
  api.openapi(listRoute, async (c) => {
    const asked = c.req.valid('query');
    const context = telling(false);
    const id = async (kind: 'task' | 'repo' | 'workplan', field: string, value: string | undefined) =>
      (await resolve(context, kind, field, value)) || undefined;
    if (asked.workplan_id && asked.workstream_id && asked.workplan_id !== asked.workstream_id)
      throw badRequest('workstream_id', 'Cannot read "workstream_id" beside another "workplan_id": they are one thing');
    const { since, until } = createdBetween(asked.created_from, asked.created_to, state);
    const page = await blaming(
      'cursor',
      house.work.events({
        taskId: await id('task', 'task_id', asked.task_id),
        workplanId: await id('workplan', 'workstream_id', asked.workplan_id ?? asked.workstream_id),
        repoId: await id('repo', 'repo_id', asked.repo_id),
        model: asked.model,
        agent: asked.agent,
        createdFrom: since,
        createdTo: until,
        limit: asked.limit ?? 100,
        after: asked.cursor,
      }),
    );
    return c.json({ events: page.events.map(wireTokenEvent), matched: page.matched, next: page.next ?? null }, 200);
  });
  api.openapi(summaryRoute, async (c) => {
    const { scope, id } = c.req.valid('query');
    const sources = { ledger: house.ledger, work: house.work };
    return c.json(await readSummary(sources, scope, id, house.clock.now()), 200);
  });
  api.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const event = await house.work.event(id);
    if (!event) throw new Fault(404, 'not-found', `Cannot find a token event with the id "${id}"`, 'id');
    return c.json(wireTokenEvent(event), 200);
  });
  api.openapi(importRoute, async (c) => {
    const isCsv = /^text\/csv/i.test(c.req.header('content-type') ?? '');
    const records = readRecords(await c.req.text(), isCsv ? 'csv' : 'json');
    return c.json(await importRecords(telling(c.req.valid('query').create), c.req.valid('param').kind, records), 200);
  });
}

/** Read as any period; what is wrong is told by the names used here. */
function createdBetween(from: string | undefined, to: string | undefined, state: ServerState) {
  try {
    return readPeriod({ since: from, until: to }, state.config.tz, state.house.clock.now());
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const path = error.path === 'since' ? 'created_from' : 'created_to';
    throw badRequest(path, error.message.replaceAll(/"(since|until)"/g, `"${path}"`));
  }
}
