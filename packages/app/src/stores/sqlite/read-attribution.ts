/**
 * Answers what consumed the tokens: from the kept sums where whole buckets are asked, else by walking the threads that
 * the question concerns. What nobody attributed yet is told as such, so that the rows are always the bill.
 */
import type {
  AttributedThread,
  AttributionAnswer,
  AttributionQuery,
  AttributionRow,
  PieceKind,
  ToolUse,
  Totals,
} from '@tokenmeter/core';
import { BUCKET_MS, noAttribution } from '@tokenmeter/core';
import type { Condition } from './conditions.ts';
import { conditionsOf, whereOf } from './conditions.ts';
import { OwnerSums } from './kept-sums.ts';
import type { RowSource } from './thread-rows.ts';
import { walkAsked } from './walk-asked.ts';

/** `bill`: the totals of the same question. */
export function readAttribution(from: RowSource, query: AttributionQuery, bill: Totals): AttributionAnswer {
  const isKept = query.method === 'ledger' && !query.withItems && isWhole(query.since) && isWhole(query.until);
  const walked = isKept && !query.withContext ? undefined : walkAsked(from, query, { withRows: !isKept });
  const rows = isKept ? keptRows(from, query, []) : [...(walked?.rows ?? []), ...foldedRows(from, query)];
  const left = remainder(bill, rows);
  return {
    rows: left ? [...rows, left] : rows,
    tools: toolUses(from, query),
    threads: query.byThread ? threadsOf(from, query) : [],
    contexts: walked?.contexts ?? [],
    bill,
  };
}

function isWhole(at: number | undefined): boolean {
  return at === undefined || at % BUCKET_MS === 0;
}

/** Sums of whole buckets. */
function keptRows({ driver, words }: RowSource, query: AttributionQuery, more: readonly Condition[]): AttributionRow[] {
  const where = whereOf([...bucketsOf(query, 'm.bucket'), ...more, ...conditionsOf(driver, query, 's.')]);
  const [thread, join] = query.byThread ? ['t.thread_id', 'JOIN thread t ON t.id = s.thread'] : ["''", ''];
  const places = new Map<string, { agent: number; caller: number; thread: string; sums: OwnerSums }>();
  for (const [agent, caller, threadId, packed] of driver
    .prepare(
      `SELECT s.agent, s.caller, ${thread}, m.sums FROM strand s ${join} JOIN attribution m ON m.strand = s.id ${where.sql}`,
    )
    .lists<number | string | Uint8Array>(...where.values)) {
    const key = `${agent} ${caller} ${threadId}`;
    let place = places.get(key);
    if (!place) {
      place = { agent: Number(agent), caller: Number(caller), thread: String(threadId), sums: new OwnerSums() };
      places.set(key, place);
    }
    place.sums.add(packed as Uint8Array); // as -- the column is bytes
  }
  const inOrder = [...places.values()].sort(
    (a, b) => a.agent - b.agent || a.caller - b.caller || (a.thread < b.thread ? -1 : 1),
  );
  return inOrder.flatMap((place) =>
    place.sums.all().map(({ kind, name, sums }) => ({
      agent: words.text(place.agent),
      caller: words.text(place.caller),
      threadId: place.thread,
      owner: { kind: words.text(kind) as PieceKind, name: words.text(name) }, // as -- written from a PieceKind
      item: '',
      target: '',
      prompts: 0,
      sums,
    })),
  );
}

/** What walking cannot tell any more: sums of calls that were folded away. */
function foldedRows(from: RowSource, query: AttributionQuery): AttributionRow[] {
  const folded: Condition = {
    sql: 'm.bucket < (SELECT final_bucket FROM attribution_thread a WHERE a.thread = s.thread)',
    values: [],
  };
  const rows = keptRows(from, query, [folded]);
  return query.method === 'ledger' ? rows : rows.map(unattributed);
}

/** What was folded is known by the ledger's method alone: in an answer by another one it is nobody's, no mixture of both. */
function unattributed(row: AttributionRow): AttributionRow {
  const had = row.sums;
  const sums = noAttribution();
  sums.enteredInput = had.enteredInput + had.carriedInput;
  sums.enteredCacheRead = had.enteredCacheRead + had.carriedCacheRead;
  sums.enteredCacheWrite5m = had.enteredCacheWrite5m + had.carriedCacheWrite5m;
  sums.enteredCacheWrite1h = had.enteredCacheWrite1h + had.carriedCacheWrite1h;
  sums.output = had.output;
  sums.costEntered = had.costEntered + had.costCarried;
  sums.costOutput = had.costOutput;
  sums.unpricedTokens = had.unpricedTokens;
  return { ...row, owner: { kind: 'unattributed', name: 'folded' }, sums };
}

