/**
 * Attributes what is due: each thread goes on from where its walk stands, or is walked anew where something came that
 * belongs before that. Sums and progress are written together; run again it does nothing.
 */
import type { AttributionSums, CarriedBooks, CarriedSum, Owner, Part, Progress } from '@tokenmeter/core';
import {
  ATTRIBUTION_SUMS,
  addPart,
  BEGINNING,
  BUCKET_MS,
  bucketOf,
  Carried,
  noAttribution,
  walkThread,
  wholeCall,
} from '@tokenmeter/core';
import { contextHabits } from '@tokenmeter/core/agents';
import type { Driver } from './driver.ts';
import type { ThreadKey } from './fork-start.ts';
import { forkStart, forksTouched } from './fork-start.ts';
import { ATTRIBUTION_COLUMNS } from './tables/attribution.ts';
import type { RowSource, StrandCall } from './thread-rows.ts';
import { readMarks, readThreadCalls, readToolsOf } from './thread-rows.ts';

interface Standing {
  readonly at: number;
  readonly progress: string;
  readonly base: string;
  readonly final_bucket: number;
}

/** Whose sums are whose: strand, bucket, kind, name. */
interface Cell {
  readonly key: readonly [strand: number, bucket: number, kind: number, name: number];
  readonly sums: AttributionSums;
}

/** Calls that came after what is before them was folded: nobody knows what stood in their prompts. */
const LATE = { kind: 'unattributed', name: 'late' } as const;

/** Up to `limit` threads, within a write. Answers how many were due. */
export function attributeDue(from: RowSource, limit: number): number {
  const { driver } = from;
  const due = driver
    .prepare('SELECT thread, since FROM attribution_due ORDER BY thread LIMIT ?')
    .all<{ thread: number; since: number }>(limit);
  const last = due.at(-1);
  // Taken off first: what is attributed may make forks of it due.
  if (last) driver.prepare('DELETE FROM attribution_due WHERE thread <= ?').run(last.thread);
  for (const { thread, since } of due) attributeThread(from, thread, since);
  return due.length;
}

/** Threads in which something has come that nobody attributed yet. */
export function countDue(driver: Driver): number {
  return driver.prepare('SELECT count(*) AS n FROM attribution_due').get<{ n: number }>()?.n ?? 0;
}

function attributeThread(from: RowSource, thread: number, since: number): void {
  const row = from.driver.prepare('SELECT id, session, agent FROM thread WHERE id = ?').get<ThreadKey>(thread);
  if (!row) return;
  const standing = standingOf(from.driver, thread);
  // A walk that met no call yet has not begun: where a fork begins is known with its first.
  const goesOn = standing !== undefined && standing.at > BEGINNING.at && since > standing.at;
  if (goesOn) walkOn(from, row, standing, parse(standing.progress));
  else walkAnew(from, row, standing);
  // Also where it only goes on: a fork's log may be read before what it was forked from is read up to the fork.
  const again = from.driver.prepare('INSERT OR REPLACE INTO attribution_due VALUES (?, ?)');
  for (const fork of forksTouched(from.driver, row, since)) again.run(fork, Number.MIN_SAFE_INTEGER);
}

function standingOf(driver: Driver, thread: number): Standing | undefined {
  return driver
    .prepare('SELECT at, progress, base, final_bucket FROM attribution_thread WHERE thread = ?')
    .get<Standing>(thread);
}

/** A progress as it was kept. */
function parse(kept: string): Progress {
  return kept === '' ? BEGINNING : (JSON.parse(kept) as Progress); // as -- written by `keep` below
}

/** Where a thread's walk begins: where folding left it, what its session was forked from, or nothing. */
export function startOf(from: RowSource, thread: ThreadKey, depth = 0): Progress {
  const base = standingOf(from.driver, thread.id)?.base ?? '';
  if (base !== '') return parse(base);
  const walk = (parent: ThreadKey, until: number, deeper: number) =>
    walkFrom(from, parent, startOf(from, parent, deeper), undefined, until);
  return forkStart(from.driver, thread, walk, depth);
}

function walkOn(from: RowSource, thread: ThreadKey, standing: Standing | undefined, start: Progress): void {
  const cells = new Cells(from);
  const end = walkFrom(from, thread, start, cells);
  cells.write(from.driver);
  keep(from.driver, thread.id, end, standing);
}

function walkAnew(from: RowSource, thread: ThreadKey, standing: Standing | undefined): void {
  const { driver, words } = from;
  const strands = 'strand IN (SELECT id FROM strand WHERE session = ? AND thread = ?)';
  driver
    .prepare(`DELETE FROM attribution WHERE ${strands} AND (bucket >= ? OR name = ?)`)
    .run(thread.session, thread.id, standing?.final_bucket ?? Number.MIN_SAFE_INTEGER, words.id(LATE.name));
  if (standing && standing.base !== '') bookLate(from, thread, parse(standing.base));
  walkOn(from, thread, standing, startOf(from, thread));
}

function bookLate(from: RowSource, thread: ThreadKey, base: Progress): void {
  const cells = new Cells(from);
  for (const call of readThreadCalls(from, thread.session, thread.id, Number.MIN_SAFE_INTEGER))
    if (!isAfter(call, base)) cells.add(call, wholeCall(call, LATE));
  cells.write(from.driver);
}

