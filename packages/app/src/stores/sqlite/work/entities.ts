/** Repositories, workplans, tasks, commits and releases as rows: made, found by id or natural key, listed, removed. */
import { TokenmeterError } from '@tokenmeter/core';
import type { Commit, Entities, EntityKind, EntityQuery, Release, Repo, Task, Workplan } from '@tokenmeter/core/work';
import { isSha, plainRemote, TASK_STATUSES } from '@tokenmeter/core/work';
import type { Driver, Value } from '../driver.ts';

type Row = Readonly<Record<string, string | number | bigint | null>>;

interface Table<T> {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns a list is filtered by. */
  readonly filters: Partial<Record<'repoId' | 'workplanId' | 'taskId' | 'status', string>>;
  /** Finds by natural key; `?1` is it. */
  readonly natural: string;
  values(entity: T): Value[];
  read(row: Row, driver: Driver): T;
}

const text = (value: Row[string] | undefined) => (value === null || value === undefined ? '' : String(value));
const orNull = (value: string) => (value === '' ? null : value);
const number = (value: Row[string] | undefined) => Number(value ?? 0);

const repo: Table<Repo> = {
  name: 'repo',
  columns: ['id', 'name', 'remote', 'root', 'created_at'],
  filters: {},
  natural: `SELECT * FROM repo WHERE name = ?1 OR (remote <> '' AND remote = ?1) OR (root <> '' AND root = ?1)`,
  values: (one) => [one.id, one.name, plainRemote(one.remote), one.root, one.createdAt],
  read: (row) => ({
    id: text(row.id),
    name: text(row.name),
    remote: text(row.remote),
    root: text(row.root),
    createdAt: number(row.created_at),
  }),
};

const workplan: Table<Workplan> = {
  name: 'workplan',
  columns: ['id', 'name', 'repo', 'cap', 'created_at'],
  filters: { repoId: 'repo' },
  natural: 'SELECT * FROM workplan WHERE name = ?1',
  values: (one) => [one.id, one.name, orNull(one.repoId), one.capNano, one.createdAt],
  read: (row) => ({
    id: text(row.id),
    name: text(row.name),
    repoId: text(row.repo),
    capNano: row.cap === null || row.cap === undefined ? null : BigInt(row.cap),
    createdAt: number(row.created_at),
  }),
};

const task: Table<Task> = {
  name: 'task',
  columns: ['id', 'title', 'workplan', 'repo', 'status', 'created_at', 'updated_at', 'done_at', 'changes'],
  filters: { repoId: 'repo', workplanId: 'workplan', status: 'status' },
  natural: 'SELECT * FROM task WHERE title = ?1',
  values: (one) => [
    one.id,
    one.title,
    orNull(one.workplanId),
    orNull(one.repoId),
    one.status,
    one.createdAt,
    one.updatedAt,
    one.doneAt,
    one.changes,
  ],
  read: (row, driver) => ({
    id: text(row.id),
    title: text(row.title),
    workplanId: text(row.workplan),
    repoId: text(row.repo),
    status: TASK_STATUSES.find((status) => status === row.status) ?? 'todo',
    sessions: driver
      .prepare('SELECT session_id FROM task_session WHERE task = ? ORDER BY session_id')
      .all<{ session_id: string }>(text(row.id))
      .map((one) => one.session_id),
    createdAt: number(row.created_at),
    updatedAt: number(row.updated_at),
    doneAt: row.done_at === null || row.done_at === undefined ? null : Number(row.done_at),
    changes: number(row.changes),
  }),
};

const commit: Table<Commit> = {
  name: 'git_commit',
  columns: ['id', 'repo', 'branch', 'task', 'authored_at', 'release', 'reverted', 'pull_request'],
  filters: { repoId: 'repo', taskId: 'task' },
  natural: "SELECT * FROM git_commit WHERE id >= ?1 AND id < ?1 || 'g'",
  values: (one) => [
    one.id,
    one.repoId,
    one.branch,
    orNull(one.taskId),
    one.authoredAt,
    orNull(one.releaseId),
    one.isReverted ? 1 : 0,
    one.pullRequest,
  ],
  read: (row) => ({
    id: text(row.id),
    repoId: text(row.repo),
    branch: text(row.branch),
    taskId: text(row.task),
    authoredAt: number(row.authored_at),
    releaseId: text(row.release),
    isReverted: row.reverted === 1,
    pullRequest: text(row.pull_request),
  }),
};

const release: Table<Release> = {
  name: 'release',
  columns: ['id', 'repo', 'tag', 'commit_sha', 'released_at'],
  filters: { repoId: 'repo' },
  natural: 'SELECT * FROM release WHERE tag = ?1',
  values: (one) => [one.id, one.repoId, one.tag, one.commitSha, one.releasedAt],
  read: (row) => ({
    id: text(row.id),
    repoId: text(row.repo),
    tag: text(row.tag),
    commitSha: text(row.commit_sha),
    releasedAt: number(row.released_at),
  }),
};

const TABLES: { readonly [K in EntityKind]: Table<Entities[K]> } = { repo, workplan, task, commit, release };

