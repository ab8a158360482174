/** The Live page's figures as the design draws them: five runs, four sub-agents, nineteen calls; and a stream to drive. */
import type { WireLiveCall, WireLiveNow, WireLiveRun, WireUsageDelta } from '@tokenmeter/core';
import {
  activity,
  ago,
  buckets,
  context,
  makeCall,
  makeCap,
  makeRun,
  makeStrip,
  makeThread,
  spend,
} from '../src/views/live/run-fixture.ts';

const agent = (
  id: string,
  parent: string,
  name: string,
  model: string,
  used: number,
  tokens: number,
  usd: string,
  seconds: number,
  isDone = false,
) =>
  makeThread({
    thread_id: id,
    parent_thread_id: parent,
    name,
    model,
    context: context(used, 200_000),
    usage: { ...buckets(0, 0, tokens, 0) },
    spend: spend(usd),
    started_at: ago(seconds + (isDone ? 300 : 0)),
    ...(isDone ? { status: 'completed' as const, ended_at: ago(300) } : {}),
  });

export const WAL = makeRun({
  run_id: 'run-wal',
  own_cost_usd: '2.470000000',
  subagent_cost_usd: '1.350000000',
  cap: makeCap('8', '3.82'),
  threads: [
    makeThread(),
    agent('explore', 'main', 'explore', 'claude-haiku-4-5', 74_000, 512_000, '0.310000000', 391),
    agent('writer', 'main', 'test-writer', 'claude-sonnet-4-6', 104_000, 884_000, '0.720000000', 390 + 300),
    agent('fixtures', 'writer', 'explore', 'claude-haiku-4-5', 24_000, 96_100, '0.060000000', 48),
    agent('reviewer', 'main', 'reviewer', 'claude-sonnet-4-6', 42_000, 301_000, '0.260000000', 265, true),
  ].map((thread, index) => (index === 1 ? { ...thread, started_at: ago(1_000), ended_at: null } : thread)),
});

export const FLAKY = makeRun({
  run_id: 'run-flaky',
  session_id: 'session-flaky',
  agent: 'codex',
  agent_name: 'Codex',
  title: 'Fix flaky checkout end-to-end test',
  project: '/home/ana/src/storefront',
  project_name: 'storefront',
  branch: 'main',
  model: 'gpt-5.3-codex',
  started_at: ago(1_080),
  activity: activity('model', 9),
  usage: buckets(388_000, 29_700, 5_410_000, 0),
  spend: spend('1.460000000'),
  own_cost_usd: '1.460000000',
  context: context(209_000, 272_000),
  output_per_minute: 88 * 60,
  threads: [makeThread({ context: context(209_000, 272_000) })],
});

export const PRICES = makeRun({
  run_id: 'run-prices',
  session_id: 'session-prices',
  title: 'Refactor price table loader',
  branch: 'chore/prices',
  started_at: ago(4_020),
  activity: activity('model', 4),
  usage: buckets(21_800, 93_300, 6_840_000, 168_000),
  spend: spend('6.910000000'),
  own_cost_usd: '6.910000000',
  context: context(182_000, 200_000),
  cap: makeCap('7', '6.91', 60),
  output_per_minute: 54 * 60,
});

export const NOTES = makeRun({
  run_id: 'run-notes',
  session_id: 'session-notes',
  agent: 'opencode',
  agent_name: 'OpenCode',
  title: 'Draft release notes for 2.14',
  project: '/home/ana/src/storefront',
  project_name: 'storefront',
  branch: 'release/2.14',
  model: 'claude-sonnet-4-6',
  started_at: ago(540),
  last_event_at: ago(120),
  activity: activity('waiting_approval', 120, ['Bash', 'shell']),
  usage: buckets(4_100, 6_900, 280_000, 21_400),
  spend: spend('0.280000000'),
  own_cost_usd: '0.280000000',
  context: context(31_200, 200_000),
  cap: makeCap('3', '0.28'),
  output_per_minute: 0,
});

export const DOCS = makeRun({
  run_id: 'run-docs',
  session_id: 'session-docs',
  origin: 'observed',
  agent: 'gemini-cli',
  agent_name: 'Gemini CLI',
  title: 'Index product docs for search',
  project: '/home/ana/src/docs',
  project_name: 'docs',
  branch: 'main',
  model: 'gemini-3-flash-preview',
  started_at: ago(1_560),
  activity: activity('tool', 1, ['Read', 'read']),
  usage: buckets(1_240_000, 18_800, 640_000, 0),
  spend: spend(null, 1_898_800),
  own_cost_usd: null,
  subagent_cost_usd: null,
  context: context(402_000, 1_048_576),
  output_per_minute: 140 * 60,
  interrupt: {
    kind: 'none',
    reason: 'This source is read only. tokenmeter can’t stop it.',
    requested_at: null,
    forced: false,
    stop_ms: null,
  },
  cannot: ['Output appears when a reply is over.'],
});

