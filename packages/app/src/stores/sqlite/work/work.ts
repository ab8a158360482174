/**
 * The work's store, in the ledger's own database and behind its one writer. Cells are remembered until anything in the
 * database moved, by this process or another, so that the questions of one page are read once.
 */
import { TokenmeterError } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type {
  AddedEvent,
  Entities,
  EntityKind,
  EntityQuery,
  EventQuery,
  GitFacts,
  KeptEvent,
  MeasuredWork,
  StatusChange,
  TaskStatus,
  TokenEvent,
  WorkCell,
  WorkCells,
  WorkNames,
  Workplace,
  WorkStore,
} from '@tokenmeter/core/work';
import { ENTITY_KINDS, isSuperseded } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import { readMeta, writeMeta } from '../read-status.ts';
import type { Words } from '../words.ts';
import { callCells, type Span } from './call-cells.ts';
import { findEntity, isReferred, listEntities, putEntity, removeEntity } from './entities.ts';
import { certaintyOf, eventCells, eventRows } from './event-cells.ts';
import { type Added, type EventRow, findEvent, insertEvents, keptEvent, listEvents, rerateEvents } from './events.ts';
import { linkFacts, readWorkplaces } from './git-facts.ts';
import { type Links, readLinks } from './links.ts';
import { type MeasuredBase, measuredBase, measuredSessions, measuredWork } from './measured.ts';
import { type RunRow, readRuns, runCells } from './run-cells.ts';
import { changeStatus } from './status.ts';

/** What the ledger lends: its connection and what it remembers, as they are now (a restore replaces them). */
export interface Lender {
  driver(): Driver;
  words(): Words;
  book(): PriceBook;
  /** Throws where the ledger was opened to read only. */
  writing(): void;
  isReadOnly(): boolean;
  /** Makes the indexes that a first import goes without. */
  ready(): void;
}

/** Spans whose cells are remembered. */
const KEPT = 8;
const ALL: Span = { since: -8_640_000_000_000_000, until: 8_640_000_000_000_000 };

/** What was read and holds until something moves. */
interface Memory {
  readonly driver: Driver;
  stamp: string;
  readonly links: Links;
  readonly runs: readonly RunRow[];
  /** Cells of calls of all time, and what they say was measured. */
  readonly calls: readonly WorkCell[];
  readonly base: MeasuredBase;
  /** The rest goes when an event is written. */
  measured?: MeasuredWork | undefined;
  readonly cells: Map<string, WorkCells>;
  readonly byScope: Map<string, WorkCell[]>;
}

export class SqliteWork implements WorkStore {
  readonly #lender: Lender;
  #memory: Memory | undefined;

  constructor(lender: Lender) {
    this.#lender = lender;
  }

  async put<K extends EntityKind>(kind: K, entity: Entities[K]) {
    return this.#write((driver) => putEntity(driver, kind, entity), entity.id);
  }

