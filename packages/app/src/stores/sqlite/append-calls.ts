/**
 * Sightings of calls into the ledger: new ones are inserted, known ones merged by core's rules, and rollups hear the
 * difference. A copy in another file is an observation. Saying a thing twice writes nothing.
 */
import type { CallRecord } from '@tokenmeter/core';
import { isSameCall, mergeCalls, sameUsage } from '@tokenmeter/core';
import type { Rating } from '@tokenmeter/core/price';
import type { CallIndex } from './call-index.ts';
import type { CallRow, Knowledge } from './call-row.ts';
import { contextOf, measuresOf, rate, recordOf, rowOf, strandOf, USUAL_CALL } from './call-row.ts';
import type { Cells } from './cells.ts';
import type { Driver } from './driver.ts';
import type { Due } from './due.ts';
import type { Gone } from './gone.ts';
import { learnRoot } from './session-row.ts';
import { StagedRows } from './staged-rows.ts';
import type { Strand } from './strands.ts';
import { REMAINDER } from './strands.ts';

const COLUMNS = Object.keys(USUAL_CALL) as (keyof CallRow)[]; // as -- its keys, in their order

const ROW = `SELECT ${COLUMNS.join(', ')} FROM call WHERE id = ?`;
const UPDATE = `UPDATE call SET ${COLUMNS.slice(1)
  .map((column) => `${column} = ?`)
  .join(', ')} WHERE id = ?`;

/** What one batch did to calls; the rest of the batch asks it. */
export interface Moved {
  readonly changed: Set<number>;
  /** Numbers of sessions in whose files something of a call is new. */
  readonly sessions: Set<number>;
}

/** Where a call of this batch is booked. */
export interface Place {
  readonly strand: Strand;
  readonly at: number;
}

export class CallWriter {
  readonly #driver: Driver;
  readonly #rows: StagedRows;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #cells: Cells;
  readonly #gone: Gone;
  readonly #due: Due;
  /** Calls inserted by this batch are those from the first number to the next one. */
  #first = 0;
  #next = 0;
  /** Where they are booked, in their order, so that their tools need not ask the table; undefined where it must be asked. */
  #strands: (Strand | undefined)[] = [];
  #times: number[] = [];
  #lastSession = 0;
  moved: Moved = { changed: new Set(), sessions: new Set() };

