/** The real Claude Code, asked for real work by a scripted model. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireCall, WireCallDetail, WireLiveNow, WireRun } from '@tokenmeter/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type Collector, countOf, startCollector } from './otlp.ts';
import type { Lane } from './script.ts';
import { BIN, clientCommand, countsOf, type More, openWorld, processesIn, truthOf, type World } from './world.ts';

const command = clientCommand('claude-code');

let world: World;
let collector: Collector | undefined;
afterEach(async () => {
  await world.close();
  await collector?.close();
  collector = undefined;
});
const open = async (lanes: readonly Lane[], more?: More) => {
  world = await openWorld('claude-code', command, lanes, more);
  return world;
};
/** The client's own telemetry, as its documentation switches it on. */
const telemetry = (url: string) => ({
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_LOGS_EXPORT_INTERVAL: '500',
});

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
  test('two parallel sub-agents on two models tick live; live, settled, logged and exported totals are the script’s', async () => {
    collector = await startCollector();
    const lanes: readonly Lane[] = [
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
    ];
    const { model, start, say } = await open(lanes, { env: telemetry(collector.url) });
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

    // What the client itself exports: its writes to the cache are one figure there.
    const { records } = collector;
    const requests = () => records.filter(({ name }) => name === 'claude_code.api_request');
    await expect.poll(() => requests().length, { timeout: 15_000 }).toBe(6);
    for (const name of [undefined, ...report.rows.map((row: { key: { model: string } }) => row.key.model)]) {
      const told = requests().filter(({ attributes }) => name === undefined || attributes.model === name);
      const sum = (attribute: string) => told.reduce((total, record) => total + countOf(record, attribute), 0);
      const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = truthOf(model, name);
      expect(['input_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'output_tokens'].map(sum), name).toEqual([
        input,
        cacheRead,
        cacheWrite5m + cacheWrite1h,
        output,
      ]);
    }

    // Each of its tool results names the request that asked for the tool: the log's own join is the same.
    const results = records.filter(({ name }) => name === 'claude_code.tool_result');
    expect(results).toHaveLength(4);
    const server = start('serve', '--port', '0');
    await expect.poll(() => server.text(), { timeout: 20_000 }).toContain('End it with');
    const url = /http:\/\/[\d.:]+/.exec(server.text())?.[0] ?? '';
    const get = async <T>(path: string) => (await (await fetch(new URL(path, url))).json()) as T; // -- the wire's own types
    const session = String(results[0]?.attributes['session.id']);
    const { calls } = await get<{ calls: WireCall[] }>(`/api/sessions/${session}/calls`);
    for (const { attributes } of results) {
      const call = calls.find(({ tools }) => tools.some(({ id }) => id === attributes.tool_use_id));
      const detail = await get<WireCallDetail>(`/api/calls/${call?.id}`);
      expect(detail.request_id, String(attributes.tool_use_id)).toBe(attributes.request_id);
    }
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

  test('it tells tokens and asks for them through the MCP server, with a server running and without', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-mcp-config-'));
    const config = join(folder, 'mcp.json');
    const tool = (id: string, name: string, input: Record<string, unknown>) => ({
      id,
      name: `mcp__tokenmeter__${name}`,
      input,
    });
    const event = { task_id: 'T-7', tokens_in: 1200, tokens_out: 34, model: 'claude-haiku-4-5', create: true };
    const turns = (round: string): Lane['turns'] => [
      {
        text: 'Tells.',
        tools: [tool(`toolu_${round}1`, 'record_token_event', event)],
        usage: { input: 10, output: 5 },
      },
      {
        text: 'Asks.',
        tools: [tool(`toolu_${round}2`, 'get_token_summary', { scope: 'task', id: 'T-7' })],
        usage: { input: 11, output: 6 },
      },
      { text: 'Done.', usage: { input: 12, output: 7 } },
    ];
    const lanes = [
      { name: 'alone', asks: 'ALONE-TASK', turns: turns('a') },
      { name: 'beside', asks: 'BESIDE-TASK', turns: turns('b') },
    ];
    try {
      const {
        model,
        start,
        say,
        folder: place,
      } = await open(lanes, {
        words: [`--mcp-config=${config}`, '--allowedTools=mcp__tokenmeter'],
        env: { ENABLE_TOOL_SEARCH: 'false' },
      });
      const args = [BIN, 'mcp', '--home', join(place, 'home'), '--data', join(place, 'data')];
      writeFileSync(config, JSON.stringify({ mcpServers: { tokenmeter: { command: process.execPath, args } } }));
      for (const [words, count] of [
        ['ALONE-TASK', 1],
        ['BESIDE-TASK', 2],
      ] as const) {
        const server = count === 2 ? start('serve', '--port', '0') : undefined;
        if (server) await expect.poll(() => server.text(), { timeout: 20_000 }).toContain('End it with');
        const going = start('run', '--json', '--', words);
        expect(await going.ended, going.errors()).toBe(0);
        // What came back to the model: of two forms of an answer this client hands on the data.
        const results = model.asked.at(-1) ?? '';
        expect(results).toContain('\\"tokens_total\\":1234,');
        expect(results).toContain(`\\"tokens_total\\":${count * 1234},\\"event_count\\":${count}`);
        server?.child.kill('SIGTERM');
        await server?.ended;
        const task = JSON.parse((await say('task', 'show', 'T-7', '--json')).out);
        expect(JSON.stringify(task)).toContain(`"tokens_total":${count * 1234}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  for (const search of ['true', 'false'])
    test(`a server of tools that was never called is a cost of its own, named in the advice (tool search ${search})`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-mcp-config-'));
      const config = join(folder, 'mcp.json');
      const turns: Lane['turns'] = [
        { text: 'Looks.', tools: [shell('toolu_1', 0.1)], usage: { cacheWrite5m: 30_000, output: 40 } },
        { text: 'Done.', usage: { cacheRead: 30_000, cacheWrite5m: 60, output: 10 } },
      ];
      try {
        const {
          start,
          say,
          folder: place,
        } = await open([{ name: 'main', asks: 'IDLE-SERVER', turns }], {
          words: [`--mcp-config=${config}`],
          env: { ENABLE_TOOL_SEARCH: search },
        });
        const args = [BIN, 'mcp', '--home', join(place, 'home'), '--data', join(place, 'data')];
        writeFileSync(config, JSON.stringify({ mcpServers: { idle: { command: process.execPath, args } } }));
        const going = start('run', '--json', '--', 'IDLE-SERVER');
        expect(await going.ended, going.errors()).toBe(0);
        const report = JSON.parse((await say('tools', '--by', 'mcp_server', '--json')).out);
        const row = report.rows.find(({ key }: { key: { mcp_server: string } }) => key.mcp_server === 'idle');
        expect(row?.kind, JSON.stringify(report.rows)).toBe('tools');
        expect(row.total.tokens).toBeGreaterThan(0);
        expect(row.total.tool_calls).toBe(0);
        expect(report.advice).toMatchObject({ rule: 'trim_tools', text: expect.stringContaining('idle never called') });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
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
