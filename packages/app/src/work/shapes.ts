/** What may be told of the work, as schemas: HTTP, MCP and files are read by the same ones, strictly. */
import { z } from '@hono/zod-openapi';
import type { WireTaskStatusChange, WireTokenEventCreate } from '@tokenmeter/core';
import { EVENT_CERTAINTIES, isName, LONGEST_NAME, TASK_STATUSES } from '@tokenmeter/core/work';
import type { Creates } from './entities.ts';

const name = z
  .string()
  .refine(isName, { message: `it must be one line of 1 to ${LONGEST_NAME} characters` })
  .openapi({ minLength: 1, maxLength: LONGEST_NAME });
const sha = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/, { message: 'a commit is named by its hash, at least 7 hexadecimal digits' });
const reference = name.nullable().optional();
const tokens = z
  .int({ message: 'it must be a whole number' })
  .min(0, { message: 'it must not be negative' })
  .max(1e12, { message: 'no event has so many tokens' });
const dollars = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, { message: 'it must be decimal dollars such as 12.50' })
  .nullable()
  .optional();
const instant = z.iso.datetime({ offset: true, message: 'it must be an instant such as 2026-11-21T09:30:00Z' });
export const certaintyShape = z.enum(EVENT_CERTAINTIES).openapi({
  description:
    '`reported`: an agent says so; `estimated`: a heuristic; `exact`: counted by a provider and measured by who posts',
});
export const statusShape = z.enum(TASK_STATUSES);

const repoObject = z.strictObject({
  id: name.optional(),
  name,
  remote: z.string().max(2000).optional(),
  root: z.string().max(4000).optional(),
});
const workplanObject = z.strictObject({
  id: name.optional(),
  name,
  repo_id: reference,
  cap_usd: dollars,
});
const taskObject = z.strictObject({
  id: name.optional(),
  title: name,
  workplan_id: reference,
  workstream_id: reference,
  repo_id: reference,
  status: statusShape.optional(),
  sessions: z.array(name).max(1000).optional(),
});
const commitObject = z.strictObject({
  commit_sha: sha,
  repo_id: name,
  branch: reference,
  task_id: reference,
  authored_at: instant.optional(),
  release_id: reference,
  pull_request: z
    .url({ protocol: /^https?$/, message: 'it must be a web address' })
    .nullable()
    .optional(),
});
const releaseObject = z.strictObject({
  id: name.optional(),
  repo_id: name,
  tag: name,
  commit_sha: sha.nullable().optional(),
  released_at: instant.optional(),
});

/** What makes an entity, and what changes one: the same fields, none of them needed. */
export const CREATE: { readonly [K in keyof Creates]: z.ZodType<Creates[K]> } = {
  repo: repoObject.openapi('RepoCreate'),
  workplan: workplanObject.openapi('WorkplanCreate'),
  task: taskObject.openapi('TaskCreate'),
  commit: commitObject.openapi('CommitCreate'),
  release: releaseObject.openapi('ReleaseCreate'),
};
export const CHANGE: { readonly [K in keyof Creates]: z.ZodType<Partial<Creates[K]>> } = {
  repo: repoObject.omit({ id: true }).partial(),
  workplan: workplanObject.omit({ id: true }).partial(),
  task: taskObject.omit({ id: true, status: true }).partial(),
  commit: commitObject.omit({ commit_sha: true }).partial(),
  release: releaseObject.omit({ id: true }).partial(),
};

/** Fields of a status change; MCP lists them one by one. */
export const statusFields = {
  status: statusShape,
  tokens_in: tokens.optional(),
  tokens_out: tokens.optional(),
  model: name.optional(),
  agent: name.optional(),
  run_id: name.optional(),
  session_id: name.optional(),
  certainty: certaintyShape.optional(),
};
export const statusChangeShape: z.ZodType<WireTaskStatusChange> = z
  .strictObject(statusFields)
  .openapi('TaskStatusChange');

/** Fields of a token event. */
export const eventFields = {
  task_id: reference,
  workstream_id: reference,
  workplan_id: reference,
  repo_id: reference,
  commit_sha: reference,
  release_id: reference,
  run_id: reference,
  session_id: reference,
  model: reference,
  agent: reference,
  tokens_in: tokens.optional().openapi({ description: 'All input: uncached, cache read and cache written' }),
  tokens_out: tokens.optional(),
  cache_read: tokens.optional().openapi({ description: 'Part of tokens_in' }),
  cache_write_5m: tokens.optional().openapi({ description: 'Part of tokens_in' }),
  cache_write_1h: tokens.optional().openapi({ description: 'Part of tokens_in' }),
  certainty: certaintyShape.optional(),
  created_at: instant.optional(),
  idempotency_key: name.optional().openapi({ description: 'The same key again makes no second event' }),
};
export const eventShape: z.ZodType<WireTokenEventCreate> = z.strictObject(eventFields).openapi('TokenEventCreate');

/** The first thing wrong, where and what. A field nobody asked for is named itself. */
export function firstIssue(error: z.core.$ZodError, prefix = ''): { readonly path: string; readonly why: string } {
  const [issue] = error.issues;
  const names = [...(issue?.path ?? []).map(String)];
  if (issue?.code === 'unrecognized_keys') names.push(...issue.keys.slice(0, 1));
  const path = `${prefix}${names.join('.')}`;
  return { path, why: issue?.code === 'unrecognized_keys' ? 'there is no such field here' : (issue?.message ?? '') };
}