/** Walks what comes after `start`, up to the calls before `until`. */
function walkFrom(
  from: RowSource,
  thread: ThreadKey,
  start: Progress,
  cells: Cells | undefined,
  until = Number.POSITIVE_INFINITY,
): Progress {
  const calls = readThreadCalls(from, thread.session, thread.id, start.at).filter(
    (call) => isAfter(call, start) && call.at < until,
  );
  return walkThread<StrandCall>(
    {
      from: start,
      calls,
      marks: readMarks(from, thread.session, thread.id, start.contextAt),
      waiting: readToolsOf(from, start.waiting),
      habits: contextHabits(from.words.text(thread.agent)),
      withItems: false,
      books: cells,
    },
    (call, parts) => cells?.add(call, parts),
  );
}

export function isAfter(call: { readonly at: number; readonly id: number }, { at, id }: Progress): boolean {
  return call.at > at || (call.at === at && call.id > id);
}

/** Before calls that ended before a bucket are folded: where each of their threads stood then, and their sums as final. */
export function settleAttribution(from: RowSource, bucket: number): void {
  const { driver, words } = from;
  const threads = driver
    .prepare(
      `SELECT DISTINCT t.id AS id, t.session AS session, t.agent AS agent FROM call c JOIN strand s ON s.id = c.strand
        JOIN thread t ON t.id = s.thread WHERE c.at < ?`,
    )
    .all<ThreadKey>(bucket * BUCKET_MS);
  for (const thread of threads) {
    const base = walkFrom(from, thread, startOf(from, thread), undefined, bucket * BUCKET_MS);
    driver
      .prepare('UPDATE attribution_thread SET base = ?, final_bucket = max(final_bucket, ?) WHERE thread = ?')
      .run(JSON.stringify(base), bucket, thread.id);
  }
  const late = words.id(LATE.name);
  const added = ATTRIBUTION_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
  driver
    .prepare(
      `INSERT INTO attribution SELECT strand, bucket, kind, 0, ${ATTRIBUTION_COLUMNS.join(', ')} FROM attribution
        WHERE name = ? AND bucket < ? ON CONFLICT DO UPDATE SET ${added}`,
    )
    .run(late, bucket);
  driver.prepare('DELETE FROM attribution WHERE name = ? AND bucket < ?').run(late, bucket);
}

function keep(driver: Driver, thread: number, progress: Progress, standing: Standing | undefined): void {
  driver
    .prepare('INSERT OR REPLACE INTO attribution_thread VALUES (?, ?, ?, ?, ?)')
    .run(
      thread,
      progress.at,
      JSON.stringify(progress),
      standing?.base ?? '',
      standing?.final_bucket ?? Number.MIN_SAFE_INTEGER,
    );
}

/** Sums gathered of one thread, then added to the table. */
class Cells implements CarriedBooks<StrandCall> {
  readonly #from: RowSource;
  readonly #all: Cell[] = [];
  readonly #byPlace = new Map<string, Map<Owner, Cell>>();
  /** Where the last call was booked, which is mostly where the next one is. */
  #strand = -1;
  #bucket = -1;
  #here = new Map<Owner, Cell>();
  readonly carried = new Carried((owner, sum) => this.#addCarried(owner, sum));

  constructor(from: RowSource) {
    this.#from = from;
  }

  isElsewhere({ strand, at }: StrandCall): boolean {
    return strand !== this.#strand || bucketOf(at) !== this.#bucket;
  }

  turnTo({ strand, at }: StrandCall): void {
    const bucket = bucketOf(at);
    const place = `${strand} ${bucket}`;
    const here = this.#byPlace.get(place) ?? new Map<Owner, Cell>();
    this.#byPlace.set(place, here);
    this.#strand = strand;
    this.#bucket = bucket;
    this.#here = here;
  }

  add(call: StrandCall, parts: readonly Part[]): void {
    if (this.isElsewhere(call)) this.turnTo(call);
    for (const part of parts) addPart(this.#sumsOf(part.owner), part, call.isPriced);
  }

  #addCarried(owner: Owner, { cacheRead, measured, costNano, unpricedTokens }: CarriedSum): void {
    const sums = this.#sumsOf(owner);
    sums.carriedCacheRead += cacheRead;
    sums.measured += measured;
    sums.costCarried += costNano;
    sums.unpricedTokens += unpricedTokens;
  }

  #sumsOf(owner: Owner): AttributionSums {
    const known = this.#here.get(owner);
    if (known) return known.sums;
    const { words } = this.#from;
    const cell: Cell = {
      key: [this.#strand, this.#bucket, words.id(owner.kind), words.id(owner.name)],
      sums: noAttribution(),
    };
    // An owner told twice has two cells of one key: they are added up where they are written.
    this.#here.set(owner, cell);
    this.#all.push(cell);
    return cell.sums;
  }

  write(driver: Driver): void {
    const [many, one] = [driver.prepare(PUT_MANY), driver.prepare(PUT)];
    let values: number[] = [];
    for (const { key, sums } of this.#all) {
      for (const value of key) values.push(value);
      for (const name of ATTRIBUTION_SUMS) values.push(sums[name]);
      if (values.length < WIDTH * ROWS_AT_ONCE) continue;
      many.run(...values);
      values = [];
    }
    for (let from = 0; from < values.length; from += WIDTH) one.run(...values.slice(from, from + WIDTH));
  }
}

/** The values of sums lie in the order of the columns: both are made from one list. */
const WIDTH = 4 + ATTRIBUTION_COLUMNS.length;
/** Rows of one statement: binding and stepping once for many is half the cost. */
const ROWS_AT_ONCE = 16;
const ROW = `(${new Array(WIDTH).fill('?').join(', ')})`;
const put = (rows: number) => `INSERT INTO attribution VALUES ${new Array(rows).fill(ROW).join(', ')}
  ON CONFLICT DO UPDATE SET ${ATTRIBUTION_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')}`;
const PUT = put(1);
const PUT_MANY = put(ROWS_AT_ONCE);
