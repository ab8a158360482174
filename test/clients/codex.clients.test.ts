/** The real Codex, asked for real work by a scripted model. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Collector, countOf, startCollector } from './otlp.ts';
import type { Lane } from './script.ts';
import { clientCommand, countsOf, type More, openWorld, processesIn, truthOf, type World } from './world.ts';

const command = clientCommand('codex');

let world: World;
let collector: Collector | undefined;
afterEach(async () => {
  await world.close();
  await collector?.close();
  collector = undefined;
});
const open = async (lanes: readonly Lane[], more?: More) => {
  world = await openWorld('codex', command, lanes, more);
  return world;
};
const shell = (id: string, cmd: string) => ({ id, name: 'exec_command', input: { cmd, yield_time_ms: 8_000 } });
const spawned = (id: string, message: string) => ({
  id,
  namespace: 'multi_agent_v1',
  name: 'spawn_agent',
  input: { message },
});

describe.skipIf(command.length === 0)('Codex', () => {
  test('two sub-agents tick live; live, settled, logged and exported totals are the script’s', async () => {
    collector = await startCollector();
    const lanes: readonly Lane[] = [
      {
        name: 'first',
        asks: 'FIRST-HELPER',
        turns: [
          {
            text: 'Looks.',
            tools: [shell('call_a', 'sleep 1; echo a')],
            usage: { input: 501, cacheRead: 128, output: 61 },
          },
          { text: 'Done.', usage: { input: 72, cacheRead: 629, output: 22, reasoning: 7 } },
        ],
      },
      {
        name: 'second',
        asks: 'SECOND-HELPER',
        turns: [
          { text: 'Looks.', tools: [shell('call_b', 'sleep 1; echo b')], usage: { input: 602, output: 62 } },
          { text: 'Done.', usage: { input: 73, cacheRead: 602, output: 23 } },
        ],
      },
      {
        name: 'main',
        asks: 'MAIN-TASK',
        turns: [
          {
            text: 'Helpers.',
            tools: [spawned('call_1', 'FIRST-HELPER: go'), spawned('call_2', 'SECOND-HELPER: go')],
            usage: { input: 1001, cacheRead: 2048, output: 101, reasoning: 11 },
          },
          {
            text: 'Waits.',
            tools: [shell('call_3', 'sleep 5; echo waited')],
            usage: { input: 150, cacheRead: 3049, output: 33 },
          },
          { text: 'All done.', usage: { input: 90, cacheRead: 3199, output: 14 } },
          { text: 'Read them.', usage: { input: 91, cacheRead: 3199, output: 15 } },
          { text: 'Read them.', usage: { input: 92, cacheRead: 3199, output: 16 } },
        ],
      },
    ];
    const exporter = `{ otlp-http = { endpoint = "${collector.url}/v1/logs", protocol = "json" } }`;
    const { model, start, say } = await open(lanes, { config: `[otel]\nexporter = ${exporter}\n` });
    const going = start('run', '--agent', 'codex', '--json', '--', 'MAIN-TASK');
    expect(await going.ended, going.errors()).toBe(0);
    const truth = truthOf(model);
    const helpers = going.frames.flatMap(({ run }) =>
      run.ended_at === null
        ? run.threads.filter((thread) => thread.parent_thread_id !== null && thread.usage.tokens > 0)
        : [],
    );
    expect(new Set(helpers.map((thread) => thread.thread_id)).size).toBe(2);
    const last = going.frames.at(-1);
    expect(last?.type).toBe('usage_settled');
    expect(countsOf(last?.run.usage)).toEqual(truth);
    const report = JSON.parse((await say('usage', '--by', 'model', '--json')).out);
    expect(countsOf(report.totals)).toEqual(truth);
    expect(report.totals.calls).toBe(model.served.filter(({ end }) => end === 'whole').length);

    // What the client itself exports: its input holds what was read from the cache, its output the reasoning.
    const { records } = collector;
    // Each end of an answer is exported twice, once as an event of the stream and once with its counts.
    const answers = () => records.filter(({ attributes }) => attributes.input_token_count !== undefined);
    await expect.poll(() => answers().length, { timeout: 15_000 }).toBe(report.totals.calls);
    const sum = (attribute: string) => answers().reduce((total, record) => total + countOf(record, attribute), 0);
    expect(['input_token_count', 'cached_token_count', 'output_token_count', 'reasoning_token_count'].map(sum)).toEqual(
      [truth.input + truth.cacheRead, truth.cacheRead, truth.output, truth.reasoning],
    );
  });

  test('an interrupt in the middle of an answer ends it in under 2 s, and what was used is kept', async () => {
    const { model, start, say, folder } = await open([
      {
        name: 'slow',
        asks: 'SLOW-TASK',
        turns: [
          {
            text: 'First.',
            tools: [shell('call_1', 'echo one')],
            usage: { input: 1001, cacheRead: 2048, output: 101 },
          },
          { text: 'word '.repeat(60), pieces: 60, pauseMs: 200, usage: { input: 300, output: 400 } },
        ],
      },
    ]);
    const going = start('run', '--agent', 'codex', '--json', '--', 'SLOW-TASK');
    await expect.poll(() => going.frames.at(-1)?.run.estimated_tokens, { timeout: 30_000 }).toBeGreaterThan(0);
    const asked = Date.now();
    going.child.kill('SIGINT');
    expect(await going.ended, going.errors()).toBe(130);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(processesIn(folder)).toEqual([]);
    const { run } = going.frames.at(-1) ?? {};
    expect(run).toMatchObject({ status: 'interrupted', stop_reason: 'user', estimated_tokens: 0 });
    expect(countsOf(run?.usage)).toEqual(truthOf(model));
    const report = JSON.parse((await say('usage', '--by', 'model', '--json')).out);
    expect(countsOf(report.totals)).toEqual(truthOf(model));
  });

  test('an overloaded model and a cut answer are survived', async () => {
    const { model, start } = await open([
      {
        name: 'shaky',
        asks: 'SHAKY-TASK',
        turns: [
          { status: 529 },
          { text: 'word '.repeat(60), pieces: 20, cutAfter: 6, usage: { input: 70, output: 300 } },
          { text: 'Fine.', usage: { input: 71, output: 30 } },
        ],
      },
    ]);
    const going = start('run', '--agent', 'codex', '--json', '--', 'SHAKY-TASK');
    expect(await going.ended, going.errors()).toBe(0);
    expect(model.served.map(({ end }) => end)).toEqual(['refused', 'cut', 'whole']);
    expect(countsOf(going.frames.at(-1)?.run.usage)).toEqual(truthOf(model));
  });

  test('a budget stops it, and the command ends with 3', async () => {
    const turns = Array.from({ length: 12 }, (_, index) => ({
      text: 'More.',
      tools: [shell(`call_${index}`, 'sleep 0.3; echo more')],
      usage: { input: 10_000, output: 4_000 },
    }));
    const { model, start } = await open([{ name: 'greedy', asks: 'GREEDY-TASK', turns }]);
    const going = start('run', '--agent', 'codex', '--json', '--budget', '0.25', '--', 'GREEDY-TASK');
    expect(await going.ended, going.errors()).toBe(3);
    const { run } = going.frames.at(-1) ?? {};
    expect(run).toMatchObject({ status: 'interrupted', stop_reason: 'budget_capped' });
    expect(model.served.length).toBeLessThan(8);
    expect(Number(run?.cap?.overshoot_usd ?? 0)).toBeLessThanOrEqual(Number(run?.cap?.overshoot_bound_usd ?? 0));
  });
});
