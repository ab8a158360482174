/**
 * A run whose server, whose command or both are killed without a chance to tidy: from outside, with real processes. What
 * the agent used is kept, counted once, and the run is not said to go on when nobody follows it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Score } from '../packages/app/test/fake-agent.ts';
import type { WireLiveNow, WireRun } from '../packages/core/src/wire-live.ts';
import { BIN, type Place, tokenmeter, usageOf } from './command-line.ts';

const AGENT = fileURLToPath(new URL('../packages/app/test/fake-agent.ts', import.meta.url));
const SESSION = '31ebfa72-c665-4ef3-ab4f-1f7c1329a8b3';
const MODEL = 'claude-opus-4-6';
const CALLS = 16;
const PAUSE_MS = 220;

let folder: string;
let place: Place;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-killed-run-'));
  place = { home: join(folder, 'home'), data: join(folder, 'data') };
});
afterEach(async () => {
  for (const child of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const pid of agents()) process.kill(Number(pid), 'SIGKILL');
  // What a run that went well left at work is not ended with it.
  if (isShellThere()) process.kill(shell(), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What call number `index` uses: no two alike, so that no sum can be right by chance. */
const usageOfCall = (index: number) => ({
  input_tokens: 3 + index,
  cache_read_input_tokens: 1_000 * index,
  cache_creation_input_tokens: 700 + 13 * index,
  output_tokens: 40 + 7 * index,
});
type Buckets = {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly output: number;
};
/** What the first `count` calls used. */
function truth(count = CALLS): Buckets {
  const sum = { input: 0, cache_read: 0, cache_write_5m: 0, output: 0 };
  for (let index = 0; index < count; index++) {
    const used = usageOfCall(index);
    sum.input += used.input_tokens;
    sum.cache_read += used.cache_read_input_tokens;
    sum.cache_write_5m += used.cache_creation_input_tokens;
    sum.output += used.output_tokens;
  }
  return sum;
}

const scoreFile = () => join(folder, 'score.json');
/** Where the agent tells the id of a shell that it started in a session apart from it. */
const shellFile = () => join(folder, 'shell');
const logFile = () => join(place.home, '.claude/projects/-work', `${SESSION}.jsonl`);
/** Calls that the agent has logged. */
const logged = () => readFileSync(logFile(), 'utf8').split('\n').length - 1;

/** Agents of this test that are alive, where the system tells. */
function agents(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      const words = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
      return words.includes(scoreFile()) && words.includes(AGENT);
    } catch {
      return false; // -- gone
    }
  });
}

const shell = () => (existsSync(shellFile()) ? Number(readFileSync(shellFile(), 'utf8')) : 0);
function isShellThere(): boolean {
  try {
    if (shell() === 0) return false;
    process.kill(shell(), 0);
    // Killed, but in a container there may be nobody to ask for it.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${shell()}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** A client that says and logs its calls one by one, as Claude Code does, and works on when nobody listens any more. */
function writeScore(more: Partial<Score> = {}): void {
  const log = logFile();
  mkdirSync(join(log, '..'), { recursive: true });
  const steps: object[] = [{ child: shellFile(), apart: true }, { awaitLine: '"user"' }];
  const says = (message: object) => steps.push({ say: { session_id: SESSION, ...message } });
  says({ type: 'system', subtype: 'init', model: MODEL, cwd: '/work', claude_code_version: '2.1.330' });
  for (let index = 0; index < CALLS; index++) {
    const usage = usageOfCall(index);
    const id = `msg_${index}`;
    const streamed = (event: object) => says({ type: 'stream_event', parent_tool_use_id: null, event });
    streamed({ type: 'message_start', message: { id, model: MODEL, usage: { ...usage, output_tokens: 1 } } });
    steps.push({ sleepMs: PAUSE_MS });
    streamed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });
    streamed({ type: 'message_stop' });
    const message = {
      id,
      model: MODEL,
      role: 'assistant',
      type: 'message',
      content: [{ type: 'text', text: 'x' }],
      usage,
    };
    const said = { ...message, stop_reason: 'end_turn' };
    const record = { type: 'assistant', sessionId: SESSION, cwd: '/work', version: '2.1.330', isSidechain: false };
    const place = { uuid: `u${index}`, parentUuid: null, requestId: `req_${index}`, timestamp: '{now}' };
    steps.push({ append: `${JSON.stringify({ ...record, ...place, message: said })}\n`, to: log });
  }
  says({ type: 'result', subtype: 'success', is_error: false, terminal_reason: 'completed' });
  writeFileSync(
    scoreFile(),
    JSON.stringify({ start: steps, inputEnded: [{ sleepMs: CALLS * PAUSE_MS }, { exit: 0 }], ...more }),
  );
}

