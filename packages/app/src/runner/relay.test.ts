import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentEvent, NO_USAGE, TokenmeterError } from '@tokenmeter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeHub, plainRun } from '../../test/fake-hub.ts';
import { becomeResident, connectResident } from '../ingest/resident.ts';
import { processesOf } from './processes.ts';
import { receiveRun } from './relay-server.ts';
import { relayedHub } from './relayed-hub.ts';

const CAPABILITIES = {
  liveInput: true,
  liveOutput: false,
  subAgentUsage: 'call',
  contextWindow: true,
  cost: true,
  interrupt: 'graceful',
  cannot: ['A long sentence about what it cannot tell. '.repeat(200)],
} as const;
const ENDING = { outcome: 'success', exitCode: 0, message: '' } as const;
const TOTAL: AgentEvent = {
  type: 'reported_total',
  agent: 'claude-code',
  sessionId: 's',
  process: 'p',
  processStartedAt: 1,
  at: 2,
  byModel: new Map([['opus', { ...NO_USAGE, input: 5 }]]),
  cwd: '/work',
};

let folder = '';
let server: FakeHub;
let local: FakeHub;
let resident: { close(): void } | undefined;
/** Of this test alone: an earlier one's runs are lost when it ends. */
let lost = { times: 0 };
let sockets: Socket[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
  server = new FakeHub();
  local = new FakeHub();
  lost = { times: 0 };
  sockets = [];
  resident = await becomeResident(folder, 'http://here', {} as never, (socket, first, rest) =>
    receiveRun(
      socket,
      first,
      rest,
      server,
      processesOf(() => 100),
    ),
  ); // -- no other question is asked here
});
afterEach(() => {
  resident?.close();
  rmSync(folder, { recursive: true, force: true });
});

function hub() {
  const mine = lost;
  return relayedHub(local, {
    connect: async () => {
      const socket = await connectResident(folder);
      if (socket) sockets.push(socket);
      return socket;
    },
    onLost: () => {
      mine.times++;
    },
  });
}

function open(stops: string[] = []) {
  return hub().open(plainRun({ budgetNano: 2n ** 60n }), {
    capabilities: CAPABILITIES,
    stop: (reason) => void stops.push(reason),
    kill: () => void stops.push('kill'),
  });
}

test('a run is told to both hubs, whole: amounts, maps and long words', async () => {
  const run = await open();
  expect(server.last.run.budgetNano).toBe(2n ** 60n);
  expect(server.last.options.capabilities).toEqual(CAPABILITIES);
  run.apply(TOTAL);
  run.learn({ pid: 1 });
  run.forced();
  await run.finish(ENDING);
  for (const made of [local.last, server.last]) {
    expect(made.events).toEqual([TOTAL]);
    expect(made.facts).toEqual([{ pid: 1 }]);
    expect([made.forced, made.ending]).toEqual([1, ENDING]);
  }
  expect(lost.times).toBe(0);
});

test('a burst of events arrives whole and in order', async () => {
  const run = await open();
  for (let at = 0; at < 5_000; at++)
    run.apply({ type: 'activity', agent: 'a', sessionId: 's', threadId: 't', at, doing: 'requesting' });
  await run.finish(ENDING);
  expect(server.last.events.map((event) => 'at' in event && event.at)).toEqual(
    Array.from({ length: 5_000 }, (_, at) => at),
  );
});

test('who asks at the server stops the agent here, and who asks here is known at the server', async () => {
  const stops: string[] = [];
  await open(stops);
  server.last.options.stop('budget_capped');
  await expect.poll(() => stops).toEqual(['budget_capped']);
  expect(local.last.run.stopReason).toBe('budget_capped');
  server.last.options.kill?.();
  await expect.poll(() => stops).toContain('kill');

  const others: string[] = [];
  const run = await open(others);
  run.requestStop('user');
  await expect.poll(() => server.last.stops).toEqual(['user']);
  expect(others).toEqual(['user']);
});

test('what the server refuses is refused here, with its reason and code', async () => {
  server.refuses = new TokenmeterError('budget-exceeded', 'Cannot start it: the month is spent');
  await expect(open()).rejects.toMatchObject({
    code: 'budget-exceeded',
    message: 'Cannot start it: the month is spent',
  });
  expect(local.runs).toHaveLength(0);
  expect(lost.times).toBe(0);
});

test('what this process refuses is closed at the server', async () => {
  local.refuses = new TokenmeterError('budget-exceeded', 'Cannot start it');
  await expect(open()).rejects.toThrow('Cannot start it');
  await expect.poll(() => server.last.ending?.outcome).toBe('error');
});

test('without a server the run is this process’s own', async () => {
  resident?.close();
  const run = await open();
  await run.finish(ENDING);
  expect([server.runs.length, local.last.ending]).toEqual([0, ENDING]);
});

test('a server that goes away is told of once, and the run goes on', async () => {
  const run = await open();
  resident?.close();
  await expect.poll(() => lost.times).toBe(1);
  run.apply(TOTAL);
  await run.finish(ENDING);
  expect(local.last.events).toEqual([TOTAL]);
  expect(local.last.ending).toEqual(ENDING);
  expect(lost.times).toBe(1);
});

test('a command that dies without a word leaves no agent behind, and its run is an error', async () => {
  const agent: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  const gone = once(agent, 'exit');
  const run = await open();
  run.learn({ pid: agent.pid ?? 0 });
  await expect.poll(() => server.last.facts).toHaveLength(1);
  for (const socket of sockets) socket.destroy();
  expect((await gone)[1]).toBe('SIGKILL');
  await expect.poll(() => server.last.ending?.message).toContain('ended without a word');
});

test('a process that only has the number of the agent is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  const run = plainRun({ pid: stranger.pid ?? 0, startedAt: Date.now() - 3_600_000 });
  const processes = processesOf(() => 100);
  expect(processes.isAlive(run)).toBe(false);
  processes.kill(run);
  processes.stop(run);
  expect(processes.isAlive({ ...run, startedAt: Date.now() })).toBe(true);
  processes.kill({ ...run, startedAt: Date.now() });
  await once(stranger, 'exit');
  expect(processes.isAlive({ ...run, startedAt: Date.now() })).toBe(false);
});
