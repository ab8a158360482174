/**
 * Repositories, workplans (workstreams), tasks, commits and releases: the same five questions each, made from one
 * description, so that they cannot behave differently.
 */
import { createRoute, z } from '@hono/zod-openapi';
import type { Entities, EntityKind, EntityQuery, WorkNames } from '@tokenmeter/core/work';
import { wireCommit, wireRelease, wireRepo, wireTask, wireWorkplan } from '@tokenmeter/core/work';
import { entityOf, tellEntity } from '../../work/entities.ts';
import { resolve } from '../../work/references.ts';
import { CHANGE, CREATE, statusChangeShape, statusShape } from '../../work/shapes.ts';
import { changeTaskStatus } from '../../work/status.ts';
import { type Api, answers, BAD_REQUEST, CONFLICT, NOT_FOUND, type ServerState } from '../api.ts';
import { Fault } from '../fault.ts';
import { isCreating, limit } from '../params.ts';
import {
  commitSchema,
  releaseSchema,
  repoSchema,
  statusResultSchema,
  taskSchema,
  workplanSchema,
} from '../wire/work.ts';

interface Noun<K extends EntityKind> {
  readonly kind: K;
  /** In the path and in the list's answer. */
  readonly plural: string;
  readonly schema: z.ZodType;
  readonly filters: readonly ('repo_id' | 'workplan_id' | 'task_id' | 'status')[];
  wire(entity: Entities[K], names: WorkNames): object;
}

const tags = ['Work'];
const id = z.object({ id: z.string() });
const create = z.strictObject({ create: isCreating });

export function entityRoutes(api: Api, state: ServerState): void {
  hang(api, state, { kind: 'repo', plural: 'repos', schema: repoSchema, filters: [], wire: wireRepo });
  for (const plural of ['workplans', 'workstreams'])
    hang(api, state, {
      kind: 'workplan',
      plural,
      schema: workplanSchema,
      filters: ['repo_id'],
      wire: (workplan, names) => wireWorkplan(workplan, names.tasks.values()),
    });
  hang(api, state, {
    kind: 'task',
    plural: 'tasks',
    schema: taskSchema,
    filters: ['repo_id', 'workplan_id', 'status'],
    wire: wireTask,
  });
  hang(api, state, {
    kind: 'commit',
    plural: 'commits',
    schema: commitSchema,
    filters: ['repo_id', 'task_id'],
    wire: wireCommit,
  });
  hang(api, state, {
    kind: 'release',
    plural: 'releases',
    schema: releaseSchema,
    filters: ['repo_id'],
    wire: (release, names) => wireRelease(release, names.commits.values()),
  });
  statusRoute(api, state);
}

