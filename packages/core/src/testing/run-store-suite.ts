/**
 * What every store of runs must do, as cases: a row and its log come back as they went in, saying it again changes
 * nothing, pages neither skip nor repeat. The runner's `test` and `expect` are handed in.
 */
import type { Run, RunStore } from '../run.ts';
import { NO_USAGE } from '../usage.ts';

interface Expectation {
  toEqual(expected: unknown): void;
  toBe(expected: unknown): void;
}

export interface RunStoreSuite {
  readonly open: () => Promise<RunStore>;
  readonly test: (name: string, work: () => Promise<void>) => void;
  readonly expect: (value: unknown) => Expectation;
}

/** A run with every field told. */
export function exampleRun(more: Partial<Run> = {}): Run {
  return {
    id: 'run_1',
    agent: 'claude-code',
    origin: 'started',
    name: 'dev',
    taskId: 'T-1',
    title: 'Mend the shop',
    cwd: '/home/ada/shop',
    sessionId: 's1',
    requestedModel: 'opus',
    model: 'claude-opus-4-6',
    status: 'running',
    stopReason: null,
    message: '',
    startedAt: 1_000,
    endedAt: null,
    exitCode: null,
    pid: 42,
    stopMs: null,
    usage: { input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5, reasoning: 2 },
    calls: 1,
    costNano: 12_345_678_901_234_567_890n / 1_000n,
    unpricedTokens: 7,
    budgetNano: 2_500_000_000n,
    overshootNano: null,
    agentVersion: '2.1.0',
    ...more,
  };
}

export function runStoreSuite({ open, test, expect }: RunStoreSuite): void {
  test('a run comes back as it was saved, unknown figures as unknown and large ones exactly', async () => {
    const store = await open();
    const run = exampleRun();
    const bare = exampleRun({ id: 'run_2', usage: null, costNano: null, calls: 0, budgetNano: null });
    const silent = exampleRun({ id: 'run_3', usage: { ...NO_USAGE, input: 8, reasoning: undefined } });
    for (const each of [run, bare, silent]) await store.save(each, []);
    for (const each of [run, bare, silent]) expect(await store.run(each.id)).toEqual(each);
    expect(await store.run('nobody')).toBe(undefined);
  });

  test('a log entry once written stays, and the row is the last one said', async () => {
    const store = await open();
    const entry = (seq: number, data: unknown) => ({ runId: 'run_1', seq, at: seq, type: 'usage_delta', data });
    await store.save(exampleRun(), [entry(1, { a: 1 }), entry(2, null)]);
    await store.save(exampleRun({ status: 'success', endedAt: 9 }), [entry(2, 'other'), entry(3, ['b'])]);
    expect(await store.events('run_1', 0, 10)).toEqual([entry(1, { a: 1 }), entry(2, null), entry(3, ['b'])]);
    expect(await store.events('run_1', 1, 1)).toEqual([entry(2, null)]);
    expect((await store.run('run_1'))?.status).toBe('success');
  });

  test('pages are newest first and neither skip nor repeat, also among runs of one instant', async () => {
    const store = await open();
    const ids = Array.from({ length: 7 }, (_, index) => `run_${index}`);
    for (const [index, id] of ids.entries())
      await store.save(exampleRun({ id, startedAt: 1_000 + Math.floor(index / 3) }), []);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.runs({ limit: 2, after });
      seen.push(...page.runs.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([...ids].reverse());
  });

  test('every filter narrows', async () => {
    const store = await open();
    await store.save(exampleRun(), []);
    await store.save(
      exampleRun({ id: 'run_2', agent: 'codex', taskId: '', status: 'error', startedAt: 2_000, sessionId: 's2' }),
      [],
    );
    const ids = async (query: Partial<Parameters<RunStore['runs']>[0]>) =>
      (await store.runs({ limit: 10, ...query })).runs.map(({ id }) => id);
    expect(await ids({})).toEqual(['run_2', 'run_1']);
    expect(await ids({ agent: ['codex'] })).toEqual(['run_2']);
    expect(await ids({ status: ['running', 'pending'] })).toEqual(['run_1']);
    expect(await ids({ taskId: 'T-1' })).toEqual(['run_1']);
    expect(await ids({ sessionId: 's2' })).toEqual(['run_2']);
    expect(await ids({ since: 1_000, until: 2_000 })).toEqual(['run_1']);
  });
}
