/** From told token events to kept ones: one by one or many at once, each with what became of it and where it is wrong. */
import { randomUUID } from 'node:crypto';
import { TokenmeterError, type WireTokenEventBatch, type WireTokenEventCreate } from '@tokenmeter/core';
import type { AddedEvent, TokenEvent, WorkStore } from '@tokenmeter/core/work';
import { checkTokenEvent } from '@tokenmeter/core/work';
import { badField, WorkFault } from './fault.ts';
import { type Resolving, resolve } from './references.ts';
import { eventShape, firstIssue } from './shapes.ts';

export interface Telling {
  readonly work: WorkStore;
  readonly isCreating: boolean;
  readonly now: number;
}

/** The most events that are taken at once. */
export const MOST_EVENTS = 5_000;

/** Keeps one event. Throws a fault with a path; `conflict` where its key is that of another event. */
export async function tellEvent(telling: Telling, told: WireTokenEventCreate, key?: string): Promise<AddedEvent> {
  const { idempotency_key } = told;
  if (key !== undefined && idempotency_key !== undefined && key !== idempotency_key)
    throw badField('idempotency_key', 'it is not that of the Idempotency-Key header');
  const event = await eventOf({ ...telling }, { ...told, ...(key === undefined ? {} : { idempotency_key: key }) });
  const [added] = await telling.work.addEvents([event]);
  if (!added) throw new Error('A store must answer for every event');
  if (added.status === 'conflict') throw conflict(event.key, 'idempotency_key');
  return added;
}

/** Keeps many in one transaction; one that is wrong holds back no other. `path` names the list, `first` its first. */
export async function tellEvents(
  telling: Telling,
  told: readonly unknown[],
  path = 'events',
  first = 0,
): Promise<WireTokenEventBatch> {
  type Result = WireTokenEventBatch['results'][number];
  const results: Result[] = [];
  const events: { readonly index: number; readonly event: TokenEvent }[] = [];
  const known = new Map<string, string>();
  for (const [index, one] of told.entries()) {
    try {
      const prefix = `${path}.${first + index}.`;
      const read = eventShape.safeParse(one);
      if (!read.success) {
        const issue = firstIssue(read.error, prefix);
        throw badField(issue.path.replace(/\.$/, ''), issue.why);
      }
      events.push({ index, event: await eventOf({ ...telling, prefix, known }, read.data) });
    } catch (error) {
      results[index] = rejection(first + index, error);
    }
  }
  const added = await telling.work.addEvents(events.map(({ event }) => event));
  for (const [position, { index, event }] of events.entries()) {
    const one = added[position];
    if (!one || one.status === 'conflict')
      results[index] = rejection(first + index, conflict(event.key, `${path}.${first + index}.idempotency_key`));
    else results[index] = { index: first + index, status: one.status, id: one.event.id, message: null, path: null };
  }
  const count = (status: Result['status']) => results.filter((one) => one.status === status).length;
  return { accepted: count('accepted'), duplicate: count('duplicate'), rejected: count('rejected'), results };
}

/** What became of one thing that is wrong. Anything but a fault of the teller is ours, and thrown. */
export function rejection(index: number, error: unknown): WireTokenEventBatch['results'][number] {
  if (!(error instanceof TokenmeterError) || error.code.startsWith('ledger')) throw error;
  const path = error instanceof WorkFault ? error.path : null;
  return { index, status: 'rejected', id: null, message: error.message, path };
}

function conflict(key: string, path: string): WorkFault {
  return new WorkFault(
    'conflict',
    path,
    `Cannot keep the event: the key "${key}" is that of another event, give each event a key of its own`,
  );
}

/** An event with its references resolved and everything checked. */
export async function eventOf(context: Resolving, told: WireTokenEventCreate): Promise<TokenEvent> {
  const prefix = context.prefix ?? '';
  const { workplan_id, workstream_id } = told;
  if (workplan_id && workstream_id && workplan_id !== workstream_id)
    throw badField(`${prefix}workstream_id`, 'it is another name of workplan_id and must say the same');
  const draft = {
    runId: told.run_id ?? '',
    sessionId: told.session_id ?? '',
    model: told.model ?? '',
    agent: told.agent ?? '',
    tokensIn: told.tokens_in,
    tokensOut: told.tokens_out,
    cacheRead: told.cache_read,
    cacheWrite5m: told.cache_write_5m,
    cacheWrite1h: told.cache_write_1h,
    certainty: told.certainty ?? ('reported' as const),
    createdAt: told.created_at === undefined ? context.now : Date.parse(told.created_at),
    key: told.idempotency_key ?? '',
    taskId: '',
    workplanId: '',
    repoId: '',
    commitSha: '',
    releaseId: '',
  };
  const fault = checkTokenEvent(draft);
  // Checked first, so that what is wrong makes no task.
  if (fault) throw badField(`${prefix}${fault.path}`, fault.message);
  const repoId = await resolve(context, 'repo', 'repo_id', told.repo_id);
  const workplanField = workplan_id ? 'workplan_id' : 'workstream_id';
  const workplanId = await resolve(context, 'workplan', workplanField, workplan_id || workstream_id, repoId);
  return {
    ...draft,
    id: randomUUID(),
    repoId,
    workplanId,
    taskId: await resolve(context, 'task', 'task_id', told.task_id, repoId, workplanId),
    releaseId: await resolve(context, 'release', 'release_id', told.release_id, repoId),
    commitSha: await resolve(context, 'commit', 'commit_sha', told.commit_sha, repoId),
  };
}