function hang<K extends EntityKind>(api: Api, { house }: ServerState, noun: Noun<K>): void {
  const { kind, plural, filters } = noun;
  const path = `/api/${plural}`;
  // -- what an entity is on the wire, its own function says; the answers' schema is for the document
  const schema = noun.schema as z.ZodType<Record<string, never>>;
  const show = async (entity: Entities[K]) => noun.wire(entity, await house.work.names()) as Record<string, never>; // -- as above
  const resolving = (isCreating: boolean) => ({ work: house.work, isCreating, now: house.clock.now() });
  const find = async (reference: string) => {
    const entity = await house.work.find(kind, reference);
    if (!entity) throw new Fault(404, 'not-found', `Cannot find the ${kind} "${reference}": see GET ${path}`, 'id');
    return entity;
  };

  const asked = {
    ...(filters.includes('repo_id') ? { repo_id: z.string().optional() } : {}),
    ...(filters.includes('workplan_id')
      ? { workplan_id: z.string().optional(), workstream_id: z.string().optional() }
      : {}),
    ...(filters.includes('task_id') ? { task_id: z.string().optional() } : {}),
    ...(filters.includes('status') ? { status: statusShape.optional() } : {}),
  };
  const listSchema: z.ZodType<Record<string, never>> = z
    .object({ [plural]: z.array(noun.schema), next: z.string().nullable() })
    .openapi({ type: 'object' }) as never; // -- a list under its own name, for the document
  api.openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: `List ${plural}, by id`,
      request: {
        query: z.strictObject({ ...asked, limit: limit(1000, 100), after: z.string().max(1024).optional() }),
      },
      responses: { 200: answers(listSchema, 'A page'), 400: BAD_REQUEST, 404: NOT_FOUND },
    }),
    async (c) => {
      // -- whichever of the filters this noun has
      const query = c.req.valid('query') as Partial<Record<string, string>> & { limit?: number; after?: string };
      const context = resolving(false);
      const reference = async (of: EntityKind, field: string, value: string | undefined) =>
        (await resolve(context, of, field, value)) || undefined;
      const wanted: EntityQuery = {
        repoId: await reference('repo', 'repo_id', query.repo_id),
        workplanId: await reference('workplan', 'workplan_id', query.workplan_id ?? query.workstream_id),
        taskId: await reference('task', 'task_id', query.task_id),
        status: query.status === undefined ? undefined : statusShape.parse(query.status),
        limit: query.limit ?? 100,
        after: query.after,
      };
      const { items, next } = await house.work.list(kind, wanted);
      const names = await house.work.names();
      const body = { [plural]: items.map((item) => noun.wire(item, names)), next: next ?? null };
      return c.json(body as never, 200); // -- see `schema`
    },
  );
  api.openapi(
    createRoute({
      method: 'post',
      path,
      tags,
      summary: `Make a ${kind}; told again by the same id or name it is changed`,
      request: {
        query: create,
        body: { required: true, content: { 'application/json': { schema: CREATE[kind] } } },
      },
      responses: {
        200: answers(schema, 'It was there'),
        201: answers(schema, 'It was made'),
        400: BAD_REQUEST,
        404: NOT_FOUND,
      },
    }),
    async (c) => {
      const told = CREATE[kind].parse(c.req.valid('json'));
      const { entity, status } = await tellEntity(resolving(c.req.valid('query').create), kind, told as never); // -- of the same kind
      return c.json(await show(entity), status === 'created' ? 201 : 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'get',
      path: `${path}/{id}`,
      tags,
      summary: `One ${kind}, by id or natural key`,
      request: { params: id },
      responses: { 200: answers(schema, 'It'), 404: NOT_FOUND },
    }),
    async (c) => c.json(await show(await find(c.req.valid('param').id)), 200),
  );
  api.openapi(
    createRoute({
      method: 'patch',
      path: `${path}/{id}`,
      tags,
      summary: `Change a ${kind}; what is not named stays`,
      request: {
        params: id,
        query: create,
        body: { required: true, content: { 'application/json': { schema: CHANGE[kind] } } },
      },
      responses: { 200: answers(schema, 'As it is now'), 400: BAD_REQUEST, 404: NOT_FOUND },
    }),
    async (c) => {
      const there = await find(c.req.valid('param').id);
      const context = resolving(c.req.valid('query').create);
      await house.work.put(
        kind,
        await entityOf(context, kind, CHANGE[kind].parse(c.req.valid('json')) as never, there),
      ); // -- of the same kind
      return c.json(await show(await find(there.id)), 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: `${path}/{id}`,
      tags,
      summary: `Remove a ${kind} that nothing refers to`,
      request: { params: id },
      responses: { 204: { description: 'It is gone' }, 404: NOT_FOUND, 409: CONFLICT },
    }),
    async (c) => {
      const { id: own } = await find(c.req.valid('param').id);
      await house.work.remove(kind, own);
      return c.body(null, 204);
    },
  );
}

function statusRoute(api: Api, { house }: ServerState): void {
  api.openapi(
    createRoute({
      method: 'patch',
      path: '/api/tasks/{id}/status',
      tags,
      summary: 'Change the status of a task, with the tokens it took',
      description:
        'With `tokens_in` or `tokens_out` (0 is one, absent is none) one token event is kept. The same change again makes no second one.',
      request: {
        params: id,
        query: create,
        body: { required: true, content: { 'application/json': { schema: statusChangeShape } } },
      },
      responses: { 200: answers(statusResultSchema, 'The task, and its event'), 400: BAD_REQUEST, 404: NOT_FOUND },
    }),
    async (c) => {
      const telling = { work: house.work, isCreating: c.req.valid('query').create, now: house.clock.now() };
      return c.json(await changeTaskStatus(telling, c.req.valid('param').id, c.req.valid('json')), 200);
    },
  );
}
