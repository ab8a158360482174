/**
 * Tool calls and their results. Each belongs to the call that asked for it and is counted where that call is; one whose
 * call is not known yet waits. A result joins the latest tool call of its id that has none.
 */
import type { ToolCallEvent, ToolResultEvent } from '@tokenmeter/core';
import type { CallWriter } from './append-calls.ts';
import type { CallIndex } from './call-index.ts';
import type { Knowledge } from './call-row.ts';
import type { Cells } from './cells.ts';
import type { Driver, Statement, Value } from './driver.ts';
import type { Due } from './due.ts';
import { COUNTED } from './strands.ts';

/** The columns of `tool_call` behind its key. */
export interface ToolFields {
  name: number;
  kind: number;
  at: number;
  argument_bytes: number;
  result_at: number | null;
  result_bytes: number | null;
  is_error: number | null;
  duration_ms: number | null;
  web_searches: number;
  /** Word that names what it was about, 0 none. */
  target: number;
}

interface PendingTool extends ToolFields {
  agent: number;
  session: number;
  identity: string;
  tool_id: string;
  thread: number;
}

interface Asked {
  readonly event: ToolCallEvent;
  result: ToolResultEvent | undefined;
  /** Another of the same id, told before. */
  readonly earlier: Asked | undefined;
}

const FIELDS = [
  'name',
  'kind',
  'at',
  'argument_bytes',
  'result_at',
  'result_bytes',
  'is_error',
  'duration_ms',
  'web_searches',
  'target',
] as const satisfies readonly (keyof ToolFields)[];

/** What the call that asked said itself. */
const ASKED = ['name', 'kind', 'argument_bytes'] as const satisfies readonly (keyof ToolFields)[];

const COLUMN_COUNT = 12;
const ROW = `(${Array(COLUMN_COUNT).fill('?').join(', ')})`;
const ROWS_AT_ONCE = 16;

export class ToolWriter {
  readonly #driver: Driver;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #cells: Cells;
  readonly #calls: CallWriter;
  readonly #due: Due;
  readonly #insertRow: Statement;
  readonly #insertRows: Statement;
  /** Values of rows of this batch's new calls that are in no table yet. */
  #unsettled: Value[] = [];
  /** Ids of the tools of this batch's new calls. */
  readonly #ids = new Map<number, string[]>();

