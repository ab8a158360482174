/**
 * Answers of GET /api/cost with the figures of the design: $468.18 of November 2026 by repository, model, workplan,
 * outcome, release and task. Periods that are over and filters answer with their part of it.
 */
import {
  formatNanoDecimal,
  type WireCost,
  type WireCostBy,
  type WireCostFigures,
  type WireCostPart,
  type WireCostRow,
} from '@tokenmeter/core';
import { NOW, TZ } from './fixture.ts';

const MILLION = 1_000_000;

export interface Work {
  readonly id: string;
  readonly name: string;
  /** Dollars; null where its model has no price. */
  readonly cost: number | null;
  readonly tokens: number;
  /** Part of both that an agent only reported. */
  readonly told?: number;
  /** Tokens reported beside what was measured. */
  readonly superseded?: number;
  readonly row?: Partial<WireCostRow>;
}

const ledger = { repo_id: 'r-ledger', repo_name: 'ledger-api' };
const storefront = { repo_id: 'r-storefront', repo_name: 'storefront' };
const mobile = { repo_id: 'r-mobile', repo_name: 'mobile' };
const docs = { repo_id: 'r-docs', repo_name: 'docs' };
const infra = { repo_id: 'r-infra', repo_name: 'infra' };

const plan = (done: number, total: number, cost: number, cap: number | null): Partial<WireCostRow> => ({
  tasks_done: done,
  tasks_total: total,
  cost_per_done_task_usd: done === 0 ? null : dollars(cost / done),
  cap_usd: cap === null ? null : dollars(cap),
  cap_percent: cap === null ? null : Math.floor((cost / cap) * 100),
});
const ended = (kind: 'running' | 'release' | 'commit' | 'reverted' | 'none', name: string | null = null) => ({
  ended: { kind, name, id: name && `${name}-0123456789` },
});
const price = (input: string, output: string): Partial<WireCostRow> => ({ price: { input, output } });

