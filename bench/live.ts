/**
 * The soak: many runs at once told to the hub for minutes, as agents tell them, with a listener that takes every frame.
 * Heap after a collection is told as it goes; it must not grow with time. The hot path, a delta to a verdict, is timed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AgentEvent } from '@tokenmeter/core';
import { createPriceBook } from '@tokenmeter/core/price';
import { exampleRun } from '@tokenmeter/core/testing';
import { loadConfig } from '../packages/app/dist/config.js';
import { LiveHub } from '../packages/app/dist/live/hub.js';
import type { OpenRun } from '../packages/app/dist/live/port.js';
import { openSqliteLedger } from '../packages/app/dist/stores/sqlite/ledger.js';
import { percentile } from './measure.ts';

const RUNS = 50;
const TURN_MS = 10;
const SAMPLE_MS = 10_000;

export async function benchLive(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-soak-'));
  const clock = { now: () => Date.now() };
  const book = createPriceBook();
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db'), book: () => book, clock });
  const { config } = loadConfig({ dataDir: folder, env: {}, machineTz: 'UTC', locale: 'en-US' });
  const used = { ...config, monthlyCap: { amount: '1000000', currency: 'USD' } };
  const ingest = {
    scan: async () => ({ filesRead: 0, filesTotal: 0, bytesRead: 0, inserted: 0, changed: 0, failures: [] }),
    watch: async () => ({ close: async () => {} }),
    roots: async () => [],
    progress: () => undefined,
    onChange: () => () => {},
    announce: () => {},
  };
  const hub = new LiveHub({ ledger, runs: ledger.runs, ingest, clock, config: () => used });
  let frames = 0;
  hub.subscribe(() => frames++);
  const capabilities = {
    liveInput: true,
    liveOutput: true,
    subAgentUsage: 'call',
    contextWindow: true,
    cost: true,
    interrupt: 'graceful',
    cannot: [],
  } as const;
  const runs: OpenRun[] = [];
  for (let index = 0; index < RUNS; index++) {
    const run = exampleRun({
      id: `run_${index}`,
      sessionId: `s${index}`,
      startedAt: Date.now(),
      usage: null,
      calls: 0,
      costNano: null,
    });
    runs.push(await hub.open({ ...run, budgetNano: 10n ** 15n }, { capabilities, stop: () => {} }));
  }
  const collect = collector();
  const heaps: number[] = [];
  const times: number[] = [];
  const started = Date.now();
  let events = 0;
  let sampledAt = started;
  for (let turn = 0; Date.now() - started < seconds * 1_000; turn++) {
    for (const [index, run] of runs.entries())
      for (const event of eventsOf(index, turn)) {
        const before = performance.now();
        run.apply(event);
        if (events++ % 16 === 0) times.push((performance.now() - before) * 1_000);
      }
    if (Date.now() - sampledAt >= SAMPLE_MS) {
      sampledAt = Date.now();
      collect();
      heaps.push(process.memoryUsage().heapUsed / 1e6);
      const { calls } = (await ledger.query({ by: [], tz: 'UTC' })).totals;
      console.log(
        `after ${Math.round((sampledAt - started) / 1_000)} s: heap ${heaps.at(-1)?.toFixed(1)} MB, ${events} events, ${frames} frames, ${calls} calls kept`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
  for (const run of runs) await run.finish({ outcome: 'success', exitCode: 0, message: '' });
  const told = runs.reduce((sum, { run }) => sum + run.calls, 0);
  const { calls } = (await ledger.query({ by: [], tz: 'UTC' })).totals;
  console.log(
    `event to verdict: median ${percentile(times, 0.5).toFixed(1)} µs, 99 % ${percentile(times, 0.99).toFixed(1)} µs; ${told} calls told, ${calls} kept`,
  );
  await hub.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A call of twenty turns: it begins, writes, asks for a tool, and settles. */
function eventsOf(index: number, turn: number): AgentEvent[] {
  const at = Date.now();
  const place = {
    agent: 'claude-code',
    sessionId: `s${index}`,
    threadId: turn % 40 < 20 ? `s${index}` : `s${index}:a`,
  };
  const identity = `m${index}-${Math.floor(turn / 20)}`;
  const usage = { input: 500, cacheRead: 40_000, cacheWrite5m: 1_000, cacheWrite1h: 0, output: 1, reasoning: 0 };
  const call = {
    ...place,
    identity,
    requestId: '',
    chain: 'main',
    rootSessionId: `s${index}`,
    caller: turn % 40 < 20 ? 'lead' : 'subagent:explore',
    model: 'claude-opus-4-6',
    seller: 'anthropic',
    at,
    usage,
    certainty: 'exact',
    cwd: '/home/ada/shop',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
  } as const;
  const tool = { ...place, id: `t${identity}`, callIdentity: identity, at };
  switch (turn % 20) {
    case 0:
      return [{ type: 'call', call, isProvisional: true }];
    case 15:
      return [{ type: 'tool_call', ...tool, name: 'Bash', kind: 'shell', argumentBytes: 40 }];
    case 16:
      return [{ type: 'call', call: { ...call, usage: { ...usage, output: 700 } } }];
    case 19:
      return [{ type: 'tool_result', ...tool, resultBytes: 4_000 }];
    default:
      return turn % 20 < 15
        ? [{ type: 'call_text', ...place, callIdentity: identity, kind: 'text', characters: 180, at }]
        : [];
  }
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void; // -- the flag above makes it
}
