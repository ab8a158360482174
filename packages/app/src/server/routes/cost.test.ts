import type { Run, WireCost, WireThreadUsage } from '@tokenmeter/core';
import { commitOf, repoOf, use } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WorkAsking } from '../../../test/work-asking.ts';
import type { Hub } from '../../live/port.ts';
import { readThreadUsage } from '../../work/thread-usage.ts';

let asking: WorkAsking;
beforeEach(async () => {
  asking = await WorkAsking.open();
});
afterEach(() => asking.close());

const NOON = Date.parse('2026-06-01T12:00:00Z');
const SHA = 'a'.repeat(40);

describe('GET /api/cost', () => {
  beforeEach(async () => {
    await asking.work.link({
      repos: [repoOf('r1', { name: 'acme/api' })],
      directories: [
        { path: '/work/app', repoId: 'r1' },
        { path: '/work/app-worktree', repoId: 'r1' },
      ],
      commits: [commitOf(SHA, 'r1', { authoredAt: NOON, releaseId: 'v1' })],
      branches: [{ repoId: 'r1', branch: 'main', commits: [{ id: SHA, authoredAt: NOON }] }],
      releases: [{ id: 'v1', repoId: 'r1', tag: 'v1.0', commitSha: SHA, releasedAt: NOON }],
    });
    await asking.send('POST', '/api/workplans', { id: 'w1', name: 'Storage', repo_id: 'r1', cap_usd: '0.10' });
    await asking.send('POST', '/api/tasks', { id: 't1', title: 'One', workplan_id: 'w1', sessions: ['s1'] });
    await asking.send('POST', '/api/tasks', { id: 't2', title: 'Two', workplan_id: 'w1' });
    await asking.send('PATCH', '/api/tasks/t1/status', { status: 'done' });
    await asking.measure(
      { identity: 'c1', sessionId: 's1', at: NOON, usage: use({ input: 10_000, cacheRead: 20_000 }) },
      { identity: 'c2', sessionId: 's2', cwd: '/work/app-worktree', branch: 'topic', usage: use({ output: 1_000 }) },
      { identity: 'c3', sessionId: 's3', cwd: '/tmp', model: 'unpriced-1', usage: use({ input: 7 }) },
    );
  });
  const ask = async (query: string) => (await asking.get<WireCost>(`/api/cost?${query}`)).body;

  test('says what it cost across how many repositories and runs, and when the last event was', async () => {
    const body = await ask('by=repo');
    // 10,000 at 3, 20,000 at 1, 1,000 at 15 micro-dollars.
    expect(body.totals).toMatchObject({ cost_usd: '0.065000000', tokens: 31_007, cost_complete: false });
    expect(body).toMatchObject({ repos: 1, runs: 3, unpriced_models: 1, closed: false });
    expect(body.last_event_at).toBe('2026-06-01T12:00:00.000Z');
  });

  test('rows of every kind add up to the totals, and what belongs to none comes last', async () => {
    for (const by of [
      'repo',
      'model',
      'workplan',
      'task',
      'commit',
      'release',
      'pull_request',
      'outcome',
      'agent',
      'branch',
    ]) {
      const body = await ask(`by=${by}`);
      const sum = (of: (row: WireCost['rows'][number]) => number) => body.rows.reduce((a, row) => a + of(row), 0);
      expect([by, sum((row) => row.tokens), sum((row) => row.calls)]).toEqual([by, 31_007, 3]);
      const none = body.rows.findIndex((row) => row.id === '');
      if (none >= 0) expect([by, none]).toEqual([by, body.rows.length - 1]);
    }
  });

  test('worktrees fold into their repository, with its branches', async () => {
    const { rows } = await ask('by=repo');
    expect(rows.map((row) => [row.name, row.tokens, row.runs])).toEqual([
      ['acme/api', 31_000, 2],
      ['No repo', 7, 1],
    ]);
    expect(rows[0]?.branches?.map((row) => row.branch)).toEqual(['main', 'topic']);
  });

  test('a workplan tells tasks done, cost per done task and how much of its cap', async () => {
    const { rows, linked } = await ask('by=workplan');
    expect(rows[0]).toMatchObject({
      name: 'Storage',
      tasks_done: 1,
      tasks_total: 2,
      cost_usd: '0.050000000',
      cost_per_done_task_usd: '0.050000000',
      cap_usd: '0.100000000',
      cap_percent: 50,
    });
    expect(linked.tokens).toBe(30_000);
  });

  test('a workplan with no done task has no cost per task', async () => {
    await asking.send('PATCH', '/api/tasks/t1/status', { status: 'in_progress' });
    expect((await ask('by=workplan')).rows[0]?.cost_per_done_task_usd).toBeNull();
  });

  test('outcomes come in their order, with commits and tags; a task tells where it ended', async () => {
    const { rows } = await ask('by=outcome');
    expect(rows.map((row) => [row.id, row.tokens])).toEqual([
      ['shipped', 30_000],
      ['committed', 0],
      ['uncommitted', 1_000],
      ['reverted', 0],
      ['not_linked', 7],
    ]);
    expect(rows[0]).toMatchObject({ commits: 1, tags: ['v1.0'] });
    const task = (await ask('by=task')).rows[0];
    expect(task).toMatchObject({ id: 't1', status: 'done', main_model: 'sonnet', repo_name: 'acme/api' });
    expect(task?.ended).toEqual({ kind: 'release', name: 'v1.0', id: 'v1' });
    expect(task?.sessions).toEqual(['s1']);
    expect((await ask('by=release')).rows[0]).toMatchObject({ name: 'v1.0', cost_per_commit_usd: '0.050000000' });
  });

  test('a task names its root sessions, dearest first; work without a task, and other rows, name none', async () => {
    await asking.send('PATCH', '/api/tasks/t1', { sessions: ['s1', 's4', 's5'] });
    await asking.measure(
      { identity: 'c4', sessionId: 's4', at: NOON, usage: use({ output: 9_000 }) },
      { identity: 'c5', sessionId: 's5', at: NOON, usage: use({ output: 1 }) },
    );
    // Told by somebody: there is no log of it here.
    await asking.send('POST', '/token-events/', { tokens_in: 5, task_id: 't1', session_id: 's-elsewhere' });
    const { rows } = await ask('by=task');
    expect(rows.map(({ id, sessions }) => [id, sessions])).toEqual([
      ['t1', ['s4', 's1', 's5']],
      ['', null],
    ]);
    expect((await ask('by=repo')).rows[0]?.sessions).toBeNull();
  });

  test('004-17 a call or event without a model is a row of its own, unknown', async () => {
    await asking.send('POST', '/token-events/', { tokens_in: 5 });
    const { rows } = await ask('by=model');
    expect(rows.at(-1)).toMatchObject({ id: '', name: 'unknown', tokens: 5, price: null });
    expect(rows[0]).toMatchObject({ id: 'sonnet', price: { input: '3', output: '15' } });
  });

  test('004-19 rows are sorted by cost, then tokens; what has no reference is left out of no total', async () => {
    await asking.send('POST', '/token-events/', { task_id: 't2', tokens_in: 50_000, model: 'sonnet' });
    const { rows } = await ask('by=task');
    expect(rows.map((row) => row.id)).toEqual(['t2', 't1', '']);
  });

  test('004-23 rows have names beside their ids', async () => {
    const { rows } = await ask('by=task');
    expect([rows[0]?.id, rows[0]?.name]).toEqual(['t1', 'One']);
  });

  test('periods cut, filters keep and leave out, limits fold the rest', async () => {
    expect((await ask('by=repo&since=2026-06-02')).totals.tokens).toBe(0);
    expect((await ask('by=repo&until=2026-05-31')).closed).toBe(true);
    expect((await ask('by=repo&repo=acme/api')).totals.tokens).toBe(31_000);
    expect((await ask('by=repo&-repo=r1')).totals.tokens).toBe(7);
    expect((await ask('by=repo&workplan=Storage')).totals.tokens).toBe(30_000);
    expect((await ask('by=repo&branch=topic')).totals.tokens).toBe(1_000);
    const cut = await ask('by=model&limit=1');
    expect([cut.rows.length, cut.rest?.count, cut.rest?.tokens]).toEqual([1, 1, 7]);
    const bad = await asking.get<WireCost>('/api/cost?by=planet');
    expect([bad.status, bad.body.error.path]).toEqual([400, 'by']);
  });
});

