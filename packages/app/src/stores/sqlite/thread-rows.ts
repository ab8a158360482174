/** One thread's calls, tools and marks as attribution walks them, from the rows of the ledger. */
import type {
  BucketCost,
  Certainty,
  PieceKind,
  ThreadCall,
  ThreadMark,
  ThreadTool,
  TokenUsage,
  ToolKind,
} from '@tokenmeter/core';
import { bucketCost, inputTokens } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
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

/** Of a strand, what is the same of all its calls. */
type StrandFacts = { readonly id: number } & Pick<
  StrandFields,
  'agent' | 'caller' | 'certainty' | 'price' | 'model' | 'seller' | 'tier' | 'geo'
>;

const STRANDS =
  'SELECT id, agent, caller, certainty, price, model, seller, tier, geo FROM strand WHERE session = ? AND thread = ?';
/** In the order of its index: nothing is sorted. */
const CALLS = `SELECT id, at, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,
  cost_input, cost_cache_read, cost_cache_write, cost_output, cost_other, text_bytes, reasoning_bytes FROM call
  WHERE strand = ? AND at >= ? ORDER BY at, id`;
type CallColumns = readonly [
  ...[id: number, at: number, input: number, cacheRead: number, cacheWrite5m: number, cacheWrite1h: number],
  ...[output: number, reasoning: number | null],
  ...[costInput: number, costCacheRead: number, costCacheWrite: number, costOutput: number, costOther: number],
  ...[textBytes: number | null, reasoningBytes: number | null],
];

/** What of tools is read. A first walk over everything needs no names, and each is a look-up or a string. */
export interface ToolDetail {
  /** Ids of tool calls and the names of what they were about. */
  readonly withNames: boolean;
}

/** Calls from `since` on, with their tools, in order of time. */
export function readThreadCalls(
  from: RowSource,
  session: number,
  thread: number,
  since: number,
  detail: ToolDetail = { withNames: false },
): StrandCall[] {
  const strands = from.driver.prepare(STRANDS).all<StrandFacts>(session, thread);
  const read = from.driver.prepare(CALLS);
  const calls: ReadCall[] = [];
  for (const strand of strands) {
    const caller = from.words.text(strand.caller);
    const certainty = CERTAINTIES[strand.certainty] ?? 'estimated';
    for (const list of read.lists(strand.id, since))
      calls.push(readCall(list as unknown as CallColumns, strand, caller, certainty, from)); // as -- what CALLS selects
  }
  if (strands.length > 1) calls.sort((a, b) => a.at - b.at || a.id - b.id);
  const tools = readTools(from, calls, detail);
  for (const call of calls) call.tools = tools.get(call.id) ?? NONE;
  return calls;
}

type ReadCall = StrandCall & { tools: readonly ThreadTool[] };

function readCall(
  columns: CallColumns,
  strand: StrandFacts,
  caller: string,
  certainty: Certainty,
  from: RowSource,
): ReadCall {
  const [id, at, input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning] = columns;
  const usage = { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning: reasoning ?? undefined };
  const cost = strand.price === 0 ? undefined : costOf(columns, usage, strand, from);
  return {
    id,
    at,
    caller,
    certainty,
    usage,
    cost,
    textBytes: columns[13] ?? undefined,
    reasoningBytes: columns[14] ?? undefined,
    tools: NONE,
    strand: strand.id,
    isPriced: strand.price !== 0,
  };
}

const NONE: readonly ThreadTool[] = [];
/** Calls of one thread mostly have numbers near one another: up to so many numbers for each call their span is read. */
const LOOSE = 4;

function readTools(from: RowSource, calls: readonly StrandCall[], detail: ToolDetail): Map<number, ThreadTool[]> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { id } of calls) {
    if (id < first) first = id;
    if (id > last) last = id;
  }
  if (calls.length === 0 || last - first > calls.length * LOOSE) {
    const ids = calls.map(({ id }) => id);
    return readToolsOf(from, ids, detail);
  }
  const rows = from.driver.prepare(`${toolColumns(detail)} WHERE call BETWEEN ? AND ?`).lists(first, last);
  return byCall(rows, from.words, detail);
}

