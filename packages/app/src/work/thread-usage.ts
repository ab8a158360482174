/**
 * What one thread (a conversation, with its sub-agents) used: sums over its calls, by the model and the caller of each.
 * The status of a run plays no part. The session page, the usage page and this are sums of the same calls.
 */
import type {
  Ledger,
  Query,
  Row,
  RunStore,
  Totals,
  WireBuckets,
  WireLiveRun,
  WireSpend,
  WireThreadUsage,
} from '@tokenmeter/core';
import { addUsage, formatNanoDecimal, inputTokens, NO_COST, NO_USAGE, totalTokens } from '@tokenmeter/core';
import type { Hub } from '../live/port.ts';

export interface ThreadSources {
  readonly ledger: Ledger;
  readonly runs?: Pick<RunStore, 'runs'> | undefined;
  readonly live?: Pick<Hub, 'now'> | undefined;
}

/** Runs of one session that are listed. */
const MOST_RUNS = 500;

/**
 * Undefined where no call of such a session or thread is known. `isActive`: with what a run at work has written since its
 * last call ended, an estimate that is told apart.
 */
export async function readThreadUsage(
  sources: ThreadSources,
  id: string,
  isActive = true,
): Promise<WireThreadUsage | undefined> {
  const { ledger } = sources;
  const found = await sessionOf(ledger, id);
  if (!found) return undefined;
  const { sessions, threadId, main } = found;
  const only: Query['only'] = { session: sessions, ...(threadId === undefined ? {} : { thread: [threadId] }) };
  const ask = (by: Query['by']) => ledger.query({ by, tz: 'UTC', only });
  const [byModel, byCaller, bySessionModel] = await Promise.all([
    ask(['model']),
    ask(['caller', 'model']),
    ask(['session', 'model']),
  ]);
  const active = threadId === undefined ? activeRuns(sources, main.sessionId) : [];
  const flying = isActive ? active : [];
  const models = flying.reduce(addInFlight, byModel.rows);
  const callers = flying.reduce(addInFlight, byCaller.rows);
  const totals = models.reduce<Totals>(addTotals, {
    ...byModel.totals,
    usage: NO_USAGE,
    calls: 0,
    costNano: null,
    unpricedTokens: 0,
  });
  const runs = await runsOf(sources, sessions, bySessionModel.rows);
  return {
    thread_id: id,
    session_id: main.sessionId,
    ...bucketsOf(totals),
    ...spendOf(totals),
    total_tokens: totalTokens(totals.usage),
    total_input_tokens: inputTokens(totals.usage),
    total_output_tokens: totals.usage.output,
    total_runs: runs.length,
    llm_call_count: totals.calls,
    by_model: Object.fromEntries(
      models.map((row) => [
        row.key.model || 'unknown',
        {
          ...bucketsOf(row),
          ...spendOf(row),
          calls: row.calls,
          runs: Math.max(1, bySessionModel.rows.filter((one) => one.key.model === row.key.model).length),
        },
      ]),
    ),
    by_caller: {
      lead_agent: tokensBy(callers, (caller) => familyOf(caller) === 'lead_agent'),
      subagent: tokensBy(callers, (caller) => familyOf(caller) === 'subagent'),
      middleware: tokensBy(callers, (caller) => familyOf(caller) === 'middleware'),
    },
    callers: callersOf(callers),
    context_usage:
      main.contextUsed === null
        ? null
        : {
            token_count: main.contextUsed,
            max_context_tokens: main.contextWindow,
            percentage: main.contextWindow === null ? null : Math.floor((main.contextUsed / main.contextWindow) * 100),
          },
    runs,
    active_runs: active.length,
    provisional_tokens: flying.reduce((sum, run) => sum + run.estimated_tokens, 0),
  };
}

function activeRuns({ live }: ThreadSources, sessionId: string): WireLiveRun[] {
  return (live?.now().runs ?? []).filter((run) => run.session_id === sessionId && run.ended_at === null);
}

/** What a run has written since its last call ended, as output of its model, by its main agent. No call: it is under way. */
function addInFlight(rows: readonly Row[], run: WireLiveRun): readonly Row[] {
  if (run.estimated_tokens === 0) return rows;
  const model = run.model ?? '';
  const usage = { ...NO_USAGE, output: run.estimated_tokens };
  const known = rows.find((row) => row.key.model === model && (row.key.caller ?? 'lead') === 'lead');
  const extra: Row = {
    key: { caller: 'lead', model },
    calls: 0,
    usage,
    reasoningComplete: true,
    toolCalls: 0,
    costNano: null,
    cost: NO_COST,
    unpricedTokens: run.estimated_tokens,
    inexactTokens: run.estimated_tokens,
  };
  return known ? rows.map((row) => (row === known ? addTotals(row, extra) : row)) : [...rows, extra];
}