/** Rows of the design. Tests change a copy. */
export const WORK: Readonly<Record<Exclude<WireCostBy, 'commit' | 'branch' | 'pull_request'>, readonly Work[]>> = {
  repo: [
    { id: 'r-ledger-0001', name: 'acme/ledger-api', cost: 192.89, tokens: 210 * MILLION, row: branches(192.89) },
    { id: 'r-storefront-0002', name: 'acme/storefront', cost: 123.13, tokens: 140 * MILLION },
    { id: 'r-mobile-0003', name: 'acme/mobile', cost: 66.48, tokens: 80 * MILLION },
    { id: 'r-docs-0004', name: 'acme/docs', cost: 37.92, tokens: 50 * MILLION },
    { id: 'r-infra-0005', name: 'acme/infra', cost: 27.15, tokens: 25 * MILLION },
    { id: 'r-dotfiles-0006', name: 'dotfiles', cost: 9.83, tokens: 10 * MILLION },
    { id: '', name: 'No repo', cost: 10.78, tokens: 10 * MILLION },
  ],
  model: [
    { id: 'claude-opus-4-6', name: 'claude-opus-4-6', cost: 227.54, tokens: 230 * MILLION, row: price('5', '25') },
    { id: 'claude-sonnet-4-6', name: 'claude-sonnet-4-6', cost: 129.22, tokens: 140 * MILLION, row: price('3', '15') },
    { id: 'gpt-5.3-codex', name: 'gpt-5.3-codex', cost: 61.33, tokens: 90 * MILLION, row: price('1.25', '10') },
    { id: 'gemini-2.5-pro', name: 'gemini-2.5-pro', cost: 28.09, tokens: 38_100_000, row: price('1.25', '10') },
    { id: 'claude-haiku-4-5', name: 'claude-haiku-4-5', cost: 22, tokens: 25 * MILLION, row: price('1', '5') },
    { id: 'gemini-3-flash-preview', name: 'gemini-3-flash-preview', cost: null, tokens: 1_900_000 },
  ],
  workplan: [
    {
      id: 'w-wal-000001',
      name: 'WAL storage migration',
      cost: 95.51,
      tokens: 100 * MILLION,
      row: { ...plan(9, 12, 95.51, 110), ...ledger },
    },
    {
      id: 'w-checkout-02',
      name: 'Checkout reliability',
      cost: 73.97,
      tokens: 80 * MILLION,
      row: { ...plan(6, 9, 73.97, 80), ...storefront },
    },
    {
      id: 'w-offline-003',
      name: 'Offline mode',
      cost: 54.78,
      tokens: 60 * MILLION,
      row: { ...plan(3, 11, 54.78, 150), ...mobile },
    },
    {
      id: 'w-prices-0004',
      name: 'Price table service',
      cost: 51.03,
      tokens: 50 * MILLION,
      row: { ...plan(7, 7, 51.03, 60), ...ledger },
    },
    {
      id: 'w-search-0005',
      name: 'Docs search',
      cost: 34.65,
      tokens: 40 * MILLION,
      row: { ...plan(0, 6, 34.65, null), ...docs },
    },
    {
      id: 'w-ci-00000006',
      name: 'CI speed-up',
      cost: 22.94,
      tokens: 20 * MILLION,
      row: { ...plan(4, 5, 22.94, 23), ...infra },
    },
    { id: '', name: 'No workplan', cost: 135.3, tokens: 175 * MILLION },
  ],
  outcome: [
    {
      id: 'shipped',
      name: 'Shipped',
      cost: 197.1,
      tokens: 220 * MILLION,
      row: { commits: 58, tags: ['v2.13', 'v2.12'] },
    },
    { id: 'committed', name: 'Committed', cost: 137.18, tokens: 150 * MILLION, row: { commits: 38 } },
    { id: 'uncommitted', name: 'Uncommitted', cost: 76.78, tokens: 90 * MILLION, row: { runs: 28 } },
    { id: 'reverted', name: 'Reverted', cost: 36.52, tokens: 40 * MILLION, row: { commits: 4 } },
    { id: 'not_linked', name: 'Not linked', cost: 20.6, tokens: 25 * MILLION },
  ],
  release: [
    {
      id: 'rel-next-00001',
      name: 'next',
      cost: 69.29,
      tokens: 70 * MILLION,
      row: { ...ledger, is_next: true, ...commits(12, 69.29) },
    },
    {
      id: 'rel-213-000002',
      name: 'v2.13',
      cost: 110.49,
      tokens: 120 * MILLION,
      row: { ...ledger, is_next: false, released_at: '2026-11-12T10:00:00Z', ...commits(31, 110.49) },
    },
    {
      id: 'rel-212-000003',
      name: 'v2.12',
      cost: 86.61,
      tokens: 100 * MILLION,
      row: { ...ledger, is_next: false, released_at: '2026-11-03T10:00:00Z', ...commits(27, 86.61) },
    },
  ],
  task: [
    task('Migrate session store to SQLite WAL', 29.03, 48.1, ledger, 'claude-opus-4-6', {
      ...ended('running'),
      sessions: ['session-wal'],
    }),
    task('Rewrite retry queue around idempotency keys', 23.88, 39.6, ledger, 'claude-opus-4-6', {
      ...ended('commit', '9f2c1ab'),
      sessions: ['session-retry', 'session-keys'],
    }),
    task('Fix flaky checkout end-to-end test', 20.6, 71.2, storefront, 'gpt-5.3-codex', ended('running')),
    task('Offline cart sync with conflict rules', 19.2, 31, mobile, 'claude-opus-4-6', ended('commit', 'c77d0e4')),
    task('Price table importer with history', 17.79, 44.7, ledger, 'claude-sonnet-4-6', ended('release', 'v2.13')),
    task('Split the monolith GraphQL schema', 15.45, 40.2, storefront, 'claude-sonnet-4-6', ended('commit', '1be09fd')),
    task('Backfill cost for October runs', 13.58, 22.5, ledger, 'claude-opus-4-6', ended('commit', 'a04e7c9')),
    task('Rework search indexing for docs', 12.17, 58.3, docs, 'gemini-2.5-pro', ended('reverted')),
    task('Cache Playwright browsers in CI', 9.83, 25.8, infra, 'claude-sonnet-4-6', ended('commit', '5d11c30')),
    task('Android deep links', 8.9, 21.4, mobile, 'claude-sonnet-4-6', ended('none')),
    task('Tidy the changelog', 1.2, 2.1, docs, 'claude-haiku-4-5', ended('none')),
    { id: '', name: 'No task', cost: 296.55, tokens: 120 * MILLION },
  ],
  agent: [
    { id: 'claude-code', name: 'Claude Code', cost: 304.27, tokens: 266 * MILLION },
    { id: 'codex', name: 'Codex', cost: 163.91, tokens: 259 * MILLION },
  ],
};

export type WorkTable = Readonly<Record<string, readonly Work[]>>;

