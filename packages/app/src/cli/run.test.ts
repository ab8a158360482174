import { resolve } from 'node:path';
import type { Run } from '@tokenmeter/core';
import { NO_USAGE, type WireUsageDelta } from '@tokenmeter/core';
import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { FakeHub, plainRun } from '../../test/fake-hub.ts';
import { type FakeTerminal, say } from '../../test/fake-terminal.ts';
import { liveNow, liveRun } from '../../test/live-run.ts';
import { liveServer } from '../../test/live-server.ts';
import type { RunRequest } from '../runner/runner.ts';

const NOW = '2026-11-21T12:00:00Z';
const ENDED = plainRun({
  id: 'aaa111',
  status: 'success',
  startedAt: 0,
  endedAt: 12_000,
  exitCode: 0,
  usage: { ...NO_USAGE, input: 1_240, output: 71, cacheRead: 5_000 },
  calls: 3,
  costNano: 280_000_000n,
});

/** An agent that ends as told, after what `work` does. */
function agent(ended: Partial<Run> = {}, work: (hub: FakeHub, stop: string[]) => Promise<void> = async () => {}) {
  const asked: RunRequest[] = [];
  const stops: string[] = [];
  const startRun: FakeTerminal['startRun'] = async (_, request) => {
    asked.push(request);
    const hub = new FakeHub();
    const open = await hub.open(plainRun({ id: 'aaa111' }), {
      capabilities: {} as never, // -- nobody asks here
      stop: (reason) => void stops.push(reason),
    });
    const done = work(hub, stops).then(() => ({ ...ENDED, ...ended }));
    return { hub, open, ended: done, kill: () => void stops.push('kill') };
  };
  return { asked, stops, startRun };
}

const never = new Promise<void>(() => {});
const run = (argv: readonly string[], terminal: FakeTerminal) =>
  say(fakeHouse(NOW), ['run', ...argv], { interrupted: never, ...terminal });

test('run hands everything on, the words behind -- as the prompt', async () => {
  const { asked, startRun } = agent();
  const words =
    '--agent codex --budget $2.50 --timeout 30m --model gpt-5.4 --task T1 --title Work --name dev --cwd sub';
  const { code } = await run([...words.split(' '), '--', 'fix', '--this', 'now'], { startRun });
  expect(code).toBe(0);
  expect(asked).toEqual([
    {
      agent: 'codex',
      prompt: 'fix --this now',
      cwd: resolve('sub'),
      model: 'gpt-5.4',
      taskId: 'T1',
      title: 'Work',
      name: 'dev',
      budgetNano: 2_500_000_000n,
      timeoutMs: 1_800_000,
    },
  ]);
});

test('the prompt may stand alone, come from stdin, or stand behind options that stand before the command', async () => {
  const { asked, startRun } = agent();
  await run(['fix it'], { startRun });
  await run([], { startRun, stdin: 'from a pipe\n' });
  await say(fakeHouse(NOW), ['--data', '/x', 'run', '--', 'fix', 'it'], { startRun, interrupted: never });
  expect(asked.map(({ prompt, agent: name }) => [prompt, name])).toEqual([
    ['fix it', 'claude'],
    ['from a pipe\n', 'claude'],
    ['fix it', 'claude'],
  ]);
});

test.each([
  [['--', ''], 'Cannot run without a prompt'],
  [[], 'Cannot run without a prompt'],
  [['--budget', '0', '--', 'x'], 'Cannot use "0" as --budget'],
  [['--budget', 'much', '--', 'x'], 'Cannot use "much" as --budget'],
  [['--timeout', '5', '--', 'x'], 'Cannot use "5" as --timeout'],
  [['--timeout', '999999h', '--', 'x'], 'Cannot use "999999h" as --timeout'],
  [['fix', 'it'], 'it does not know what to do with "it"'],
])('run %j is wrong usage', async (argv, message) => {
  const { asked, startRun } = agent();
  const { code, err, out } = await run(argv, { startRun });
  expect([code, out, asked]).toEqual([2, '', []]);
  expect(err).toContain(message);
});

test.each<[Partial<Run>, number]>([
  [{}, 0],
  [{ status: 'interrupted', stopReason: 'budget_capped', exitCode: 1 }, 3],
  [{ status: 'interrupted', stopReason: 'token_capped', exitCode: 0 }, 3],
  [{ status: 'interrupted', stopReason: 'user', exitCode: 1 }, 130],
  [{ status: 'interrupted', stopReason: 'turn_capped', exitCode: 0 }, 1],
  [{ status: 'timeout', exitCode: null }, 124],
  [{ status: 'error', exitCode: 7 }, 7],
  [{ status: 'error', exitCode: 3 }, 1],
  [{ status: 'error', exitCode: 0 }, 1],
  [{ status: 'error', exitCode: null }, 1],
])('a run that ended as %j ends the command with %i', async (ended, code) => {
  const { startRun } = agent(ended);
  expect((await run(['x'], { startRun })).code).toBe(code);
});

