/** Changes of history that a person asks for: rating again, folding old calls, forgetting a session, rebuilding sums. */

import { bucketOf } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { Writer } from './append.ts';
import { Attributor, settleAttribution } from './attribute.ts';
import type { CallRow } from './call-row.ts';
import { DERIVED_ROLLUP, DERIVED_TOTAL, FOLDING } from './derive.ts';
import type { Driver } from './driver.ts';
import { writeMeta } from './read-status.ts';
import { MEASURE_COLUMNS } from './schema.ts';
import type { RowSource } from './thread-rows.ts';
import type { Words } from './words.ts';
import { rebuildEventTotals } from './work/events.ts';

const PAGE = 5_000;

/** Rates calls from `since` on again. Folded ones keep what they cost: their counts are no longer apart. */
export function reprice(
  driver: Driver,
  writer: Writer,
  book: () => PriceBook,
  since: number | undefined,
): { changed: number; before: bigint; after: bigint } {
  return writer.transact(() => {
    const before = costOf(driver);
    let last = 0;
    for (;;) {
      const ids = driver
        .prepare('SELECT id FROM call WHERE id > ? AND at >= ? ORDER BY id LIMIT ?')
        .all<{ id: number }>(last, since ?? 0, PAGE);
      for (const { id } of ids) writer.calls.refresh(id);
      const end = ids.at(-1);
      if (!end) break;
      last = end.id;
    }
    const { changed } = writer.calls.moved;
    writer.flush();
    writeMeta(driver, 'price_version', book().version);
    return { changed: changed.size, before, after: costOf(driver) };
  });
}

/** Writes every rollup and total anew from the calls; what consumed them is due again. */
export function rebuild(driver: Driver, writer: Writer): void {
  writer.transact(() => {
    driver.exec(`DELETE FROM rollup; INSERT INTO rollup ${DERIVED_ROLLUP};
      DELETE FROM total; INSERT INTO total ${DERIVED_TOTAL};
      INSERT OR REPLACE INTO attribution_due SELECT DISTINCT thread, ${Number.MIN_SAFE_INTEGER} FROM strand;`);
    rebuildEventTotals(driver);
  });
}

/** Folds calls that ended before the bucket of `before` into what they count for, and keeps their keys. */
export function retain(from: RowSource, writer: Writer, before: number): { calls: number } {
  const { driver, words } = from;
  const limit = bucketOf(before);
  return writer.transact(() => {
    const old = driver
      .prepare('SELECT identity, agent, variant FROM call WHERE at < ?')
      .all<Pick<CallRow, 'identity' | 'agent' | 'variant'>>(limit * 900_000);
    if (old.length === 0) return { calls: 0 };
    const attributor = new Attributor(from);
    while (attributor.attribute() > 0);
    settleAttribution(from, limit);
    for (const call of old) writer.gone.add(words.text(call.agent), call.identity, call.variant);
    const added = MEASURE_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
    driver
      .prepare(
        `INSERT INTO folded ${FOLDING} ON CONFLICT DO UPDATE SET ${added}, first_at = min(first_at, excluded.first_at),
          last_at = max(last_at, excluded.last_at), context_peak = max(context_peak, excluded.context_peak)`,
      )
      .run(limit);
    driver
      .prepare(
        `INSERT INTO folded_tool SELECT c.at / 900000, c.strand, t.name, t.kind, count(*) FROM call c
          JOIN tool_call t ON t.call = c.id WHERE c.at < ? GROUP BY 1, 2, 3, 4
          ON CONFLICT DO UPDATE SET tool_calls = tool_calls + excluded.tool_calls`,
      )
      .run(limit * 900_000);
    const gone = '(SELECT id FROM call WHERE at < ?)';
    markSources(driver, 'c.at < ?', limit * 900_000);
    driver
      .prepare(
        `UPDATE session SET frozen = 1 WHERE id IN
          (SELECT s.session FROM call c JOIN strand s ON s.id = c.strand WHERE c.at < ?)`,
      )
      .run(limit * 900_000);
    driver.prepare(`DELETE FROM tool_call WHERE call IN ${gone}`).run(limit * 900_000);
    driver.prepare(`DELETE FROM observation WHERE call IN ${gone}`).run(limit * 900_000);
    driver.prepare('DELETE FROM call WHERE at < ?').run(limit * 900_000);
    writer.dropMemory();
    return { calls: old.length };
  });
}

/** Takes away all that is known of a session and its sub-agents' sessions. Nothing of them is learnt again. */
export function forget(driver: Driver, writer: Writer, words: Words, sessionId: string): { calls: number } {
  return writer.transact(() => {
    const sessions = driver
      .prepare('SELECT id, session_id FROM session WHERE session_id = ?1 OR root_id = ?1')
      .all<{ id: number; session_id: string }>(sessionId);
    let calls = 0;
    for (const session of sessions) {
      const rows = driver
        .prepare('SELECT c.* FROM strand s JOIN call c ON c.strand = s.id WHERE s.session = ?')
        .all<CallRow>(session.id);
      markSources(driver, 'c.strand IN (SELECT id FROM strand WHERE session = ?)', session.id);
      for (const row of rows) {
        writer.gone.add(words.text(row.agent), row.identity, row.variant);
        writer.calls.remove(row);
      }
      calls += rows.length;
      writer.gone.addSession(session.session_id);
    }
    writer.flush();
    for (const { id } of sessions) forgetRows(driver, id);
    if (sessions.length > 0) {
      // Folded calls of it leave the sums as well: those are made anew from what is left.
      driver.exec(`DELETE FROM rollup; INSERT INTO rollup ${DERIVED_ROLLUP}`);
      writer.dropMemory();
    }
    return { calls };
  });
}

function forgetRows(driver: Driver, session: number): void {
  const strands = '(SELECT id FROM strand WHERE session = ?)';
  const threads = '(SELECT id FROM thread WHERE session = ?)';
  for (const table of ['attribution_thread', 'attribution_due', 'injected'])
    driver.prepare(`DELETE FROM ${table} WHERE thread IN ${threads}`).run(session);
  for (const table of ['folded', 'folded_tool', 'total', 'attribution'])
    driver.prepare(`DELETE FROM ${table} WHERE strand IN ${strands}`).run(session);
  const own = [
    'strand',
    'thread',
    'prompt',
    'opening',
    'compaction',
    'pull_request',
    'observation',
    'reported_total',
    'pending_tool',
  ];
  for (const table of own) driver.prepare(`DELETE FROM ${table} WHERE session = ?`).run(session);
  driver.prepare('DELETE FROM session WHERE id = ?').run(session);
}

/** Whoever has copies of calls that go can no longer be compared with what was told of them. */
function markSources(driver: Driver, which: string, value: number): void {
  driver
    .prepare(
      `UPDATE source SET has_gone = 1 WHERE id IN (SELECT s.source FROM call c JOIN strand s ON s.id = c.strand WHERE ${which})
        OR id IN (SELECT o.source FROM call c JOIN observation o ON o.call = c.id WHERE ${which})`,
    )
    .run(value, value);
  driver
    .prepare(
      `UPDATE session SET frozen = 1 WHERE id IN
        (SELECT o.session FROM call c JOIN observation o ON o.call = c.id WHERE ${which})`,
    )
    .run(value);
}

function costOf(driver: Driver): bigint {
  const row = driver
    .prepare(
      'SELECT sum(cost_input + cost_cache_read + cost_cache_write + cost_output + cost_other) AS cost FROM total',
    )
    .get<{ cost: number | bigint | null }>();
  return BigInt(row?.cost ?? 0);
}
