/** One thread's calls, tools and marks as attribution walks them, from the rows of the ledger. */
import type { PieceKind, ThreadCall, ThreadMark, ThreadTool, ToolKind } from '@tokenmeter/core';
import { bucketCost } from '@tokenmeter/core';
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

type Row = Omit<CallRow, 'identity' | 'variant' | 'request' | 'web_searches' | 'tool_searches' | 'stop'> &
  Pick<StrandFields, 'caller' | 'certainty' | 'price' | 'model' | 'seller' | 'tier' | 'geo'>;

const CALLS = `SELECT c.id, c.at, c.strand, c.agent, s.caller, s.certainty, s.price, s.model, s.seller, s.tier, s.geo,
  c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output, c.reasoning,
  c.cost_input, c.cost_cache_read, c.cost_cache_write, c.cost_output, c.cost_other FROM strand s JOIN call c ON c.strand = s.id AND c.at >= ?3
  WHERE s.session = ?1 AND s.thread = ?2 ORDER BY c.at, c.id`;

/** What of tools is read: the names of what they were about only where they are asked for, as each is a look-up. */
export interface ToolDetail {
  readonly withTargets: boolean;
}

/** Calls from `since` on, with their tools, in order of time. */
export function readThreadCalls(
  from: RowSource,
  session: number,
  thread: number,
  since: number,
  detail: ToolDetail = { withTargets: false },
): StrandCall[] {
  const tools = readTools(from, session, thread, since, detail);
  return from.driver
    .prepare(CALLS)
    .lists(session, thread, since)
    .map((list) => {
      const row = callRow(list);
      return {
        id: row.id,
        at: row.at,
        caller: from.words.text(row.caller),
        certainty: CERTAINTIES[row.certainty] ?? 'estimated',
        usage: usageOf(row),
        cost: costOf(row, from),
        tools: tools.get(row.id) ?? NONE,
        strand: row.strand,
        isPriced: row.price !== 0,
      };
    });
}

/** The columns of CALLS, all integers. */
function callRow(list: readonly (string | number | null)[]): Row {
  const at = (index: number) => Number(list[index]);
  const reasoning = list[16];
  return {
    id: at(0),
    at: at(1),
    strand: at(2),
    agent: at(3),
    caller: at(4),
    certainty: at(5),
    price: at(6),
    model: at(7),
    seller: at(8),
    tier: at(9),
    geo: at(10),
    input: at(11),
    cache_read: at(12),
    cache_write_5m: at(13),
    cache_write_1h: at(14),
    output: at(15),
    reasoning: reasoning === null || reasoning === undefined ? null : Number(reasoning),
    cost_input: at(17),
    cost_cache_read: at(18),
    cost_cache_write: at(19),
    cost_output: at(20),
    cost_other: at(21),
  };
}

const NONE: readonly ThreadTool[] = [];
const TOOL_COLUMNS =
  't.call, t.tool_id, t.name, t.kind, t.argument_bytes, t.result_at, t.result_bytes, t.web_searches, t.target';

function readTools({ driver, words }: RowSource, session: number, thread: number, since: number, detail: ToolDetail) {
  const rows = driver
    .prepare(
      `SELECT ${TOOL_COLUMNS} FROM strand s JOIN call c ON c.strand = s.id AND c.at >= ?3 JOIN tool_call t ON t.call = c.id
        WHERE s.session = ?1 AND s.thread = ?2 ORDER BY t.at, t.tool_id`,
    )
    .lists(session, thread, since);
  return byCall(rows, words, detail);
}

/** Tools of certain calls. */
export function readToolsOf(
  { driver, words }: RowSource,
  calls: readonly number[],
  detail: ToolDetail = { withTargets: false },
): Map<number, ThreadTool[]> {
  if (calls.length === 0) return new Map();
  const rows = driver
    .prepare(
      `SELECT ${TOOL_COLUMNS} FROM tool_call t WHERE t.call IN (SELECT value FROM json_each(?)) ORDER BY t.at, t.tool_id`,
    )
    .lists(JSON.stringify(calls));
  return byCall(rows, words, detail);
}

function byCall(
  rows: readonly (readonly (string | number | null)[])[],
  words: Words,
  { withTargets }: ToolDetail,
): Map<number, ThreadTool[]> {
  const tools = new Map<number, ThreadTool[]>();
  for (const [call, id, name, kind, argumentBytes, resultAt, resultBytes, webSearches, target] of rows) {
    const tool: ThreadTool = {
      id: String(id),
      name: words.text(Number(name)),
      kind: words.text(Number(kind)) as ToolKind, // as -- written from a ToolKind
      argumentBytes: Number(argumentBytes),
      resultAt: resultAt === null ? undefined : Number(resultAt),
      resultBytes: resultBytes === null ? undefined : Number(resultBytes),
      webSearches: Number(webSearches),
      target: !withTargets || target === 0 ? undefined : words.text(Number(target)),
    };
    const known = tools.get(Number(call));
    if (known) known.push(tool);
    else tools.set(Number(call), [tool]);
  }
  return tools;
}

/** Prompts, what the agent injected, and compactions after `since`, in order of time. */
export function readMarks({ driver, words }: RowSource, session: number, thread: number, since: number): ThreadMark[] {
  return driver
    .prepare(
      `SELECT ?4 AS kind, id, at, bytes, 0 AS name FROM prompt WHERE session = ?1 AND thread = ?2 AND at > ?3
        UNION ALL SELECT kind, id, at, bytes, name FROM injected WHERE thread = ?2 AND at > ?3
        UNION ALL SELECT NULL, id, at, NULL, 0 FROM compaction WHERE session = ?1 AND thread = ?2 AND at > ?3 ORDER BY 3, 2`,
    )
    .all<{ kind: number | null; id: string; at: number; bytes: number | null; name: number }>(
      session,
      thread,
      since,
      USER,
    )
    .map((row) => ({
      at: row.at,
      owner: row.kind === null ? undefined : { kind: kindOf(row.kind, words), name: words.text(row.name) },
      bytes: row.bytes ?? undefined,
      item: row.id,
    }));
}

/** No word's number: a prompt is not kept with a kind. */
const USER = -1;

function kindOf(kind: number, words: Words): PieceKind {
  return kind === USER ? 'user' : (words.text(kind) as PieceKind); // as -- written from an InjectedEvent
}

/** The kept cost by bucket: what both lifetimes of writes cost together is split by what each costs. */
function costOf(row: Row, { words, book }: RowSource) {
  if (row.price === 0) return undefined;
  const known = {
    costInput: row.cost_input,
    costCacheRead: row.cost_cache_read,
    costCacheWrite: row.cost_cache_write,
    costOutput: row.cost_output,
    costOther: row.cost_other,
  };
  return bucketCost(known, usageOf(row), (bucket) => rateOf(row, words, book, bucket));
}

/** What as many tokens of one lifetime as the call sent cost at the row's price, its tier being that of the whole call. */
function rateOf(row: Row, words: Words, book: PriceBook, bucket: 'cacheWrite5m' | 'cacheWrite1h'): number {
  const input = row.input + row.cache_read + row.cache_write_5m + row.cache_write_1h;
  const usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, [bucket]: input };
  const call = { agent: row.agent, model: row.model, seller: row.seller, tier: row.tier, geo: row.geo };
  const [agent = '', model = '', seller = '', tier = '', geo = ''] = Object.values(call).map((id) => words.text(id));
  return book.rate({ agent, model, seller, tier, geo, at: row.at, usage, webSearches: 0 })?.cacheWriteNano ?? 1;
}
