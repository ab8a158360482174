/**
 * Sessions, threads and sources by their names: numbers for the calls, and what is known of each. Rows are kept in
 * memory while this process is the only writer, changed there, and written once at the end of a batch.
 */
import type { SourceRef, ThreadEvent } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import type { SessionRow } from './session-row.ts';
import { newSession, SESSION_COLUMNS } from './session-row.ts';
import type { Words } from './words.ts';

export interface ThreadRow {
  readonly id: number;
  readonly agent: number;
  readonly thread_id: string;
  session: number;
  parent_id: string;
  name: string;
  spawned_by: string;
}

export interface SourceRow {
  readonly id: number;
  readonly agent: number;
  readonly path: string;
  started_at: number | null;
  born_at: number;
  /** 1 where it holds calls that were folded or forgotten. */
  has_gone: number;
}

/** Rows of one table by agent and name, and by number. Of sources, whose paths are names enough, the agent is ''. */
interface Shelf<T> {
  readonly byName: Map<string, Map<string, T>>;
  readonly byId: Map<number, T>;
  readonly dirty: Set<T>;
  next: number;
}

const newShelf = <T>(): Shelf<T> => ({ byName: new Map(), byId: new Map(), dirty: new Set(), next: 0 });

export class Directory {
  readonly #driver: Driver;
  readonly #words: Words;
  #sessions = newShelf<SessionRow>();
  #threads = newShelf<ThreadRow>();
  #sources = newShelf<SourceRow>();

  constructor(driver: Driver, words: Words) {
    this.#driver = driver;
    this.#words = words;
  }

  clear(): void {
    this.#sessions = newShelf();
    this.#threads = newShelf();
    this.#sources = newShelf();
  }

  session(agent: string, sessionId: string): SessionRow {
    const known = this.#sessions.byName.get(agent)?.get(sessionId);
    if (known) return known;
    const agentId = this.#words.id(agent);
    const row =
      this.#driver
        .prepare('SELECT * FROM session WHERE session_id = ? AND agent = ?')
        .get<SessionRow>(sessionId, agentId) ??
      this.#add(this.#sessions, 'session', (id) => newSession(id, agentId, sessionId));
    return this.#keep(this.#sessions, agent, sessionId, row);
  }

  sessionById(id: number): SessionRow | undefined {
    const known = this.#sessions.byId.get(id);
    if (known) return known;
    const row = this.#driver.prepare('SELECT * FROM session WHERE id = ?').get<SessionRow>(id);
    return row && this.#keep(this.#sessions, this.#words.text(row.agent), row.session_id, row);
  }

  thread(agent: string, threadId: string, session: number): ThreadRow {
    const known = this.#threads.byName.get(agent)?.get(threadId);
    if (known) return known;
    const agentId = this.#words.id(agent);
    const row =
      this.#driver
        .prepare('SELECT * FROM thread WHERE thread_id = ? AND agent = ?')
        .get<ThreadRow>(threadId, agentId) ??
      this.#add(this.#threads, 'thread', (id) => ({
        id,
        agent: agentId,
        thread_id: threadId,
        session,
        parent_id: '',
        name: '',
        spawned_by: '',
      }));
    return this.#keep(this.#threads, agent, threadId, row);
  }

  threadById(id: number): ThreadRow | undefined {
    const known = this.#threads.byId.get(id);
    if (known) return known;
    const row = this.#driver.prepare('SELECT * FROM thread WHERE id = ?').get<ThreadRow>(id);
    return row && this.#keep(this.#threads, this.#words.text(row.agent), row.thread_id, row);
  }

  source(ref: SourceRef): SourceRow {
    const known =
      this.#sources.byName.get('')?.get(ref.path) ??
      this.#driver.prepare('SELECT * FROM source WHERE path = ?').get<SourceRow>(ref.path);
    const row: SourceRow =
      known ??
      this.#add(this.#sources, 'source', (id) => ({
        id,
        agent: this.#words.id(ref.agent),
        path: ref.path,
        started_at: ref.startedAt ?? null,
        born_at: ref.bornAt,
        has_gone: 0,
      }));
    // The earliest word on when a file began stands: ownership must not move because a file was rewritten.
    if (ref.startedAt !== undefined && (row.started_at === null || ref.startedAt < row.started_at)) {
      row.started_at = ref.startedAt;
      this.#sources.dirty.add(row);
    }
    return this.#keep(this.#sources, '', ref.path, row);
  }

  /** Remembers that calls of a source are gone from the ledger. */
  markGone(row: SourceRow): void {
    if (row.has_gone === 1) return;
    row.has_gone = 1;
    this.#sources.dirty.add(row);
  }

  sourceById(id: number): SourceRow | undefined {
    const known = this.#sources.byId.get(id);
    if (known) return known;
    const row = this.#driver.prepare('SELECT * FROM source WHERE id = ?').get<SourceRow>(id);
    return row && this.#keep(this.#sources, '', row.path, row);
  }

  /** Learns of a thread. True where its name became known or changed. */
  learnThread(event: ThreadEvent, session: number): boolean {
    const row = this.thread(event.agent, event.threadId, session);
    const before = `${row.parent_id}\0${row.name}\0${row.spawned_by}`;
    const name = row.name;
    row.parent_id = firstOf(row.parent_id, event.parentThreadId);
    row.name = firstOf(row.name, event.name);
    row.spawned_by = firstOf(row.spawned_by, event.spawnedBy);
    if (before !== `${row.parent_id}\0${row.name}\0${row.spawned_by}`) this.#threads.dirty.add(row);
    return name !== row.name;
  }

  touchSession(row: SessionRow): void {
    this.#sessions.dirty.add(row);
  }

  /** Writes what was learnt since the last time. */
  flush(): void {
    const sessions = this.#driver.prepare(
      `INSERT OR REPLACE INTO session (${SESSION_COLUMNS.join(', ')}) VALUES (${SESSION_COLUMNS.map(() => '?').join(', ')})`,
    );
    for (const row of this.#sessions.dirty) sessions.run(...SESSION_COLUMNS.map((column) => row[column]));
    const threads = this.#driver.prepare('INSERT OR REPLACE INTO thread VALUES (?, ?, ?, ?, ?, ?, ?)');
    for (const row of this.#threads.dirty)
      threads.run(row.id, row.agent, row.thread_id, row.session, row.parent_id, row.name, row.spawned_by);
    const sources = this.#driver.prepare('INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?)');
    for (const row of this.#sources.dirty)
      sources.run(row.id, row.agent, row.path, row.started_at, row.born_at, row.has_gone);
    for (const shelf of [this.#sessions, this.#threads, this.#sources]) shelf.dirty.clear();
  }

  #add<T>(shelf: Shelf<T>, table: 'session' | 'thread' | 'source', make: (id: number) => T): T {
    if (shelf.next === 0)
      shelf.next =
        (this.#driver.prepare(`SELECT max(id) AS id FROM ${table}`).get<{ id: number | null }>()?.id ?? 0) + 1;
    const row = make(shelf.next++);
    shelf.dirty.add(row);
    return row;
  }

  #keep<T extends { readonly id: number }>(shelf: Shelf<T>, agent: string, name: string, row: T): T {
    const names = shelf.byName.get(agent) ?? new Map<string, T>();
    shelf.byName.set(agent, names.set(name, row));
    shelf.byId.set(row.id, row);
    return row;
  }
}

/** Of two words on one thing the first said stands; where both come in any order, the smaller, so that order is nothing. */
function firstOf(known: string, seen: string): string {
  if (known === '' || seen === '') return known || seen;
  return known < seen ? known : seen;
}