  async find<K extends EntityKind>(kind: K, reference: string): Promise<Entities[K] | undefined> {
    return findEntity(this.#lender.driver(), kind, reference);
  }

  async list<K extends EntityKind>(kind: K, query: EntityQuery) {
    return listEntities(this.#lender.driver(), kind, query);
  }

  async remove(kind: EntityKind, id: string): Promise<boolean> {
    return this.#write((driver) => removeEntity(driver, kind, id), id);
  }

  async changeStatus(
    taskId: string,
    status: TaskStatus,
    at: number,
    event: TokenEvent | undefined,
  ): Promise<StatusChange | undefined> {
    const changed = this.#write(
      (driver) => changeStatus(driver, this.#lender.book(), { taskId, status, at, event }),
      taskId,
    );
    if (!changed) return undefined;
    const { task, isChanged, added } = changed;
    return {
      task,
      isChanged,
      event: added && this.#kept(added.row),
      isEventNew: added?.status === 'accepted',
    };
  }

  async addEvents(events: readonly TokenEvent[]): Promise<readonly AddedEvent[]> {
    const before = this.#fresh();
    const added = this.#write((driver): Added[] => insertEvents(driver, events, this.#lender.book()), 'an event');
    this.#keepCalls(before);
    const measured = this.#measured(this.#fresh());
    return added.map(({ status, row }) => ({ status, event: keptEvent(row, isRowSuperseded(row, measured)) }));
  }

  async event(id: string): Promise<KeptEvent | undefined> {
    const row = findEvent(this.#lender.driver(), id);
    return row && this.#kept(row);
  }

  async events(query: EventQuery) {
    this.#fresh();
    const { rows, matched, next } = listEvents(this.#lender.driver(), query);
    return { events: rows.map((row) => this.#kept(row)), matched, next };
  }

  async cells(since?: number, until?: number): Promise<WorkCells> {
    const memory = this.#fresh();
    const key = `${since ?? ''}:${until ?? ''}`;
    const known = memory.cells.get(key);
    if (known) return known;
    const { driver, links, runs, base } = memory;
    const isTimed = since !== undefined || until !== undefined;
    const span = { since: since ?? ALL.since, until: until ?? ALL.until };
    const calls = isTimed
      ? measuredCells(driver, this.#lender.words(), links, runs, base.sessions, span)
      : memory.calls;
    const events = eventCells(eventRows(driver, isTimed ? span : undefined), links, this.#measured(memory));
    const found = { cells: [...calls, ...events], lastAt: lastAt(driver) };
    if (memory.cells.size >= KEPT) memory.cells.delete(memory.cells.keys().next().value ?? '');
    memory.cells.set(key, found);
    return found;
  }

  async scope(kind: EntityKind, id: string): Promise<readonly WorkCell[]> {
    const { byScope } = this.#fresh();
    if (byScope.size === 0) for (const cell of (await this.cells()).cells) shelve(byScope, cell);
    return byScope.get(`${kind}\0${id}`) ?? [];
  }

  async names(): Promise<WorkNames> {
    const { links, runs } = this.#fresh();
    const running = runs.filter((run) => run.status === 'running' || run.status === 'pending');
    return { ...links, running: new Set(running.map((run) => run.taskId)) };
  }

  async workplaces(): Promise<readonly Workplace[]> {
    return readWorkplaces(this.#lender.driver(), this.#lender.words());
  }

  async link(facts: GitFacts): Promise<void> {
    this.#write((driver) => linkFacts(driver, facts), 'what git told');
  }

  #kept(row: EventRow): KeptEvent {
    return keptEvent(row, isRowSuperseded(row, this.#measured(this.#fresh())));
  }

  #measured(memory: Memory): MeasuredWork {
    memory.measured ??= measuredWork(memory.driver, memory.base);
    return memory.measured;
  }

  /** What is remembered, if nothing moved since. Prices that did are applied to the events first. */
  #fresh(): Memory {
    const driver = this.#lender.driver();
    this.#keepRated(driver);
    const stamp = stampOf(driver);
    if (this.#memory?.driver === driver && this.#memory.stamp === stamp) return this.#memory;
    this.#lender.ready();
    const links = readLinks(driver);
    const runs = readRuns(driver);
    const sessions = measuredSessions(driver);
    const calls = measuredCells(driver, this.#lender.words(), links, runs, sessions, ALL);
    const base = measuredBase(calls, sessions, links, runs);
    this.#memory = { driver, stamp: stampOf(driver), links, runs, calls, base, cells: new Map(), byScope: new Map() };
    return this.#memory;
  }

  /** After events were written: calls did not move, unless another process wrote as well. */
  #keepCalls(memory: Memory): void {
    const stamp = stampOf(memory.driver);
    if (stamp.split(':')[0] !== memory.stamp.split(':')[0]) return;
    memory.stamp = stamp;
    memory.measured = undefined;
    memory.cells.clear();
    memory.byScope.clear();
  }

  #keepRated(driver: Driver): void {
    if (this.#lender.isReadOnly()) return;
    const book = this.#lender.book();
    if (readMeta(driver, 'event_price_version') === book.version) return;
    try {
      driver.write(() => {
        rerateEvents(driver, book);
        writeMeta(driver, 'event_price_version', book.version);
      });
    } catch (error) {
      // Another writer is not waited for: the next question tries again.
      if (!(error instanceof TokenmeterError && error.code === 'ledger-locked')) throw error;
    }
  }

  #write<T>(work: (driver: Driver) => T, about: string): T {
    this.#lender.writing();
    const driver = this.#lender.driver();
    try {
      return driver.write(() => work(driver));
    } catch (error) {
      if (error instanceof TokenmeterError || !isReferred(error)) throw error;
      throw new TokenmeterError('not-found', `Cannot write "${about}": it refers to something that is not there`, {
        cause: error,
      });
    }
  }
}

function shelve(shelves: Map<string, WorkCell[]>, cell: WorkCell): void {
  for (const kind of ENTITY_KINDS) {
    const key = `${kind}\0${cell[kind]}`;
    const shelf = shelves.get(key);
    if (shelf) shelf.push(cell);
    else shelves.set(key, [cell]);
  }
}

/** Everything measured in a span: calls, and runs that no log tells of. */
function measuredCells(
  driver: Driver,
  words: Words,
  links: Links,
  runs: readonly RunRow[],
  sessions: ReadonlySet<string>,
  span: Span,
): WorkCell[] {
  return [...callCells(driver, words, links, runs, span), ...runCells(runs, sessions, links, span)];
}

function isRowSuperseded(row: EventRow, measured: MeasuredWork): boolean {
  const subject = {
    taskId: row.task_id ?? '',
    runId: row.run_id,
    sessionId: row.session_id,
    commitSha: row.commit_sha ?? '',
  };
  return isSuperseded(subject, certaintyOf(row.certainty), measured);
}

/** Moves with every change, by this connection or another. */
function stampOf(driver: Driver): string {
  const other = driver.prepare('PRAGMA data_version').get<{ data_version: number }>();
  const own = driver.prepare('SELECT total_changes() AS n').get<{ n: number }>();
  return `${other?.data_version}:${own?.n}`;
}

function lastAt(driver: Driver): number | null {
  return (
    driver
      .prepare(
        'SELECT max(at) AS at FROM (SELECT max(last_at) AS at FROM total UNION ALL SELECT max(last_at) FROM token_event_total)',
      )
      .get<{ at: number | null }>()?.at ?? null
  );
}