  constructor(driver: Driver, know: Knowledge, index: CallIndex, cells: Cells, calls: CallWriter, due: Due) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#cells = cells;
    this.#calls = calls;
    this.#due = due;
    this.#insertRow = driver.prepare(`INSERT INTO tool_call VALUES ${ROW} ON CONFLICT DO NOTHING`);
    this.#insertRows = driver.prepare(`INSERT INTO tool_call VALUES ${Array(ROWS_AT_ONCE).fill(ROW).join(', ')}`);
  }

  append(toolCalls: readonly ToolCallEvent[], results: readonly ToolResultEvent[]): void {
    this.#ids.clear();
    this.#unsettled = [];
    const { asked, left } = pair(toolCalls, results);
    const searched = new Set<number>();
    for (const { event, result } of asked) {
      const fields = this.#fieldsOf(event, result);
      const call = event.callIdentity === '' ? undefined : this.#callOf(event.agent, event.callIdentity);
      if (call === undefined) this.#wait(event, fields);
      else if (this.#put(call, event.id, fields) && fields.web_searches > 0) searched.add(call);
    }
    this.#settle();
    this.#attachWaiting(searched);
    for (const result of left) {
      const call = this.#close(result);
      if (call !== undefined && (result.webSearches ?? 0) > 0) searched.add(call);
    }
    this.#settle();
    for (const call of searched) this.#countSearches(call);
  }

  #callOf(agent: string, identity: string): number | undefined {
    return this.#index.find(this.#know.words.id(agent), identity, '');
  }

  #fieldsOf(event: ToolCallEvent, result: ToolResultEvent | undefined): ToolFields {
    const ended = resultFields(result, event.at);
    return {
      name: this.#know.words.id(event.name),
      kind: this.#know.words.id(event.kind),
      at: event.at,
      argument_bytes: event.argumentBytes,
      result_at: ended.result_at,
      result_bytes: ended.result_bytes,
      is_error: ended.is_error,
      duration_ms: ended.duration_ms,
      web_searches: ended.web_searches,
      target: event.target ? this.#know.words.id(event.target) : 0,
    };
  }

  /** Adds a tool call to its call, or learns more of a known one. True where anything was written. */
  #put(call: number, toolId: string, fields: ToolFields): boolean {
    if (this.#isNew(call, toolId)) {
      this.#unsettled.push(
        call,
        toolId,
        fields.name,
        fields.kind,
        fields.at,
        fields.argument_bytes,
        fields.result_at,
        fields.result_bytes,
        fields.is_error,
        fields.duration_ms,
        fields.web_searches,
        fields.target,
      );
      if (this.#unsettled.length === COLUMN_COUNT * ROWS_AT_ONCE) this.#settle();
      this.#count(call);
      return true;
    }
    this.#settle();
    if (this.#insertRow.run(call, toolId, ...FIELDS.map((field) => fields[field])) > 0) {
      this.#count(call);
      return true;
    }
    const known = this.#driver
      .prepare('SELECT * FROM tool_call WHERE call = ? AND tool_id = ?')
      .get<ToolFields>(call, toolId);
    const merged = known ? mergeTools(known, fields) : fields;
    if (known && FIELDS.every((field) => merged[field] === known[field])) return false;
    this.#driver
      .prepare(
        `UPDATE tool_call SET ${FIELDS.map((field) => `${field} = ?`).join(', ')} WHERE call = ? AND tool_id = ?`,
      )
      .run(...FIELDS.map((field) => merged[field]), call, toolId);
    this.#touch(call, known && ASKED.every((field) => merged[field] === known[field]) ? 1 : 0);
    return true;
  }

  #count(call: number): void {
    const { strand, at } = this.#calls.placeOf(call);
    this.#cells.addToolCalls(strand, at, 1);
    this.#touch(call, 0);
  }

  /** Whether nothing but this batch can know of the tool call, and this batch did not yet. */
  #isNew(call: number, toolId: string): boolean {
    if (!this.#calls.moved.inserted.has(call)) return false;
    const ids = this.#ids.get(call);
    if (!ids) this.#ids.set(call, [toolId]);
    else if (ids.includes(toolId)) return false;
    else ids.push(toolId);
    return true;
  }

  #settle(): void {
    const values = this.#unsettled;
    if (values.length === 0) return;
    if (values.length === COLUMN_COUNT * ROWS_AT_ONCE) this.#insertRows.run(...values);
    else
      for (let from = 0; from < values.length; from += COLUMN_COUNT)
        this.#insertRow.run(...values.slice(from, from + COLUMN_COUNT));
    this.#unsettled = [];
  }

  /** `after`: 1 where only what came after the call is new (its result), 0 where the call itself says something else. */
  #touch(call: number, after: 0 | 1): void {
    const { moved } = this.#calls;
    if (moved.inserted.has(call)) return;
    moved.changed.add(call);
    const { strand, at } = this.#calls.placeOf(call);
    this.#due.touch(strand.thread, at + after);
  }

  #wait(event: ToolCallEvent, fields: ToolFields): void {
    const session = this.#know.directory.session(event.agent, event.sessionId);
    const thread = this.#know.directory.thread(event.agent, event.threadId, session.id);
    // One that has found its call since is told again by every re-reading of its log.
    if (event.callIdentity === '' && this.#isAttached(session.id, event.id)) return;
    this.#driver
      .prepare(
        `INSERT INTO pending_tool VALUES (?, ?, ?, ?, ?, ${FIELDS.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
      )
      .run(session.agent, session.id, event.callIdentity, event.id, thread.id, ...FIELDS.map((field) => fields[field]));
  }

  #isAttached(session: number, toolId: string): boolean {
    this.#index.makeStrandIndex();
    return (
      this.#driver
        .prepare(
          `SELECT 1 AS some FROM strand s JOIN call c ON c.strand = s.id JOIN tool_call t ON t.call = c.id AND t.tool_id = ?
            WHERE s.session = ? LIMIT 1`,
        )
        .get(toolId, session) !== undefined
    );
  }

  /** Those that waited for their call find it: by its identity, or as the thread's first call that ended later. */
  #attachWaiting(searched: Set<number>): void {
    const waiting = this.#driver.prepare('SELECT * FROM pending_tool').all<PendingTool>();
    for (const tool of waiting) {
      const call = tool.identity === '' ? this.#firstAfter(tool) : this.#index.find(tool.agent, tool.identity, '');
      if (call === undefined) continue;
      if (this.#put(call, tool.tool_id, tool) && tool.web_searches > 0) searched.add(call);
      this.#driver
        .prepare('DELETE FROM pending_tool WHERE agent = ? AND session = ? AND identity = ? AND tool_id = ?')
        .run(tool.agent, tool.session, tool.identity, tool.tool_id);
    }
  }

  #firstAfter(tool: PendingTool): number | undefined {
    this.#index.makeStrandIndex();
    return this.#driver
      .prepare(
        `SELECT c.id FROM strand s JOIN call c ON c.strand = s.id AND c.at >= ?
          WHERE s.session = ? AND s.thread = ? AND s.flags & ${COUNTED} ORDER BY c.at, c.id LIMIT 1`,
      )
      .get<{ id: number }>(tool.at, tool.session, tool.thread)?.id;
  }

  /** Joins a result to its tool call of an earlier batch. Its call's number where it did. */
  #close(result: ToolResultEvent): number | undefined {
    const session = this.#know.directory.session(result.agent, result.sessionId);
    const open = this.#driver
      .prepare(
        `SELECT t.*, c.identity AS identity, s.session AS session,
          EXISTS (SELECT 1 FROM observation o WHERE o.call = t.call AND o.session = ?) AS is_copied FROM tool_call t
          JOIN call c ON c.id = t.call JOIN strand s ON s.id = c.strand
          WHERE t.tool_id = ? AND t.result_at IS NULL AND c.agent = ? ORDER BY t.at DESC`,
      )
      .all<ToolFields & { call: number; identity: string; session: number; is_copied: number }>(
        session.id,
        result.id,
        session.agent,
      );
    const found =
      open.find((tool) => result.callIdentity !== '' && tool.identity === result.callIdentity) ??
      open.find((tool) => tool.session === session.id) ??
      open.find((tool) => tool.is_copied === 1);
    if (found) {
      this.#put(found.call, result.id, { ...found, ...resultFields(result, found.at) });
      return found.call;
    }
    const fields = resultFields(result, result.at);
    this.#driver
      .prepare(
        `UPDATE pending_tool SET result_at = ?, result_bytes = ?, is_error = ?, duration_ms = coalesce(?, ? - at),
          web_searches = ? WHERE agent = ? AND session = ? AND tool_id = ? AND result_at IS NULL`,
      )
      .run(
        fields.result_at,
        fields.result_bytes,
        fields.is_error,
        result.durationMs ?? null,
        result.at,
        fields.web_searches,
        session.agent,
        session.id,
        result.id,
      );
    return undefined;
  }

  #countSearches(call: number): void {
    this.#driver
      .prepare(
        'UPDATE call SET tool_searches = (SELECT sum(web_searches) FROM tool_call WHERE call = ?1) WHERE id = ?1',
      )
      .run(call);
    this.#calls.refresh(call);
  }
}

/** Results to the tool calls of the same batch: the latest one of that id before it that has none. */
function pair(
  toolCalls: readonly ToolCallEvent[],
  results: readonly ToolResultEvent[],
): { asked: Asked[]; left: ToolResultEvent[] } {
  const asked: Asked[] = [];
  const latest = new Map<string, Asked>();
  for (const event of toolCalls) {
    const one: Asked = { event, result: undefined, earlier: latest.get(event.id) };
    asked.push(one);
    latest.set(event.id, one);
  }
  const left: ToolResultEvent[] = [];
  for (const result of results) {
    const found = openFor(result, latest.get(result.id));
    if (found) found.result = result;
    else left.push(result);
  }
  return { asked, left };
}

function openFor(result: ToolResultEvent, latest: Asked | undefined): Asked | undefined {
  let fallback: Asked | undefined;
  for (let one = latest; one; one = one.earlier) {
    const { event } = one;
    if (one.result || event.agent !== result.agent) continue;
    const isSame =
      result.callIdentity !== '' && event.callIdentity !== ''
        ? event.callIdentity === result.callIdentity
        : event.sessionId === result.sessionId;
    if (!isSame) continue;
    if (event.at <= result.at) return one;
    fallback ??= one;
  }
  return fallback;
}

function resultFields(result: ToolResultEvent | undefined, askedAt: number) {
  if (!result) return { result_at: null, result_bytes: null, is_error: null, duration_ms: null, web_searches: 0 };
  return {
    result_at: result.at,
    result_bytes: result.resultBytes ?? null,
    is_error: result.isError === undefined ? null : Number(result.isError),
    duration_ms: Math.round(result.durationMs ?? Math.max(0, result.at - askedAt)),
    web_searches: result.webSearches ?? 0,
  };
}

/** Two sightings of one tool call: what either knows; of two times the earlier, of two sizes the larger. */
function mergeTools(a: ToolFields, b: ToolFields): ToolFields {
  const [first, later] = a.at <= b.at ? [a, b] : [b, a];
  return {
    name: first.name || later.name,
    kind: first.kind || later.kind,
    at: first.at,
    argument_bytes: Math.max(a.argument_bytes, b.argument_bytes),
    result_at: ofEither(Math.min, a.result_at, b.result_at),
    result_bytes: ofEither(Math.max, a.result_bytes, b.result_bytes),
    is_error: ofEither(Math.max, a.is_error, b.is_error),
    duration_ms: ofEither(Math.min, a.duration_ms, b.duration_ms),
    web_searches: Math.max(a.web_searches, b.web_searches),
    target: first.target || later.target,
  };
}

function ofEither(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