function bucketsOf({ since, until }: AttributionQuery, column: string): Condition[] {
  return [
    ...(since === undefined ? [] : [{ sql: `${column} >= ?`, values: [Math.ceil(since / BUCKET_MS)] }]),
    ...(until === undefined ? [] : [{ sql: `${column} < ?`, values: [Math.ceil(until / BUCKET_MS)] }]),
  ];
}

/** What the bill has beyond the rows: calls that came since, or that were folded before they were attributed. */
function remainder(
  { usage, cost, unpricedTokens }: Totals,
  rows: readonly AttributionRow[],
): AttributionRow | undefined {
  const sums = noAttribution();
  sums.enteredInput = usage.input;
  sums.enteredCacheRead = usage.cacheRead;
  sums.enteredCacheWrite5m = usage.cacheWrite5m;
  sums.enteredCacheWrite1h = usage.cacheWrite1h;
  sums.output = usage.output;
  sums.unpricedTokens = unpricedTokens;
  sums.costEntered = Number(cost.input + cost.cacheRead + cost.cacheWrite + cost.output + cost.other);
  for (const { sums: had } of rows) {
    sums.enteredInput -= had.enteredInput + had.carriedInput;
    sums.enteredCacheRead -= had.enteredCacheRead + had.carriedCacheRead;
    sums.enteredCacheWrite5m -= had.enteredCacheWrite5m + had.carriedCacheWrite5m;
    sums.enteredCacheWrite1h -= had.enteredCacheWrite1h + had.carriedCacheWrite1h;
    sums.output -= had.output;
    sums.unpricedTokens -= had.unpricedTokens;
    sums.costEntered -= had.costEntered + had.costCarried + had.costOutput;
  }
  if (Object.values(sums).every((value) => value === 0)) return undefined;
  const owner = { kind: 'unattributed', name: '' } as const;
  return { agent: '', caller: '', threadId: '', owner, item: '', target: '', prompts: 0, sums };
}

function toolUses({ driver, words }: RowSource, query: AttributionQuery): ToolUse[] {
  const between: Condition[] = [
    ...(query.since === undefined ? [] : [{ sql: 'c.at >= ?', values: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'c.at < ?', values: [query.until] }]),
  ];
  const where = whereOf([...between, ...conditionsOf(driver, query, 's.')]);
  const thread = query.byThread ? 't.thread_id' : "''";
  // Of all there is, whose they are need not be asked.
  const from =
    query.byThread || where.sql !== ''
      ? `strand s JOIN call c ON c.strand = s.id JOIN tool_call x ON x.call = c.id JOIN thread t ON t.id = s.thread ${where.sql}`
      : 'tool_call x';
  const rows = driver
    .prepare(
      `SELECT ${thread} AS thread, x.kind AS kind, x.name AS name, count(*) AS calls, count(x.result_bytes) AS results,
        coalesce(sum(x.result_bytes), 0) AS bytes FROM ${from} GROUP BY ${query.byThread ? '1, ' : ''}2, 3`,
    )
    .all<Record<string, number | string>>(...where.values);
  const folded = whereOf([...bucketsOf(query, 'm.bucket'), ...conditionsOf(driver, query, 's.')]);
  const old = driver
    .prepare(
      `SELECT ${thread} AS thread, m.kind AS kind, m.name AS name, sum(m.tool_calls) AS calls, 0 AS results, 0 AS bytes
        FROM folded_tool m JOIN strand s ON s.id = m.strand JOIN thread t ON t.id = s.thread ${folded.sql} GROUP BY 1, 2, 3`,
    )
    .all<Record<string, number | string>>(...folded.values);
  return [...rows, ...old].map((row) => ({
    threadId: String(row.thread),
    owner: { kind: words.text(Number(row.kind)) as PieceKind, name: words.text(Number(row.name)) }, // as -- written from a ToolKind
    calls: Number(row.calls),
    results: Number(row.results),
    resultBytes: Number(row.bytes),
  }));
}

function threadsOf({ driver, words }: RowSource, query: AttributionQuery): AttributedThread[] {
  const where = whereOf(conditionsOf(driver, query, 's.'));
  return driver
    .prepare(
      `SELECT t.thread_id AS threadId, n.session_id AS sessionId, t.agent AS agent, t.parent_id AS parentThreadId,
        t.name AS name, sum(m.calls) AS calls FROM strand s JOIN thread t ON t.id = s.thread
        JOIN session n ON n.id = s.session JOIN total m ON m.strand = s.id ${where.sql} GROUP BY 1, 2, 3, 4, 5`,
    )
    .all<Omit<AttributedThread, 'agent'> & { agent: number }>(...where.values)
    .map((row) => ({ ...row, agent: words.text(row.agent) }));
}
