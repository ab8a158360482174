/** The real Claude Code, asked for real work by a scripted model. */
import type { WireLiveNow, WireRun } from '@tokenmeter/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { Lane } from './script.ts';
import { clientCommand, countsOf, openWorld, processesIn, truthOf, type World } from './world.ts';

const command = clientCommand('claude-code');

let world: World;
afterEach(() => world.close());
const open = async (lanes: readonly Lane[]) => {
  world = await openWorld('claude-code', command, lanes);
  return world;
};

const shell = (id: string, seconds: number) => ({
  id,
  name: 'Bash',
  input: { command: `sleep ${seconds}; echo ${id}`, description: id },
});
const agent = (id: string, prompt: string, model?: string) => ({
  id,
  name: 'Agent',
  input: {
    description: prompt,
    prompt,
    subagent_type: 'general-purpose',
    run_in_background: false,
    ...(model ? { model } : {}),
  },
});
const WORDS = 'word '.repeat(60);
const SLOW: Lane = {
  name: 'slow',
  asks: 'SLOW-TASK',
  turns: [
    { text: WORDS, pieces: 60, pauseMs: 200, usage: { input: 20, cacheRead: 4000, cacheWrite5m: 100, output: 400 } },
  ],
};
describe.skipIf(command.length === 0)('Claude Code', () => {
  test('two parallel sub-agents on two models tick live; live, settled and logged totals are the script’s', async () => {
    const { model, start, say } = await open([
      {
        name: 'first',
        asks: 'FIRST-HELPER',
        turns: [
          {
            text: 'Looks.',
            tools: [shell('toolu_a', 1)],
            usage: { input: 301, cacheWrite5m: 2001, output: 41 },
            pauseMs: 60,
          },
          { text: 'Done.', usage: { input: 11, cacheRead: 2001, cacheWrite5m: 91, output: 21 }, pauseMs: 60 },
        ],
      },
      {
        name: 'second',
        asks: 'SECOND-HELPER',
        turns: [
          {
            text: 'Looks.',
            tools: [shell('toolu_b', 1)],
            usage: { input: 402, cacheWrite1h: 3002, output: 52 },
            pauseMs: 60,
          },
          { text: 'Done.', usage: { input: 12, cacheRead: 3002, cacheWrite5m: 92, output: 32 }, pauseMs: 60 },
        ],
      },
      {
        name: 'main',
        asks: 'MAIN-TASK',
        turns: [
          {
            text: 'Two helpers.',
            tools: [agent('toolu_1', 'FIRST-HELPER', 'haiku'), agent('toolu_2', 'SECOND-HELPER')],
            usage: { input: 1001, cacheWrite5m: 5001, output: 151 },
          },
          { text: 'Both are done.', usage: { input: 13, cacheRead: 5001, cacheWrite5m: 503, output: 33 } },
        ],
      },
    ]);
    const going = start('run', '--json', '--', 'MAIN-TASK');
    expect(await going.ended, going.errors()).toBe(0);
    const truth = truthOf(model);
    expect(truth.output).toBe(330);

    const ticking = going.frames.filter(({ run }) => {
      const helpers = run.threads.filter((thread) => thread.parent_thread_id !== null && thread.usage.tokens > 0);
      return helpers.length === 2 && helpers.every((thread) => thread.status === 'running');
    });
    expect(ticking.length).toBeGreaterThan(0);
    expect(new Set(ticking[0]?.run.threads.map((thread) => thread.model)).size).toBe(2);
    for (const [earlier, later] of going.frames.map((frame, index) => [frame, going.frames[index + 1]] as const))
      if (later) expect(later.run.seq).toBeGreaterThan(earlier.run.seq);

    const last = going.frames.at(-1);
    expect(last?.type).toBe('usage_settled');
    expect(countsOf(last?.run.usage)).toEqual(truth);
    for (const row of last?.run.by_model ?? []) expect(countsOf(row), row.model).toEqual(truthOf(model, row.model));
    expect(last?.run.by_model).toHaveLength(2);

    const report = JSON.parse((await say('usage', '--by', 'model', '--json')).out);
    expect(countsOf(report.totals)).toEqual(truth);
    for (const row of report.rows) expect(countsOf(row), row.key.model).toEqual(truthOf(model, row.key.model));
    expect(report.totals.calls).toBe(6);
  });

  test('an interrupt in the middle of an answer ends it in under 2 s, and what was used is kept', async () => {
    const { start, say, folder } = await open([SLOW]);
    const going = start('run', '--json', '--', 'SLOW-TASK');
    await expect.poll(() => going.frames.at(-1)?.run.usage?.cache_read, { timeout: 30_000 }).toBe(4000);
    const asked = Date.now();
    going.child.kill('SIGINT');
    expect(await going.ended, going.errors()).toBe(130);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(processesIn(folder)).toEqual([]);
    const { run } = going.frames.at(-1) ?? {};
    expect(run).toMatchObject({ status: 'interrupted', stop_reason: 'user' });
    expect(run?.interrupt.forced).toBe(false);
    expect(run?.usage).toMatchObject({ input: 20, cache_read: 4000, cache_write_5m: 100 });
    const report = JSON.parse((await say('usage', '--by', 'model', '--json')).out);
    expect(report.totals).toMatchObject({ input: 20, cache_read: 4000, cache_write_5m: 100 });
  });

  test('an overloaded model and a cut answer are survived and told', async () => {
    const { model, start } = await open([
      {
        name: 'shaky',
        asks: 'SHAKY-TASK',
        turns: [
          { status: 529 },
          { text: WORDS, pieces: 20, cutAfter: 6, usage: { input: 70, output: 300 } },
          { text: 'Fine.', usage: { input: 71, output: 30 } },
        ],
      },
    ]);
    const going = start('run', '--json', '--', 'SHAKY-TASK');
    expect(await going.ended, going.errors()).toBe(0);
    expect(model.served.map(({ end }) => end)).toEqual(['refused', 'cut', 'whole']);
    expect(going.frames.some(({ run }) => run.activity.state === 'retrying')).toBe(true);
    expect(countsOf(going.frames.at(-1)?.run.usage)).toEqual(truthOf(model));
  });

  test('a budget stops it, within the bound that was told, and the command ends with 3', async () => {
    const turns = Array.from({ length: 12 }, (_, index) => ({
      text: 'More.',
      tools: [shell(`toolu_${index}`, 0.3)],
      usage: { input: 10_000, output: 2_000 },
      pauseMs: 50,
    }));
    const { model, start } = await open([{ name: 'greedy', asks: 'GREEDY-TASK', turns }]);
    const going = start('run', '--json', '--budget', '0.25', '--model', 'claude-sonnet-4-5', '--', 'GREEDY-TASK');
    expect(await going.ended, going.errors()).toBe(3);
    const { run } = going.frames.at(-1) ?? {};
    expect(run).toMatchObject({ status: 'interrupted', stop_reason: 'budget_capped' });
    expect(model.served.length).toBeLessThan(8);
    expect(Number(run?.cap?.overshoot_usd ?? 0)).toBeLessThanOrEqual(Number(run?.cap?.overshoot_bound_usd ?? 0));
  });

  test('beside a server a run is on its live page, is stopped from there, and leaves no process', async () => {
    const { start, say, folder } = await open([SLOW]);
    const server = start('serve', '--port', '0');
    await expect.poll(() => server.text(), { timeout: 20_000 }).toContain('http://');
    const url = /http:\/\/\S+/.exec(server.text())?.[0] ?? '';
    const going = start('run', '--title', 'Stop me', '--', 'SLOW-TASK');
    const get = async <T>(path: string) => (await (await fetch(new URL(path, url))).json()) as T; // -- the wire's own types
    const live = async () => (await get<WireLiveNow>('/api/live/now')).runs;
    await expect
      .poll(async () => (await live()).find(({ title }) => title === 'Stop me')?.usage?.cache_read, {
        timeout: 30_000,
      })
      .toBe(4000);
    const id = (await live())[0]?.run_id ?? '';
    const answer = await fetch(new URL(`/api/runs/${id}/interrupt`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(202);
    expect(await going.ended, going.errors()).toBe(130);
    const kept = await get<WireRun>(`/api/runs/${id}`);
    expect(kept).toMatchObject({
      status: 'interrupted',
      stop_reason: 'user',
      input_tokens: 20,
      cache_read_tokens: 4000,
    });
    expect(kept.stop_ms).toBeLessThan(2_000);
    expect(processesIn(folder)).toEqual([]);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const report = JSON.parse((await say('usage', '--by', 'model', '--json')).out);
    expect(report.totals).toMatchObject({ calls: 1, input: 20, cache_read: 4000 });
  });
});