/** Writes it; only within a write. What a task's status is while it exists, `changeStatus` decides. */
export function putEntity<K extends EntityKind>(
  driver: Driver,
  kind: K,
  entity: Entities[K],
): 'created' | 'changed' | 'same' {
  const { name, columns, values } = TABLES[kind];
  const there = driver.prepare(`SELECT * FROM ${name} WHERE id = ?`).get<Row>(entity.id);
  const kept: readonly string[] = kind === 'task' && there ? ['status', 'done_at', 'changes'] : [];
  const wanted = values(entity).map((value, index) => {
    const column = columns[index] ?? '';
    return kept.includes(column) ? (there?.[column] ?? null) : value;
  });
  const isSame = there !== undefined && columns.every((column, index) => equal(there[column], wanted[index]));
  if (!isSame)
    driver
      .prepare(
        `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
          ON CONFLICT (id) DO UPDATE SET ${columns
            .slice(1)
            .map((column) => `${column} = excluded.${column}`)
            .join(', ')}`,
      )
      .run(...wanted);
  const isMoved = 'sessions' in entity && putSessions(driver, entity);
  if (!there) return 'created';
  return isSame && !isMoved ? 'same' : 'changed';
}

function equal(a: Row[string] | undefined, b: Value | undefined): boolean {
  return typeof a === 'bigint' || typeof b === 'bigint' ? String(a) === String(b) : a === b;
}

/** True where something moved. A session works on the task it was told last. */
function putSessions(driver: Driver, { id, sessions }: Pick<Task, 'id' | 'sessions'>): boolean {
  const gone = driver
    .prepare('DELETE FROM task_session WHERE task = ? AND session_id NOT IN (SELECT value FROM json_each(?))')
    .run(id, JSON.stringify(sessions));
  const put = driver.prepare(
    `INSERT INTO task_session VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET task = excluded.task
      WHERE task <> excluded.task`,
  );
  return sessions.reduce((moved, session) => moved + put.run(session, id), gone) > 0;
}

export function findEntity<K extends EntityKind>(driver: Driver, kind: K, reference: string): Entities[K] | undefined {
  const { name, natural, read } = TABLES[kind];
  const byId = driver.prepare(`SELECT * FROM ${name} WHERE id = ?`).get<Row>(reference);
  if (byId) return read(byId, driver);
  if (kind === 'commit' && !isSha(reference)) return undefined;
  const found = driver.prepare(`${natural} LIMIT 2`).all<Row>(kind === 'repo' ? plainRemote(reference) : reference);
  const [only, other] = found;
  // Two of the same name: neither is meant for certain.
  if (other)
    throw new TokenmeterError('usage', `Cannot tell which ${kind} "${reference}" is: several go by it, use an id`);
  return only && read(only, driver);
}

export function listEntities<K extends EntityKind>(
  driver: Driver,
  kind: K,
  query: EntityQuery,
): { readonly items: readonly Entities[K][]; readonly next?: string | undefined } {
  const { name, filters, read } = TABLES[kind];
  const asked = (['repoId', 'workplanId', 'taskId', 'status'] as const).flatMap((key) => {
    const [column, value] = [filters[key], query[key]];
    return column === undefined || value === undefined ? [] : [{ sql: `${column} = ?`, value }];
  });
  if (query.after !== undefined) asked.push({ sql: 'id > ?', value: query.after });
  const where = asked.length === 0 ? '' : `WHERE ${asked.map((one) => one.sql).join(' AND ')}`;
  const rows = driver
    .prepare(`SELECT * FROM ${name} ${where} ORDER BY id LIMIT ?`)
    .all<Row>(...asked.map((one) => one.value), query.limit + 1);
  const items = rows.slice(0, query.limit).map((row) => read(row, driver));
  return { items, next: rows.length > query.limit ? items.at(-1)?.id : undefined };
}

/** Every entity of a kind, by id. Sessions of tasks are read apart (`task_session`). */
export function allEntities<K extends EntityKind>(driver: Driver, kind: K): Map<string, Entities[K]> {
  const { name, read } = TABLES[kind];
  const rows = driver.prepare(`SELECT * FROM ${name}`).all<Row>();
  return new Map(rows.map((row) => read(row, driver)).map((entity) => [entity.id, entity]));
}

export function removeEntity(driver: Driver, kind: EntityKind, id: string): boolean {
  const { name } = TABLES[kind];
  if (kind === 'task') driver.prepare('DELETE FROM task_session WHERE task = ?').run(id);
  if (kind === 'repo') driver.prepare('DELETE FROM repo_directory WHERE repo = ?').run(id);
  if (kind === 'repo') driver.prepare('DELETE FROM branch_commit WHERE repo = ?').run(id);
  if (kind === 'commit') driver.prepare('DELETE FROM branch_commit WHERE commit_sha = ?').run(id);
  try {
    return driver.prepare(`DELETE FROM ${name} WHERE id = ?`).run(id) > 0;
  } catch (error) {
    if (!isReferred(error)) throw error;
    throw new TokenmeterError(
      'conflict',
      `Cannot remove the ${kind} "${id}": token events or other work refer to it, and what was spent must keep its place`,
      { cause: error },
    );
  }
}

/** Whether the engine refused because something else refers to the row. */
export function isReferred(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error && /FOREIGN KEY constraint failed/.test(cause.message);
}
