/** A report's groups are the bill, their shares read as 100, sub-agents count once, and one line advises. */
import { describe, expect, it } from 'vitest';
import { NO_COST, type Totals } from '../query.ts';
import type { Owner } from './piece.ts';
import type { AttributionAnswer, AttributionRow } from './question.ts';
import type { ReportRequest } from './report.ts';
import { attributionReport, byTool } from './report.ts';
import { noAttribution } from './sums.ts';

const READ: Owner = { kind: 'read', name: 'Read' };
const TASK: Owner = { kind: 'task', name: 'Task' };
const SYSTEM: Owner = { kind: 'system', name: '' };

interface Figures {
  readonly entered?: number;
  readonly carried?: number;
  readonly output?: number;
  readonly nano?: number;
}

function row(
  owner: Owner,
  { entered = 0, carried = 0, output = 0, nano = 0 }: Figures,
  more: Partial<AttributionRow> = {},
): AttributionRow {
  const sums = { ...noAttribution(), enteredInput: entered, carriedCacheRead: carried, output, costEntered: nano };
  return {
    agent: 'claude-code',
    caller: 'lead',
    threadId: 'main',
    owner,
    item: '',
    target: '',
    prompts: 0,
    sums,
    ...more,
  };
}

function answer(rows: readonly AttributionRow[], more: Partial<AttributionAnswer> = {}): AttributionAnswer {
  const thread = { sessionId: 's', agent: 'claude-code', calls: 3 };
  const threads = [
    { ...thread, threadId: 'main', parentThreadId: '', name: '' },
    { ...thread, threadId: 'child', parentThreadId: 'main', name: 'Explore', calls: 4 },
  ];
  return { rows, tools: [], threads, contexts: [], bill: BILL, ...more };
}

const BILL: Totals = {
  calls: 7,
  usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
  reasoningComplete: true,
  toolCalls: 1,
  costNano: 0n,
  cost: NO_COST,
  unpricedTokens: 0,
  inexactTokens: 0,
};

const REQUEST: ReportRequest = {
  scope: 'session',
  id: 's',
  period: { since: null, until: null, tz: 'UTC' },
  group: 'kind',
  measure: 'tokens',
  method: 'ledger',
  subagents: 'nested',
  namesAllowed: true,
  withContext: false,
};

const report = (rows: readonly AttributionRow[], request: Partial<ReportRequest> = {}, more = {}) =>
  attributionReport(answer(rows, more), { ...REQUEST, ...request });

