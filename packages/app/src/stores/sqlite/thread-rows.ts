/** One thread's calls, tools and marks as attribution walks them, from the rows of the ledger. */
import type { BucketCost, Certainty, ThreadCall, ThreadTool, TokenUsage, ToolKind } from '@tokenmeter/core';
import { hourShare, inputTokens } from '@tokenmeter/core';
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
  'thread' | 'agent' | 'caller' | 'certainty' | 'price' | 'model' | 'seller' | 'tier' | 'geo'
>;

const STRANDS = `SELECT s.thread AS thread, s.id AS id, s.agent AS agent, s.caller AS caller, s.certainty AS certainty,
  s.price AS price, s.model AS model, s.seller AS seller, s.tier AS tier, s.geo AS geo FROM json_each(?) AS j
  JOIN thread AS t ON t.id = j.value JOIN strand AS s ON s.session = t.session AND s.thread = t.id`;
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
type ToolColumns = readonly [
  ...[call: number, at: number, name: number, kind: number, argumentBytes: number, resultAt: number | null],
  ...[resultBytes: number | null, webSearches: number | undefined, id: string | undefined, target: number | undefined],
];

/** What of tools is read. A first walk over everything needs no names, and each is a look-up or a string. */
export interface ToolDetail {
  /** Ids of tool calls, the names of what they were about, and which of them a fee was paid for. */
  readonly withNames: boolean;
}

/** Strands of threads, asked for all of them at once. */
export function readStrands(driver: Driver, threads: readonly number[]): ReadonlyMap<number, readonly StrandFacts[]> {
  const strands = new Map<number, StrandFacts[]>();
  for (const strand of driver.prepare(STRANDS).all<StrandFacts>(JSON.stringify(threads))) {
    const known = strands.get(strand.thread);
    if (known) known.push(strand);
    else strands.set(strand.thread, [strand]);
  }
  return strands;
}

/**
 * Calls of a thread's strands from `since` on, with their tools, in order of time. This and what it calls is done for
 * every row of a ledger: places in lists are named by number, since taking lists apart makes an object for every one.
 */
export function readCallsOf(
  from: RowSource,
  strands: readonly StrandFacts[],
  since: number,
  detail: ToolDetail = { withNames: false },
): StrandCall[] {
  const read = from.driver.prepare(CALLS);
  const byStrand = strands.map((strand) => {
    const caller = from.words.text(strand.caller);
    const certainty = CERTAINTIES[strand.certainty] ?? 'estimated';
    const rows = read.lists(strand.id, since) as unknown as readonly CallColumns[]; // as -- what CALLS selects
    return rows.map((row) => readCall(row, strand, caller, certainty, from));
  });
  const calls = byStrand.length === 1 ? (byStrand[0] ?? []) : byStrand.flat();
  if (strands.length > 1) calls.sort((a, b) => a.at - b.at || a.id - b.id);
  giveTools(from, calls, detail);
  return calls;
}

type ReadCall = StrandCall & { tools: ReadTool[] };

function readCall(
  row: CallColumns,
  strand: StrandFacts,
  caller: string,
  certainty: Certainty,
  from: RowSource,
): ReadCall {
  const usage = {
    input: row[2],
    cacheRead: row[3],
    cacheWrite5m: row[4],
    cacheWrite1h: row[5],
    output: row[6],
    reasoning: row[7] ?? undefined,
  };
  return {
    id: row[0],
    at: row[1],
    caller,
    certainty,
    usage,
    cost: strand.price === 0 ? undefined : costOf(row, usage, strand, from),
    textBytes: row[13] ?? undefined,
    reasoningBytes: row[14] ?? undefined,
    tools: NONE,
    strand: strand.id,
    isPriced: strand.price !== 0,
  };
}

const NONE: ReadTool[] = [];
/** Calls of one thread mostly have numbers near one another: up to so many numbers for each call their span is read. */
const LOOSE = 4;

