/**
 * Attributes what is due: each thread goes on from where its walk stands, or is walked anew where something came that
 * belongs before that. Sums and progress are written together; run again it does nothing.
 */
import type { Progress, ThreadMark, ThreadTool } from '@tokenmeter/core';
import { BEGINNING, BUCKET_MS, SumsBook, sumThread, wholeCall } from '@tokenmeter/core';
import { contextHabits } from '@tokenmeter/core/agents';
import type { Driver } from './driver.ts';
import type { Fork, ThreadKey } from './fork-start.ts';
import { ForkStarts, forkStart, forksOf } from './fork-start.ts';
import { packProgress, readProgress } from './kept-progress.ts';
import { PLACES, settleLate, writeBook } from './kept-sums.ts';
import type { RowSource, StrandCall } from './thread-rows.ts';
import { readMarks, readThreadCalls, readToolsOf, SessionMarks } from './thread-rows.ts';

interface Standing {
  readonly at: number;
  readonly progress: string;
  readonly base: string;
  readonly final_bucket: number;
}

/** A thread that is due, with how far it was attributed; all of those null where it never was. */
type DueThread = ThreadKey & { readonly since: number; readonly hasForks: number } & {
  readonly [K in keyof Standing]: Standing[K] | null;
};

/** Forks come last: where they begin is known then. */
const DUE = `SELECT d.thread FROM attribution_due d LEFT JOIN thread t ON t.id = d.thread
  LEFT JOIN session n ON n.id = t.session ORDER BY n.parent_id <> '', d.thread`;
const DUE_THREAD = `SELECT t.id AS id, t.session AS session, t.agent AS agent, d.since AS since,
  a.at AS at, a.progress AS progress, a.base AS base, a.final_bucket AS final_bucket,
  EXISTS (SELECT 1 FROM session f WHERE f.parent_id = t.thread_id) AS hasForks
  FROM attribution_due d JOIN thread t ON t.id = d.thread LEFT JOIN attribution_thread a ON a.thread = t.id
  WHERE d.thread = ?`;

/** Calls that came after what is before them was folded: nobody knows what stood in their prompts. */
const LATE = { kind: 'unattributed', name: 'late' } as const;

/** Attributes what is due, some threads at a time. What it learns of one it may need of another. */
export class Attributor {
  readonly #from: RowSource;
  readonly #starts = new ForkStarts();
  readonly #book = new SumsBook<StrandCall>(PLACES);
  #marks: SessionMarks | undefined;
  /** Threads that were due when last asked. */
  #queue: number[] = [];

  constructor(from: RowSource) {
    this.#from = from;
  }

  /** Up to `limit` threads, within a write. Answers how many were due: none is left where that is 0. */
  attribute(limit: number): number {
    const { driver } = this.#from;
    if (this.#queue.length === 0)
      this.#queue = driver
        .prepare(DUE)
        .lists()
        .map(([thread]) => Number(thread));
    const taken = this.#queue.splice(0, limit);
    // Only within this write nobody adds any.
    this.#marks = new SessionMarks(driver);
    for (const id of taken) {
      const thread = driver.prepare(DUE_THREAD).get<DueThread>(id);
      // Taken off first: what is attributed may make forks of it due.
      driver.prepare('DELETE FROM attribution_due WHERE thread = ?').run(id);
      if (thread) this.#attributeThread(thread);
    }
    return taken.length;
  }

  #attributeThread(thread: DueThread): void {
    const { since } = thread;
    const standing = standingIn(thread);
    const forks = thread.hasForks ? forksOf(this.#from.driver, thread) : [];
    // A walk that met no call yet has not begun: where a fork begins is known with its first.
    const goesOn = standing !== undefined && standing.at > BEGINNING.at && since > standing.at;
    if (goesOn) this.#walkOn(thread, standing, readProgress(standing.progress), []);
    else this.#walkAnew(thread, standing, forks);
    // Also where it only goes on: a fork's log may be read before what it was forked from is read up to the fork.
    const again = this.#from.driver.prepare('INSERT OR REPLACE INTO attribution_due VALUES (?, ?)');
    for (const fork of forks) if (fork.isAttributed && fork.at >= since) again.run(fork.id, Number.MIN_SAFE_INTEGER);
  }

  #walkAnew(thread: ThreadKey, standing: Standing | undefined, forks: readonly Fork[]): void {
    if (standing) {
      const strands = 'strand IN (SELECT id FROM strand WHERE session = ? AND thread = ?)';
      this.#from.driver
        .prepare(`DELETE FROM attribution WHERE ${strands} AND (bucket >= ? OR late = 1)`)
        .run(thread.session, thread.id, standing.final_bucket);
      if (standing.base !== '') this.#bookLate(thread, readProgress(standing.base));
    }
    this.#walkOn(thread, standing, startOf(this.#from, thread, standing, this.#starts), forks);
  }

