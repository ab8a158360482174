/** Sessions as lists and pages: a page at a time, by any order, with a mark where the next one begins. */
import type { SessionPage, SessionQuery, SessionSummary } from '@tokenmeter/core';
import { MEASURES, noMeasures, TokenmeterError, totalsOf } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import { columnOf } from './column.ts';
import type { Condition } from './conditions.ts';
import { conditionsOf, filtersOf, whereOf } from './conditions.ts';
import type { Driver } from './driver.ts';
import { readOpening } from './openings.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { SessionRow } from './session-row.ts';
import type { Words } from './words.ts';

type Figures = Record<string, number | bigint>;
export interface Listed {
  readonly id: number;
  readonly started: number;
  readonly ended: number;
  readonly figures: Figures;
}

const SUMS = MEASURE_COLUMNS.map((column) => `sum(m.${column}) AS ${column}`).join(', ');
const COST = 'cost_input + cost_cache_read + cost_cache_write + cost_output + cost_other';
const TOKENS = 'input + cache_read + cache_write_5m + cache_write_1h + output';
const PER_SESSION = `SELECT s.session AS id, min(m.first_at) AS started, max(m.last_at) AS ended, ${SUMS}
  FROM total m JOIN strand s ON s.id = m.strand`;

const SORT_KEYS: Record<SessionQuery['sort'], string> = {
  started: 'started',
  ended: 'ended',
  cost: COST,
  tokens: TOKENS,
  calls: 'calls',
  duration: 'ended - started',
};

