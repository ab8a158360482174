/**
 * Token events as rows. A key is one event for ever; what an event costs is rated when it is written and again when
 * prices change; sums of events that are about the same are kept beside them, in the same transaction.
 */
import { MEASURES, type Measures, TokenmeterError } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { AddedEvent, EventCost, EventQuery, KeptEvent, TokenEvent } from '@tokenmeter/core/work';
import { EVENT_CERTAINTIES, eventTokens, eventUsage, measureEvent, saysTheSame } from '@tokenmeter/core/work';
import { whereOf } from '../conditions.ts';
import type { Driver, Value } from '../driver.ts';
import { MEASURE_COLUMNS } from '../schema.ts';
import { EVENT_KEY } from '../tables/work.ts';

export interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly task_id: string | null;
  readonly workstream_id: string | null;
  readonly repo_id: string | null;
  readonly commit_sha: string | null;
  readonly release_id: string | null;
  readonly run_id: string;
  readonly session_id: string;
  readonly model: string;
  readonly agent: string;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  readonly certainty: number;
  readonly created_at: number;
  readonly key: string;
  readonly price: string;
  readonly cost_input: number;
  readonly cost_cache_read: number;
  readonly cost_cache_write: number;
  readonly cost_output: number;
}

const COLUMNS = [
  'id',
  'task_id',
  'workstream_id',
  'repo_id',
  'commit_sha',
  'release_id',
  'run_id',
  'session_id',
  'model',
  'agent',
  'tokens_in',
  'tokens_out',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'certainty',
  'created_at',
  'key',
  'price',
  'cost_input',
  'cost_cache_read',
  'cost_cache_write',
  'cost_output',
] as const;

const ADD_TOTAL = `INSERT INTO token_event_total VALUES (${[...EVENT_KEY, 0, 0, ...MEASURES].map(() => '?').join(', ')})
  ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
  ${MEASURE_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')}`;

/** Rows of `token_event_total` as the events make them. */
export const DERIVED_EVENT_TOTAL = `SELECT ${EVENT_KEY.join(', ')}, min(at), max(at),
  ${MEASURE_COLUMNS.map((column) => `sum(${column})`).join(', ')} FROM token_event_measure GROUP BY ${EVENT_KEY.join(', ')}`;

/** An event with what it costs, as added; the reader of superseded ones is asked later. */
export interface Added {
  readonly status: AddedEvent['status'];
  readonly row: EventRow;
}