const call = (second: number, what: string, kind: string | null, project: string, delta: number, usd: string | null) =>
  makeCall(`call-${second}`, {
    at: ago(second),
    tool: kind === null ? null : { name: what, kind },
    model: kind === null ? what : 'claude-opus-4-6',
    project_name: project,
    context_delta: delta,
    cost_usd: usd,
  });

const FEED: readonly WireLiveCall[] = [
  call(0, 'Bash', 'shell', 'ledger-api', 1_100, '0.02'),
  call(3, 'claude-opus-4-6', null, 'ledger-api', 2_400, '0.11'),
  call(10, 'Read', 'read', 'docs', 8_700, null),
  call(16, 'Edit', 'edit', 'ledger-api', 600, '0.02'),
  call(21, 'gpt-5.3-codex', null, 'storefront', 3_900, '0.04'),
  call(28, 'test-writer', 'task', 'ledger-api', 5_200, '0.03'),
  call(35, 'Grep', 'search', 'ledger-api', 400, '0.01'),
  call(39, 'Bash', 'shell', 'storefront', 12_600, '0.08'),
  call(47, 'Read', 'read', 'docs', 6_100, null),
  call(53, 'claude-sonnet-4-6', null, 'storefront', 1_800, '0.03'),
  call(59, 'claude-opus-4-6', null, 'ledger-api', 3_300, '0.14'),
  call(66, 'explore', 'task', 'ledger-api', 2_700, '0.01'),
  call(73, 'Fetch', 'web', 'docs', 4_400, null),
  call(77, 'Edit', 'edit', 'ledger-api', 900, '0.02'),
  call(84, 'linear', 'mcp:linear', 'ledger-api', 2_200, '0.02'),
  call(88, 'gpt-5.3-codex', null, 'storefront', 3_100, '0.03'),
  call(97, 'Read', 'read', 'ledger-api', 7_400, '0.04'),
  call(104, 'Bash', 'shell', 'ledger-api', 1_900, '0.02'),
  call(112, 'Glob', 'search', 'docs', 200, null),
];

/** Dollars a minute of the last hour, so that the hour's line rises as the design draws it. */
const MINUTES = Array.from({ length: 60 }, (_, minute) => {
  const rate = 4.2 + 2.2 * Math.sin(minute / 9 + 4) * 0.6 + minute * 0.045 - (minute > 50 ? (minute - 50) * 0.05 : 0);
  return (rate / 60).toFixed(9);
});

export function liveNow(changes: Partial<WireLiveNow> = {}): WireLiveNow {
  return {
    at: ago(0),
    runs: [WAL, FLAKY, PRICES, NOTES, DOCS],
    calls: FEED,
    strip: makeStrip({ minutes_usd: MINUTES }),
    is_demo: false,
    ...changes,
  };
}

/** Nothing in progress, nothing ever. */
export function idleNow(): WireLiveNow {
  const strip = makeStrip({
    rate_usd_per_hour: null,
    minutes_usd: [],
    today: { ...spend('0'), tokens: 0, output: 0, cache_hit_percent: null, cache_saved_usd: null },
    month: spend('0'),
    monthly_cap_usd: null,
    active_runs: 0,
  });
  return liveNow({ runs: [], calls: [], strip });
}

/** A frame that says what a run is now. */
export function delta(run: WireLiveRun, kind: WireUsageDelta['kind'] = 'live'): WireUsageDelta {
  return {
    run_id: run.run_id,
    session_id: run.session_id,
    seq: run.seq,
    at: ago(0),
    delta: { ...buckets(0, 0, 0, 0), delta_input: 0, delta_output: 0, delta_cache_read: 0, delta_cache_creation: 0 },
    kind,
    certainty: 'exact',
    call_id: null,
    thread_id: null,
    model: run.model,
    in_flight_tool_call_ids: [],
    run,
  };
}

/** The same run with so many more output tokens and one frame later. */
export function grown(run: WireLiveRun, output: number, changes: Partial<WireLiveRun> = {}): WireLiveRun {
  const usage = run.usage && { ...run.usage, output: run.usage.output + output, tokens: run.usage.tokens + output };
  return { ...run, usage, seq: run.seq + 1, ...changes };
}
