/**
 * What one thread (a conversation, with its sub-agents) used: sums over its calls, by the model and the caller of each.
 * The status of a run plays no part. The session page, the usage page and this are sums of the same calls.
 */
import type { Ledger, Query, Row, Totals, WireBuckets, WireSpend, WireThreadUsage } from '@tokenmeter/core';
import { addUsage, formatNanoDecimal, inputTokens, totalTokens } from '@tokenmeter/core';

/** Undefined where no call of such a session or thread is known. */
export async function readThreadUsage(ledger: Ledger, id: string): Promise<WireThreadUsage | undefined> {
  const found = await sessionOf(ledger, id);
  if (!found) return undefined;
  const { sessions, threadId } = found;
  const only: Query['only'] = { session: sessions, ...(threadId === undefined ? {} : { thread: [threadId] }) };
  const ask = (by: Query['by']) => ledger.query({ by, tz: 'UTC', only });
  const [byModel, byCaller, bySessionModel] = await Promise.all([
    ask(['model']),
    ask(['caller', 'model']),
    ask(['session', 'model']),
  ]);
  const { totals } = byModel;
  const main = found.main;
  const runs = sessions.map((session) => {
    const own = bySessionModel.rows.filter((row) => row.key.session === session);
    const cost = own.reduce((sum, row) => sum + (row.costNano ?? 0n), 0n);
    return {
      run_id: session,
      status: 'observed' as const,
      stop_reason: null,
      tokens: own.reduce((sum, row) => sum + totalTokens(row.usage), 0),
      calls: own.reduce((sum, row) => sum + row.calls, 0),
      cost_usd: own.some((row) => row.costNano !== null) ? formatNanoDecimal(cost) : null,
    };
  });
  return {
    thread_id: id,
    session_id: main.sessionId,
    ...bucketsOf(totals),
    ...spendOf(totals),
    total_tokens: totalTokens(totals.usage),
    total_input_tokens: inputTokens(totals.usage),
    total_output_tokens: totals.usage.output,
    total_runs: runs.filter((run) => run.tokens > 0 || run.calls > 0).length,
    llm_call_count: totals.calls,
    by_model: Object.fromEntries(
      byModel.rows.map((row) => [
        row.key.model || 'unknown',
        {
          ...bucketsOf(row),
          ...spendOf(row),
          calls: row.calls,
          runs: bySessionModel.rows.filter((one) => one.key.model === row.key.model).length,
        },
      ]),
    ),
    by_caller: {
      lead_agent: tokensBy(byCaller.rows, (caller) => familyOf(caller) === 'lead_agent'),
      subagent: tokensBy(byCaller.rows, (caller) => familyOf(caller) === 'subagent'),
      middleware: tokensBy(byCaller.rows, (caller) => familyOf(caller) === 'middleware'),
    },
    callers: callersOf(byCaller.rows),
    context_usage:
      main.contextUsed === null
        ? null
        : {
            token_count: main.contextUsed,
            max_context_tokens: main.contextWindow,
            percentage: main.contextWindow === null ? null : Math.floor((main.contextUsed / main.contextWindow) * 100),
          },
    runs,
    active_runs: 0,
    provisional_tokens: 0,
  };
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
    const sum = own.reduce(addTotals);
    return {
      caller,
      ...bucketsOf(sum),
      ...spendOf(sum),
      calls: sum.calls,
      models: own.map((row) => row.key.model || 'unknown'),
    };
  });
}

function addTotals(a: Row, b: Row): Row {
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
