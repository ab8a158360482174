/** Runs, agents and calls for tests, whole unless a test says otherwise. Not part of any page. */
import type {
  WireBuckets,
  WireLiveCall,
  WireLiveRun,
  WireLiveStrip,
  WireLiveThread,
  WireSpend,
} from '@tokenmeter/core';

/** The instant that the tests call now. */
export const RUN_NOW = Date.parse('2026-11-21T13:32:08Z');

/** So many seconds before it, as the wire spells it. */
export function ago(seconds: number): string {
  return new Date(RUN_NOW - seconds * 1_000).toISOString();
}

export function buckets(input: number, output: number, read: number, write: number): WireBuckets {
  return {
    input,
    output,
    cache_read: read,
    cache_write_5m: write,
    cache_write_1h: 0,
    reasoning: null,
    tokens: input + output + read + write,
  };
}

export function spend(usd: string | null, unpriced = 0): WireSpend {
  return { cost_usd: usd, cost_complete: unpriced === 0 && usd !== null, unpriced_tokens: unpriced };
}

export function context(used: number | null, window: number | null) {
  return { used, window, percent: used === null || !window ? null : Math.floor((used * 100) / window) };
}

export function activity(state: WireLiveRun['activity']['state'], seconds: number, tool?: readonly [string, string]) {
  return { state, since: ago(seconds), tool: tool ? { name: tool[0], kind: tool[1], count: 1 } : null, message: null };
}

export function makeThread(changes: Partial<WireLiveThread> = {}): WireLiveThread {
  return {
    thread_id: 'main',
    parent_thread_id: null,
    name: null,
    model: 'claude-opus-4-6',
    status: 'running',
    started_at: ago(2_520),
    ended_at: null,
    calls: 40,
    usage: buckets(20_000, 40_000, 1_500_000, 100_000),
    spend: spend('2.470000000'),
    context: context(128_000, 200_000),
    activity: activity('model', 3),
    ...changes,
  };
}

export function makeRun(changes: Partial<WireLiveRun> = {}): WireLiveRun {
  return {
    run_id: 'run-wal',
    session_id: 'session-wal',
    task_id: null,
    origin: 'started',
    agent: 'claude-code',
    agent_name: 'Claude Code',
    name: null,
    title: 'Migrate session store to SQLite WAL',
    project: '/home/ana/src/ledger-api',
    project_name: 'ledger-api',
    branch: 'feat/wal',
    model: 'claude-opus-4-6',
    status: 'running',
    stop_reason: null,
    started_at: ago(2_520),
    ended_at: null,
    last_event_at: ago(1),
    activity: activity('tool', 12, ['Bash', 'shell']),
    usage: buckets(38_600, 71_500, 3_060_000, 274_000),
    estimated_tokens: 0,
    calls: 61,
    tool_calls: 79,
    spend: spend('3.820000000'),
    own_cost_usd: '3.820000000',
    subagent_cost_usd: '0.000000000',
    context: context(128_000, 200_000),
    by_model: [],
    by_caller: [],
    threads: [makeThread()],
    rate_usd_per_hour: '4.200000000',
    output_per_minute: 3_660,
    cap: null,
    interrupt: { kind: 'graceful', reason: null, requested_at: null, forced: false, stop_ms: null },
    cannot: [],
    settled: false,
    seq: 10,
    ...changes,
  };
}

export function makeCap(amount: string, spent: string, stops: number | null = null): NonNullable<WireLiveRun['cap']> {
  const percent = (Number(spent) / Number(amount)) * 100;
  const state = percent > 95 ? 'critical' : percent > 85 ? 'near' : percent > 70 ? 'watch' : 'ok';
  return {
    kind: 'run',
    amount_usd: amount,
    spent_usd: spent,
    percent,
    state,
    stops_in_seconds: stops,
    overshoot_bound_usd: null,
    overshoot_usd: null,
  };
}

export function makeStrip(changes: Partial<WireLiveStrip> = {}): WireLiveStrip {
  return {
    rate_usd_per_hour: '6.400000000',
    minutes_usd: Array.from({ length: 60 }, () => '0.106666667'),
    today: {
      ...spend('18.420000000'),
      tokens: 14_800_000,
      output: 214_000,
      cache_hit_percent: 94,
      cache_saved_usd: '52.000000000',
    },
    month: spend('368.400000000'),
    monthly_cap_usd: '600',
    active_runs: 5,
    ...changes,
  };
}

export function makeCall(id: string, changes: Partial<WireLiveCall> = {}): WireLiveCall {
  return {
    call_id: id,
    run_id: 'run-wal',
    session_id: 'session-wal',
    at: ago(0),
    agent: 'claude-code',
    project_name: 'ledger-api',
    thread_name: null,
    model: 'claude-opus-4-6',
    tool: { name: 'Bash', kind: 'shell' },
    context_delta: 1_100,
    cost_usd: '0.020000000',
    ...changes,
  };
}
