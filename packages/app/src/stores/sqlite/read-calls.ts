/** Single calls, and one session's page: threads, marks, calls with their tools. */
import type {
  CallDetail,
  CallsOptions,
  CallView,
  CostParts,
  SessionDetail,
  SessionMark,
  ThreadSummary,
  ToolCallView,
} from '@tokenmeter/core';
import { inputTokens, TokenmeterError, totalTokens } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { ToolFields } from './append-tools.ts';
import type { CallRow } from './call-row.ts';
import { usageOf } from './call-row.ts';
import type { Condition } from './conditions.ts';
import { conditionsOf, whereOf } from './conditions.ts';
import type { Driver, Value } from './driver.ts';
import { figuresTotals, readModelNames, readSummary } from './read-sessions.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { StrandFields } from './strands.ts';
import { CERTAINTIES, COUNTED, matchName } from './strands.ts';
import type { Words } from './words.ts';

type Row = CallRow & StrandFields & { readonly session_id: string; readonly thread_id: string };

const COLUMNS = 'SELECT s.*, c.*, n.session_id AS session_id, t.thread_id AS thread_id';
const NAMES = 'JOIN session n ON n.id = s.session JOIN thread t ON t.id = s.thread';
const SELECT = `${COLUMNS} FROM strand s JOIN call c ON c.strand = s.id ${NAMES}`;
/** By their times, whatever the filters: sorted by the engine, each page of a whole ledger would be read to its end. */
const SELECT_BY_TIME = `${COLUMNS} FROM call c CROSS JOIN strand s ON s.id = c.strand ${NAMES}`;

export function readCalls(
  driver: Driver,
  words: Words,
  sessionId: string | undefined,
  options: CallsOptions,
): { readonly calls: readonly CallView[]; readonly next?: string } {
  const { threadId, since, until } = options;
  const conditions: Condition[] = conditionsOf(driver, options, 's.');
  const add = (sql: string, ...values: Value[]) => conditions.push({ sql, values });
  if (sessionId !== undefined) add('n.session_id = ?', sessionId);
  if (threadId !== undefined) add('t.thread_id = ?', threadId);
  if (since !== undefined) add('c.at >= ?', since);
  if (until !== undefined) add('c.at < ?', until);
  if (options.after !== undefined) {
    const match = /^(\d+)\.(\d+)$/.exec(options.after);
    if (!match)
      throw new TokenmeterError(
        'bad-query',
        `Cannot page from "${options.after}": it is not what an earlier page gave as next`,
      );
    add('(c.at, c.id) > (?, ?)', Number(match[1]), Number(match[2]));
  }
  const where = whereOf(conditions);
  const rows = driver
    .prepare(`${sessionId === undefined ? SELECT_BY_TIME : SELECT} ${where.sql} ORDER BY c.at, c.id LIMIT ?`)
    .all<Row>(...where.values, options.limit + 1);
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  const tools = toolsOf(driver, words, page);
  const calls = page.map((row) => viewOf(row, words, tools.get(row.id) ?? []));
  return rows.length > options.limit && last ? { calls, next: `${last.at}.${last.id}` } : { calls };
}

/** By its number, or by `AGENT/IDENTITY`, which is what who saw it at work knows of it. */
export function readCall(driver: Driver, words: Words, id: string): CallDetail | undefined {
  const row = /^\d{1,15}$/.test(id)
    ? driver.prepare(`${SELECT} WHERE c.id = ?`).get<Row>(Number(id))
    : callSeen(driver, words, id);
  if (!row) return undefined;
  const sightings = driver
    .prepare(
      `SELECT o.path AS source, x.session_id AS sessionId, ?1 AS at FROM source o, session x WHERE o.id = ?2 AND x.id = ?3
        UNION ALL
        SELECT o.path, x.session_id, b.at FROM observation b JOIN source o ON o.id = b.source JOIN session x ON x.id = b.session
        WHERE b.call = ?4`,
    )
    .all<{ source: string; sessionId: string; at: number }>(row.at, row.source, row.session, row.id);
  return {
    ...viewOf(row, words, toolsOf(driver, words, [row]).get(row.id) ?? []),
    tier: words.text(row.tier),
    geo: words.text(row.geo),
    webSearches: Math.max(row.web_searches, row.tool_searches),
    sightings: sightings.map((sighting) => ({ ...sighting })),
  };
}

function callSeen(driver: Driver, words: Words, seen: string): Row | undefined {
  const slash = seen.indexOf('/');
  const agent = slash < 1 ? undefined : words.find(seen.slice(0, slash));
  if (agent === undefined) return undefined;
  // The first of an identity: a second one has its request's id for a variant.
  return driver
    .prepare(`${SELECT} WHERE c.identity = ? AND c.agent = ? ORDER BY c.variant LIMIT 1`)
    .get<Row>(seen.slice(slash + 1), agent);
}

export function readSession(
  driver: Driver,
  words: Words,
  book: PriceBook,
  agent: string | undefined,
  sessionId: string,
): SessionDetail | undefined {
  const found = driver
    .prepare('SELECT id, agent FROM session WHERE session_id = ? ORDER BY id')
    .all<{ id: number; agent: number }>(sessionId)
    .find((row) => agent === undefined || words.text(row.agent) === agent);
  if (!found) return undefined;
  const children = driver
    .prepare(
      'SELECT id FROM session WHERE (parent_id = ?1 OR root_id = ?1) AND session_id <> ?1 AND agent = ?2 ORDER BY id',
    )
    .all<{ id: number }>(sessionId, found.agent);
  return {
    summary: readSummary(driver, words, book, found.id),
    threads: threadsOf(driver, words, book, found.id),
    marks: marksOf(driver, found.id),
    children: children.map((child) => readSummary(driver, words, book, child.id)),
  };
}

