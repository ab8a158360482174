import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TokenmeterError } from '@tokenmeter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Score } from '../../test/fake-agent.ts';
import { FakeHub } from '../../test/fake-hub.ts';
import { AgentRunner } from './runner.ts';

const FAKE_AGENT = fileURLToPath(new URL('../../test/fake-agent.ts', import.meta.url));
const INIT = { type: 'system', subtype: 'init', session_id: 's1', model: 'opus' };
const RESULT = { type: 'result', subtype: 'success', is_error: false, session_id: 's1' };
const WELL: Score = { start: [{ say: INIT }, { say: RESULT }], inputEnded: [{ exit: 0 }] };

let folder = '';
let hub: FakeHub;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
  hub = new FakeHub();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runner(score: Score, path = ''): AgentRunner {
  const file = join(folder, 'score.json');
  writeFileSync(file, JSON.stringify(score));
  return new AgentRunner({
    hub,
    clock: { now: () => Date.now() },
    machine: { home: folder, env: {}, platform: process.platform },
    env: { ...process.env, PATH: path },
    commands: (): Record<string, string[]> =>
      path === '' ? { 'claude-code': [process.execPath, FAKE_AGENT, file] } : {},
    graceMs: 5_000,
  });
}
const request = { agent: 'claude', prompt: 'Do what nobody shall read', cwd: tmpdir() };

test('a run is opened before its process, and closed with how it ended', async () => {
  const started = await runner(WELL).start({ ...request, taskId: 't1', title: 'Work', name: 'dev', budgetNano: 5n });
  expect(hub.last.run).toMatchObject({
    agent: 'claude-code',
    origin: 'started',
    status: 'pending',
    taskId: 't1',
    title: 'Work',
    name: 'dev',
    budgetNano: 5n,
  });
  expect(await started.ended).toMatchObject({ status: 'success', exitCode: 0 });
  expect(hub.last.facts[0]?.pid).toBeGreaterThan(0);
  expect(JSON.stringify(hub.last, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
    'nobody shall read',
  );
});

test('the hub stops it: by a budget, by a person, by a person who presses again', async () => {
  const score: Score = {
    start: [{ say: INIT }],
    interruptedBy: 'interrupt',
    interrupted: [{ exit: 1 }],
  };
  const started = await runner(score).start(request);
  await expect.poll(() => hub.last.events.length).toBeGreaterThan(0);
  started.open.requestStop('budget_capped');
  expect(await started.ended).toMatchObject({ status: 'interrupted' });
  expect(hub.last.ending?.stopReason).toBe('budget_capped');

  const stubborn = await runner({ start: [{ say: INIT }], sigint: [] }).start(request);
  await expect.poll(() => hub.last.events.length).toBeGreaterThan(0);
  stubborn.open.requestStop('user');
  hub.last.options.kill?.();
  expect(await stubborn.ended).toMatchObject({ status: 'interrupted' });
  expect(hub.last.forced).toBe(1);
});

test('where the hub refuses, no process is started', async () => {
  hub.refuses = new TokenmeterError('budget-exceeded', 'Cannot start it: the month is spent');
  await expect(runner(WELL).start(request)).rejects.toThrow('the month is spent');
  expect(hub.runs).toHaveLength(0);
});

test('close() stops what still runs and waits until it is kept', async () => {
  const running = runner({ start: [{ say: INIT }], interruptedBy: 'interrupt', interrupted: [{ exit: 1 }] });
  await running.start(request);
  await expect.poll(() => hub.last.events.length).toBeGreaterThan(0);
  await running.close();
  expect(hub.last.ending?.outcome).toBe('interrupted');
});

test('an agent nobody knows, and a program that is not there, are told before anything is opened', async () => {
  await expect(runner(WELL).start({ ...request, agent: 'hal' })).rejects.toMatchObject({ code: 'usage' });
  await expect(runner(WELL, folder).start(request)).rejects.toMatchObject({
    code: 'not-found',
    message: 'Cannot start claude-code: found no program "claude" on PATH, install it or set agent_commands',
  });
  writeFileSync(join(folder, 'claude'), 'not a program');
  await expect(runner(WELL, folder).start(request)).rejects.toMatchObject({ code: 'not-found' });
  chmodSync(join(folder, 'claude'), 0o700);
  const started = await runner(WELL, folder).start(request);
  expect((await started.ended).status).toBe('error');
  expect(hub.runs).toHaveLength(1);
});