/** Tools of certain calls. */
export function readToolsOf(
  { driver, words }: RowSource,
  calls: readonly number[],
  detail: ToolDetail = { withNames: false },
): Map<number, ThreadTool[]> {
  if (calls.length === 0) return new Map();
  const rows = driver
    .prepare(`${toolColumns(detail)} WHERE call IN (SELECT value FROM json_each(?)) ORDER BY call, tool_id`)
    .lists(JSON.stringify(calls));
  return byCall(rows, words, detail);
}

function toolColumns({ withNames }: ToolDetail): string {
  const names = withNames ? ', tool_id, target' : '';
  return `SELECT call, at, name, kind, argument_bytes, result_at, result_bytes, web_searches${names} FROM tool_call`;
}

/** Rows in order of call and id; of one call the earlier is first. */
function byCall(
  rows: readonly (readonly (string | number | null)[])[],
  words: Words,
  { withNames }: ToolDetail,
): Map<number, ThreadTool[]> {
  const tools = new Map<number, ThreadTool[]>();
  let current: number | undefined;
  let times: number[] = [];
  let list: ThreadTool[] = [];
  for (const [call, at, name, kind, argumentBytes, resultAt, resultBytes, webSearches, id, target] of rows) {
    if (call !== current) {
      current = Number(call);
      times = [];
      list = [];
      tools.set(current, list);
    }
    const tool: ThreadTool = {
      id: withNames ? String(id) : '',
      name: words.text(Number(name)),
      kind: words.text(Number(kind)) as ToolKind, // as -- written from a ToolKind
      argumentBytes: Number(argumentBytes),
      resultAt: resultAt === null ? undefined : Number(resultAt),
      resultBytes: resultBytes === null ? undefined : Number(resultBytes),
      webSearches: Number(webSearches),
      target: !withNames || target === 0 ? undefined : words.text(Number(target)),
    };
    let place = times.length;
    while (place > 0 && (times[place - 1] ?? 0) > Number(at)) place--;
    times.splice(place, 0, Number(at));
    list.splice(place, 0, tool);
  }
  return tools;
}

/** Prompts, what the agent injected, and compactions after `since`, in order of time. */
export function readMarks({ driver, words }: RowSource, session: number, thread: number, since: number): ThreadMark[] {
  return driver
    .prepare(
      `SELECT ?4, id, at, bytes, 0 FROM prompt WHERE session = ?1 AND thread = ?2 AND at > ?3
        UNION ALL SELECT kind, id, at, bytes, name FROM injected WHERE thread = ?2 AND at > ?3
        UNION ALL SELECT NULL, id, at, NULL, 0 FROM compaction WHERE session = ?1 AND thread = ?2 AND at > ?3 ORDER BY 3, 2`,
    )
    .lists(session, thread, since, USER)
    .map(([kind, id, at, bytes, name]) => ({
      at: Number(at),
      owner: kind === null ? undefined : { kind: kindOf(Number(kind), words), name: words.text(Number(name)) },
      bytes: bytes === null ? undefined : Number(bytes),
      item: String(id),
    }));
}

/** No word's number: a prompt is not kept with a kind. */
const USER = -1;

function kindOf(kind: number, words: Words): PieceKind {
  return kind === USER ? 'user' : (words.text(kind) as PieceKind); // as -- written from an InjectedEvent
}

/** The kept cost by bucket: what both lifetimes of writes cost together is split by what each costs. */
function costOf(columns: CallColumns, usage: TokenUsage, strand: StrandFacts, from: RowSource): BucketCost {
  const [, at, , , , , , , costInput, costCacheRead, costCacheWrite, costOutput, costOther] = columns;
  const known = { costInput, costCacheRead, costCacheWrite, costOutput, costOther };
  return bucketCost(known, usage, (bucket) => rateOf(usage, at, strand, from, bucket));
}

/** What as many tokens of one lifetime as the call sent cost at the row's price, its tier being that of the whole call. */
function rateOf(
  sent: TokenUsage,
  at: number,
  strand: StrandFacts,
  { words, book }: RowSource,
  bucket: 'cacheWrite5m' | 'cacheWrite1h',
): number {
  const usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, [bucket]: inputTokens(sent) };
  const { agent, model, seller, tier, geo } = strand;
  const call = {
    agent: words.text(agent),
    model: words.text(model),
    seller: words.text(seller),
    tier: words.text(tier),
    geo: words.text(geo),
  };
  return book.rate({ ...call, at, usage, webSearches: 0 })?.cacheWriteNano ?? 1;
}
