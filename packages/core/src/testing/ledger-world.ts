/**
 * Small things to tell a ledger, and everything a ledger answers as one value to compare. Shared by the ledger suite and
 * stores' own tests; nothing here asserts.
 */
import type { CallRecord, SourceRef } from '../call.ts';
import type { ThreadEvent, ToolCallEvent, ToolResultEvent } from '../event.ts';
import type { Cursor, Ledger, LedgerBatch } from '../ledger.ts';
import type { GroupKey, QueryResult } from '../query.ts';
import type { TokenUsage } from '../usage.ts';
import { NO_USAGE } from '../usage.ts';
import { seededRandom } from './random.ts';

export const NOON = Date.UTC(2026, 5, 1, 12);
export const MINUTE = 60_000;
export const AGENT = 'claude-code';

/** A log that began at `startedAt`. */
export function log(path: string, startedAt: number | undefined = NOON): SourceRef {
  return { agent: AGENT, path, startedAt, bornAt: 0 };
}

export function use(usage: Partial<TokenUsage>): TokenUsage {
  return { ...NO_USAGE, ...usage };
}

/** A call of the session `s1` in `/logs/s1`, unless told otherwise. */
export function call(identity: string, told: Partial<CallRecord> = {}): CallRecord {
  const sessionId = told.sessionId ?? 's1';
  return {
    agent: AGENT,
    identity,
    requestId: `req-${identity}`,
    chain: 'main',
    sessionId,
    rootSessionId: sessionId,
    threadId: sessionId,
    caller: 'lead',
    model: 'sonnet',
    seller: 'anthropic',
    at: NOON,
    usage: use({ input: 100, output: 10 }),
    certainty: 'exact',
    cwd: '/work/app',
    branch: 'main',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
    source: log(`/logs/${sessionId}`),
    ...told,
  };
}

export function batch(told: Partial<LedgerBatch>): LedgerBatch {
  return {
    calls: [],
    toolCalls: [],
    toolResults: [],
    sessions: [],
    threads: [],
    prompts: [],
    injected: [],
    compactions: [],
    pullRequests: [],
    limits: [],
    reportedTotals: [],
    cursors: [],
    ...told,
  };
}

export function tool(id: string, callIdentity: string, told: Partial<ToolCallEvent> = {}): ToolCallEvent {
  return {
    type: 'tool_call',
    agent: AGENT,
    id,
    callIdentity,
    sessionId: 's1',
    threadId: 's1',
    name: 'Read',
    kind: 'read',
    at: NOON,
    argumentBytes: 20,
    ...told,
  };
}

export function result(id: string, told: Partial<ToolResultEvent> = {}): ToolResultEvent {
  return {
    type: 'tool_result',
    agent: AGENT,
    id,
    callIdentity: '',
    sessionId: 's1',
    threadId: 's1',
    at: NOON + 5000,
    resultBytes: 300,
    isError: false,
    ...told,
  };
}

export function thread(threadId: string, told: Partial<ThreadEvent> = {}): ThreadEvent {
  return {
    type: 'thread',
    agent: AGENT,
    sessionId: 's1',
    rootSessionId: 's1',
    threadId,
    parentThreadId: '',
    name: '',
    spawnedBy: '',
    ...told,
  };
}

export function reported(
  process: string,
  processStartedAt: number,
  byModel: Record<string, Partial<TokenUsage>>,
  told: Partial<LedgerBatch['reportedTotals'][number]> = {},
): LedgerBatch['reportedTotals'][number] {
  return {
    type: 'reported_total',
    agent: AGENT,
    sessionId: 's1',
    process,
    processStartedAt,
    at: processStartedAt + 30 * MINUTE,
    byModel: new Map(Object.entries(byModel).map(([model, usage]) => [model, use(usage)])),
    cwd: '/work/app',
    ...told,
  };
}

export function cursor(source: SourceRef, told: Partial<Cursor> = {}): Cursor {
  return {
    source,
    fileId: '1:2',
    offset: 100,
    size: 120,
    mtimeMs: 1.5,
    headHash: 'abc',
    headBytes: 64,
    state: '{"turn":1}',
    lineageId: 's1',
    lineageParent: '',
    lines: 7,
    skippedDamaged: 1,
    skippedUnknown: 2,
    ...told,
  };
}

