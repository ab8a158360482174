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
import { ThreadMarks } from './thread-marks.ts';
import type { RowSource, StrandCall } from './thread-rows.ts';
import { readCallsOf, readStrands, readToolsOf } from './thread-rows.ts';

interface Standing {
  readonly at: number;
  readonly progress: string;
  readonly base: string;
  readonly final_bucket: number;
}

/** A thread that is due, with how far it was attributed; all of those null where it never was. */
type DueThread = ThreadKey & { readonly since: number; readonly isFork: number; readonly hasForks: number } & {
  readonly [K in keyof Standing]: Standing[K] | null;
};

/** Forks come last: where they begin is known then. */
const DUE = `SELECT d.thread FROM attribution_due d LEFT JOIN thread t ON t.id = d.thread
  LEFT JOIN session n ON n.id = t.session ORDER BY n.parent_id <> '', d.thread`;
const DUE_THREADS = `SELECT t.id AS id, t.session AS session, t.agent AS agent, d.since AS since,
  a.at AS at, a.progress AS progress, a.base AS base, a.final_bucket AS final_bucket, n.parent_id <> '' AS isFork,
  EXISTS (SELECT 1 FROM session f WHERE f.parent_id = t.thread_id) AS hasForks
  FROM json_each(?) AS j JOIN attribution_due d ON d.thread = j.value JOIN thread t ON t.id = d.thread
  JOIN session n ON n.id = t.session LEFT JOIN attribution_thread a ON a.thread = t.id ORDER BY j.key`;
const NOT_DUE = 'DELETE FROM attribution_due WHERE thread IN (SELECT value FROM json_each(?))';

/** Threads attributed in one go: what is short is read for all of them at once. */
const THREADS_AT_ONCE = 40;

/** Calls that came after what is before them was folded: nobody knows what stood in their prompts. */
const LATE = { kind: 'unattributed', name: 'late' } as const;

/** Attributes what is due, some threads at a time. What it learns of one it may need of another. */
export class Attributor {
  readonly #from: RowSource;
  readonly #starts = new ForkStarts();
  readonly #book = new SumsBook<StrandCall>(PLACES);
  /** Threads that were due when last asked. */
  #queue: number[] = [];

  constructor(from: RowSource) {
    this.#from = from;
  }

