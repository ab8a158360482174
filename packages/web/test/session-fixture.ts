/**
 * Sessions for the page tests: enough of them for three pages, one with sub-agents, a compaction and every kind of mark,
 * one with far more calls than fit on a screen. Answers list, session, calls and single calls as the server does.
 */
import type {
  WireCall,
  WireCallDetail,
  WireCostParts,
  WireMark,
  WirePrice,
  WireSession,
  WireSessionDetail,
  WireThread,
  WireToolCall,
  WireTotals,
} from '@tokenmeter/core';
import { formatNanoDecimal } from '@tokenmeter/core';
import { NOW } from './fixture.ts';
import type { TestServer } from './serve.ts';

export const WAL = 'session-wal';
export const LONG = 'session-long';
export const CHILD = 'session-child';
const START = Date.parse(NOW) - 42 * 60_000;
const MAIN = WAL;

const OPUS: WirePrice = {
  id: 'anthropic/claude-opus-4-6',
  seller: 'anthropic',
  model: 'claude-opus-4-6',
  from: null,
  rates: { input: '5', output: '25', cache_read: '0.5', cache_write_5m: '6.25', cache_write_1h: '10' },
  tiers: [],
  origin: 'catalogue',
};

const iso = (at: number) => new Date(at).toISOString();
const KINDS = ['read', 'shell', 'edit', 'search', 'web', 'task', 'mcp:linear', 'plan', 'other'] as const;
const NAMES = ['Read', 'Bash', 'Edit', 'Grep', 'WebFetch', 'Task', 'mcp__linear__get_issue', 'TodoWrite', 'Sleep'];

/** A call of the session at a second of it, priced as Opus. */
export function makeCall(
  session: string,
  thread: string,
  index: number,
  context: number,
  change: Partial<WireCall> = {},
) {
  const at = START + index * 30_000;
  const [input, write, output] = [120, 900, 300 + ((index * 37) % 400)];
  const read = Math.max(0, context - input - write);
  const nano = { input: input * 5_000, cacheRead: read * 500, cacheWrite: write * 6_250, output: output * 25_000 };
  const parts: WireCostParts = {
    input: formatNanoDecimal(BigInt(nano.input)),
    cache_read: formatNanoDecimal(BigInt(nano.cacheRead)),
    cache_write: formatNanoDecimal(BigInt(nano.cacheWrite)),
    output: formatNanoDecimal(BigInt(nano.output)),
    other: '0.000000000',
  };
  const kind = index % KINDS.length;
  const tool: WireToolCall = {
    id: `${session}-t${index}`,
    name: NAMES[kind] ?? 'Read',
    kind: KINDS[kind] ?? 'other',
    at: iso(at),
    ended_at: index % 11 === 5 ? null : iso(at + 340 + index * 90),
    argument_bytes: 120,
    result_bytes: index % 11 === 5 ? null : 800 + index * 210,
    is_error: index % 7 === 3,
  };
  const call: WireCall = {
    id: `${session}-${index}`,
    agent: 'claude-code',
    session_id: session,
    thread_id: thread,
    caller: thread === session ? 'lead' : 'subagent:explore',
    model: 'claude-opus-4-6',
    at: iso(at),
    input,
    cache_read: read,
    cache_write_5m: write,
    cache_write_1h: 0,
    output,
    reasoning: null,
    tokens: input + read + write + output,
    context: input + read + write,
    context_window: 200_000,
    certainty: 'exact',
    cost_usd: formatNanoDecimal(BigInt(nano.input + nano.cacheRead + nano.cacheWrite + nano.output)),
    cost_parts: parts,
    stop_reason: 'tool_use',
    counted: true,
    tools: index % 4 === 3 ? [] : [tool],
    ...change,
  };
  return call;
}