/** Sessions with at least one call whose span touches the period and that some strand of the filters belongs to. */
export function readSessions(driver: Driver, words: Words, book: PriceBook, query: SessionQuery): SessionPage {
  const where = whereOf([...spanConditions(query), ...filterConditions(driver, query), ...searchConditions(query)]);
  const listed = `WITH per AS (${PER_SESSION} GROUP BY s.session),
    listed AS (SELECT per.*, ${SORT_KEYS[query.sort]} AS sort_key FROM per ${where.sql})`;
  const matched =
    driver.prepare(`${listed} SELECT count(*) AS n FROM listed`).get<{ n: number }>(...where.values)?.n ?? 0;
  const after = query.after === undefined ? undefined : decodeAfter(query.after);
  const [order, beyond] = query.descending ? (['DESC', '<'] as const) : (['ASC', '>'] as const);
  const rows = driver
    .prepare(
      `${listed} SELECT * FROM listed ${after ? `WHERE (sort_key, id) ${beyond} (?, ?)` : ''}
        ORDER BY sort_key ${order}, id ${order} LIMIT ?`,
    )
    .all<Figures>(...where.values, ...(after ?? []), query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const sessions = page.map((row) => summarize(driver, words, book, listedOf(row)));
  return rows.length > query.limit && last
    ? { sessions, matched, next: encodeAfter(last.sort_key ?? 0, last.id ?? 0) }
    : { sessions, matched };
}

/** A session by its row's number, with or without calls. */
export function readSummary(driver: Driver, words: Words, book: PriceBook, id: number): SessionSummary {
  const row = driver.prepare(`${PER_SESSION} WHERE s.session = ? GROUP BY s.session`).get<Figures>(id);
  return summarize(driver, words, book, row ? listedOf(row) : { id, started: -1, ended: -1, figures: {} });
}

function summarize(driver: Driver, words: Words, book: PriceBook, listed: Listed): SessionSummary {
  const row = driver.prepare('SELECT * FROM session WHERE id = ?').get<SessionRow>(listed.id);
  if (!row) throw new Error(`Cannot find session ${listed.id}`);
  const first = driver
    .prepare(
      `SELECT s.project AS project, s.branch AS branch FROM total m JOIN strand s ON s.id = m.strand
        WHERE s.session = ? ORDER BY (s.project = 0), m.first_at LIMIT 1`,
    )
    .get<{ project: number; branch: number }>(row.id);
  const said = Math.max(row.title_at, row.cwd_at, row.version_at);
  const count = (sql: string) => driver.prepare(sql).get<{ n: number }>(row.id)?.n ?? 0;
  return {
    agent: words.text(row.agent),
    sessionId: row.session_id,
    rootSessionId: row.root_id || row.session_id,
    parentSessionId: row.parent_id,
    title: row.title || runTitle(driver, row.session_id) || readOpening(driver, row.id),
    project: row.cwd || words.text(first?.project ?? 0),
    repository: row.repository,
    branch: row.branch || words.text(first?.branch ?? 0),
    startedAt: listed.started < 0 ? said : listed.started,
    endedAt: listed.ended < 0 ? said : listed.ended,
    models: readModelNames(driver, words, 's.session = ?', [row.id]),
    threads: count('SELECT count(*) AS n FROM thread WHERE session = ?'),
    prompts: count('SELECT count(*) AS n FROM prompt WHERE session = ?'),
    compactions: count('SELECT count(*) AS n FROM compaction WHERE session = ?'),
    pullRequests: driver
      .prepare('SELECT url FROM pull_request WHERE session = ? ORDER BY at, url')
      .all<{ url: string }>(row.id)
      .map(({ url }) => url),
    ...contextPeak(driver, words, book, row),
    totals: figuresTotals(listed.figures),
  };
}

/** What whoever started the run called it, where the session has no title of its own. */
function runTitle(driver: Driver, sessionId: string): string {
  return (
    driver
      .prepare("SELECT title FROM run WHERE session_id = ? AND title <> '' ORDER BY started_at DESC LIMIT 1")
      .get<{ title: string }>(sessionId)?.title ?? ''
  );
}

/** Models of some strands, the most used first. */
export function readModelNames(driver: Driver, words: Words, where: string, values: readonly number[]): string[] {
  return driver
    .prepare(
      `SELECT s.model AS model, sum(${TOKENS}) AS tokens FROM total m JOIN strand s ON s.id = m.strand
        WHERE ${where} GROUP BY s.model`,
    )
    .all<{ model: number; tokens: number }>(...values)
    .map((row) => ({ name: words.text(row.model), tokens: Number(row.tokens) }))
    .sort((a, b) => b.tokens - a.tokens || (a.name < b.name ? -1 : 1))
    .map((row) => row.name);
}

/** Totals of a row that selects the sums. */
export function figuresTotals(figures: Figures) {
  const sums: Record<keyof ReturnType<typeof noMeasures>, number | bigint> = noMeasures();
  for (const name of MEASURES) sums[name] = figures[columnOf(name)] ?? 0;
  return totalsOf(sums);
}

function contextPeak(driver: Driver, words: Words, book: PriceBook, session: SessionRow) {
  const peak = driver
    .prepare(
      `SELECT m.context_peak AS peak, s.window AS window, s.model AS model, s.seller AS seller
        FROM total m JOIN strand s ON s.id = m.strand JOIN thread t ON t.id = s.thread
        WHERE s.session = ? AND (t.thread_id = ? OR t.parent_id = '') AND m.context_peak > 0
        ORDER BY m.context_peak DESC, m.strand LIMIT 1`,
    )
    .get<{ peak: number; window: number; model: number; seller: number }>(session.id, session.session_id);
  if (!peak) return { contextPeak: null, contextWindow: null };
  const window =
    peak.window ||
    book.contextWindow(words.text(session.agent), words.text(peak.seller), words.text(peak.model)) ||
    null;
  return { contextPeak: peak.peak, contextWindow: window };
}

function spanConditions(query: SessionQuery): Condition[] {
  return [
    ...(query.since === undefined ? [] : [{ sql: 'ended >= ?', values: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'started < ?', values: [query.until] }]),
  ];
}

/** All filters hold for one strand: "this model in this project", not one here and the other there. */
function filterConditions(driver: Driver, query: SessionQuery): Condition[] {
  if (filtersOf(query).length === 0) return [];
  const where = whereOf(conditionsOf(driver, query, 's.'));
  return [
    {
      sql: `id IN (SELECT s.session FROM total m JOIN strand s ON s.id = m.strand ${where.sql})`,
      values: where.values,
    },
  ];
}

function searchConditions(query: SessionQuery): Condition[] {
  if (query.search === undefined || query.search.trim() === '') return [];
  const pattern = `%${query.search.trim().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const columns = ['title', 'session_id', 'root_id', 'cwd', 'branch', 'repository'];
  return [
    {
      sql: `id IN (SELECT id FROM session WHERE ${columns.map((column) => `${column} LIKE ?1 ESCAPE '\\'`).join(' OR ')})
        OR id IN (SELECT session FROM opening WHERE text LIKE ?1 ESCAPE '\\')
        OR id IN (SELECT id FROM session WHERE session_id IN (SELECT session_id FROM run WHERE title LIKE ?1 ESCAPE '\\'))
        OR id IN (SELECT s.session FROM strand s JOIN word w ON w.id IN (s.project, s.branch)
          WHERE w.text LIKE ?1 ESCAPE '\\')`.replaceAll('?1', '?'),
      values: new Array<string>(columns.length + 3).fill(pattern),
    },
  ];
}

function listedOf(row: Figures): Listed {
  return { id: Number(row.id), started: Number(row.started), ended: Number(row.ended), figures: row };
}

function encodeAfter(value: number | bigint, id: number | bigint): string {
  return `${value}.${id}`;
}

function decodeAfter(text: string): [bigint, bigint] {
  const match = /^(-?\d+)\.(\d+)$/.exec(text);
  if (!match)
    throw new TokenmeterError('bad-query', `Cannot page from "${text}": it is not what an earlier page gave as next`);
  return [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0)];
}