function threadsOf(driver: Driver, words: Words, book: PriceBook, session: number): ThreadSummary[] {
  const sums = MEASURE_COLUMNS.map((column) => `sum(m.${column}) AS ${column}`).join(', ');
  return driver
    .prepare('SELECT * FROM thread WHERE session = ? ORDER BY id')
    .all<{ id: number; agent: number; thread_id: string; parent_id: string; name: string; spawned_by: string }>(session)
    .map((thread) => {
      const figures =
        driver
          .prepare(
            `SELECT min(m.first_at) AS first_at, max(m.last_at) AS last_at, ${sums}
              FROM total m JOIN strand s ON s.id = m.strand WHERE s.session = ? AND s.thread = ?`,
          )
          .get<Record<string, number | bigint>>(session, thread.id) ?? {};
      return {
        threadId: thread.thread_id,
        parentThreadId: thread.parent_id,
        name: thread.name,
        spawnedBy: thread.spawned_by,
        models: readModelNames(driver, words, 's.session = ? AND s.thread = ?', [session, thread.id]),
        startedAt: Number(figures.first_at ?? 0),
        endedAt: Number(figures.last_at ?? 0),
        ...contextOfThread(driver, words, book, session, thread.id),
        totals: figuresTotals(figures),
      };
    });
}

/** The latest call's input; after a compaction only calls since then, or what the compaction itself told. */
function contextOfThread(driver: Driver, words: Words, book: PriceBook, session: number, thread: number) {
  const compaction = driver
    .prepare('SELECT at, tokens_after FROM compaction WHERE session = ? AND thread = ? ORDER BY at DESC LIMIT 1')
    .get<{ at: number; tokens_after: number | null }>(session, thread);
  const latest = driver
    .prepare(
      `SELECT s.*, c.* FROM strand s JOIN call c ON c.strand = s.id
        WHERE s.session = ? AND s.thread = ? AND s.certainty <> 3 ORDER BY c.at DESC, c.id DESC LIMIT 1`,
    )
    .get<CallRow & StrandFields>(session, thread);
  if (!latest) return { contextUsed: compaction?.tokens_after ?? null, contextWindow: null };
  const window =
    latest.window ||
    book.contextWindow(words.text(latest.agent), words.text(latest.seller), words.text(latest.model)) ||
    null;
  if (compaction && compaction.at >= latest.at) return { contextUsed: compaction.tokens_after, contextWindow: window };
  return { contextUsed: inputTokens(usageOf(latest)), contextWindow: window };
}

function marksOf(driver: Driver, session: number): SessionMark[] {
  return driver
    .prepare(
      `SELECT 'compaction' AS kind, t.thread_id AS threadId, m.at AS at, m.tokens_before AS before, m.tokens_after AS after
        FROM compaction m JOIN thread t ON t.id = m.thread WHERE m.session = ?1
        UNION ALL
        SELECT 'prompt', t.thread_id, m.at, NULL, NULL FROM prompt m JOIN thread t ON t.id = m.thread WHERE m.session = ?1
        ORDER BY 3`,
    )
    .all<SessionMark>(session)
    .map((mark) => ({ ...mark }));
}

function toolsOf(driver: Driver, words: Words, calls: readonly { readonly id: number }[]): Map<number, ToolCallView[]> {
  const rows = driver
    .prepare('SELECT * FROM tool_call WHERE call IN (SELECT value FROM json_each(?)) ORDER BY at, tool_id')
    .all<ToolFields & { call: number; tool_id: string }>(JSON.stringify(calls.map((call) => call.id)));
  const byCall = new Map<number, ToolCallView[]>();
  for (const row of rows) {
    const view: ToolCallView = {
      id: row.tool_id,
      name: words.text(row.name),
      kind: words.text(row.kind),
      at: row.at,
      endedAt: row.result_at,
      argumentBytes: row.argument_bytes,
      resultBytes: row.result_bytes,
      isError: row.is_error === null ? null : row.is_error === 1,
    };
    const known = byCall.get(row.call);
    if (known) known.push(view);
    else byCall.set(row.call, [view]);
  }
  return byCall;
}

function viewOf(row: Row, words: Words, tools: readonly ToolCallView[]): CallView {
  const usage = usageOf(row);
  const parts = [row.cost_input, row.cost_cache_read, row.cost_cache_write, row.cost_output, row.cost_other];
  const isUnpriced = row.price === 0 && totalTokens(usage) > 0;
  return {
    id: String(row.id),
    identity: row.identity,
    requestId: row.request,
    agent: words.text(row.agent),
    sessionId: row.session_id,
    threadId: row.thread_id,
    caller: words.text(row.caller),
    cwd: words.text(row.project),
    branch: words.text(row.branch),
    model: words.text(row.model),
    at: row.at,
    usage,
    certainty: CERTAINTIES[row.certainty] ?? 'estimated',
    costNano: isUnpriced ? null : parts.reduce((sum, part) => sum + part, 0),
    cost: costPartsOf(row),
    priceId: row.price === 0 ? null : words.text(row.price),
    priceMatch: matchName(row.match),
    stopReason: row.stop === null ? null : words.text(row.stop),
    contextWindow: row.window || null,
    counted: (row.flags & COUNTED) !== 0,
    tools,
  };
}

function costPartsOf(row: CallRow): CostParts {
  return {
    input: BigInt(row.cost_input),
    cacheRead: BigInt(row.cost_cache_read),
    cacheWrite: BigInt(row.cost_cache_write),
    output: BigInt(row.cost_output),
    other: BigInt(row.cost_other),
  };
}
