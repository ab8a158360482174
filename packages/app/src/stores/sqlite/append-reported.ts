/**
 * Totals that agents told of their own sessions: the last of each process is kept, and what the calls seen in the
 * session's logs do not explain stands in the ledger as one flagged call, for as long as nothing explains it. A fork's log
 * holds copies of calls that are another session's, so a session's logs are looked for, not its calls alone.
 */
import type { CallRecord, LedgerBatch, SightedCall, TokenUsage } from '@tokenmeter/core';
import { plainModel, reconcile } from '@tokenmeter/core';
import type { CallWriter } from './append-calls.ts';
import type { CallIndex } from './call-index.ts';
import type { CallRow, Knowledge } from './call-row.ts';
import { NO_SOURCE, usageOf } from './call-row.ts';
import type { Driver } from './driver.ts';
import { REMAINDER } from './strands.ts';

interface ReportedRow {
  readonly process: string;
  readonly source: number;
  readonly started_at: number;
  readonly at: number;
  readonly by_model: string;
  readonly cwd: string;
}

/** Logs in which a session's calls are seen: those that told its totals, and those of its threads unless they told another's. */
const LOGS = `SELECT source FROM reported_total WHERE session = ?1 AND source <> 0
  UNION SELECT s.source FROM strand s WHERE s.session = ?1 AND s.source <> 0
    AND NOT EXISTS (SELECT 1 FROM reported_total r WHERE r.source = s.source AND r.session <> ?1)`;

const SIGHTED = `SELECT c.at, c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output, c.reasoning,
    s.model, s.caller, s.session, s.thread
  FROM call c JOIN strand s ON s.id = c.strand WHERE c.id IN (
    SELECT c.id FROM strand s JOIN call c ON c.strand = s.id WHERE s.session = ?1 AND s.flags & ${REMAINDER} = 0
    UNION SELECT call FROM observation WHERE session = ?1
    UNION SELECT c.id FROM (${LOGS}) l JOIN strand s ON s.source = l.source JOIN call c ON c.strand = s.id
    UNION SELECT o.call FROM (${LOGS}) l JOIN observation o ON o.source = l.source
  )`;

export class ReportedWriter {
  readonly #driver: Driver;
  readonly #know: Knowledge;
  readonly #index: CallIndex;
  readonly #calls: CallWriter;

  constructor(driver: Driver, know: Knowledge, index: CallIndex, calls: CallWriter) {
    this.#driver = driver;
    this.#know = know;
    this.#index = index;
    this.#calls = calls;
  }

