/** Runs as the live stream tells them, for tests of what is drawn of them. */
import type { WireBuckets, WireLiveNow, WireLiveRun, WireLiveThread } from '@tokenmeter/core';

export const START = '2026-11-21T12:00:00.000Z';

export function buckets(input = 0, output = 0, cacheRead = 0, cacheWrite = 0): WireBuckets {
  return {
    input,
    output,
    cache_read: cacheRead,
    cache_write_5m: cacheWrite,
    cache_write_1h: 0,
    reasoning: null,
    tokens: input + output + cacheRead + cacheWrite,
  };
}

const NOW = { state: 'model', since: START, tool: null, message: null } as const;

export function liveThread(over: Partial<WireLiveThread> & { readonly thread_id: string }): WireLiveThread {
  return {
    parent_thread_id: 's1',
    name: null,
    model: 'claude-haiku-4-5',
    status: 'running',
    started_at: START,
    ended_at: null,
    calls: 1,
    usage: buckets(10, 5),
    spend: { cost_usd: '0.060000000', cost_complete: true, unpriced_tokens: 0 },
    context: { used: 24_000, window: 200_000, percent: 12 },
    activity: NOW,
    ...over,
  };
}

export function liveRun(over: Partial<WireLiveRun> & { readonly run_id: string }): WireLiveRun {
  return {
    session_id: 's1',
    task_id: null,
    origin: 'started',
    agent: 'claude-code',
    agent_name: 'Claude Code',
    name: null,
    title: 'Migrate session store to SQLite WAL',
    project: '/home/ada/ledger-api',
    project_name: 'ledger-api',
    branch: 'feat/wal',
    model: 'claude-opus-4-6',
    status: 'running',
    stop_reason: null,
    started_at: START,
    ended_at: null,
    last_event_at: START,
    activity: NOW,
    usage: buckets(38_600, 71_500, 3_060_000, 274_000),
    estimated_tokens: 0,
    calls: 12,
    tool_calls: 7,
    spend: { cost_usd: '3.820000000', cost_complete: true, unpriced_tokens: 0 },
    own_cost_usd: '2.470000000',
    subagent_cost_usd: '1.350000000',
    context: { used: 128_000, window: 200_000, percent: 64 },
    by_model: [],
    by_caller: [],
    threads: [],
    rate_usd_per_hour: '6.400000000',
    output_per_minute: 3_660,
    cap: null,
    interrupt: { kind: 'graceful', reason: null, requested_at: null, forced: false, stop_ms: null },
    cannot: [],
    settled: false,
    seq: 1,
    ...over,
  };
}

export function liveNow(runs: readonly WireLiveRun[], over: Partial<WireLiveNow> = {}): WireLiveNow {
  return {
    at: START,
    runs,
    calls: [],
    strip: {
      rate_usd_per_hour: '6.400000000',
      minutes_usd: Array.from({ length: 60 }, (_, index) => `${(index % 12) / 10}`),
      today: {
        cost_usd: '18.420000000',
        cost_complete: true,
        unpriced_tokens: 0,
        tokens: 4_000_000,
        output: 71_500,
        cache_hit_percent: 94,
        cache_saved_usd: '30.000000000',
      },
      month: { cost_usd: '468.180000000', cost_complete: true, unpriced_tokens: 0 },
      monthly_cap_usd: '600.000000000',
      active_runs: runs.length,
    },
    is_demo: false,
    ...over,
  };
}