  constructor(driver: Driver, know: Knowledge, index: CallIndex, cells: Cells, gone: Gone, due: Due) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#cells = cells;
    this.#gone = gone;
    this.#due = due;
    this.#rows = new StagedRows(driver, 'call', USUAL_CALL);
  }

  /** Begins a batch, with nothing moved yet. */
  begin(): void {
    this.#rows.drop();
    this.#first = (this.#driver.prepare('SELECT max(id) AS id FROM call').get<{ id: number | null }>()?.id ?? 0) + 1;
    this.#next = this.#first;
    this.#strands = [];
    this.#times = [];
    this.#lastSession = 0;
    this.moved = { changed: new Set(), sessions: new Set() };
    this.#know.strands.last.clear();
  }

  /** Calls this batch inserted. */
  get inserted(): number {
    return this.#next - this.#first;
  }

  /** Whether this batch inserted the call. */
  isNew(id: number): boolean {
    return id >= this.#first;
  }

  /** Counts tool calls where their call is booked. */
  countTools(id: number, count: number): void {
    const { strand, at } = this.placeOf(id);
    this.#cells.addToolCalls(strand, at, count);
  }

  /** Where a call is booked now. */
  placeOf(id: number): Place {
    const strand = this.isNew(id) ? this.#strands[id - this.#first] : undefined;
    if (strand) return { strand, at: this.#times[id - this.#first] ?? 0 };
    const row = this.row(id);
    return { strand: this.#know.strands.byId(row.strand), at: row.at };
  }

  /** The number of the call its tools belong to, the identity's first; undefined where it was folded or forgotten. */
  see(record: CallRecord): number | undefined {
    const agent = this.#know.words.id(record.agent);
    const first = this.#index.find(agent, record.identity, '');
    if (first === undefined) {
      if (this.#isGone(record)) return undefined;
      return this.#insert(record, '', { isRemainder: false });
    }
    const row = this.row(first);
    const known = recordOf(row, this.#know);
    if (isSameCall(known, record)) return this.#merge(row, known, record);
    return this.#seeSecond(first, known, record, agent);
  }

  /** Within a batch: new rows reach their table. Whoever reads the table asks for this first. */
  settle(): void {
    this.#rows.settle();
  }

  row(id: number): CallRow {
    this.settle();
    const [columns] = this.#driver.prepare(ROW).lists(id);
    if (!columns) throw new Error(`Cannot find call ${id}`);
    return rowOf(columns);
  }

  /** Makes, changes or leaves the call of a remainder, whose record is all there is to know of it. */
  setRemainder(record: CallRecord): void {
    const id = this.#index.find(this.#know.words.id(record.agent), record.identity, '');
    if (id === undefined) this.#insert(record, '', { isRemainder: true });
    else this.#replace(this.row(id), record, { isRemainder: true });
  }

  /** Takes a call out of the sums and away. */
  remove(row: CallRow): void {
    const strand = this.#know.strands.byId(row.strand);
    this.#cells.remove(strand, row.at, this.#measuresWithTools(row, strand));
    this.#unplace(row.id);
    this.#driver.prepare('DELETE FROM call WHERE id = ?').run(row.id);
    this.#driver.prepare('DELETE FROM tool_call WHERE call = ?').run(row.id);
    this.#driver.prepare('DELETE FROM observation WHERE call = ?').run(row.id);
    this.#index.forget(row.agent, row.identity, row.variant);
    this.#due.touch(strand.thread, row.at);
    this.moved.changed.add(row.id);
    this.moved.sessions.add(strand.session);
  }

  /** Rates a call again, and books it with the name its thread has now. */
  refresh(id: number): void {
    const row = this.row(id);
    const strand = this.#know.strands.byId(row.strand);
    const record = recordOf(row, this.#know);
    if ((strand.flags & REMAINDER) !== 0) this.#replace(row, record, { isRemainder: true });
    else this.#replace(row, record, { isRemainder: false });
  }

  /** A second main-chain request of one identity is a call of its own; the smaller request id is the first. */
  #seeSecond(first: number, known: CallRecord, record: CallRecord, agent: number): number | undefined {
    const variant = record.requestId;
    const second = this.#index.find(agent, record.identity, variant);
    if (second !== undefined) {
      const row = this.row(second);
      this.#merge(row, recordOf(row, this.#know), record);
    } else if (this.#isGone(record, variant)) return undefined;
    else if (variant > known.requestId) this.#insert(record, variant, { isRemainder: false });
    else {
      this.#driver.prepare('UPDATE call SET variant = ? WHERE id = ?').run(known.requestId, first);
      this.#index.remember(agent, record.identity, known.requestId, first);
      const smaller = this.#insert(record, '', { isRemainder: false });
      this.#moveTools(first, smaller);
      return smaller;
    }
    return first;
  }

  #moveTools(from: number, to: number): void {
    const count = this.#toolCount(from);
    if (count === 0) return;
    this.#driver.prepare('UPDATE tool_call SET call = ? WHERE call = ?').run(to, from);
    for (const [id, tools] of [[from, -count] as const, [to, count] as const]) {
      const row = this.row(id);
      const strand = this.#know.strands.byId(row.strand);
      this.#cells.addToolCalls(strand, row.at, tools);
      this.#due.touch(strand.thread, row.at);
    }
  }

  #merge(row: CallRow, known: CallRecord, record: CallRecord): number {
    const merged = join(known, record);
    const isCopy = known.source.path !== record.source.path;
    if (isCopy) this.#observe(row.id, known, record, merged);
    if (merged !== known) this.#replace(row, merged, { isRemainder: false });
    return row.id;
  }

  #observe(id: number, known: CallRecord, record: CallRecord, merged: CallRecord): void {
    const { directory } = this.#know;
    const copy = merged.source.path === record.source.path ? known : record;
    if (copy === known)
      this.#driver
        .prepare('DELETE FROM observation WHERE call = ? AND source = ?')
        .run(id, directory.source(record.source).id);
    const session = directory.session(copy.agent, copy.sessionId);
    const written = this.#driver
      .prepare(
        `INSERT INTO observation VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at`,
      )
      .run(id, directory.source(copy.source).id, session.id, copy.at);
    if (written > 0) this.moved.sessions.add(session.id);
  }

  #insert(record: CallRecord, variant: string, options: { isRemainder: boolean }): number {
    const id = this.#next++;
    const rating = rate(record, 0, this.#know.book());
    const strand = strandOf(record, rating, this.#know, options);
    this.#learnRoot(record, strand);
    this.#stage(id, variant, record, strand, rating);
    this.#strands.push(strand);
    this.#times.push(record.at);
    this.#index.remember(strand.agent, record.identity, variant, id);
    // Only the map in memory finds a row that is not in its table.
    if (!this.#index.isInMemory) this.settle();
    this.#cells.addCall(strand, record, rating);
    this.#due.touch(strand.thread, record.at);
    if (strand.session !== this.#lastSession) this.moved.sessions.add(strand.session);
    this.#lastSession = strand.session;
    return id;
  }

  /** In the order of COLUMNS. */
  #stage(id: number, variant: string, record: CallRecord, strand: Strand, rating: Rating | undefined): void {
    const { usage } = record;
    const { values } = this.#rows;
    let place = this.#rows.next();
    values[place++] = id;
    values[place++] = record.identity;
    values[place++] = strand.agent;
    values[place++] = variant;
    values[place++] = record.requestId;
    values[place++] = strand.id;
    values[place++] = record.at;
    values[place++] = usage.input;
    values[place++] = usage.cacheRead;
    values[place++] = usage.cacheWrite5m;
    values[place++] = usage.cacheWrite1h;
    values[place++] = usage.output;
    values[place++] = usage.reasoning ?? null;
    values[place++] = record.webSearches;
    values[place++] = 0;
    values[place++] = record.stopReason === undefined ? null : this.#know.words.id(record.stopReason);
    values[place++] = rating?.inputNano ?? 0;
    values[place++] = rating?.cacheReadNano ?? 0;
    values[place++] = rating?.cacheWriteNano ?? 0;
    values[place++] = rating?.outputNano ?? 0;
    values[place++] = rating?.otherNano ?? 0;
    values[place++] = record.textBytes ?? null;
    values[place++] = record.reasoningBytes ?? null;
  }

  #unplace(id: number): void {
    if (this.isNew(id)) this.#strands[id - this.#first] = undefined;
  }

  #replace(old: CallRow, record: CallRecord, options: { isRemainder: boolean }): void {
    const { row, strand } = this.#rowOf(record, old, options);
    if (COLUMNS.every((column) => row[column] === old[column])) return;
    this.#unplace(old.id);
    const oldStrand = this.#know.strands.byId(old.strand);
    const tools = this.#toolCount(old.id);
    this.#cells.remove(oldStrand, old.at, { ...measuresOf(old, oldStrand), toolCalls: tools });
    this.#cells.add(strand, row.at, { ...measuresOf(row, strand), toolCalls: tools }, contextOf(row, strand));
    this.#driver.prepare(UPDATE).run(...COLUMNS.slice(1).map((column) => row[column]), old.id);
    this.#due.touch(oldStrand.thread, old.at);
    this.#due.touch(strand.thread, row.at);
    if (!this.isNew(old.id)) this.moved.changed.add(old.id);
    this.moved.sessions.add(oldStrand.session).add(strand.session);
  }

  #rowOf(
    record: CallRecord,
    fixed: Pick<CallRow, 'id' | 'variant' | 'tool_searches'>,
    options: { isRemainder: boolean },
  ): { row: CallRow; strand: Strand } {
    const rating = rate(record, fixed.tool_searches, this.#know.book());
    const strand = strandOf(record, rating, this.#know, options);
    this.#learnRoot(record, strand);
    const { usage } = record;
    const row: CallRow = {
      id: fixed.id,
      identity: record.identity,
      agent: strand.agent,
      variant: fixed.variant,
      request: record.requestId,
      strand: strand.id,
      at: record.at,
      input: usage.input,
      cache_read: usage.cacheRead,
      cache_write_5m: usage.cacheWrite5m,
      cache_write_1h: usage.cacheWrite1h,
      output: usage.output,
      reasoning: usage.reasoning ?? null,
      web_searches: record.webSearches,
      tool_searches: fixed.tool_searches,
      stop: record.stopReason === undefined ? null : this.#know.words.id(record.stopReason),
      cost_input: rating?.inputNano ?? 0,
      cost_cache_read: rating?.cacheReadNano ?? 0,
      cost_cache_write: rating?.cacheWriteNano ?? 0,
      cost_output: rating?.outputNano ?? 0,
      cost_other: rating?.otherNano ?? 0,
      text_bytes: record.textBytes ?? null,
      reasoning_bytes: record.reasoningBytes ?? null,
    };
    return { row, strand };
  }

  #learnRoot(record: CallRecord, strand: Strand): void {
    if (record.rootSessionId === record.sessionId) return;
    const { directory } = this.#know;
    const session = directory.sessionById(strand.session);
    if (session && learnRoot(session, record.rootSessionId, record.at)) directory.touchSession(session);
  }

  #measuresWithTools(row: CallRow, strand: Strand) {
    return { ...measuresOf(row, strand), toolCalls: this.#toolCount(row.id) };
  }

  #toolCount(id: number): number {
    return this.#driver.prepare('SELECT count(*) AS n FROM tool_call WHERE call = ?').get<{ n: number }>(id)?.n ?? 0;
  }

  /** A sighting of what was folded or forgotten never counts again; its session's totals can no longer be compared. */
  #isGone(record: CallRecord, variant = ''): boolean {
    const isGone = this.#gone.has(record.agent, record.identity, variant);
    if (!isGone) return false;
    const session = this.#know.directory.session(record.agent, record.sessionId);
    if (session.frozen === 0) {
      session.frozen = 1;
      this.#know.directory.touchSession(session);
    }
    return true;
  }
}