describe('attributionReport()', () => {
  it('shares example A out as 55, 31, 10, 2, 1 and 1', () => {
    const totals = { system: 87_000, Read: 48_784, Bash: 16_491, user: 3020, Edit: 2602, text: 1220 };
    const rows = Object.entries(totals).map(([name, carried]) => row({ kind: 'other', name }, { carried }));
    const { groups, totals: bill } = report(rows, { group: 'tool' });
    expect(groups.map((group) => group.tokens_percent)).toEqual([55, 31, 10, 2, 1, 1]);
    expect(bill.tokens).toBe(159_117);
  });

  it('shows sub-agents once, inside the task that started them (example D)', () => {
    const rows = [
      row(SYSTEM, { carried: 57_300 }),
      row(TASK, { entered: 1200, carried: 1200, output: 300 }),
      row(READ, { carried: 210_000 }, { threadId: 'child', caller: 'subagent:Explore' }),
    ];
    const { groups, totals, advice } = report(rows);
    expect(groups.map(({ key, total }) => [key, total.tokens])).toEqual([
      ['task', 212_700],
      ['system', 57_300],
    ]);
    expect(groups[0]?.nested).toMatchObject({
      total: { tokens: 210_000 },
      agents: [{ name: 'Explore', calls: 4, groups: [{ key: 'read', tokens: 210_000 }] }],
    });
    expect(groups[0]?.tokens_percent).toBe(79);
    expect([totals.tokens, totals.calls]).toEqual([270_000, 7]);
    expect(advice).toMatchObject({ rule: 'look_into_subagent', saves_tokens: 105_000 });
    const flat = report(rows, { subagents: 'flat' }).groups;
    expect(flat.map(({ key, total }) => [key, total.tokens])).toEqual([
      ['read', 210_000],
      ['system', 57_300],
      ['task', 2700],
    ]);
  });

  it('orders by what is asked and always tells both columns', () => {
    const rows = [row(READ, { carried: 900, nano: 10 }), row(SYSTEM, { output: 100, nano: 90 })];
    const { groups } = report(rows, { measure: 'cost' });
    expect(groups.map(({ key, tokens_percent, cost_percent }) => [key, tokens_percent, cost_percent])).toEqual([
      ['system', 10, 90],
      ['read', 90, 10],
    ]);
  });

  it('names the largest items only where names are allowed, and tells ranges to read', () => {
    const item = row(
      READ,
      { entered: 14_200, carried: 14_200 * 9, output: 30 },
      { item: 't1', target: 'pnpm-lock.yaml', prompts: 10 },
    );
    const rows = [item, row(SYSTEM, { carried: 100_000 })];
    const named = report(rows);
    expect(named.items).toMatchObject([
      { name: 'pnpm-lock.yaml', tool: 'Read', entered: 14_200, re_reads: 9, tokens: 142_030 },
    ]);
    expect(named.advice?.text).toBe('Read ranges: pnpm-lock.yaml entered at 14.2k tokens and was re-read 9 times.');
    expect(report(rows, { namesAllowed: false }).items).toMatchObject([{ name: null, tool: 'Read' }]);
  });

  it('names servers whose tools were never called', () => {
    const rows = [
      row(SYSTEM, { carried: 500 }),
      row({ kind: 'tools', name: 'linear' }, { carried: 400 }),
      row({ kind: 'user', name: '' }, { entered: 100 }),
    ];
    const { advice, fixed } = report(rows);
    expect(advice).toMatchObject({ rule: 'trim_tools', saves_tokens: 400 });
    expect(advice?.text).toContain('linear never called');
    expect(fixed).toMatchObject([
      { kind: 'system', was_used: null },
      { kind: 'tools', name: 'linear', was_used: false },
    ]);
  });

  it('tells nothing used from not measured, and no price from no cost', () => {
    expect(report([]).state).toBe('no_usage');
    const unpriced = row({ kind: 'unattributed', name: '' }, { entered: 10 });
    const sums = { ...unpriced.sums, unpricedTokens: 10 };
    const { state, totals } = report([{ ...unpriced, sums }]);
    expect([state, totals.cost_usd, totals.cost_complete]).toEqual(['not_measured', null, false]);
  });

  it("tells what sits in the main window, not in a sub-agent's", () => {
    const pieces = [
      { owner: SYSTEM, item: '', target: '', size: 600, isMeasured: false },
      { owner: READ, item: 'a', target: 'x.ts', size: 300, isMeasured: true },
      { owner: READ, item: 'b', target: '', size: 100, isMeasured: true },
    ];
    const contexts = [
      { threadId: 'main', prompt: 1000, window: 200_000, pieces },
      { threadId: 'child', prompt: 5000, window: null, pieces: [] },
    ];
    const { in_context } = report([row(READ, { entered: 1 })], { withContext: true }, { contexts });
    expect(in_context).toMatchObject({ thread_id: 'main', used: 1000, window: 200_000, measured_share: 0.4 });
    expect(in_context?.groups.map(({ key, percent, count }) => [key, percent, count])).toEqual([
      ['system', 60, 1],
      ['read', 40, 2],
    ]);
    expect(in_context?.items[0]).toMatchObject({ name: 'x.ts', tokens: 300 });
  });
});

describe('byTool()', () => {
  it('adds up kinds and shares them out as 100', () => {
    const rows = byTool([
      row(READ, { entered: 1 }),
      row({ kind: 'read', name: 'NotebookRead' }, { carried: 1 }),
      row(TASK, { output: 1 }),
    ]);
    expect(rows.map(({ kind, tokens, percent }) => [kind, tokens, percent])).toEqual([
      ['read', 2, 67],
      ['task', 1, 33],
    ]);
  });

  it('stays small whatever servers are called: the smallest kinds are other, and nothing is lost', () => {
    const servers = Array.from({ length: 500 }, (_, index) =>
      row({ kind: `mcp:s${index}`, name: 'x' }, { entered: index + 1, nano: 3 }),
    );
    const rows = byTool([row({ kind: 'other', name: 'Odd' }, { output: 1 }), ...servers]);
    expect(rows).toHaveLength(40);
    // 1 + ... + 461 and the odd one; the largest 39 have names.
    expect(rows[0]).toMatchObject({ kind: 'other', tokens: (461 * 462) / 2 + 1 });
    expect(rows.slice(1).map(({ tokens }) => tokens)).toEqual(Array.from({ length: 39 }, (_, index) => 500 - index));
    expect(rows.reduce((sum, { tokens }) => sum + tokens, 0)).toBe((500 * 501) / 2 + 1);
    expect(rows.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
    expect(byTool(servers.slice(0, 40)).some(({ kind }) => kind === 'other')).toBe(false);
  });
});