  /** Some threads, within a write. Answers how many were due: none is left where that is 0. */
  attribute(): number {
    const { driver } = this.#from;
    if (this.#queue.length === 0)
      this.#queue = driver
        .prepare(DUE)
        .lists()
        .map(([thread]) => Number(thread));
    const taken = this.#queue.splice(0, THREADS_AT_ONCE);
    const due = driver.prepare(DUE_THREADS).all<DueThread>(JSON.stringify(taken));
    // Taken off first: what is attributed may make forks of it due.
    driver.prepare(NOT_DUE).run(JSON.stringify(taken));
    const rows = new RowsOfThreads(this.#from, taken);
    for (const thread of due) this.#attributeThread(thread, rows);
    return taken.length;
  }

  #attributeThread(thread: DueThread, rows: RowsOfThreads): void {
    const { since } = thread;
    const standing = standingIn(thread);
    const forks = thread.hasForks ? forksOf(this.#from.driver, thread) : [];
    // A walk that met no call yet has not begun: where a fork begins is known with its first.
    const hasBegun = standing !== undefined && standing.at > BEGINNING.at && standing.progress !== '';
    if (hasBegun && since > standing.at) this.#walkOn(thread, standing, readProgress(standing.progress), [], rows);
    else this.#walkAnew(thread, standing, forks, rows);
    // Also where it only goes on: a fork's log may be read before what it was forked from is read up to the fork.
    const again = this.#from.driver.prepare('INSERT OR REPLACE INTO attribution_due VALUES (?, ?)');
    for (const fork of forks) if (fork.isAttributed && fork.at >= since) again.run(fork.id, Number.MIN_SAFE_INTEGER);
  }

  #walkAnew(thread: DueThread, standing: Standing | undefined, forks: readonly Fork[], rows: RowsOfThreads): void {
    if (standing) {
      const strands = 'strand IN (SELECT id FROM strand WHERE session = ? AND thread = ?)';
      this.#from.driver
        .prepare(`DELETE FROM attribution WHERE ${strands} AND (bucket >= ? OR late = 1)`)
        .run(thread.session, thread.id, standing.final_bucket);
      if (standing.base !== '') this.#bookLate(thread, readProgress(standing.base), rows);
    }
    const isPlain = !thread.isFork && !standing?.base;
    const start = isPlain ? BEGINNING : startFrom(this.#from, thread, standing?.base ?? '', this.#starts);
    this.#walkOn(thread, standing, start, forks, rows);
  }

  #bookLate(thread: ThreadKey, base: Progress, rows: RowsOfThreads): void {
    const book = this.#book;
    const owners = [LATE];
    for (const call of rows.calls(thread, Number.MIN_SAFE_INTEGER)) {
      if (isAfter(call, base)) continue;
      book.turnTo(call, undefined);
      book.add(wholeCall(call, LATE), call.isPriced, owners);
    }
    writeBook(this.#from, book, owners, 'late');
    book.clear();
  }

  /** From `start` to the last call, and on the way where the forks begin. */
  #walkOn(
    thread: ThreadKey,
    standing: Standing | undefined,
    start: Progress,
    forks: readonly Fork[],
    rows: RowsOfThreads,
  ): void {
    const book = this.#book;
    const left = rows.after(thread, start);
    let progress = start;
    for (const fork of forks) {
      progress = walkRows(this.#from, thread, left, progress, book, fork.at + 1);
      this.#starts.keep(fork, progress);
    }
    progress = walkRows(this.#from, thread, left, progress, book);
    writeBook(this.#from, book, progress.context.owners, standing ? 'more' : 'first');
    book.clear();
    keep(this.#from.driver, thread.id, progress, standing);
  }
}

/** Threads in which something has come that nobody attributed yet. */
export function countDue(driver: Driver): number {
  return driver.prepare('SELECT count(*) AS n FROM attribution_due').get<{ n: number }>()?.n ?? 0;
}

function standingIn({ at, progress, base, final_bucket }: DueThread): Standing | undefined {
  if (at === null || progress === null || base === null || final_bucket === null) return undefined;
  return { at, progress, base, final_bucket };
}

/** Where a thread's walk begins: where folding left it, what its session was forked from, or nothing. */
export function startOf(from: RowSource, thread: ThreadKey, depth = 0): Progress {
  const kept = from.driver
    .prepare('SELECT base FROM attribution_thread WHERE thread = ?')
    .get<{ base: string }>(thread.id);
  return startFrom(from, thread, kept?.base ?? '', new ForkStarts(), depth);
}

/** The same where it is known what folding left, and of some forks where they begin. */
function startFrom(from: RowSource, thread: ThreadKey, base: string, known: ForkStarts, depth = 0): Progress {
  if (base !== '') return readProgress(base);
  return forkStart(from.driver, thread, known, depth, (parent, until, deeper) => {
    const start = startOf(from, parent, deeper);
    return walkRows(from, parent, new RowsOfThreads(from, [parent.id]).after(parent, start), start, undefined, until);
  });
}

interface ThreadRows {
  /** After the progress they were read for, by time and id. */
  readonly calls: readonly StrandCall[];
  readonly marks: readonly ThreadMark[];
  readonly waiting: ReadonlyMap<number, readonly ThreadTool[]>;
}

/** What certain threads have, as long as nobody writes any more of it. */
class RowsOfThreads {
  readonly #from: RowSource;
  readonly #strands: ReturnType<typeof readStrands>;
  readonly #marks: ThreadMarks;

  constructor(from: RowSource, threads: readonly number[]) {
    this.#from = from;
    this.#strands = readStrands(from.driver, threads);
    this.#marks = new ThreadMarks(from, threads);
  }

  calls({ id }: ThreadKey, since: number): readonly StrandCall[] {
    return readCallsOf(this.#from, this.#strands.get(id) ?? [], since);
  }

  after(thread: ThreadKey, start: Progress): ThreadRows {
    const calls = this.calls(thread, start.at);
    return {
      calls: start.at > BEGINNING.at ? calls.filter((call) => isAfter(call, start)) : calls,
      marks: this.#marks.of(thread.session, thread.id, start.contextAt),
      waiting: readToolsOf(this.#from, start.waiting),
    };
  }
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
    const rows = new RowsOfThreads(from, [thread.id]).after(thread, start);
    const base = walkRows(from, thread, rows, start, undefined, bucket * BUCKET_MS);
    driver
      .prepare('UPDATE attribution_thread SET base = ?, final_bucket = max(final_bucket, ?) WHERE thread = ?')
      .run(packProgress(base), bucket, thread.id);
  }
  settleLate(driver, bucket);
}

/**
 * Where a walk stands is kept from a thread's second one on. Most threads are over when they are first seen, and have no
 * second; of the others it is walked once more than it need be.
 */
function keep(driver: Driver, thread: number, progress: Progress, standing: Standing | undefined): void {
  driver
    .prepare('INSERT OR REPLACE INTO attribution_thread VALUES (?, ?, ?, ?, ?)')
    .run(
      thread,
      progress.at,
      standing ? packProgress(progress) : '',
      standing?.base ?? '',
      standing?.final_bucket ?? Number.MIN_SAFE_INTEGER,
    );
}