const tick = (seq: number) => ({
  event: 'usage_delta' as const,
  data: { run_id: 'aaa111', run: liveRun({ run_id: 'aaa111', seq }) } as WireUsageDelta, // -- a view reads the run only
});

test('on a terminal one line is drawn over; elsewhere there is the last line only', async () => {
  const work = async (hub: FakeHub) => {
    await new Promise((done) => setTimeout(done, 10));
    hub.tell(tick(1));
    hub.tell({ event: 'usage_delta', data: { ...tick(2).data, run: liveRun({ run_id: 'another' }) } });
  };
  const line = 'success after 12s: $0.28, in 1.2k, out 71, cache 5.0k, 3 calls\n';
  const onTerminal = await run(['x'], { startRun: agent({}, work).startRun, columns: 80 });
  expect(onTerminal.out).toBe(`\r$3.82  ctx 64%  in 38.6k  out 71.5k  cache 3.33M  writing\u001b[K\r\u001b[K${line}`);
  expect((await run(['x'], { startRun: agent({}, work).startRun })).out).toBe(line);
});

test('--json prints ticks, and nothing else on stdout or stderr', async () => {
  const work = async (hub: FakeHub) => {
    await new Promise((done) => setTimeout(done, 10));
    hub.tell(tick(1));
    hub.tell({ event: 'usage_settled', data: { run: liveRun({ run_id: 'aaa111', seq: 2 }) } });
  };
  const { out, err } = await run(['--json', 'x'], { startRun: agent({}, work).startRun });
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type, run: { seq } }) => [type, seq])).toEqual([
    ['usage_delta', 1],
    ['usage_settled', 2],
  ]);
  expect(err).toBe('');
});

test('the last line says what was wrong, by how much a cap was passed, and what nobody told', async () => {
  const end = async (ended: Partial<Run>) => (await run(['x'], { startRun: agent(ended).startRun })).out;
  expect(await end({ status: 'error', message: 'no \u001b[31mcredentials' })).toContain('\nno [31mcredentials\n');
  expect(await end({ status: 'interrupted', stopReason: 'budget_capped', overshootNano: 20_000_000n })).toContain(
    'interrupted (its budget was spent, $0.02 over its cap) after 12s',
  );
  expect(await end({ usage: null })).toContain('no usage was told');
  expect(await end({ costNano: null, unpricedTokens: 6_311 })).toContain('no price, in 1.2k');
});

test('Ctrl+C asks the agent to stop; pressing again does not wait', async () => {
  const presses: (() => void)[] = [];
  const press = async () => {
    await expect.poll(() => presses.length).toBeGreaterThan(0);
    presses.shift()?.();
  };
  const { startRun, stops } = agent({ status: 'interrupted', stopReason: 'user' }, async () => {
    await press();
    await expect.poll(() => stops).toEqual(['user']);
    await press();
    await expect.poll(() => stops).toEqual(['user', 'kill']);
  });
  const interrupted = () => new Promise<void>((done) => void presses.push(done));
  expect((await run(['x'], { startRun, interrupted })).code).toBe(130);
});

test('what is read from logs afterwards is in the ledger before the command ends', async () => {
  const house = fakeHouse(NOW);
  await say(house, ['run', 'x'], { startRun: agent().startRun, interrupted: never });
  expect(house.ingest.scans).toBe(1);
});

test('stop asks the command that follows the run first, then the server', async () => {
  const here = await say(fakeHouse(NOW), ['stop', 'aaa'], { stopRun: async (_, typed) => `${typed}111` });
  expect([here.code, here.out]).toEqual([0, 'Run aaa111 is told to stop\n']);

  const server = await liveServer([{ event: 'usage_snapshot', data: liveNow([liveRun({ run_id: 'bbb222' })]) }]);
  const there = await say(fakeHouse(NOW), ['stop', 'bbb'], { server: server.url });
  expect([there.code, there.out]).toEqual([0, 'Run bbb222 is told to stop\n']);
  expect(server.asked).toContain('POST /api/runs/bbb222/interrupt');
  const nobody = await say(fakeHouse(NOW), ['stop', 'zzz'], { server: server.url });
  expect([nobody.code, nobody.out]).toEqual([4, '']);
  await server.close();

  const nowhere = await say(fakeHouse(NOW), ['stop', 'zzz']);
  expect([nowhere.code, nowhere.err]).toEqual([4, 'Cannot find a run "zzz" in progress\n']);
});