function start(...words: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    TOKENMETER_AGENT_COMMANDS: JSON.stringify({ 'claude-code': [process.execPath, AGENT, scoreFile()] }),
  };
  const argv = [BIN, ...words.slice(0, 1), '--home', place.home, '--data', place.data, ...words.slice(1)];
  const child = spawn(process.execPath, argv, { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

async function startServer(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = start('serve', '--port', '0');
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  await expect.poll(() => said).toContain('End it with');
  return { child, url: /runs on (\S+)\n/.exec(said)?.[1] ?? '' };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const get = async <T>(url: string) => (await (await fetch(url)).json()) as T; // -- the caller names the answer
const runsOf = async (url: string) => (await get<{ runs: WireRun[] }>(`${url}/api/runs`)).runs;
const bucketsOf = (of: Buckets | null | undefined): Buckets => ({
  input: of?.input ?? 0,
  cache_read: of?.cache_read ?? 0,
  cache_write_5m: of?.cache_write_5m ?? 0,
  output: of?.output ?? 0,
});

/** Waits until so many calls of the run are known to the server. */
async function reached(url: string, calls: number): Promise<void> {
  await expect.poll(async () => (await runsOf(url))[0]?.calls ?? 0).toBeGreaterThanOrEqual(calls);
}

async function expectCountedOnce(calls = CALLS, used = truth()): Promise<void> {
  const { totals } = await usageOf(place, 'session');
  expect(totals.calls).toBe(calls);
  expect(bucketsOf(totals)).toEqual(used);
  const verify = await tokenmeter(['verify', '--home', place.home, '--data', place.data]);
  expect(verify.code, verify.stdout + verify.stderr).toBe(0);
}

describe('kill -9', () => {
  it('of the server: the command keeps the run, and the next server knows all of it', {
    timeout: 120_000,
  }, async () => {
    writeScore();
    const first = await startServer();
    const run = start('run', '--json', '--', 'Work');
    run.stdout?.resume();
    const ended = once(run, 'exit');
    await reached(first.url, 3);
    await kill(first.child);
    expect((await ended)[0]).toBe(0);
    const { url } = await startServer();
    const [kept] = await runsOf(url);
    expect(kept).toMatchObject({ status: 'success', exit_code: 0, calls: CALLS, session_id: SESSION });
    expect(bucketsOf(kept?.usage)).toEqual(truth());
    await expectCountedOnce();
  });

  it('of the command: the server ends its agent, and keeps what it used', { timeout: 120_000 }, async () => {
    writeScore();
    const { url } = await startServer();
    const run = start('run', '--json', '--', 'Work');
    run.stdout?.resume();
    await reached(url, 3);
    await kill(run);
    await expect.poll(async () => (await runsOf(url))[0]?.status).toBe('error');
    const [kept] = await runsOf(url);
    expect(kept?.message).toContain('its agent was ended');
    await expect.poll(agents).toEqual([]);
    expect(kept?.calls).toBeGreaterThanOrEqual(3);
    expect(kept?.calls).toBeLessThan(CALLS);
    // What it logged in its last moment is read after the run was ended. The call that was cut may have told its input, and
    // no log tells of it: it is in the ledger all the same.
    const known = logged();
    const used = async () => bucketsOf((await runsOf(url))[0]?.usage);
    await expect.poll(async () => (await used()).output).toBeGreaterThanOrEqual(truth(known).output);
    const [least, most, settled] = [truth(known), truth(known + 1), await used()];
    for (const bucket of ['input', 'cache_read', 'cache_write_5m', 'output'] as const) {
      expect(settled[bucket], bucket).toBeGreaterThanOrEqual(least[bucket]);
      expect(settled[bucket], bucket).toBeLessThanOrEqual(most[bucket]);
    }
    await expectCountedOnce((await runsOf(url))[0]?.calls, settled);
  });

  it('of both: the next server finds the run, and nothing that was settled is lost', { timeout: 120_000 }, async () => {
    writeScore();
    const first = await startServer();
    const run = start('run', '--json', '--', 'Work');
    run.stdout?.resume();
    await reached(first.url, 5);
    await kill(first.child);
    await kill(run);
    const { url } = await startServer();
    await expect.poll(async () => (await runsOf(url))[0]?.status, { timeout: 60_000 }).not.toBe('running');
    const runs = await runsOf(url);
    expect(runs).toHaveLength(1);
    expect(agents()).toEqual([]);
    expect(bucketsOf(runs[0]?.usage)).toEqual(truth());
    await expectCountedOnce();
  });

  it.each([1, 7])(
    'of the server that started it, %i calls in: the next one follows the agent from its log, and stops it with its shell',
    { timeout: 120_000 },
    async (calls) => {
      writeScore({ inputEnded: [], sigint: [{ exit: 130 }] });
      mkdirSync(place.data, { recursive: true });
      writeFileSync(join(place.data, 'config.jsonc'), JSON.stringify({ run_dirs: [folder] }));
      const first = await startServer();
      const body = JSON.stringify({ agent: 'claude-code', prompt: 'Work', cwd: folder });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${first.url}/api/runs`, { method: 'POST', headers, body })).status).toBe(201);
      await reached(first.url, calls);
      await kill(first.child);
      expect(isShellThere()).toBe(true);
      const { url } = await startServer();
      await expect.poll(async () => (await runsOf(url))[0]?.calls, { timeout: 60_000 }).toBe(CALLS);
      const { runs: live } = await get<WireLiveNow>(`${url}/api/live/now`);
      const [run] = await runsOf(url);
      expect(live).toMatchObject([{ run_id: run?.run_id, status: 'running', interrupt: { kind: 'kill' } }]);
      for (let time = 0; time < 3; time++)
        expect((await fetch(`${url}/api/runs/${run?.run_id}/interrupt`, { method: 'POST' })).status).toBe(202);
      await expect.poll(async () => (await runsOf(url))[0]?.status, { timeout: 60_000 }).toBe('interrupted');
      expect((await runsOf(url))[0]).toMatchObject({ stop_reason: 'user', calls: CALLS });
      expect(agents()).toEqual([]);
      await expect.poll(isShellThere, { timeout: 30_000 }).toBe(false);
      expect(bucketsOf((await runsOf(url))[0]?.usage)).toEqual(truth());
      await expectCountedOnce();
    },
  );
});
