/** A call as its row and strand hold it, and back again as the core speaks of it, so that merging is core's alone. */
import type { CallRecord, Measures, SourceRef } from '@tokenmeter/core';
import { contextTokens, measureCall } from '@tokenmeter/core';
import type { PriceBook, Rating } from '@tokenmeter/core/price';
import type { Directory } from './directory.ts';
import type { Value } from './driver.ts';
import type { Strand, StrandFields, Strands } from './strands.ts';
import {
  ASSUMED_LIFETIME,
  CERTAINTIES,
  COUNTED,
  certaintyCode,
  matchCode,
  matchName,
  REMAINDER,
  SIDE,
} from './strands.ts';
import type { Words } from './words.ts';

/** The columns of `call`. */
export interface CallRow {
  readonly id: number;
  readonly identity: string;
  readonly agent: number;
  readonly variant: string;
  readonly request: string;
  readonly strand: number;
  readonly at: number;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly reasoning: number | null;
  readonly web_searches: number;
  readonly tool_searches: number;
  readonly stop: number | null;
  readonly cost_input: number;
  readonly cost_cache_read: number;
  readonly cost_cache_write: number;
  readonly cost_output: number;
  readonly cost_other: number;
  readonly text_bytes: number | null;
  readonly reasoning_bytes: number | null;
}

/** The columns of `call`, with what most calls have there. */
export const USUAL_CALL = {
  id: undefined,
  identity: undefined,
  agent: undefined,
  variant: '',
  request: '',
  strand: undefined,
  at: undefined,
  input: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: undefined,
  reasoning: null,
  web_searches: 0,
  tool_searches: 0,
  stop: null,
  cost_input: 0,
  cost_cache_read: 0,
  cost_cache_write: 0,
  cost_output: 0,
  cost_other: 0,
  text_bytes: null,
  reasoning_bytes: null,
} as const satisfies Record<keyof CallRow, Value | undefined>;

type CallColumns = readonly [
  ...[id: number, identity: string, agent: number, variant: string, request: string, strand: number, at: number],
  ...[input: number, cacheRead: number, cacheWrite5m: number, cacheWrite1h: number, output: number],
  ...[reasoning: number | null, webSearches: number, toolSearches: number, stop: number | null],
  ...[costInput: number, costCacheRead: number, costCacheWrite: number, costOutput: number, costOther: number],
  ...[textBytes: number | null, reasoningBytes: number | null],
];

/** A row from its columns in the order of USUAL_CALL: as a list, it is read at half the cost. */
export function rowOf(list: readonly unknown[]): CallRow {
  const columns = list as unknown as CallColumns; // as -- the columns of `call`, which is strict
  return {
    id: columns[0],
    identity: columns[1],
    agent: columns[2],
    variant: columns[3],
    request: columns[4],
    strand: columns[5],
    at: columns[6],
    input: columns[7],
    cache_read: columns[8],
    cache_write_5m: columns[9],
    cache_write_1h: columns[10],
    output: columns[11],
    reasoning: columns[12],
    web_searches: columns[13],
    tool_searches: columns[14],
    stop: columns[15],
    cost_input: columns[16],
    cost_cache_read: columns[17],
    cost_cache_write: columns[18],
    cost_output: columns[19],
    cost_other: columns[20],
    text_bytes: columns[21],
    reasoning_bytes: columns[22],
  };
}

/** A remainder of reconciliation has no source; its strand says 0. */
export const NO_SOURCE: SourceRef = { agent: '', path: '', bornAt: 0 };

/** What the store knows of words, sessions, threads, sources and strands, and the prices of now. */
export interface Knowledge {
  readonly words: Words;
  readonly directory: Directory;
  readonly strands: Strands;
  readonly book: () => PriceBook;
}

/** A row as a record. `rating` is what it was rated with. */
export function recordOf(row: CallRow, know: Knowledge): CallRecord {
  const strand = know.strands.byId(row.strand);
  const { words, directory } = know;
  const session = directory.sessionById(strand.session);
  const source = directory.sourceById(strand.source);
  return {
    agent: words.text(strand.agent),
    identity: row.identity,
    requestId: row.request,
    chain: strand.flags & SIDE ? 'side' : 'main',
    sessionId: session?.session_id ?? '',
    rootSessionId: session?.root_id || session?.session_id || '',
    threadId: directory.threadById(strand.thread)?.thread_id ?? '',
    caller: words.text(strand.caller),
    model: words.text(strand.model),
    seller: words.text(strand.seller),
    at: row.at,
    usage: usageOf(row),
    certainty: CERTAINTIES[strand.certainty] ?? 'estimated',
    cwd: words.text(strand.project),
    branch: words.text(strand.branch),
    tier: words.text(strand.tier),
    geo: words.text(strand.geo),
    webSearches: row.web_searches,
    contextWindow: strand.window || undefined,
    stopReason: row.stop === null ? undefined : words.text(row.stop),
    textBytes: row.text_bytes ?? undefined,
    reasoningBytes: row.reasoning_bytes ?? undefined,
    assumedLifetime: (strand.flags & ASSUMED_LIFETIME) !== 0,
    counted: (strand.flags & COUNTED) !== 0,
    source: source
      ? {
          agent: words.text(source.agent),
          path: source.path,
          startedAt: source.started_at ?? undefined,
          bornAt: source.born_at,
        }
      : NO_SOURCE,
  };
}