describe('GET /threads/:id/token-usage', () => {
  beforeEach(() =>
    asking.measure(
      { identity: 'c1', usage: use({ input: 100, output: 10 }), at: NOON },
      { identity: 'c2', usage: use({ input: 1_000, cacheRead: 4_000, output: 20 }), at: NOON + 1 },
      { identity: 'c3', caller: 'subagent:explore', threadId: 'sub', chain: 'side', model: 'haiku', at: NOON + 2 },
      { identity: 'c4', caller: 'subagent:explore', threadId: 'sub', chain: 'side', model: 'haiku', at: NOON + 3 },
      { identity: 'c5', caller: 'system:title', model: '', certainty: 'at_least', at: NOON + 4 },
    ),
  );
  const ask = (path = '/threads/s1/token-usage') => asking.get<WireThreadUsage>(path);

  test('003-3 llm_call_count counts sub-agents’ and system calls', async () => {
    expect((await ask()).body.llm_call_count).toBe(5);
  });

  test('003-5 003-6 by_model goes by the model of each call, and callers carry their models', async () => {
    const { body } = await ask();
    expect(Object.entries(body.by_model).map(([model, { tokens, calls }]) => [model, tokens, calls])).toEqual([
      ['unknown', 110, 1],
      ['haiku', 220, 2],
      ['sonnet', 5_130, 2],
    ]);
    expect(body.callers.map((one) => [one.caller, one.models])).toEqual([
      ['lead', ['sonnet']],
      ['subagent:explore', ['haiku']],
      ['system:title', ['unknown']],
    ]);
  });

  test('003-1 003-13 a known model is never unknown; a call without one is a row of its own', async () => {
    const { body } = await ask();
    expect(body.by_model.unknown?.calls).toBe(1);
    expect(body.by_model.sonnet?.calls).toBe(2);
  });

  test('003-12 by_caller and by_model both add up to the total', async () => {
    const { body } = await ask();
    expect(body.by_caller).toEqual({ lead_agent: 5_130, subagent: 220, middleware: 110 });
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(sum(Object.values(body.by_caller))).toBe(body.total_tokens);
    expect(sum(Object.values(body.by_model).map((row) => row.tokens))).toBe(body.total_tokens);
    expect(sum(body.callers.map((row) => row.tokens))).toBe(body.total_tokens);
    expect(body.total_input_tokens + body.total_output_tokens).toBe(body.total_tokens);
  });

  test('003-8 what was cut counts as well', async () => {
    expect((await ask()).body.by_caller.middleware).toBe(110);
  });

  test('003-2 003-11 the same call told again, larger, counts once; one number everywhere', async () => {
    await asking.measure({ identity: 'c2', usage: use({ input: 1_000, cacheRead: 4_000, output: 25 }), at: NOON + 1 });
    const { body } = await ask();
    expect(body.total_tokens).toBe(5_465);
    const { body: query } = await asking.get<{ totals: { tokens: number } }>('/api/query?session=s1');
    expect(query.totals.tokens).toBe(body.total_tokens);
    const { body: session } = await asking.get<{ session: { totals: { tokens: number } } }>('/api/sessions/s1');
    expect(session.session.totals.tokens).toBe(body.total_tokens);
    expect((await ask('/sessions/s1/token-usage/')).body.total_tokens).toBe(body.total_tokens);
  });

  test('003-8 runs of any end are listed and count', async () => {
    for (const [id, status] of [
      ['r1', 'interrupted'],
      ['r2', 'timeout'],
    ] as const)
      await asking.ledger.runs.save(runOf(id, status), []);
    const { body } = await ask();
    expect(body.runs.map((run) => [run.run_id, run.status]).sort()).toEqual([
      ['r1', 'interrupted'],
      ['r2', 'timeout'],
    ]);
    expect([body.total_runs, body.total_tokens]).toEqual([2, 5_460]);
  });

  test('003-4 003-9 003-10 a run at work counts what it has written so far, told apart, and all parts still add up', async () => {
    const run = { session_id: 's1', ended_at: null, estimated_tokens: 40, model: 'sonnet' };
    // -- the parts of a live run that are read
    const live = { now: () => ({ runs: [run] }) } as unknown as Pick<Hub, 'now'>;
    const before = await readThreadUsage({ ledger: asking.ledger, live }, 's1', false);
    const during = await readThreadUsage({ ledger: asking.ledger, live }, 's1');
    expect([before?.total_tokens, before?.provisional_tokens, before?.active_runs]).toEqual([5_460, 0, 1]);
    expect([during?.total_tokens, during?.provisional_tokens]).toEqual([5_500, 40]);
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(sum(Object.values(during?.by_caller ?? {}))).toBe(5_500);
    expect(sum(Object.values(during?.by_model ?? {}).map((row) => row.tokens))).toBe(5_500);
    expect(during?.llm_call_count).toBe(5);
    // The call ends and takes the place of its estimate.
    await asking.measure({ identity: 'c6', usage: use({ input: 300, output: 42 }), at: NOON + 9 });
    run.estimated_tokens = 0;
    const after = await readThreadUsage({ ledger: asking.ledger, live }, 's1');
    expect(after?.total_tokens).toBe(5_802);
  });

  test('003-7 all of it at once: models named, agents of agents seen while they work, counts and by_model right', async () => {
    const deeper = { chain: 'side', caller: 'subagent:test-writer', threadId: 'sub-of-sub', model: 'opus' } as const;
    await asking.measure({ identity: 'c6', ...deeper, usage: use({ input: 500, output: 50 }), at: NOON + 5 });
    const run = { session_id: 's1', ended_at: null, estimated_tokens: 7, model: 'sonnet' };
    // -- the parts of a live run that are read
    const live = { now: () => ({ runs: [run] }) } as unknown as Pick<Hub, 'now'>;
    const usage = await readThreadUsage({ ledger: asking.ledger, live }, 's1');
    const by = Object.fromEntries(Object.entries(usage?.by_model ?? {}).map(([model, row]) => [model, row.tokens]));
    expect(by).toEqual({ sonnet: 5_137, haiku: 220, opus: 550, unknown: 110 });
    expect(usage?.by_caller).toEqual({ lead_agent: 5_137, subagent: 770, middleware: 110 });
    expect([usage?.llm_call_count, usage?.total_tokens]).toEqual([6, 6_017]);
    expect(usage?.callers.map(({ caller }) => caller)).toContain('subagent:test-writer');
  });

  test('context is what the latest call of the main thread held', async () => {
    const { body } = await ask();
    expect(body.context_usage).toMatchObject({ max_context_tokens: 200_000 });
    expect((await ask('/threads/sub/token-usage')).body).toMatchObject({ total_tokens: 220, session_id: 's1' });
  });

  test('tells of a thread nobody knows', async () => {
    expect((await ask('/threads/nobody/token-usage')).status).toBe(404);
  });
});

function runOf(id: string, status: Run['status']): Run {
  return {
    id,
    agent: 'claude-code',
    origin: 'started',
    name: '',
    taskId: '',
    title: '',
    cwd: '/work/app',
    sessionId: 's1',
    requestedModel: '',
    model: 'sonnet',
    status,
    stopReason: null,
    message: '',
    startedAt: NOON,
    endedAt: NOON + 1,
    exitCode: null,
    pid: null,
    stopMs: null,
    usage: use({ input: 100 }),
    calls: 1,
    costNano: null,
    unpricedTokens: 0,
    budgetNano: null,
    overshootNano: null,
    agentVersion: '',
  };
}