/** Grouped totals as `{ 'key': [calls, tokens ...] }` are unwieldy; this is rows without the totals nobody asked for. */
export function cells(answer: QueryResult): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    answer.rows.map(({ key, ...totals }) => [
      Object.values(key).join(' '),
      { calls: totals.calls, ...totals.usage, tools: totals.toolCalls, cost: totals.costNano },
    ]),
  );
}

/** All a ledger answers, without what names rows of this one ledger only: equal ledgers give equal values. */
export async function everything(ledger: Ledger): Promise<unknown> {
  const groups: readonly (readonly GroupKey[])[] = [
    [],
    ['agent', 'model', 'project', 'caller'],
    ['session', 'thread', 'branch', 'model'],
    ['hour', 'session'],
    ['day', 'model'],
    ['tool'],
    ['day', 'tool', 'session'],
  ];
  const answers = [];
  for (const by of groups) answers.push(await ledger.query({ by, tz: 'Europe/Berlin' }));
  const { sessions } = await ledger.sessions({ sort: 'started', descending: false, limit: 1000 });
  const pages = [];
  for (const { agent, sessionId } of [...sessions].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))) {
    const page = await ledger.session(agent, sessionId);
    const calls = await ledger.calls(sessionId, { limit: 1000 });
    const details = [];
    for (const view of calls.calls) {
      const detail = await ledger.call(view.id);
      details.push({ ...detail, id: '', sightings: sortedBy(detail?.sightings ?? [], (one) => one.source) });
    }
    pages.push({
      summary: page?.summary,
      threads: sortedBy(page?.threads ?? [], (one) => one.threadId),
      marks: page?.marks,
      calls: sortedBy(details, (one) => `${one.at} ${one.identity} ${one.requestId}`),
    });
  }
  return {
    answers,
    pages,
    activity: await ledger.activity(undefined, undefined),
    models: await ledger.models(),
    limits: await ledger.limits(),
    sources: (await ledger.sources()).map((source) => ({ ...source, lastReadAt: 0 })),
  };
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * A little history that has everything at once, cut into batches: several sessions and files, forks with copies, growing
 * snapshots, side replays, sub-agents, tools with results, unpriced models, prompts. The same seed tells the same.
 */
export function randomHistory(seed: string): LedgerBatch[] {
  const random = seededRandom(seed);
  const batches: LedgerBatch[] = [];
  for (let part = 0; part < 6; part++) {
    const calls: CallRecord[] = [];
    const toolCalls: ToolCallEvent[] = [];
    const toolResults: ToolResultEvent[] = [];
    for (let count = 0; count < 25; count++) {
      const number = random.int(0, 39);
      const session = random.pick(['s1', 's2', 's3']);
      const isSub = number % 5 === 0;
      const source = log(`/logs/${session}`, NOON + session.charCodeAt(1) * 1000);
      const identity = `m${number}`;
      calls.push(
        call(identity, {
          sessionId: session,
          rootSessionId: session,
          threadId: isSub ? `${session}:a` : session,
          caller: isSub ? 'subagent:unknown' : 'lead',
          model: number % 7 === 0 ? 'unpriced-x' : 'sonnet',
          at: NOON + number * 17 * MINUTE,
          chain: number % 11 === 0 ? 'side' : 'main',
          cwd: `/work/${session}`,
          usage: use({ input: number, cacheRead: number * 10, output: 1 + random.int(0, number) }),
          source,
        }),
      );
      if (number % 3 === 0) {
        toolCalls.push(tool(`t${number}`, identity, { sessionId: session, at: NOON + number * 17 * MINUTE }));
        toolResults.push(result(`t${number}`, { sessionId: session, at: NOON + number * 17 * MINUTE + 1000 }));
      }
    }
    const threads =
      part === 3 ? ['s1', 's2', 's3'].map((id) => thread(`${id}:a`, { sessionId: id, name: 'Explore' })) : [];
    const prompts = [
      {
        type: 'prompt' as const,
        agent: AGENT,
        id: `p${part}`,
        sessionId: 's1',
        threadId: 's1',
        at: NOON + part,
        bytes: 3,
      },
    ];
    batches.push(batch({ calls, toolCalls, toolResults, threads, prompts }));
  }
  return batches;
}