export function usageOf(
  row: Pick<CallRow, 'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning'>,
) {
  return {
    input: row.input,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    output: row.output,
    reasoning: row.reasoning ?? undefined,
  };
}

/** What the row adds to sums, its tool calls apart. */
export function measuresOf(row: CallRow, strand: Strand): Measures {
  return measureCall(
    {
      usage: usageOf(row),
      certainty: CERTAINTIES[strand.certainty] ?? 'estimated',
      counted: (strand.flags & COUNTED) !== 0,
    },
    ratingOf(row, strand),
  );
}

export function contextOf(row: CallRow, strand: Strand): number {
  return contextTokens({ usage: usageOf(row), certainty: CERTAINTIES[strand.certainty] ?? 'estimated' });
}

/** The rating a row keeps, without the price's name. */
function ratingOf(row: CallRow, strand: Strand): Rating | undefined {
  if (strand.price === 0) return undefined;
  return {
    priceId: '',
    match: matchName(strand.match) ?? 'family',
    totalNano: row.cost_input + row.cost_cache_read + row.cost_cache_write + row.cost_output + row.cost_other,
    inputNano: row.cost_input,
    cacheReadNano: row.cost_cache_read,
    cacheWriteNano: row.cost_cache_write,
    outputNano: row.cost_output,
    otherNano: row.cost_other,
  };
}

/** What a call is rated as: searches told by its usage and by its tools are sightings of the same ones. */
export function rate(record: CallRecord, toolSearches: number, book: PriceBook): Rating | undefined {
  return book.rate({
    agent: record.agent,
    model: record.model,
    seller: record.seller,
    at: record.at,
    usage: record.usage,
    tier: record.tier,
    geo: record.geo,
    webSearches: Math.max(record.webSearches, toolSearches),
  });
}

/** The strand a record belongs to, made where it is new. A thread's calls mostly share it: the last answer is kept. */
export function strandOf(
  record: CallRecord,
  rating: Rating | undefined,
  know: Knowledge,
  options: { readonly isRemainder: boolean },
): Strand {
  const last = know.strands.last.get(record.threadId);
  if (last && isSamePlace(last.record, record, last.rating, rating) && last.isRemainder === options.isRemainder)
    return last.strand;
  const { words, directory } = know;
  const session = directory.session(record.agent, record.sessionId);
  const thread = directory.thread(record.agent, record.threadId, session.id);
  const fields: StrandFields = {
    agent: words.id(record.agent),
    session: session.id,
    thread: thread.id,
    caller: words.id(resolveCaller(record.caller, thread.name)),
    model: words.id(record.model),
    seller: words.id(record.seller),
    project: words.id(record.cwd),
    branch: words.id(record.branch),
    tier: words.id(record.tier),
    geo: words.id(record.geo),
    source: options.isRemainder ? 0 : directory.source(record.source).id,
    certainty: certaintyCode(record.certainty),
    flags:
      (record.counted ? COUNTED : 0) |
      (record.chain === 'side' ? SIDE : 0) |
      (record.assumedLifetime ? ASSUMED_LIFETIME : 0) |
      (options.isRemainder ? REMAINDER : 0),
    window: record.contextWindow ?? 0,
    price: rating ? words.id(rating.priceId) : 0,
    match: matchCode(rating?.match),
  };
  const strand = know.strands.of(fields);
  know.strands.last.set(record.threadId, { record, rating, isRemainder: options.isRemainder, strand });
  return strand;
}

function isSamePlace(a: CallRecord, b: CallRecord, ratedA: Rating | undefined, ratedB: Rating | undefined): boolean {
  return (
    // The very same source object: its row cannot have to learn anything.
    a.source === b.source &&
    a.agent === b.agent &&
    a.sessionId === b.sessionId &&
    a.threadId === b.threadId &&
    a.caller === b.caller &&
    a.model === b.model &&
    a.seller === b.seller &&
    a.cwd === b.cwd &&
    a.branch === b.branch &&
    a.tier === b.tier &&
    a.geo === b.geo &&
    a.certainty === b.certainty &&
    a.counted === b.counted &&
    a.chain === b.chain &&
    a.assumedLifetime === b.assumedLifetime &&
    a.contextWindow === b.contextWindow &&
    ratedA?.priceId === ratedB?.priceId &&
    ratedA?.match === ratedB?.match
  );
}

/** A sub-agent nobody had named yet takes its thread's name once that is known. */
function resolveCaller(caller: string, threadName: string): string {
  return caller === UNNAMED_CALLER && threadName !== '' ? `subagent:${threadName}` : caller;
}

export const UNNAMED_CALLER = 'subagent:unknown';
