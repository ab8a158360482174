/** Real processes: shells of an agent that crashed, in sessions of their own, are known and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainRun } from '../../test/fake-hub.ts';
import { everyProcess, kinOf, markedBy, RUN_VARIABLE } from './kin.ts';
import { KinWatch } from './kin-watch.ts';
import { processesOf } from './processes.ts';

/** Starts a shell in a session of its own or in the agent's, tells its id, and lives on or ends. */
const AGENT = `
const { spawn } = require('node:child_process');
const shell = spawn('sleep', ['60'], { detached: process.argv[1] === 'apart', stdio: 'ignore' });
require('node:fs').writeFileSync(process.argv[2], String(shell.pid));
setInterval(() => {}, 1000);
`;

let folder = '';
let agent: ChildProcess | undefined;
let shell = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kin-'));
});
afterEach(() => {
  agent?.kill('SIGKILL');
  if (shell > 0 && isThere(shell)) process.kill(shell, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const isThere = (pid: number) => everyProcess().some((one) => one.pid === pid);

async function startAgent(how: 'apart' | 'together', runId = ''): Promise<number> {
  const file = join(folder, `shell ${runId}`);
  const env = { ...process.env, [RUN_VARIABLE]: runId };
  agent = spawn(process.execPath, ['-e', AGENT, how, file], { detached: true, stdio: 'ignore', env });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8'), { timeout: 10_000 }).toMatch(/^\d+$/);
  shell = Number(readFileSync(file, 'utf8'));
  return agent.pid ?? 0;
}

async function crash(): Promise<void> {
  const gone = new Promise((done) => agent?.once('exit', done));
  agent?.kill('SIGKILL');
  await gone;
}

test('a shell that went into a session of its own is known while its agent lives, and after it crashed to who looked', async () => {
  const pid = await startAgent('apart');
  expect(kinOf(pid).map((kin) => kin.pid)).toEqual([shell]);
  const watch = new KinWatch(pid);
  await expect.poll(() => watch.known.map((kin) => kin.pid), { timeout: 10_000 }).toEqual([shell]);
  await crash();
  watch.end();
  expect(kinOf(pid)).toEqual([]);
  expect(kinOf(pid, watch.known).map((kin) => kin.pid)).toEqual([shell]);
});

test('a watch forgets who is gone, and takes no other process of that number for it', async () => {
  const pid = await startAgent('apart');
  const watch = new KinWatch(pid);
  watch.look();
  const [known] = watch.known;
  expect(known?.pid).toBe(shell);
  expect(kinOf(pid, [{ pid: process.pid, startedAt: 'another time' }])).toEqual(watch.known);
  process.kill(shell, 'SIGKILL');
  await expect.poll(() => watch.known, { timeout: 10_000 }).toEqual([]);
  watch.end();
});

test.runIf(process.platform === 'linux')(
  'what is left in the session of an agent that is gone is ended with its run, of a stranger nothing',
  async () => {
    const pid = await startAgent('together');
    await crash();
    const stranger = plainRun({ pid: process.ppid, startedAt: Date.now() });
    const processes = processesOf(() => 100);
    processes.kill(stranger);
    expect(isThere(process.ppid)).toBe(true);
    expect(isThere(shell)).toBe(true);
    processes.kill(plainRun({ pid, startedAt: Date.now() }));
    await expect.poll(() => isThere(shell), { timeout: 10_000 }).toBe(false);
  },
);

test.runIf(process.platform === 'linux')(
  'a shell that nobody saw before its agent crashed is known by the name of its run, and ended with it',
  async () => {
    const run = plainRun({ id: randomUUID(), pid: await startAgent('apart', 'another run'), startedAt: Date.now() });
    expect(markedBy(run.id)).toEqual([]);
    await crash();
    const stranger = shell;
    const pid = await startAgent('apart', run.id);
    await crash();
    expect(kinOf(pid)).toEqual([]);
    expect(markedBy(run.id).map((kin) => kin.pid)).toEqual([shell]);
    processesOf(() => 100).kill({ ...run, pid });
    await expect.poll(() => isThere(shell), { timeout: 10_000 }).toBe(false);
    expect(isThere(stranger)).toBe(true);
    process.kill(stranger, 'SIGKILL');
  },
);

test.each(['polite', 'stubborn'])(
  'an agent left by a server that died is stopped with a shell apart from it, a %s one too',
  async (manner) => {
    const startedAt = Date.now();
    const pid = await startAgent('apart');
    if (manner === 'stubborn') process.kill(pid, 'SIGSTOP');
    const run = plainRun({ pid, startedAt });
    const processes = processesOf(() => 600);
    processes.watch(run);
    processes.stop(run);
    await expect.poll(() => [processes.isAlive(run), isThere(shell)], { timeout: 10_000 }).toEqual([false, false]);
  },
);
