import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentEvent, RunEndEvent } from '@tokenmeter/core';
import type { LivePort } from '@tokenmeter/core/agents';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Score, Step } from '../../test/fake-agent.ts';
import { type Driver, messageOf } from './driver.ts';
import { type Following, follow } from './follow.ts';

const FAKE_AGENT = fileURLToPath(new URL('../../test/fake-agent.ts', import.meta.url));
const PROMPT = 'Please write a poem about the quick brown fox that nobody shall see';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
});
afterEach(() => {
  // Only Linux tells whose they are that an agent started right before it crashed.
  for (const pid of childrenIn(join(folder, 'pids'))) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A live port as plain as can be: a message with an outcome ends the run, `end` tells how the stream ended. */
const port = (told: string[]): LivePort => ({
  agent: 'plain',
  surface: 'stream-json',
  capabilities: {
    liveInput: true,
    liveOutput: true,
    subAgentUsage: 'none',
    contextWindow: false,
    cost: false,
    interrupt: 'graceful',
    cannot: [],
  },
  open: () => ({
    read: (message, at, emit) => {
      const { outcome, note } = message as { outcome?: RunEndEvent['outcome']; note?: string };
      if (note) told.push(note);
      if (outcome) emit({ type: 'run_end', agent: 'plain', at, outcome });
      return undefined;
    },
    end: (_, __, how) => void told.push(`end:${how}`),
    state: () => undefined,
  }),
});

function plainDriver(told: string[], more: Partial<Driver> = {}, words: readonly string[] = []): Driver {
  return {
    agent: 'plain',
    programs: ['plain'],
    port: port(told),
    open: (stage) => ({
      words,
      begin: () => stage.write(JSON.stringify({ prompt: stage.launch.prompt })),
      line: (text) => {
        const message = messageOf(text);
        if (!message) return false;
        stage.tell(message);
        if (message.outcome) {
          stage.closeInput();
          stage.over();
        }
        return true;
      },
      interrupt: () => stage.write('INTERRUPT'),
      end: async () => void told.push('closed'),
    }),
    ...more,
  };
}

interface Played {
  readonly following: Following;
  readonly told: string[];
  readonly events: AgentEvent[];
  forced: number;
  pid: number;
}

function play(
  score: Score,
  options: { graceMs?: number; timeoutMs?: number; driver?: Partial<Driver>; words?: readonly string[] } = {},
): Played {
  const file = join(folder, 'score.json');
  writeFileSync(file, JSON.stringify(score));
  const told: string[] = [];
  const played: Omit<Played, 'following'> = { told, events: [], forced: 0, pid: 0 };
  const following = follow(
    {
      runId: randomUUID(),
      driver: plainDriver(told, options.driver, options.words),
      launch: {
        prompt: PROMPT,
        cwd: folder,
        model: '',
        title: '',
        machine: { home: folder, env: {}, platform: process.platform },
      },
      command: [process.execPath, FAKE_AGENT, file],
      env: process.env,
      clock: { now: () => Date.now() },
      graceMs: options.graceMs ?? 5_000,
      timeoutMs: options.timeoutMs,
    },
    {
      apply: (event) => void played.events.push(event),
      learn: ({ pid }) => {
        played.pid = pid ?? 0;
      },
      forced: () => {
        played.forced++;
      },
    },
  );
  return Object.assign(played, { following });
}

const ready: Step = { say: { note: 'ready' } };
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
};
/** Killed, but its parent has not asked yet: in a container there may be nobody to ask. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
const childrenIn = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(Number) : [];
const isSaid = (played: Played, note: string) => expect.poll(() => played.told, { timeout: 10_000 }).toContain(note);

test('follow() runs to the end: the prompt through stdin, success, no process left', async () => {
  const heard = join(folder, 'heard');
  const played = play({
    start: [{ awaitLine: 'prompt', into: heard }, ready, { say: { outcome: 'success' } }],
    inputEnded: [{ exit: 0 }],
  });
  expect(await played.following.ended).toEqual({
    outcome: 'success',
    message: '',
    exitCode: 0,
  });
  expect(readFileSync(heard, 'utf8')).toContain(PROMPT);
  expect(played.told).toEqual(['ready', 'closed', 'end:ok']);
  expect(isAlive(played.pid)).toBe(false);
});

test('follow() interrupts in the agent’s own way, and what it says then still counts', async () => {
  const played = play({
    start: [ready],
    interruptedBy: 'INTERRUPT',
    interrupted: [{ say: { note: 'last usage' } }, { say: { outcome: 'interrupted' } }],
    inputEnded: [{ exit: 1 }],
  });
  await isSaid(played, 'ready');
  played.following.stop('user');
  const asked = Date.now();
  const ending = await played.following.ended;
  expect(ending).toMatchObject({ outcome: 'interrupted', stopReason: 'user', message: '', exitCode: 1 });
  expect(Date.now() - asked).toBeLessThan(2_000);
  expect(played.told).toEqual(['ready', 'last usage', 'closed', 'end:aborted']);
  expect(played.forced).toBe(0);
});

test('follow() kills an agent that will not stop, with all that descends from it, in its group or apart', async () => {
  const pids = join(folder, 'pids');
  const played = play(
    { start: [{ child: pids }, { child: pids, apart: true }, ready], sigint: [{ say: { note: 'never' } }] },
    { graceMs: 600 },
  );
  await isSaid(played, 'ready');
  const children = childrenIn(pids);
  expect(children.map(isAlive)).toEqual([true, true]);
  played.following.stop('budget_capped');
  const ending = await played.following.ended;
  expect(ending).toMatchObject({ outcome: 'interrupted', stopReason: 'budget_capped' });
  expect(played.told).toContain('never');
  expect(played.forced).toBe(1);
  await expect.poll(() => children.map(isAlive)).toEqual([false, false]);
});

test('follow() leaves no child of a gracefully stopped agent behind', async () => {
  const pids = join(folder, 'pids');
  const played = play({
    start: [{ child: pids, apart: true }, ready],
    interruptedBy: 'INTERRUPT',
    interrupted: [{ exit: 130 }],
  });
  await isSaid(played, 'ready');
  const [child = 0] = childrenIn(pids);
  played.following.stop('user');
  expect((await played.following.ended).outcome).toBe('interrupted');
  await expect.poll(() => isAlive(child)).toBe(false);
});

test('asking twice is asking once, the first reason stays, and kill() does not wait for the grace period', async () => {
  const played = play({ start: [ready], sigint: [] });
  await isSaid(played, 'ready');
  played.following.stop('token_capped');
  played.following.stop('user');
  expect(played.forced).toBe(0);
  played.following.kill();
  played.following.kill();
  expect(await played.following.ended).toMatchObject({ outcome: 'interrupted', stopReason: 'token_capped' });
  played.following.kill();
  expect(played.forced).toBe(1);
});

test('an agent that was done when it was stopped is a success', async () => {
  const played = play({ start: [{ say: { outcome: 'success' } }, ready], inputEnded: [{ sleepMs: 300 }, { exit: 0 }] });
  await isSaid(played, 'ready');
  played.following.stop('user');
  expect(await played.following.ended).toMatchObject({ outcome: 'success' });
});

test('a run that takes too long is a timeout, stopped in the agent’s own way', async () => {
  const played = play(
    { start: [ready], interruptedBy: 'INTERRUPT', interrupted: [{ exit: 1 }] },
    { timeoutMs: 1_000, graceMs: 20_000 },
  );
  expect(await played.following.ended).toMatchObject({ outcome: 'timeout' });
});

test.each<[string, Score, string]>([
  [
    'crashes at the start',
    { start: [{ complain: 'warming up\n\u001b[31mfatal: no credentials\u001b[0m\n' }, { exit: 7 }] },
    'Cannot follow plain: it ended with exit code 7 before it said anything: fatal: no credentials',
  ],
  [
    'crashes and quotes the prompt',
    { start: [{ complain: `cannot answer "${PROMPT}"\n` }, { exit: 7 }] },
    'Cannot follow plain: it ended with exit code 7 before it said anything',
  ],
  [
    'is another program',
    { start: [{ raw: 'Usage: cat [FILE]\n{"broken": \nmore\n' }, { exit: 0 }] },
    'Cannot follow plain: it ended with exit code 0 and printed nothing that this client prints, check agent_commands',
  ],
  ['dies in the middle', { start: [ready, { dieBy: 'SIGKILL' }] }, 'plain ended with SIGKILL before it was done'],
  ['ends without a last word', { start: [ready, { exit: 0 }] }, 'plain ended with exit code 0 before it was done'],
  [
    'fails after its last word',
    { start: [{ say: { outcome: 'success' } }], inputEnded: [{ exit: 4 }] },
    'plain said that all is well and ended with exit code 4',
  ],
])('an agent that %s is an error that says so', async (_, score, message) => {
  const played = play(score);
  expect(await played.following.ended).toMatchObject({ outcome: 'error', message });
  expect(isAlive(played.pid)).toBe(false);
});

test('an agent that closes its output and lives on is ended', { timeout: 20_000 }, async () => {
  const played = play({ start: [ready, { closeOutput: true }] });
  expect(await played.following.ended).toMatchObject({
    outcome: 'error',
    message: 'plain closed its output without ending and was killed',
  });
  expect(isAlive(played.pid)).toBe(false);
});

test('a child that holds the output open does not hold the run', async () => {
  const pids = join(folder, 'pids');
  const played = play({ start: [ready, { child: pids, apart: true }, { exit: 3 }] });
  expect(await played.following.ended).toMatchObject({ outcome: 'error', exitCode: 3 });
});

test('an agent that crashes leaves no shell behind that went apart from it while it worked', async () => {
  const pids = join(folder, 'pids');
  const played = play({
    start: [{ child: pids, apart: true }, ready],
  });
  await isSaid(played, 'ready');
  const [child = 0] = childrenIn(pids);
  expect(isAlive(child)).toBe(true);
  // By then somebody has looked whose it is.
  await new Promise((done) => setTimeout(done, 4_500));
  process.kill(played.pid, 'SIGKILL');
  expect(await played.following.ended).toMatchObject({ outcome: 'error' });
  await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
});

test.runIf(process.platform === 'linux')('nor one that it started a moment before', async () => {
  const pids = join(folder, 'pids');
  const played = play({ start: [{ child: pids, apart: true }, { dieBy: 'SIGKILL' }] });
  expect(await played.following.ended).toMatchObject({ outcome: 'error' });
  const [child = 0] = childrenIn(pids);
  expect(child).toBeGreaterThan(0);
  await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
});

test('a program that is not there is an error that says so', async () => {
  const told: string[] = [];
  const following = follow(
    {
      runId: 'r1',
      driver: plainDriver(told),
      launch: { prompt: '', cwd: folder, model: '', title: '', machine: { home: folder, env: {}, platform: 'linux' } },
      command: [join(folder, 'nothing-here')],
      env: {},
      clock: { now: () => 0 },
      graceMs: 100,
      timeoutMs: undefined,
    },
    { apply: () => {}, learn: () => {}, forced: () => {} },
  );
  const ending = await following.ended;
  expect(ending).toMatchObject({ outcome: 'error', exitCode: null });
  expect(ending.message).toContain('Cannot start plain: spawn');
});

test('lines over the wall and bytes that are no text do no harm', async () => {
  const played = play({
    start: [{ raw: `"\udc00 ${'x'.repeat(1 << 20)}\n\n\n` }, ready, { say: { outcome: 'success' } }],
    inputEnded: [{ exit: 0 }],
  });
  expect(await played.following.ended).toMatchObject({ outcome: 'success' });
  expect(played.told[0]).toBe('ready');
});

test('a line of 50 MB is no message: it is passed over, and what follows it counts', { timeout: 30_000 }, async () => {
  const huge: Step = { raw: `{"note":"${'x'.repeat(50 << 20)}"}\n` };
  const played = play({ start: [huge, ready, { say: { outcome: 'success' } }], inputEnded: [{ exit: 0 }] });
  expect(await played.following.ended).toMatchObject({ outcome: 'success' });
  expect(played.told).toEqual(['ready', 'closed', 'end:ok']);
  expect(await play({ start: [huge, { sleepMs: 500 }, { exit: 0 }] }).following.ended).toMatchObject({
    outcome: 'error',
    message: expect.stringContaining('printed nothing that this client prints'),
  });
});

test('an older client is started again without the words it does not know, or on an older surface', async () => {
  const driver: Partial<Driver> = { optionalWords: ['--new'] };
  const score: Score = {
    start: [ready, { say: { outcome: 'success' } }],
    inputEnded: [{ exit: 0 }],
    unknownWords: ['--new'],
  };
  expect((await play(score, { driver, words: ['--old', '--new'] }).following.ended).outcome).toBe('success');

  const told: string[] = [];
  const fallback = plainDriver(told, {}, ['exec']);
  const older = play({ ...score, unknownWords: ['serve'] }, { driver: { fallback }, words: ['serve'] });
  expect((await older.following.ended).outcome).toBe('success');
  expect(told).toContain('ready');
});