  #bookLate(thread: ThreadKey, base: Progress): void {
    const book = this.#book;
    const owners = [LATE];
    for (const call of readThreadCalls(this.#from, thread.session, thread.id, Number.MIN_SAFE_INTEGER)) {
      if (isAfter(call, base)) continue;
      book.turnTo(call, undefined);
      book.add(wholeCall(call, LATE), call.isPriced, owners);
    }
    writeBook(this.#from, book, owners, true);
    book.clear();
  }

  /** From `start` to the last call, and on the way where the forks begin. */
  #walkOn(thread: ThreadKey, standing: Standing | undefined, start: Progress, forks: readonly Fork[]): void {
    const book = this.#book;
    const rows = rowsAfter(this.#from, thread, start, this.#marks);
    let progress = start;
    for (const fork of forks) {
      progress = walkRows(this.#from, thread, rows, progress, book, fork.at + 1);
      this.#starts.keep(fork, progress);
    }
    progress = walkRows(this.#from, thread, rows, progress, book);
    writeBook(this.#from, book, progress.context.owners, false);
    book.clear();
    keep(this.#from.driver, thread.id, progress, standing);
  }
}

/** Threads in which something has come that nobody attributed yet. */
export function countDue(driver: Driver): number {
  return driver.prepare('SELECT count(*) AS n FROM attribution_due').get<{ n: number }>()?.n ?? 0;
}

function standingOf(driver: Driver, thread: number): Standing | undefined {
  return driver
    .prepare('SELECT at, progress, base, final_bucket FROM attribution_thread WHERE thread = ?')
    .get<Standing>(thread);
}

function standingIn({ at, progress, base, final_bucket }: DueThread): Standing | undefined {
  if (at === null || progress === null || base === null || final_bucket === null) return undefined;
  return { at, progress, base, final_bucket };
}

/** Where a thread's walk begins: where folding left it, what its session was forked from, or nothing. */
export function startOf(
  from: RowSource,
  thread: ThreadKey,
  standing = standingOf(from.driver, thread.id),
  known = new ForkStarts(),
  depth = 0,
): Progress {
  if (standing && standing.base !== '') return readProgress(standing.base);
  return forkStart(from.driver, thread, known, depth, (parent, until, deeper) => {
    const start = startOf(from, parent, undefined, undefined, deeper);
    return walkRows(from, parent, rowsAfter(from, parent, start), start, undefined, until);
  });
}

interface ThreadRows {
  /** After the progress they were read for, by time and id. */
  readonly calls: readonly StrandCall[];
  readonly marks: readonly ThreadMark[];
  readonly waiting: ReadonlyMap<number, readonly ThreadTool[]>;
}

function rowsAfter(from: RowSource, { id, session }: ThreadKey, start: Progress, marks?: SessionMarks): ThreadRows {
  const calls = readThreadCalls(from, session, id, start.at);
  return {
    calls: start.at > BEGINNING.at ? calls.filter((call) => isAfter(call, start)) : calls,
    marks: readMarks(from, session, id, start.contextAt, marks),
    waiting: readToolsOf(from, start.waiting),
  };
}

/** Walks what of the rows comes after `start`, up to the calls before `until`; the sums of it are in `book` then. */
function walkRows(
  from: RowSource,
  { agent }: ThreadKey,
  rows: ThreadRows,
  start: Progress,
  book = new SumsBook<StrandCall>(PLACES),
  until = Number.POSITIVE_INFINITY,
): Progress {
  const isAll = until === Number.POSITIVE_INFINITY && start.at === BEGINNING.at;
  const calls = isAll ? rows.calls : rows.calls.filter((call) => isAfter(call, start) && call.at < until);
  const toolsOf = (id: number) => rows.waiting.get(id) ?? rows.calls.find((call) => call.id === id)?.tools ?? [];
  const waiting = new Map(start.waiting.map((id) => [id, toolsOf(id)]));
  const habits = contextHabits(from.words.text(agent));
  return sumThread({ from: start, calls, marks: rows.marks, waiting, habits }, book);
}

export function isAfter(call: { readonly at: number; readonly id: number }, { at, id }: Progress): boolean {
  return call.at > at || (call.at === at && call.id > id);
}

/** Before calls that ended before a bucket are folded: where each of their threads stood then, and their sums as final. */
export function settleAttribution(from: RowSource, bucket: number): void {
  const { driver } = from;
  const threads = driver
    .prepare(
      `SELECT DISTINCT t.id AS id, t.session AS session, t.agent AS agent FROM call c JOIN strand s ON s.id = c.strand
        JOIN thread t ON t.id = s.thread WHERE c.at < ?`,
    )
    .all<ThreadKey>(bucket * BUCKET_MS);
  for (const thread of threads) {
    const start = startOf(from, thread);
    const base = walkRows(from, thread, rowsAfter(from, thread, start), start, undefined, bucket * BUCKET_MS);
    driver
      .prepare('UPDATE attribution_thread SET base = ?, final_bucket = max(final_bucket, ?) WHERE thread = ?')
      .run(packProgress(base), bucket, thread.id);
  }
  settleLate(driver, bucket);
}

function keep(driver: Driver, thread: number, progress: Progress, standing: Standing | undefined): void {
  driver
    .prepare('INSERT OR REPLACE INTO attribution_thread VALUES (?, ?, ?, ?, ?)')
    .run(
      thread,
      progress.at,
      packProgress(progress),
      standing?.base ?? '',
      standing?.final_bucket ?? Number.MIN_SAFE_INTEGER,
    );
}