/** Only within a write. */
export function insertEvents(driver: Driver, events: readonly TokenEvent[], book: PriceBook): Added[] {
  const insert = driver.prepare(
    `INSERT INTO token_event (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  const byKey = driver.prepare("SELECT * FROM token_event WHERE key = ? AND key <> ''");
  const byId = driver.prepare('SELECT * FROM token_event WHERE id = ?');
  const totals = new Totals();
  const added = events.map((event): Added => {
    const earlier = event.key === '' ? undefined : byKey.get<EventRow>(event.key);
    if (earlier)
      return {
        status: saysTheSame(readEvent(earlier), { ...event, id: earlier.id }) ? 'duplicate' : 'conflict',
        row: earlier,
      };
    const { id, cost } = rateEvent(event, book);
    insert.run(...valuesOf(event, id, cost));
    totals.add(event, cost);
    // -- it was just written
    return { status: 'accepted', row: byId.get<EventRow>(event.id) as EventRow };
  });
  totals.write(driver);
  return added;
}

function valuesOf(event: TokenEvent, price: string, cost: EventCost | null): Value[] {
  const orNull = (text: string) => (text === '' ? null : text);
  return [
    event.id,
    orNull(event.taskId),
    orNull(event.workplanId),
    orNull(event.repoId),
    orNull(event.commitSha),
    orNull(event.releaseId),
    event.runId,
    event.sessionId,
    event.model,
    event.agent,
    event.tokensIn ?? null,
    event.tokensOut ?? null,
    event.cacheRead ?? null,
    event.cacheWrite5m ?? null,
    event.cacheWrite1h ?? null,
    EVENT_CERTAINTIES.indexOf(event.certainty),
    event.createdAt,
    event.key,
    price,
    cost?.inputNano ?? 0,
    cost?.cacheReadNano ?? 0,
    cost?.cacheWriteNano ?? 0,
    cost?.outputNano ?? 0,
  ];
}

/** What an event costs under a book. One without a token costs nothing, whatever its model. */
function rateEvent(event: TokenEvent, book: PriceBook): { readonly id: string; readonly cost: EventCost | null } {
  if (eventTokens(event) === 0)
    return { id: 'free', cost: { inputNano: 0, cacheReadNano: 0, cacheWriteNano: 0, outputNano: 0 } };
  const { agent, model, createdAt } = event;
  const usage = eventUsage(event);
  const rating = book.rate({ agent, model, seller: '', at: createdAt, usage, tier: '', geo: '', webSearches: 0 });
  return { id: rating?.priceId ?? '', cost: rating ?? null };
}

/** Rates every event anew and makes the sums again; only within a write. */
export function rerateEvents(driver: Driver, book: PriceBook): void {
  const update = driver.prepare(
    'UPDATE token_event SET price = ?, cost_input = ?, cost_cache_read = ?, cost_cache_write = ?, cost_output = ? WHERE seq = ?',
  );
  for (const row of driver.prepare('SELECT * FROM token_event').all<EventRow>()) {
    const { id, cost } = rateEvent(readEvent(row), book);
    if (id === row.price) continue;
    update.run(
      id,
      cost?.inputNano ?? 0,
      cost?.cacheReadNano ?? 0,
      cost?.cacheWriteNano ?? 0,
      cost?.outputNano ?? 0,
      row.seq,
    );
  }
  rebuildEventTotals(driver);
}

/** Only within a write. */
export function rebuildEventTotals(driver: Driver): void {
  driver.exec(`DELETE FROM token_event_total; INSERT INTO token_event_total ${DERIVED_EVENT_TOTAL}`);
}

/** What a batch adds to the sums, written once at its end. */
class Totals {
  readonly #cells = new Map<string, { key: Value[]; first: number; last: number; sums: Measures }>();

  add(event: TokenEvent, cost: EventCost | null): void {
    const certainty = EVENT_CERTAINTIES.indexOf(event.certainty);
    const { taskId, workplanId, repoId, commitSha, releaseId, runId, sessionId, model, agent } = event;
    const key = [taskId, workplanId, repoId, commitSha, releaseId, runId, sessionId, model, agent, certainty];
    const name = key.join('\0');
    const sums = measureEvent(event, cost);
    const cell = this.#cells.get(name);
    if (!cell) {
      this.#cells.set(name, { key, first: event.createdAt, last: event.createdAt, sums });
      return;
    }
    for (const measure of MEASURES) cell.sums[measure] += sums[measure];
    cell.first = Math.min(cell.first, event.createdAt);
    cell.last = Math.max(cell.last, event.createdAt);
  }

  write(driver: Driver): void {
    const statement = driver.prepare(ADD_TOTAL);
    for (const { key, first, last, sums } of this.#cells.values())
      statement.run(...key, first, last, ...MEASURES.map((measure) => sums[measure]));
  }
}

function readEvent(row: EventRow): TokenEvent {
  return {
    id: row.id,
    taskId: row.task_id ?? '',
    workplanId: row.workstream_id ?? '',
    repoId: row.repo_id ?? '',
    commitSha: row.commit_sha ?? '',
    releaseId: row.release_id ?? '',
    runId: row.run_id,
    sessionId: row.session_id,
    model: row.model,
    agent: row.agent,
    tokensIn: row.tokens_in ?? undefined,
    tokensOut: row.tokens_out ?? undefined,
    cacheRead: row.cache_read ?? undefined,
    cacheWrite5m: row.cache_write_5m ?? undefined,
    cacheWrite1h: row.cache_write_1h ?? undefined,
    certainty: EVENT_CERTAINTIES[row.certainty] ?? 'reported',
    createdAt: row.created_at,
    key: row.key,
  };
}

export function keptEvent(row: EventRow, isSuperseded: boolean): KeptEvent {
  const cost = row.cost_input + row.cost_cache_read + row.cost_cache_write + row.cost_output;
  return { ...readEvent(row), costNano: row.price === '' ? null : cost, isSuperseded };
}

export function findEvent(driver: Driver, id: string): EventRow | undefined {
  return driver.prepare('SELECT * FROM token_event WHERE id = ?').get<EventRow>(id);
}

export function eventByKey(driver: Driver, key: string): EventRow | undefined {
  return driver.prepare("SELECT * FROM token_event WHERE key = ? AND key <> ''").get<EventRow>(key);
}

/** A page, newest first; of one instant the last written first. */
export function listEvents(driver: Driver, query: EventQuery): { rows: EventRow[]; matched: number; next?: string } {
  const equals = (column: string, value: string | undefined) =>
    value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }];
  const conditions = [
    ...equals('task_id', query.taskId),
    ...equals('workstream_id', query.workplanId),
    ...equals('repo_id', query.repoId),
    ...equals('model', query.model),
    ...equals('agent', query.agent),
    ...(query.createdFrom === undefined ? [] : [{ sql: 'created_at >= ?', values: [query.createdFrom] }]),
    ...(query.createdTo === undefined ? [] : [{ sql: 'created_at < ?', values: [query.createdTo] }]),
  ];
  const all = whereOf(conditions);
  const matched = driver.prepare(`SELECT count(*) AS n FROM token_event ${all.sql}`).get<{ n: number }>(...all.values);
  const page = whereOf(query.after === undefined ? conditions : [...conditions, afterOf(query.after)]);
  const rows = driver
    .prepare(`SELECT * FROM token_event ${page.sql} ORDER BY created_at DESC, seq DESC LIMIT ?`)
    .all<EventRow>(...page.values, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    matched: matched?.n ?? 0,
    ...(rows.length > query.limit && last ? { next: `${last.created_at}.${last.seq}` } : {}),
  };
}

function afterOf(cursor: string): { sql: string; values: number[] } {
  const [, at, seq] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (at === undefined || seq === undefined)
    throw new TokenmeterError(
      'bad-query',
      `Cannot go on after "${cursor}": hand back what the page before gave as next`,
    );
  return { sql: '(created_at, seq) < (?, ?)', values: [Number(at), Number(seq)] };
}