/** Grows to 182k, is compacted, grows again; sub-agents in between; a model without a price and a cut call near the end. */
function walCalls(): WireCall[] {
  const calls: WireCall[] = [];
  for (let index = 0; index < 40; index++)
    calls.push(makeCall(WAL, MAIN, index, index < 26 ? 18_000 + index * 6_560 : 41_000 + (index - 26) * 6_700));
  for (const [index, thread] of [
    [8, 'wal:explore'],
    [9, 'wal:explore'],
    [10, 'wal:nested'],
    [14, 'wal:writer'],
    [15, 'wal:writer'],
  ] as const)
    calls.push({
      ...makeCall(WAL, thread, index, 12_000 + index * 900),
      id: `${WAL}-sub${index}`,
      at: iso(START + index * 30_000 + 9_000),
    });
  return calls
    .map((call) => (call.id === `${WAL}-30` ? { ...call, model: 'claude-sonnet-4-6' } : call))
    .map((call) => (call.id === `${WAL}-38` ? { ...call, certainty: 'at_least' as const } : call))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

function totalsOf(calls: readonly WireCall[]): WireTotals {
  const sum = (value: (call: WireCall) => number) => calls.reduce((total, call) => total + value(call), 0);
  const money = (value: (call: WireCall) => string) =>
    formatNanoDecimal(calls.reduce((total, call) => total + BigInt(Math.round(Number(value(call)) * 1e9)), 0n));
  return {
    calls: calls.length,
    input: sum((call) => call.input),
    cache_read: sum((call) => call.cache_read),
    cache_write_5m: sum((call) => call.cache_write_5m),
    cache_write_1h: 0,
    output: sum((call) => call.output),
    reasoning: null,
    reasoning_complete: false,
    tokens: sum((call) => call.tokens),
    tool_calls: sum((call) => call.tools.length),
    cost_usd: money((call) => call.cost_usd ?? '0'),
    cost_complete: true,
    unpriced_tokens: 0,
    inexact_tokens: sum((call) => (call.certainty === 'exact' ? 0 : call.tokens)),
    cost_parts: {
      input: money((call) => call.cost_parts.input),
      cache_read: money((call) => call.cost_parts.cache_read),
      cache_write: money((call) => call.cost_parts.cache_write),
      output: money((call) => call.cost_parts.output),
      other: '0.000000000',
    },
  };
}

function makeSession(id: string, title: string | null, calls: readonly WireCall[], change: Partial<WireSession> = {}) {
  const session: WireSession = {
    agent: 'claude-code',
    agent_name: 'Claude Code',
    session_id: id,
    root_session_id: id,
    parent_session_id: null,
    title,
    project: '/home/ana/code/ledger-api',
    project_name: 'ledger-api',
    branch: 'feat/wal',
    started_at: calls[0]?.at ?? iso(START),
    ended_at: calls.at(-1)?.at ?? iso(START),
    models: [...new Set(calls.map(({ model }) => model))],
    threads: new Set(calls.map(({ thread_id }) => thread_id)).size,
    prompts: 2,
    compactions: 1,
    pull_requests: [],
    context_peak: Math.max(0, ...calls.map(({ context }) => context)),
    context_window: 200_000,
    totals: totalsOf(calls),
    ...change,
  };
  return session;
}

function makeThread(id: string, parent: string | null, name: string | null, calls: readonly WireCall[]): WireThread {
  const own = calls.filter(({ thread_id }) => thread_id === id);
  return {
    thread_id: id,
    parent_thread_id: parent,
    name,
    spawned_by: null,
    models: [...new Set(own.map(({ model }) => model))],
    started_at: own[0]?.at ?? iso(START),
    ended_at: own.at(-1)?.at ?? iso(START),
    context_used: own.at(-1)?.context ?? null,
    context_window: 200_000,
    totals: totalsOf(own),
  };
}

const MARKS: readonly WireMark[] = [
  { kind: 'prompt', thread_id: MAIN, at: iso(START - 5_000), before: null, after: null },
  { kind: 'compaction', thread_id: MAIN, at: iso(START + 26 * 30_000 - 5_000), before: 182_000, after: 41_000 },
  { kind: 'prompt', thread_id: MAIN, at: iso(START + 32 * 30_000 - 5_000), before: null, after: null },
];

/** What the tests may change: calls of the open session, and whether it is there at all. */
export class SessionFixture {
  walCalls: readonly WireCall[] = walCalls();
  readonly longCalls: readonly WireCall[] = Array.from({ length: 1_500 }, (_, index) =>
    makeCall(LONG, LONG, index, 5_000 + ((index * 777) % 190_000)),
  );

  get wal(): WireSessionDetail {
    const calls = this.walCalls;
    return {
      session: makeSession(WAL, 'Migrate session store to SQLite WAL', calls, {
        pull_requests: ['https://github.com/acme/ledger-api/pull/214'],
      }),
      threads: [
        makeThread(MAIN, null, null, calls),
        makeThread('wal:explore', MAIN, 'explore', calls),
        makeThread('wal:nested', 'wal:explore', 'find fixtures', calls),
        makeThread('wal:writer', MAIN, 'test-writer', calls),
      ],
      marks: MARKS,
      children: [makeSession(CHILD, 'Review the migration', [makeCall(CHILD, CHILD, 3, 9_000)])],
    };
  }

  get long(): WireSessionDetail {
    return {
      session: makeSession(LONG, 'Index product docs for search', this.longCalls),
      threads: [makeThread(LONG, null, null, this.longCalls)],
      marks: [],
      children: [],
    };
  }

  /** 112 sessions, newest first, with the two above at the head. */
  list(): WireSession[] {
    const others = Array.from({ length: 110 }, (_, index): WireSession => {
      const at = START - (index + 1) * 3 * 3_600_000;
      const calls = [makeCall(`session-${index}`, `session-${index}`, 0, 3_000 + index * 1_500)];
      return makeSession(`session-${index}`, index % 3 === 0 ? null : `Task number ${index}`, calls, {
        started_at: iso(at),
        ended_at: iso(at + (index % 9) * 400_000),
        branch: index % 2 === 0 ? 'main' : 'feat/wal',
        agent: index % 4 === 0 ? 'codex' : 'claude-code',
        agent_name: index % 4 === 0 ? 'Codex' : 'Claude Code',
        ...(index === 5 ? { context_peak: null, context_window: null } : {}),
        ...(index === 4
          ? { totals: { ...totalsOf(calls), cost_usd: null, cost_complete: false, unpriced_tokens: 4_000 } }
          : {}),
      });
    });
    return [this.wal.session, this.long.session, ...others];
  }

  /** Puts these answers in front of a server's own. */
  serve(server: TestServer): void {
    server.answers.set('/api/sessions', ({ searchParams }) => this.#page(searchParams));
    for (const session of this.list())
      server.answers.set(`/api/sessions/${session.session_id}`, () => ({
        session,
        threads: [],
        marks: [],
        children: [],
      }));
    server.answers.set(`/api/sessions/${WAL}`, () => this.wal);
    server.answers.set(`/api/sessions/${LONG}`, () => this.long);
    for (const [id, calls] of [
      [WAL, () => this.walCalls],
      [LONG, () => this.longCalls],
    ] as const)
      server.answers.set(`/api/sessions/${id}/calls`, ({ searchParams }) => {
        const from = Number(searchParams.get('after') ?? 0);
        const to = from + Number(searchParams.get('limit') ?? 200);
        return { calls: calls().slice(from, to), next: to < calls().length ? String(to) : null };
      });
    for (const call of [...this.walCalls, ...this.longCalls.slice(0, 20), ...this.longCalls.slice(-20)])
      server.answers.set(`/api/calls/${call.id}`, () => detailOf(call));
  }

  #page(parameters: URLSearchParams) {
    const text = (parameters.get('q') ?? '').toLowerCase();
    const agents = parameters.get('agent')?.split(',');
    const [key = 'started', direction] = (parameters.get('sort') ?? 'started').split(':');
    const value = (session: WireSession): number =>
      ({
        started: Date.parse(session.started_at),
        duration: Date.parse(session.ended_at) - Date.parse(session.started_at),
        cost: Number(session.totals.cost_usd ?? -1),
        tokens: session.totals.tokens,
        calls: session.totals.calls,
      })[key] ?? 0;
    const sign = direction === 'asc' ? 1 : -1;
    const matched = this.list()
      .filter(({ title, branch, session_id }) => `${title} ${branch} ${session_id}`.toLowerCase().includes(text))
      .filter(({ agent }) => agents?.includes(agent) ?? true)
      .toSorted((a, b) => sign * (value(a) - value(b)));
    const from = Number(parameters.get('after') ?? 0);
    const to = from + Number(parameters.get('limit') ?? 50);
    return {
      sessions: matched.slice(from, to),
      matched: matched.length,
      next: to < matched.length ? String(to) : null,
    };
  }
}

export function detailOf(call: WireCall): WireCallDetail {
  return {
    ...call,
    request_id: `req_${call.id}`,
    response_id: `msg_${call.id}`,
    cwd: '/home/ana/code/ledger-api',
    branch: 'feat/wal',
    tier: '',
    geo: '',
    web_searches: 0,
    price: OPUS,
    price_match: call.model === 'claude-sonnet-4-6' ? 'family' : 'exact',
    sightings: [
      {
        source: `/home/ana/.claude/projects/ledger-api/${call.session_id}.jsonl`,
        session_id: call.session_id,
        at: call.at,
      },
    ],
  };
}