/** Runs as they were kept, whatever their end; a session that no run tells of is one that was only observed. */
async function runsOf(
  { runs }: ThreadSources,
  sessions: readonly string[],
  rows: readonly Row[],
): Promise<WireThreadUsage['runs']> {
  const all: WireThreadUsage['runs'][number][] = [];
  for (const session of sessions) {
    const kept = (await runs?.runs({ sessionId: session, limit: MOST_RUNS }))?.runs ?? [];
    for (const run of kept)
      all.push({
        run_id: run.id,
        status: run.status,
        stop_reason: run.stopReason,
        tokens: run.usage ? totalTokens(run.usage) : 0,
        calls: run.calls,
        cost_usd: run.costNano === null ? null : formatNanoDecimal(run.costNano),
      });
    const own = rows.filter((row) => row.key.session === session);
    if (kept.length > 0 || own.length === 0) continue;
    const cost = own.reduce((sum, row) => sum + (row.costNano ?? 0n), 0n);
    all.push({
      run_id: session,
      status: 'observed',
      stop_reason: null,
      tokens: own.reduce((sum, row) => sum + totalTokens(row.usage), 0),
      calls: own.reduce((sum, row) => sum + row.calls, 0),
      cost_usd: own.some((row) => row.costNano !== null) ? formatNanoDecimal(cost) : null,
    });
  }
  return all;
}

interface Found {
  /** The session with all below it. */
  readonly sessions: readonly string[];
  /** Where one thread of it was asked for, not its main one. */
  readonly threadId: string | undefined;
  readonly main: {
    readonly sessionId: string;
    readonly contextUsed: number | null;
    readonly contextWindow: number | null;
  };
}

/** A session by its id; else the session that has a thread of that id. */
async function sessionOf(ledger: Ledger, id: string): Promise<Found | undefined> {
  const detail = await ledger.session(undefined, id);
  if (detail) {
    const lead = detail.threads.find((thread) => thread.parentThreadId === '') ?? detail.threads[0];
    return {
      sessions: [
        id,
        ...(await below(
          ledger,
          detail.children.map((child) => child.sessionId),
        )),
      ],
      threadId: undefined,
      main: { sessionId: id, contextUsed: lead?.contextUsed ?? null, contextWindow: lead?.contextWindow ?? null },
    };
  }
  const { rows } = await ledger.query({ by: ['session'], tz: 'UTC', only: { thread: [id] } });
  const sessionId = rows[0]?.key.session;
  if (sessionId === undefined) return undefined;
  const owner = await ledger.session(undefined, sessionId);
  const thread = owner?.threads.find((one) => one.threadId === id);
  return {
    sessions: [sessionId],
    threadId: id,
    main: { sessionId, contextUsed: thread?.contextUsed ?? null, contextWindow: thread?.contextWindow ?? null },
  };
}

/** Sub-agents' sessions at any depth. */
async function below(ledger: Ledger, ids: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const id of ids) {
    const detail = await ledger.session(undefined, id);
    all.push(id, ...(await below(ledger, detail?.children.map((child) => child.sessionId) ?? [])));
  }
  return [...new Set(all)];
}

function familyOf(caller: string): 'lead_agent' | 'subagent' | 'middleware' {
  if (caller.startsWith('subagent')) return 'subagent';
  return caller.startsWith('system') ? 'middleware' : 'lead_agent';
}

function tokensBy(rows: readonly Row[], is: (caller: string) => boolean): number {
  return rows.filter((row) => is(row.key.caller ?? '')).reduce((sum, row) => sum + totalTokens(row.usage), 0);
}

function callersOf(rows: readonly Row[]): WireThreadUsage['callers'] {
  const callers = new Map<string, Row[]>();
  for (const row of rows) callers.set(row.key.caller ?? '', [...(callers.get(row.key.caller ?? '') ?? []), row]);
  return [...callers].map(([caller, own]) => {
    const sum = own.reduce((a, b) => addTotals(a, b));
    return {
      caller,
      ...bucketsOf(sum),
      ...spendOf(sum),
      calls: sum.calls,
      models: own.map((row) => row.key.model || 'unknown'),
    };
  });
}

function addTotals<T extends Totals>(a: T, b: Totals): T {
  return {
    ...a,
    calls: a.calls + b.calls,
    usage: addUsage(a.usage, b.usage),
    costNano: a.costNano === null && b.costNano === null ? null : (a.costNano ?? 0n) + (b.costNano ?? 0n),
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
  };
}

function bucketsOf({ usage }: Totals): WireBuckets {
  return {
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? null,
    tokens: totalTokens(usage),
  };
}

function spendOf({ costNano, unpricedTokens }: Totals): WireSpend {
  return {
    cost_usd: costNano === null ? null : formatNanoDecimal(costNano),
    cost_complete: unpricedTokens === 0,
    unpriced_tokens: unpricedTokens,
  };
}
