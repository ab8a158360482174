/**
 * Runs as rows of the ledger's file, and their append-only logs. Written under the same lock as calls; saying a thing
 * again changes nothing, and a log entry once written stays as it is.
 */
import type { Run, RunEvent, RunQuery, RunStatus, RunStore, StopReason, TokenUsage } from '@tokenmeter/core';
import { TokenmeterError } from '@tokenmeter/core';
import type { Driver, Value } from './driver.ts';

/** Integers come as bigint where one of the row passes 2^53. */
type Integer = number | bigint;
type Row = Readonly<
  Record<
    | 'id'
    | 'agent'
    | 'origin'
    | 'name'
    | 'task_id'
    | 'title'
    | 'cwd'
    | 'session_id'
    | 'requested_model'
    | 'model'
    | 'status',
    string
  > &
    Record<'message' | 'agent_version', string> &
    Record<'stop_reason', string | null> &
    Record<'started_at' | 'calls' | 'unpriced_tokens', Integer> &
    Record<
      | 'ended_at'
      | 'exit_code'
      | 'pid'
      | 'stop_ms'
      | 'input'
      | 'cache_read'
      | 'cache_write_5m'
      | 'cache_write_1h'
      | 'output'
      | 'reasoning'
      | 'cost'
      | 'budget'
      | 'overshoot',
      Integer | null
    >
>;

const COLUMNS = 30;
const HOLES = new Array(COLUMNS).fill('?').join(', ');

export class SqliteRuns implements RunStore {
  readonly #driver: () => Driver;

  /** `driver` is asked each time: the file may be replaced under it. */
  constructor(driver: () => Driver) {
    this.#driver = driver;
  }

  async save(run: Run, events: readonly RunEvent[]): Promise<void> {
    const driver = this.#driver();
    driver.write(() => {
      driver.prepare(`INSERT OR REPLACE INTO run VALUES (${HOLES})`).run(...valuesOf(run));
      const insert = driver.prepare('INSERT OR IGNORE INTO run_event VALUES (?, ?, ?, ?, ?)');
      for (const { runId, seq, at, type, data } of events)
        insert.run(runId, seq, at, type, JSON.stringify(data ?? null));
    });
  }

  async run(id: string): Promise<Run | undefined> {
    const row = this.#driver().prepare('SELECT * FROM run WHERE id = ?').get<Row>(id);
    return row && runOf(row);
  }

  async runs(query: RunQuery): Promise<{ readonly runs: readonly Run[]; readonly next?: string | undefined }> {
    const conditions: string[] = [];
    const values: Value[] = [];
    const add = (sql: string, ...given: Value[]) => {
      conditions.push(sql);
      values.push(...given);
    };
    if (query.since !== undefined) add('started_at >= ?', query.since);
    if (query.until !== undefined) add('started_at < ?', query.until);
    if (query.taskId !== undefined) add('task_id = ?', query.taskId);
    if (query.sessionId !== undefined) add('session_id = ?', query.sessionId);
    if (query.status) add('status IN (SELECT value FROM json_each(?))', JSON.stringify(query.status));
    if (query.agent) add('agent IN (SELECT value FROM json_each(?))', JSON.stringify(query.agent));
    if (query.after !== undefined) add('(started_at, id) < (?, ?)', ...readAfter(query.after));
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = this.#driver()
      .prepare(`SELECT * FROM run ${where} ORDER BY started_at DESC, id DESC LIMIT ?`)
      .all<Row>(...values, query.limit + 1);
    const runs = rows.slice(0, query.limit).map(runOf);
    const last = runs.at(-1);
    return rows.length > query.limit && last ? { runs, next: `${last.startedAt}.${last.id}` } : { runs };
  }

  async events(runId: string, after: number, limit: number): Promise<readonly RunEvent[]> {
    return this.#driver()
      .prepare('SELECT run, seq, at, type, data FROM run_event WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?')
      .all<{ run: string; seq: number; at: number; type: string; data: string }>(runId, after, limit)
      .map(({ run, seq, at, type, data }) => ({ runId: run, seq, at, type, data: JSON.parse(data) as unknown }));
  }
}

function valuesOf(run: Run): Value[] {
  const { usage } = run;
  return [
    run.id,
    run.agent,
    run.origin,
    run.name,
    run.taskId,
    run.title,
    run.cwd,
    run.sessionId,
    run.requestedModel,
    run.model,
    run.status,
    run.stopReason,
    run.message,
    run.startedAt,
    run.endedAt,
    run.exitCode,
    run.pid,
    run.stopMs,
    usage?.input ?? null,
    usage?.cacheRead ?? null,
    usage?.cacheWrite5m ?? null,
    usage?.cacheWrite1h ?? null,
    usage?.output ?? null,
    usage?.reasoning ?? null,
    run.calls,
    run.costNano,
    run.unpricedTokens,
    run.budgetNano,
    run.overshootNano,
    run.agentVersion,
  ];
}

function runOf(row: Row): Run {
  const whole = (value: Integer | null) => (value === null ? null : Number(value));
  const nano = (value: Integer | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    agent: row.agent,
    origin: row.origin === 'observed' ? 'observed' : 'started',
    name: row.name,
    taskId: row.task_id,
    title: row.title,
    cwd: row.cwd,
    sessionId: row.session_id,
    requestedModel: row.requested_model,
    model: row.model,
    status: row.status as RunStatus, // -- written by valuesOf alone
    stopReason: row.stop_reason as StopReason | null, // -- written by valuesOf alone
    message: row.message,
    startedAt: Number(row.started_at),
    endedAt: whole(row.ended_at),
    exitCode: whole(row.exit_code),
    pid: whole(row.pid),
    stopMs: whole(row.stop_ms),
    usage: usageOf(row),
    calls: Number(row.calls),
    costNano: nano(row.cost),
    unpricedTokens: Number(row.unpriced_tokens),
    budgetNano: nano(row.budget),
    overshootNano: nano(row.overshoot),
    agentVersion: row.agent_version,
  };
}

/** The five buckets are written together; without one there are none. */
function usageOf(row: Row): TokenUsage | null {
  if (row.input === null) return null;
  return {
    input: Number(row.input),
    cacheRead: Number(row.cache_read),
    cacheWrite5m: Number(row.cache_write_5m),
    cacheWrite1h: Number(row.cache_write_1h),
    output: Number(row.output),
    reasoning: row.reasoning === null ? undefined : Number(row.reasoning),
  };
}

function readAfter(text: string): [number, string] {
  const match = /^(\d{1,16})\.(.+)$/s.exec(text);
  if (!match)
    throw new TokenmeterError('bad-query', `Cannot page from "${text}": it is not what an earlier page gave as next`);
  return [Number(match[1]), match[2] ?? ''];
}