/** Rows of tools come in the order of their calls' numbers, and both are gone through once. */
function giveTools(from: RowSource, calls: readonly ReadCall[], detail: ToolDetail): void {
  const inOrder = isInOrder(calls) ? calls : [...calls].sort((a, b) => a.id - b.id);
  const [first, last] = [inOrder[0]?.id ?? 0, inOrder.at(-1)?.id ?? 0];
  const rows =
    last - first > calls.length * LOOSE
      ? toolRows(
          from.driver,
          inOrder.map(({ id }) => id),
          detail,
        )
      : from.driver.prepare(`${toolColumns(detail)} WHERE call BETWEEN ? AND ?`).lists(first, last);
  let next = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as unknown as ToolColumns; // as -- what toolColumns selects
    let call = inOrder[next];
    while (call && call.id < row[0]) call = inOrder[++next];
    if (call?.id !== row[0]) continue;
    const tool = readTool(row, from.words, detail);
    if (call.tools === NONE) call.tools = [tool];
    else insert(call.tools, tool);
  }
}

function isInOrder(calls: readonly ReadCall[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < calls.length; index++) {
    const id = calls[index]?.id ?? 0;
    if (id < last) return false;
    last = id;
  }
  return true;
}

/** Tools of certain calls. */
export function readToolsOf(
  { driver, words }: RowSource,
  calls: readonly number[],
  detail: ToolDetail = { withNames: false },
): Map<number, ThreadTool[]> {
  const tools = new Map<number, ReadTool[]>();
  if (calls.length === 0) return tools;
  for (const list of toolRows(driver, calls, detail)) {
    const row = list as unknown as ToolColumns; // as -- what toolColumns selects
    const tool = readTool(row, words, detail);
    const known = tools.get(row[0]);
    if (known) insert(known, tool);
    else tools.set(row[0], [tool]);
  }
  return tools;
}

function toolRows(driver: Driver, calls: readonly number[], detail: ToolDetail) {
  return driver
    .prepare(`${toolColumns(detail)} WHERE call IN (SELECT value FROM json_each(?)) ORDER BY call, tool_id`)
    .lists(JSON.stringify(calls));
}

function toolColumns({ withNames }: ToolDetail): string {
  const names = withNames ? ', web_searches, tool_id, target' : '';
  return `SELECT call, at, name, kind, argument_bytes, result_at, result_bytes${names} FROM tool_call`;
}

type ReadTool = ThreadTool & { readonly at: number };

function readTool(row: ToolColumns, words: Words, { withNames }: ToolDetail): ReadTool {
  return {
    id: row[8] ?? '',
    at: row[1],
    name: words.text(row[2]),
    kind: words.text(row[3]) as ToolKind, // as -- written from a ToolKind
    argumentBytes: row[4],
    resultAt: row[5] ?? undefined,
    resultBytes: row[6] ?? undefined,
    webSearches: row[7] ?? 0,
    target: !withNames || !row[9] ? undefined : words.text(row[9]),
  };
}

/** Of one call the earlier is first; of one instant the one that was there. */
function insert(tools: ReadTool[], tool: ReadTool): void {
  let place = tools.length;
  while (place > 0 && (tools[place - 1]?.at ?? 0) > tool.at) place--;
  if (place === tools.length) tools.push(tool);
  else tools.splice(place, 0, tool);
}

/** The kept cost by bucket: what both lifetimes of writes cost together is split by what each costs. */
function costOf(row: CallColumns, usage: TokenUsage, strand: StrandFacts, from: RowSource): BucketCost {
  const written = row[10];
  const hasBoth = usage.cacheWrite5m > 0 && usage.cacheWrite1h > 0;
  const write1h = hasBoth ? shareOfHour(row, usage, strand, from) : usage.cacheWrite1h > 0 ? written : 0;
  return {
    input: row[8],
    cacheRead: row[9],
    cacheWrite5m: written - write1h,
    cacheWrite1h: write1h,
    output: row[11],
    other: row[12],
  };
}

function shareOfHour(row: CallColumns, usage: TokenUsage, strand: StrandFacts, from: RowSource): number {
  return hourShare(row[10], usage, (bucket) => rateOf(usage, row[1], strand, from, bucket));
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
