/**
 * Entities as told from outside: made, changed and shown. What is told again by the same id or natural key is the same
 * entity; what a change does not name stays.
 */
import { randomUUID } from 'node:crypto';
import type {
  WireCommitCreate,
  WireReleaseCreate,
  WireRepoCreate,
  WireTaskCreate,
  WireWorkplanCreate,
} from '@tokenmeter/core';
import { parseNanoDecimal } from '@tokenmeter/core';
import type { Entities, EntityKind } from '@tokenmeter/core/work';
import { badField } from './fault.ts';
import { type Resolving, resolve } from './references.ts';

export interface Creates {
  readonly repo: WireRepoCreate;
  readonly workplan: WireWorkplanCreate;
  readonly task: WireTaskCreate;
  readonly commit: WireCommitCreate;
  readonly release: WireReleaseCreate;
}

type Told<K extends EntityKind> = Partial<Creates[K]>;
type Makers = {
  readonly [K in EntityKind]: (
    context: Resolving,
    told: Told<K>,
    there: Entities[K] | undefined,
  ) => Promise<Entities[K]>;
};

/** Makes an entity, or changes `there` by what is told. */
export async function entityOf<K extends EntityKind>(
  context: Resolving,
  kind: K,
  told: Told<K>,
  there: Entities[K] | undefined,
): Promise<Entities[K]> {
  return MAKERS[kind](context, told, there);
}

/** What an entity is looked for by before it is made: its own id, else its natural key. */
function identityOf<K extends EntityKind>(kind: K, told: Creates[K]): string | undefined {
  if (kind === 'commit' && 'commit_sha' in told) return told.commit_sha ?? undefined;
  if ('id' in told && told.id !== undefined) return told.id;
  // Two tasks may have one title; the others are what they are called.
  if ('name' in told) return told.name;
  return 'tag' in told ? told.tag : undefined;
}

/** Tells of an entity: made where it was not there, else changed. */
export async function tellEntity<K extends EntityKind>(
  context: Resolving,
  kind: K,
  told: Creates[K],
): Promise<{ readonly entity: Entities[K]; readonly status: 'created' | 'changed' | 'same' }> {
  const reference = identityOf(kind, told);
  const there = reference === undefined ? undefined : await context.work.find(kind, reference);
  const entity = await entityOf(context, kind, told, there);
  const status = await context.work.put(kind, entity);
  const moved = kind === 'task' && there && (await moveStatus(context, entity.id, told));
  const kept = await context.work.find(kind, entity.id);
  return { entity: kept ?? entity, status: moved && status === 'same' ? 'changed' : status };
}

/** A task that is told again with another status changes it as anybody else would. */
async function moveStatus(context: Resolving, id: string, told: Partial<WireTaskCreate> | object): Promise<boolean> {
  if (!('status' in told) || told.status === undefined) return false;
  return (await context.work.changeStatus(id, told.status, context.now, undefined))?.isChanged ?? false;
}

const MAKERS: Makers = {
  repo: async ({ now }, told, there) => ({
    id: there?.id ?? told.id ?? randomUUID(),
    name: told.name ?? there?.name ?? '',
    remote: told.remote ?? there?.remote ?? '',
    root: told.root ?? there?.root ?? '',
    createdAt: there?.createdAt ?? now,
  }),
  workplan: async (context, told, there) => ({
    id: there?.id ?? told.id ?? randomUUID(),
    name: told.name ?? there?.name ?? '',
    repoId: await chosen(context, 'repo', 'repo_id', told.repo_id, there?.repoId),
    capNano: told.cap_usd === undefined ? (there?.capNano ?? null) : nanoOf(told.cap_usd),
    createdAt: there?.createdAt ?? context.now,
  }),
  task: async (context, told, there) => {
    const { workplan_id, workstream_id } = told;
    if (workplan_id && workstream_id && workplan_id !== workstream_id)
      throw badField(`${context.prefix ?? ''}workstream_id`, 'it is another name of workplan_id and must say the same');
    const field = workplan_id === undefined ? 'workstream_id' : 'workplan_id';
    const repoId = await chosen(context, 'repo', 'repo_id', told.repo_id, there?.repoId);
    const status = there?.status ?? told.status ?? 'todo';
    return {
      id: there?.id ?? told.id ?? randomUUID(),
      title: told.title ?? there?.title ?? '',
      workplanId: await chosen(context, 'workplan', field, told[field], there?.workplanId),
      repoId,
      status,
      sessions: told.sessions ?? there?.sessions ?? [],
      createdAt: there?.createdAt ?? context.now,
      updatedAt: context.now,
      doneAt: status === 'done' ? (there?.doneAt ?? context.now) : null,
      changes: there?.changes ?? 0,
    };
  },
  commit: async (context, told, there) => {
    const repoId = await chosen(context, 'repo', 'repo_id', told.repo_id, there?.repoId);
    return {
      id: there?.id ?? told.commit_sha ?? '',
      repoId,
      branch: told.branch === undefined ? (there?.branch ?? '') : (told.branch ?? ''),
      taskId: await chosen(context, 'task', 'task_id', told.task_id, there?.taskId),
      authoredAt: told.authored_at === undefined ? (there?.authoredAt ?? context.now) : Date.parse(told.authored_at),
      releaseId: await chosen(context, 'release', 'release_id', told.release_id, there?.releaseId, repoId),
      isReverted: there?.isReverted ?? false,
      pullRequest: told.pull_request === undefined ? (there?.pullRequest ?? '') : (told.pull_request ?? ''),
    };
  },
  release: async (context, told, there) => ({
    id: there?.id ?? told.id ?? randomUUID(),
    repoId: await chosen(context, 'repo', 'repo_id', told.repo_id, there?.repoId),
    tag: told.tag ?? there?.tag ?? '',
    commitSha: told.commit_sha === undefined ? (there?.commitSha ?? '') : (told.commit_sha ?? ''),
    releasedAt: told.released_at === undefined ? (there?.releasedAt ?? context.now) : Date.parse(told.released_at),
  }),
};

/** A reference as told; what it was where nothing is told; none for null. */
async function chosen(
  context: Resolving,
  kind: EntityKind,
  field: string,
  told: string | null | undefined,
  was: string | undefined,
  repoId = '',
): Promise<string> {
  return told === undefined ? (was ?? '') : resolve(context, kind, field, told, repoId);
}

function nanoOf(dollars: string | null): bigint | null {
  return dollars === null ? null : (parseNanoDecimal(dollars) ?? null);
}