/**
 * The best knowledge of two sightings; the first itself where the second adds nothing. A side chain's replay under
 * another request id is a copy of the answer, billed apart from it: its counts are never the main call's.
 */
function join(known: CallRecord, record: CallRecord): CallRecord {
  const isReplay =
    known.chain !== record.chain &&
    known.requestId !== '' &&
    record.requestId !== '' &&
    known.requestId !== record.requestId;
  if (isReplay) return known.chain === 'main' ? known : record;
  const merged = mergeCalls(known, record);
  const isSame =
    merged.source.path === known.source.path && merged.at === known.at && sameUsage(merged.usage, known.usage);
  return isSame && isSameDescription(merged, known) ? known : merged;
}

function isSameDescription(a: CallRecord, b: CallRecord): boolean {
  return (
    a.requestId === b.requestId &&
    a.chain === b.chain &&
    a.sessionId === b.sessionId &&
    a.threadId === b.threadId &&
    a.caller === b.caller &&
    a.model === b.model &&
    a.seller === b.seller &&
    a.certainty === b.certainty &&
    a.cwd === b.cwd &&
    a.branch === b.branch &&
    a.tier === b.tier &&
    a.geo === b.geo &&
    a.webSearches === b.webSearches &&
    a.contextWindow === b.contextWindow &&
    a.stopReason === b.stopReason &&
    a.textBytes === b.textBytes &&
    a.reasoningBytes === b.reasoningBytes &&
    a.assumedLifetime === b.assumedLifetime &&
    a.counted === b.counted
  );
}
