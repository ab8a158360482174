/** One thread's calls, tools and marks as attribution walks them, from the rows of the ledger. */
import type { ThreadCall, ThreadMark, ThreadTool, ToolKind } from '@tokenmeter/core';
import { splitWriteCost } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { CallRow } from './call-row.ts';
import { usageOf } from './call-row.ts';
import type { Driver } from './driver.ts';
import type { StrandFields } from './strands.ts';
import { CERTAINTIES } from './strands.ts';
import type { Words } from './words.ts';

/** A call with what attribution is booked under. */
export interface StrandCall extends ThreadCall {
  readonly strand: number;
  readonly isPriced: boolean;
}

/** What the rows are read with. */
export interface RowSource {
  readonly driver: Driver;
  readonly words: Words;
  readonly book: PriceBook;
}

type Row = CallRow & StrandFields;

const CALLS = `SELECT s.*, c.* FROM strand s JOIN call c ON c.strand = s.id AND c.at >= ?3
  WHERE s.session = ?1 AND s.thread = ?2 ORDER BY c.at, c.id`;

/** Calls from `since` on, with their tools, in order of time. */
export function readThreadCalls(from: RowSource, session: number, thread: number, since: number): StrandCall[] {
  const tools = readTools(from, session, thread, since);
  return from.driver
    .prepare(CALLS)
    .all<Row>(session, thread, since)
    .map((row) => ({
      id: row.id,
      at: row.at,
      caller: from.words.text(row.caller),
      certainty: CERTAINTIES[row.certainty] ?? 'estimated',
      usage: usageOf(row),
      cost: costOf(row, from),
      tools: tools.get(row.id) ?? NONE,
      strand: row.strand,
      isPriced: row.price !== 0,
    }));
}

interface ToolRow {
  readonly call: number;
  readonly tool_id: string;
  readonly name: number;
  readonly kind: number;
  readonly argument_bytes: number;
  readonly result_at: number | null;
  readonly result_bytes: number | null;
  readonly web_searches: number;
}

const NONE: readonly ThreadTool[] = [];
const TOOL_COLUMNS = `t.call AS call, t.tool_id AS tool_id, t.name AS name, t.kind AS kind,
  t.argument_bytes AS argument_bytes, t.result_at AS result_at, t.result_bytes AS result_bytes,
  t.web_searches AS web_searches`;

function readTools({ driver, words }: RowSource, session: number, thread: number, since: number) {
  const rows = driver
    .prepare(
      `SELECT ${TOOL_COLUMNS} FROM strand s JOIN call c ON c.strand = s.id AND c.at >= ?3 JOIN tool_call t ON t.call = c.id
        WHERE s.session = ?1 AND s.thread = ?2 ORDER BY t.at, t.tool_id`,
    )
    .all<ToolRow>(session, thread, since);
  return byCall(rows, words);
}

/** Tools of certain calls. */
export function readToolsOf({ driver, words }: RowSource, calls: readonly number[]): Map<number, ThreadTool[]> {
  if (calls.length === 0) return new Map();
  const rows = driver
    .prepare(
      `SELECT ${TOOL_COLUMNS} FROM tool_call t WHERE t.call IN (SELECT value FROM json_each(?)) ORDER BY t.at, t.tool_id`,
    )
    .all<ToolRow>(JSON.stringify(calls));
  return byCall(rows, words);
}

function byCall(rows: readonly ToolRow[], words: Words): Map<number, ThreadTool[]> {
  const tools = new Map<number, ThreadTool[]>();
  for (const row of rows) {
    const tool: ThreadTool = {
      id: row.tool_id,
      name: words.text(row.name),
      kind: words.text(row.kind) as ToolKind, // as -- written from a ToolKind
      argumentBytes: row.argument_bytes,
      resultAt: row.result_at ?? undefined,
      resultBytes: row.result_bytes ?? undefined,
      webSearches: row.web_searches,
    };
    const known = tools.get(row.call);
    if (known) known.push(tool);
    else tools.set(row.call, [tool]);
  }
  return tools;
}

/** Prompts and compactions after `since`, in order of time. */
export function readMarks({ driver }: RowSource, session: number, thread: number, since: number): ThreadMark[] {
  return driver
    .prepare(
      `SELECT 1 AS is_prompt, id, at, bytes FROM prompt WHERE session = ?1 AND thread = ?2 AND at > ?3
        UNION ALL SELECT 0, id, at, NULL FROM compaction WHERE session = ?1 AND thread = ?2 AND at > ?3 ORDER BY 3, 2`,
    )
    .all<{ is_prompt: number; id: string; at: number; bytes: number | null }>(session, thread, since)
    .map((row) => ({
      at: row.at,
      owner: row.is_prompt === 1 ? { kind: 'user', name: '' } : undefined,
      bytes: row.bytes ?? undefined,
      item: row.id,
    }));
}

/** The kept cost by bucket: what both lifetimes of writes cost together is split by what each costs. */
function costOf(row: Row, { words, book }: RowSource) {
  if (row.price === 0) return undefined;
  const [cacheWrite5m, cacheWrite1h] =
    row.cache_write_1h > 0 && row.cache_write_5m > 0
      ? splitWriteCost(
          row.cost_cache_write,
          { write5m: row.cache_write_5m, write1h: row.cache_write_1h },
          { rate5m: rateOf(row, words, book, 'cacheWrite5m'), rate1h: rateOf(row, words, book, 'cacheWrite1h') },
        )
      : [row.cache_write_1h > 0 ? 0 : row.cost_cache_write, row.cache_write_1h > 0 ? row.cost_cache_write : 0];
  return {
    input: row.cost_input,
    cacheRead: row.cost_cache_read,
    cacheWrite5m,
    cacheWrite1h,
    output: row.cost_output,
    other: row.cost_other,
  };
}

/** What a million tokens of one lifetime cost at the row's price, its tier being that of the whole call. */
function rateOf(row: Row, words: Words, book: PriceBook, bucket: 'cacheWrite5m' | 'cacheWrite1h'): number {
  const input = row.input + row.cache_read + row.cache_write_5m + row.cache_write_1h;
  const usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, [bucket]: input };
  const call = { agent: row.agent, model: row.model, seller: row.seller, tier: row.tier, geo: row.geo };
  const [agent = '', model = '', seller = '', tier = '', geo = ''] = Object.values(call).map((id) => words.text(id));
  return book.rate({ agent, model, seller, tier, geo, at: row.at, usage, webSearches: 0 })?.cacheWriteNano ?? 1;
}