  /** Keeps each source's last snapshot of each process; of two of one instant the larger text, so that order is nothing. */
  append(events: LedgerBatch['reportedTotals']): void {
    const keep = this.#driver.prepare(
      `INSERT INTO reported_total VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET started_at = excluded.started_at,
        at = excluded.at, by_model = excluded.by_model, cwd = excluded.cwd
        WHERE excluded.at > at OR (excluded.at = at AND excluded.by_model > by_model)`,
    );
    for (const event of events) {
      const session = this.#know.directory.session(event.agent, event.sessionId);
      const byModel = JSON.stringify([...event.byModel].sort(([a], [b]) => (a < b ? -1 : 1)));
      const source = event.source ? this.#know.directory.source(event.source).id : 0;
      if (keep.run(session.id, event.process, source, event.processStartedAt, event.at, byModel, event.cwd) > 0)
        this.#calls.moved.sessions.add(session.id);
    }
  }

  /** Compares again every session in whose logs something moved; `calls` are the batch's sightings. */
  reconcileMoved(calls: readonly CallRecord[]): void {
    if (this.#driver.prepare('SELECT 1 AS some FROM reported_total LIMIT 1').get() === undefined) return;
    const told = this.#driver.prepare(
      'SELECT * FROM reported_total WHERE session = ? ORDER BY process, at DESC, by_model DESC',
    );
    const sessions = new Set([...this.#calls.moved.sessions, ...this.#sessionsOf(calls)]);
    for (const session of sessions) {
      const rows = told.all<ReportedRow>(session);
      if (rows.length > 0) this.#reconcile(session, rows);
    }
  }

  /** Sessions in whose logs one of these was seen, or a call that changed: a copy moves as the call it is of does. */
  #sessionsOf(calls: readonly CallRecord[]): Set<number> {
    const { directory } = this.#know;
    const sources = new Set<number>();
    for (const source of new Set(calls.map((call) => call.source))) sources.add(directory.source(source).id);
    const copies = this.#driver.prepare('SELECT source FROM observation WHERE call = ?');
    for (const id of this.#calls.moved.changed)
      for (const { source } of copies.all<{ source: number }>(id)) sources.add(source);
    const readers = this.#driver.prepare(
      'SELECT session FROM reported_total WHERE source = ?1 UNION SELECT session FROM strand WHERE source = ?1',
    );
    const sessions = new Set<number>();
    for (const source of sources)
      for (const { session } of readers.all<{ session: number }>(source)) sessions.add(session);
    return sessions;
  }

  #reconcile(session: number, rows: readonly ReportedRow[]): void {
    const row = this.#know.directory.sessionById(session);
    if (!row || row.frozen === 1 || this.#hasGone(session)) return;
    this.#index.makeStrandIndex();
    const agent = this.#know.words.text(row.agent);
    const last = rows.filter((told, index) => told.process !== rows[index - 1]?.process);
    const processes = last.map((told) => ({
      process: told.process,
      startedAt: told.started_at,
      at: told.at,
      // Written by `append` alone.
      byModel: new Map(JSON.parse(told.by_model) as [string, TokenUsage][]),
    }));
    const remainders = reconcile(processes, this.#sighted(session), this.#compactions(session));
    const cwd = last.find((told) => told.cwd !== '')?.cwd ?? row.cwd;
    const wanted = remainders.map(
      (rest): CallRecord => ({
        agent,
        identity: `reported:${row.session_id}:${rest.process}:${plainModel(rest.model)}`,
        requestId: '',
        chain: 'main',
        sessionId: row.session_id,
        rootSessionId: row.root_id || row.session_id,
        threadId: row.session_id,
        caller: rest.isCompaction ? 'system:compaction' : 'system:unattributed',
        model: rest.model,
        seller: '',
        at: rest.at,
        usage: rest.usage,
        certainty: 'reported',
        cwd,
        branch: '',
        tier: '',
        geo: '',
        webSearches: 0,
        assumedLifetime: rest.usage.cacheWrite5m > 0,
        counted: rest.isCompaction,
        source: NO_SOURCE,
      }),
    );
    const identities = new Set(wanted.map((record) => record.identity));
    for (const old of this.#remainders(session)) if (!identities.has(old.identity)) this.#calls.remove(old);
    for (const record of wanted) this.#calls.setRemainder(record);
  }

  /** Whether a call that was folded or forgotten was in the session's logs. */
  #hasGone(session: number): boolean {
    for (const { source } of this.#driver.prepare(LOGS).all<{ source: number }>(session))
      if (this.#know.directory.sourceById(source)?.has_gone === 1) return true;
    return false;
  }

  /** Calls in the session's own logs, its sub-agents' included, and copies of others' calls in them. */
  #sighted(session: number): SightedCall[] {
    const { words, directory } = this.#know;
    return this.#driver
      .prepare(SIGHTED)
      .all<CallRow & Record<'model' | 'caller' | 'session' | 'thread', number>>(session)
      .map((row) => ({
        model: words.text(row.model),
        at: row.at,
        usage: usageOf(row),
        isCompaction: words.text(row.caller) === 'system:compaction',
        isMain: directory.threadById(row.thread)?.thread_id === directory.sessionById(row.session)?.session_id,
      }));
  }

  #compactions(session: number): number[] {
    return this.#driver
      .prepare('SELECT at FROM compaction WHERE session = ?')
      .all<{ at: number }>(session)
      .map((row) => row.at);
  }

  #remainders(session: number): CallRow[] {
    return this.#driver
      .prepare(
        `SELECT c.* FROM strand s JOIN call c ON c.strand = s.id WHERE s.session = ? AND s.flags & ${REMAINDER} <> 0`,
      )
      .all<CallRow>(session);
  }
}
