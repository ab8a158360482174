/**
 * From what somebody calls a repository, workplan, task, commit or release to its id. Unknown ones are a fault that names
 * the field, or are made by what they were called where that was asked for.
 */
import type { Entities, EntityKind, WorkStore } from '@tokenmeter/core/work';
import { isName, isSha, LONGEST_NAME } from '@tokenmeter/core/work';
import { badField, WorkFault } from './fault.ts';

export interface Resolving {
  readonly work: WorkStore;
  /** Make what is not there. */
  readonly isCreating: boolean;
  readonly now: number;
  /** In front of every path: `events.3.` */
  readonly prefix?: string | undefined;
  /** Remembers what was found, for those who resolve many. */
  readonly known?: Map<string, string> | undefined;
}

/** The id of what a field refers to; '' for null, undefined and ''. What is made belongs to the repository and workplan. */
export async function resolve(
  context: Resolving,
  kind: EntityKind,
  field: string,
  reference: string | null | undefined,
  repoId = '',
  workplanId = '',
): Promise<string> {
  if (reference === null || reference === undefined || reference === '') return '';
  const path = `${context.prefix ?? ''}${field}`;
  if (!isName(reference)) throw badField(path, `it must be one line of at most ${LONGEST_NAME} characters`);
  const memo = `${kind}\0${reference}`;
  const known = context.known?.get(memo);
  if (known !== undefined) return known;
  const found = await context.work.find(kind, reference);
  if (!found && !context.isCreating)
    throw new WorkFault(
      'not-found',
      path,
      `Cannot find the ${kind} "${reference}" of "${path}": make it first, or send create=true`,
    );
  const id = found?.id ?? (await create(context, kind, path, reference, { repoId, workplanId }));
  context.known?.set(memo, id);
  return id;
}

async function create(
  { work, now }: Resolving,
  kind: EntityKind,
  path: string,
  reference: string,
  { repoId, workplanId }: { readonly repoId: string; readonly workplanId: string },
): Promise<string> {
  if ((kind === 'commit' || kind === 'release') && repoId === '')
    throw badField(path, `a ${kind} that is not known yet needs the repo_id it is of`);
  if (kind === 'commit' && !isSha(reference)) throw badField(path, 'a commit is named by its hash');
  const made: { readonly [K in EntityKind]: Entities[K] } = {
    repo: { id: reference, name: reference, remote: '', root: '', createdAt: now },
    workplan: { id: reference, name: reference, repoId, capNano: null, createdAt: now },
    task: {
      id: reference,
      title: reference,
      workplanId,
      repoId,
      status: 'todo',
      sessions: [],
      createdAt: now,
      updatedAt: now,
      doneAt: null,
      changes: 0,
    },
    commit: {
      id: reference,
      repoId,
      branch: '',
      taskId: '',
      authoredAt: now,
      releaseId: '',
      isReverted: false,
      pullRequest: '',
    },
    release: { id: reference, repoId, tag: reference, commitSha: '', releasedAt: now },
  };
  await work.put(kind, made[kind]);
  return reference;
}
