/** What the ledger can say of itself: activity, models in use, sources, limits, cursors, facts. */
import type { Activity, Cursor, LedgerFacts, LimitView, ModelUse, SourceStatus, Unread } from '@tokenmeter/core';
import { BUCKET_MS } from '@tokenmeter/core';
import type { Condition } from './conditions.ts';
import { whereOf } from './conditions.ts';
import type { Driver } from './driver.ts';
import { schemaVersion } from './migrate.ts';
import { matchName } from './strands.ts';
import type { Words } from './words.ts';

const TOKENS = 'm.input + m.cache_read + m.cache_write_5m + m.cache_write_1h + m.output';

/** Root sessions with a counted call in [since, until), and prompts, by agent. */
export function readActivity(
  driver: Driver,
  words: Words,
  since: number | undefined,
  until: number | undefined,
): Activity[] {
  const active = parts(since, until, 'm.calls > 0').map(
    ({ from, where }) => `SELECT DISTINCT s.session AS session FROM ${from} JOIN strand s ON s.id = m.strand ${where}`,
  );
  const runs = driver
    .prepare(
      `SELECT n.agent AS agent, count(DISTINCT CASE n.root_id WHEN '' THEN n.session_id ELSE n.root_id END) AS n
        FROM (${active.join(' UNION ')}) a JOIN session n ON n.id = a.session GROUP BY n.agent`,
    )
    .all<{ agent: number; n: number }>();
  const turns = driver
    .prepare(`SELECT agent, count(*) AS n FROM prompt ${whereOf(between('at', since, until)).sql} GROUP BY agent`)
    .all<{ agent: number; n: number }>(...whereOf(between('at', since, until)).values);
  const agents = new Set([...runs, ...turns].map((row) => row.agent));
  return [...agents]
    .map((agent) => ({
      agent: words.text(agent),
      runs: runs.find((row) => row.agent === agent)?.n ?? 0,
      turns: turns.find((row) => row.agent === agent)?.n ?? 0,
    }))
    .sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

export function readModels(
  driver: Driver,
  words: Words,
  since: number | undefined,
  until: number | undefined,
): ModelUse[] {
  const rows = parts(since, until, 'm.entries > 0').map(
    ({
      from,
      where,
      first,
      last,
    }) => `SELECT s.agent, s.seller, s.model, sum(m.calls) AS calls, sum(${TOKENS}) AS tokens,
      sum(m.unpriced_tokens) AS unpriced, min(${first}) AS first_at, max(${last}) AS last_at
      FROM ${from} JOIN strand s ON s.id = m.strand ${where} GROUP BY 1, 2, 3`,
  );
  const used = driver
    .prepare(
      `SELECT agent, seller, model, sum(calls) AS calls, sum(tokens) AS tokens, sum(unpriced) AS unpriced,
        min(first_at) AS first_at, max(last_at) AS last_at FROM (${rows.join(' UNION ALL ')}) GROUP BY 1, 2, 3`,
    )
    .all<Record<'agent' | 'seller' | 'model' | 'calls' | 'tokens' | 'unpriced' | 'first_at' | 'last_at', number>>();
  // The price of the latest calls that have one: SQLite takes the other columns from the row of the maximum.
  const prices = driver
    .prepare(
      `SELECT s.agent, s.seller, s.model, s.price, s.match, max(m.last_at) AS at FROM total m
        JOIN strand s ON s.id = m.strand WHERE s.price <> 0 GROUP BY 1, 2, 3`,
    )
    .all<Record<'agent' | 'seller' | 'model' | 'price' | 'match', number>>();
  return used
    .map((row) => {
      const price = prices.find(
        (one) => one.agent === row.agent && one.seller === row.seller && one.model === row.model,
      );
      return {
        agent: words.text(row.agent),
        seller: words.text(row.seller),
        model: words.text(row.model),
        calls: Number(row.calls),
        tokens: Number(row.tokens),
        unpricedTokens: Number(row.unpriced),
        priceId: price ? words.text(price.price) : null,
        priceMatch: price ? matchName(price.match) : null,
        firstAt: Number(row.first_at),
        lastAt: Number(row.last_at),
      };
    })
    .sort((a, b) => b.tokens - a.tokens || (a.model < b.model ? -1 : 1));
}

export function readSources(driver: Driver, words: Words): SourceStatus[] {
  const read = driver
    .prepare(
      `SELECT o.agent AS agent, count(*) AS files, sum(c.size) AS bytes, sum(c.lines) AS lines,
        sum(c.skipped_damaged) AS skippedDamaged, sum(c.skipped_unknown) AS skippedUnknown, max(c.read_at) AS lastReadAt
        FROM source_cursor c JOIN source o ON o.id = c.source GROUP BY o.agent`,
    )
    .all<Omit<SourceStatus, 'agent' | 'lastEventAt' | 'calls' | 'unread'> & { agent: number }>();
  const counted = driver
    .prepare(
      `SELECT s.agent AS agent, sum(m.calls) AS calls, max(m.last_at) AS last FROM total m
        JOIN strand s ON s.id = m.strand GROUP BY s.agent`,
    )
    .all<{ agent: number; calls: number; last: number }>();
  const unread = driver
    .prepare(
      `SELECT o.agent AS agent, o.path AS path, c.unread AS why FROM source_cursor c JOIN source o ON o.id = c.source
        WHERE c.unread <> '' ORDER BY o.path`,
    )
    .all<{ agent: number; path: string; why: Unread }>();
  return read.map((row) => {
    const calls = counted.find((one) => one.agent === row.agent);
    return {
      ...row,
      agent: words.text(row.agent),
      lastEventAt: calls?.last ?? 0,
      calls: calls?.calls ?? 0,
      unread: unread.filter(({ agent }) => agent === row.agent).map(({ path, why }) => ({ path, why })),
    };
  });
}

export function readLimits(driver: Driver, words: Words): LimitView[] {
  return driver
    .prepare('SELECT * FROM plan_limit ORDER BY agent, name')
    .all<{
      agent: number;
      name: string;
      at: number;
      used_percent: number | null;
      window_minutes: number | null;
      resets_at: number | null;
      plan: string;
    }>()
    .map((row) => ({
      agent: words.text(row.agent),
      name: row.name,
      at: row.at,
      usedPercent: row.used_percent,
      windowMinutes: row.window_minutes,
      resetsAt: row.resets_at,
      plan: row.plan,
    }));
}

export function readCursors(driver: Driver, words: Words): Map<string, Cursor> {
  const rows = driver
    .prepare(
      `SELECT o.agent, o.path, o.started_at, o.born_at, c.file_id, c.read_offset, c.size, c.mtime_ms, c.head_hash,
        c.head_bytes, c.state, c.lineage_id, c.lineage_parent, c.lines, c.skipped_damaged, c.skipped_unknown,
        c.unread
        FROM source_cursor c JOIN source o ON o.id = c.source`,
    )
    .all<{
      agent: number;
      path: string;
      started_at: number | null;
      born_at: number;
      file_id: string;
      read_offset: number;
      size: number;
      mtime_ms: number;
      head_hash: string;
      head_bytes: number;
      state: string;
      lineage_id: string;
      lineage_parent: string;
      lines: number;
      skipped_damaged: number;
      skipped_unknown: number;
      unread: Unread | '';
    }>();
  const cursors = new Map<string, Cursor>();
  for (const row of rows)
    cursors.set(row.path, {
      source: {
        agent: words.text(row.agent),
        path: row.path,
        startedAt: row.started_at ?? undefined,
        bornAt: row.born_at,
      },
      fileId: row.file_id,
      offset: row.read_offset,
      size: row.size,
      mtimeMs: row.mtime_ms,
      headHash: row.head_hash,
      headBytes: row.head_bytes,
      state: row.state,
      lineageId: row.lineage_id,
      lineageParent: row.lineage_parent,
      lines: row.lines,
      skippedDamaged: row.skipped_damaged,
      skippedUnknown: row.skipped_unknown,
      unread: row.unread || undefined,
    });
  return cursors;
}

export function readFacts(driver: Driver): LedgerFacts {
  const pages = driver.prepare('PRAGMA page_count').get<{ page_count: number }>()?.page_count ?? 0;
  const pageSize = driver.prepare('PRAGMA page_size').get<{ page_size: number }>()?.page_size ?? 0;
  const sums = driver
    .prepare('SELECT sum(calls) AS calls, min(first_at) AS first, max(last_at) AS last FROM total')
    .get<{ calls: number | null; first: number | null; last: number | null }>();
  return {
    schemaVersion: schemaVersion(driver),
    bytes: pages * pageSize,
    calls: Number(sums?.calls ?? 0),
    firstCallAt: sums?.first ?? null,
    lastCallAt: sums?.last ?? null,
    priceVersion: readMeta(driver, 'price_version'),
  };
}

export function readMeta(driver: Driver, name: string): string {
  return driver.prepare('SELECT value FROM meta WHERE name = ?').get<{ value: string }>(name)?.value ?? '';
}

export function writeMeta(driver: Driver, name: string, value: string): void {
  driver.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
}

/** Tables to sum from: the totals without a period, else calls and folded buckets. Bounds are our own integers. */
function parts(since: number | undefined, until: number | undefined, which: string) {
  if (since === undefined && until === undefined)
    return [{ from: 'total m', where: `WHERE ${which}`, first: 'm.first_at', last: 'm.last_at' }];
  const [from, to] = [Math.floor(since ?? 0), Math.floor(until ?? Number.MAX_SAFE_INTEGER)];
  return [
    {
      from: 'call_measure m',
      where: `WHERE m.at >= ${from} AND m.at < ${to} AND ${which}`,
      first: 'm.at',
      last: 'm.at',
    },
    {
      from: 'folded m',
      where: `WHERE m.bucket >= ${Math.ceil(from / BUCKET_MS)} AND m.bucket < ${Math.ceil(to / BUCKET_MS)} AND ${which}`,
      first: 'm.first_at',
      last: 'm.last_at',
    },
  ];
}

function between(column: string, since: number | undefined, until: number | undefined): Condition[] {
  return [
    ...(since === undefined ? [] : [{ sql: `${column} >= ?`, values: [since] }]),
    ...(until === undefined ? [] : [{ sql: `${column} < ?`, values: [until] }]),
  ];
}