/** October and every other month are a tenth of November; a filter on repositories keeps those alone. */
export function answerCost(parameters: URLSearchParams, work: WorkTable = WORK): WireCost {
  const by = parameters.get('by') as WireCostBy;
  const since = parameters.get('since');
  const part = since === null || since === '2026-10-31T23:00:00.000Z' ? 1 : 0.1;
  const kept = parameters.get('repo')?.split(',');
  const isKept = ({ id }: Work) => !kept || by !== 'repo' || kept.includes(id);
  const rows = (work[by] ?? []).filter(isKept).map((entry) => rowOf(entry, part));
  const whole = (work.repo ?? [])
    .filter((entry) => !kept || kept.includes(entry.id))
    .map((entry) => figuresOf(entry, part));
  const unpriced = (work.model ?? []).filter(({ cost }) => cost === null);
  const totals = sumOf(whole);
  const unpricedTokens = unpriced.reduce((sum, { tokens }) => sum + tokens, 0);
  const until = parameters.get('until');
  return {
    by,
    generated_at: new Date(NOW).toISOString(),
    period: { since, until, tz: parameters.get('tz') ?? TZ },
    closed: until !== null && Date.parse(until) <= Date.parse(NOW),
    totals: { ...totals, unpriced_tokens: unpricedTokens, cost_complete: unpricedTokens === 0 },
    linked: sumOf(rows.filter(({ id }) => id !== '')),
    rows,
    rest: null,
    repos: (work.repo ?? []).filter((entry) => entry.id !== '' && isKept(entry)).length,
    runs: whole.length === 0 ? 0 : 337,
    last_event_at: new Date(Date.parse(NOW) - 2_000).toISOString(),
    prices_from: '2026-11-20',
    unpriced_models: unpriced.length,
  };
}

function task(
  name: string,
  cost: number,
  millions: number,
  repo: Partial<WireCostRow>,
  model: string,
  end: Partial<WireCostRow>,
): Work {
  const id = `task-${name.slice(0, 3).toLowerCase()}-${Math.round(cost * 100)}`;
  return {
    id,
    name,
    cost,
    tokens: Math.round(millions * MILLION),
    row: { ...repo, main_model: model, status: 'in_progress', ...end },
  };
}

function branches(cost: number): Partial<WireCostRow> {
  return {
    branches: [
      { branch: 'feat/wal', ...figuresOf({ id: '', name: '', cost: cost * 0.75, tokens: 150 * MILLION }, 1) },
      { branch: 'main', ...figuresOf({ id: '', name: '', cost: cost * 0.25, tokens: 60 * MILLION }, 1) },
    ],
  };
}

function commits(count: number, cost: number): Partial<WireCostRow> {
  return { commits: count, cost_per_commit_usd: dollars(cost / count) };
}

function rowOf(work: Work, part: number): WireCostRow {
  return {
    ...figuresOf(work, part),
    id: work.id,
    name: work.name,
    runs: 20,
    first_at: null,
    last_at: null,
    repo_id: null,
    repo_name: null,
    main_model: null,
    branches: null,
    tasks_total: null,
    tasks_done: null,
    cost_per_done_task_usd: null,
    cap_usd: null,
    cap_percent: null,
    status: null,
    workplan_id: null,
    sessions: null,
    ended: null,
    price: null,
    commits: null,
    cost_per_commit_usd: null,
    released_at: null,
    is_next: null,
    tags: null,
    ...work.row,
  };
}

function figuresOf(work: Work, part: number): WireCostFigures {
  const told = work.told ?? 0;
  const tokens = Math.round(work.tokens * part);
  const cost = work.cost === null ? null : work.cost * part;
  const share = (of: number): WireCostPart => partOf(Math.round(tokens * of), cost === null ? null : cost * of);
  const whole = share(1);
  return {
    input: Math.round(tokens * 0.1),
    cache_read: whole.tokens_in - Math.round(tokens * 0.1),
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: whole.tokens_out,
    reasoning: null,
    tokens,
    cost_usd: whole.cost_usd,
    cost_complete: whole.cost_complete,
    unpriced_tokens: whole.unpriced_tokens,
    tokens_in: whole.tokens_in,
    tokens_out: whole.tokens_out,
    calls: Math.round(tokens / 3_000_000),
    events: told > 0 ? 3 : 0,
    inexact_tokens: Math.round(tokens * told),
    measured: share(1 - told),
    reported: share(told),
    estimated: partOf(0, 0),
    superseded: partOf(work.superseded ?? 0, 0),
  };
}

function partOf(tokens: number, cost: number | null): WireCostPart {
  const output = Math.round(tokens * 0.016);
  return {
    tokens,
    tokens_in: tokens - output,
    tokens_out: output,
    count: tokens > 0 ? 1 : 0,
    cost_usd: cost === null ? null : dollars(cost),
    cost_complete: cost !== null,
    unpriced_tokens: cost === null ? tokens : 0,
  };
}

function sumOf(all: readonly WireCostFigures[]): WireCostFigures {
  const tokens = all.reduce((sum, figures) => sum + figures.tokens, 0);
  const cost = all.reduce((sum, figures) => sum + Number(figures.cost_usd ?? 0), 0);
  const isUnpriced = tokens > 0 && all.every((figures) => figures.cost_usd === null);
  return {
    ...figuresOf({ id: '', name: '', cost: isUnpriced ? null : cost, tokens }, 1),
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    events: all.reduce((sum, { events }) => sum + events, 0),
  };
}

function dollars(amount: number): string {
  return formatNanoDecimal(BigInt(Math.round(amount * 1e9)));
}
