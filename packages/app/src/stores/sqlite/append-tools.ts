/**
 * Tool calls and their results. Each belongs to the call that asked for it and is counted where that call is; one whose
 * call is not known yet waits. A result joins the latest tool call of its id that has none.
 */
import type { ToolCallEvent, ToolResultEvent } from '@tokenmeter/core';
import type { CallWriter } from './append-calls.ts';
import type { CallIndex } from './call-index.ts';
import type { Knowledge } from './call-row.ts';
import type { Driver, Value } from './driver.ts';
import type { Due } from './due.ts';
import { StagedRows } from './staged-rows.ts';
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

/** The columns of `tool_call`, with what most tool calls have there. */
const USUAL = {
  call: undefined,
  tool_id: undefined,
  name: undefined,
  kind: undefined,
  at: undefined,
  argument_bytes: undefined,
  result_at: null,
  result_bytes: null,
  is_error: null,
  duration_ms: null,
  web_searches: 0,
  target: 0,
} as const satisfies Record<keyof ToolFields | 'call' | 'tool_id', Value | undefined>;

export class ToolWriter {
  readonly #driver: Driver;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #calls: CallWriter;
  readonly #due: Due;
  readonly #rows: StagedRows;

  constructor(driver: Driver, know: Knowledge, index: CallIndex, calls: CallWriter, due: Due) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#calls = calls;
    this.#due = due;
    this.#rows = new StagedRows(driver, 'tool_call', USUAL, 'ON CONFLICT DO NOTHING');
  }

  append(toolCalls: readonly ToolCallEvent[], results: readonly ToolResultEvent[]): void {
    this.#rows.drop();
    const { earlier, joined, left } = pair(toolCalls, results);
    const searched = new Set<number>();
    for (const [index, event] of toolCalls.entries()) {
      const result = joined[index];
      const call = event.callIdentity === '' ? undefined : this.#callOf(event.agent, event.callIdentity);
      if (call === undefined) this.#wait(event, this.#fieldsOf(event, result));
      // Nothing but this batch can know of a new call's tools, and this batch did not yet.
      else if (this.#calls.isNew(call) && earlier[index] === NONE) {
        this.#stage(call, event, result);
        if (result?.webSearches) searched.add(call);
      } else {
        const fields = this.#fieldsOf(event, result);
        if (this.#put(call, event.id, fields) && fields.web_searches > 0) searched.add(call);
      }
    }
    this.#rows.settle();
    this.#attachWaiting(searched);
    for (const result of left) {
      const call = this.#close(result);
      if (call !== undefined && (result.webSearches ?? 0) > 0) searched.add(call);
    }
    for (const call of searched) this.#countSearches(call);
  }

  /** A tool call that is in no table, as the fields of one that may be; in the order of the columns. */
  #stage(call: number, event: ToolCallEvent, result: ToolResultEvent | undefined): void {
    const { words } = this.#know;
    const { values } = this.#rows;
    let place = this.#rows.next();
    values[place++] = call;
    values[place++] = event.id;
    values[place++] = words.id(event.name);
    values[place++] = words.id(event.kind);
    values[place++] = event.at;
    values[place++] = event.argumentBytes;
    values[place++] = result ? result.at : null;
    values[place++] = result?.resultBytes ?? null;
    values[place++] = result?.isError === undefined ? null : Number(result.isError);
    values[place++] = result ? durationOf(result, event.at) : null;
    values[place++] = result?.webSearches ?? 0;
    values[place++] = event.target ? words.id(event.target) : 0;
    this.#calls.countTools(call, 1);
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
    if (this.#rows.insert([call, toolId, ...FIELDS.map((field) => fields[field])])) {
      this.#calls.countTools(call, 1);
      this.#touch(call, 0);
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

  /** `after`: 1 where only what came after the call is new (its result), 0 where the call itself says something else. */
  #touch(call: number, after: 0 | 1): void {
    if (this.#calls.isNew(call)) return;
    this.#calls.moved.changed.add(call);
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

/** No tool call's place in its list. */
const NONE = -1;

interface Paired {
  /** By the place of a tool call, that of another of the same id told before, NONE where there is none. */
  readonly earlier: Int32Array;
  /** By the place of a tool call, its result. */
  readonly joined: readonly (ToolResultEvent | undefined)[];
  /** Results of tool calls told earlier, or never. */
  readonly left: readonly ToolResultEvent[];
}

/** Results to the tool calls of the same batch: the latest one of that id before it that has none. */
function pair(toolCalls: readonly ToolCallEvent[], results: readonly ToolResultEvent[]): Paired {
  const earlier = new Int32Array(toolCalls.length);
  const joined = new Array<ToolResultEvent | undefined>(toolCalls.length).fill(undefined);
  const left: ToolResultEvent[] = [];
  const latest = new Map<string, number>();
  for (let place = 0; place < toolCalls.length; place++) {
    const { id } = toolCalls[place] as ToolCallEvent; // as -- within its length
    earlier[place] = latest.get(id) ?? NONE;
    latest.set(id, place);
  }
  const openFor = (result: ToolResultEvent): number => {
    let fallback = NONE;
    for (let place = latest.get(result.id) ?? NONE; place !== NONE; place = earlier[place] ?? NONE) {
      const event = toolCalls[place] as ToolCallEvent; // as -- within its length
      if (joined[place] || event.agent !== result.agent) continue;
      const isSame =
        result.callIdentity !== '' && event.callIdentity !== ''
          ? event.callIdentity === result.callIdentity
          : event.sessionId === result.sessionId;
      if (!isSame) continue;
      if (event.at <= result.at) return place;
      if (fallback === NONE) fallback = place;
    }
    return fallback;
  };
  for (const result of results) {
    const place = openFor(result);
    if (place === NONE) left.push(result);
    else joined[place] = result;
  }
  return { earlier, joined, left };
}

function resultFields(result: ToolResultEvent | undefined, askedAt: number) {
  if (!result) return { result_at: null, result_bytes: null, is_error: null, duration_ms: null, web_searches: 0 };
  return {
    result_at: result.at,
    result_bytes: result.resultBytes ?? null,
    is_error: result.isError === undefined ? null : Number(result.isError),
    duration_ms: durationOf(result, askedAt),
    web_searches: result.webSearches ?? 0,
  };
}

function durationOf(result: ToolResultEvent, askedAt: number): number {
  return Math.round(result.durationMs ?? Math.max(0, result.at - askedAt));
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
