import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Step } from '../../../test/fake-agent.ts';
import { playDriver } from '../../../test/play-driver.ts';
import { codexDriver } from './codex.ts';

let folder = '';
let heard = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codex-'));
  heard = join(folder, 'heard');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const say = (message: unknown): Step => ({ say: message });
const hear = (text: string): Step => ({ awaitLine: text, into: heard });
const heardLines = () =>
  existsSync(heard)
    ? readFileSync(heard, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
const turn = (id: string, status: string) => ({ id, rootTurnId: 't1', items: [], status, error: null });
const turnEvent = (method: string, threadId: string, id: string, status: string): Step =>
  say({ method, params: { threadId, turn: turn(id, status) } });

/** From the first word to a turn under way. */
const opening = (): readonly Step[] => [
  hear('"initialize"'),
  say({ id: 1, result: { userAgent: 'codex/0.169.0' } }),
  hear('"initialized"'),
  hear('"thread/start"'),
  say({ id: 2, result: { thread: { id: 'main' }, model: 'gpt-5.4' } }),
  hear('"turn/start"'),
  say({ id: 3, result: { turn: turn('t1', 'inProgress') } }),
  turnEvent('turn/started', 'main', 't1', 'inProgress'),
];

test('it is asked for a thread and a turn, and its input is closed when the main turn is over', async () => {
  const { following } = playDriver(
    codexDriver,
    folder,
    {
      start: [
        ...opening(),
        turnEvent('turn/started', 'child', 'c1', 'inProgress'),
        turnEvent('turn/completed', 'child', 'c1', 'completed'),
        turnEvent('turn/completed', 'main', 't1', 'completed'),
      ],
      inputEnded: [{ exit: 0 }],
    },
    { prompt: 'Fix it', model: 'gpt-5.4' },
  );
  expect(await following.ended).toMatchObject({ outcome: 'success', exitCode: 0 });
  const [, , thread, asked] = heardLines();
  expect(thread.params).toEqual({ cwd: join(folder, 'work'), approvalPolicy: 'never', model: 'gpt-5.4' });
  expect(asked.params).toEqual({ threadId: 'main', input: [{ type: 'text', text: 'Fix it' }] });
});

test('an interrupt goes to the turn of each thread, also to one that starts later', async () => {
  const played = playDriver(codexDriver, folder, {
    start: [
      ...opening(),
      turnEvent('turn/started', 'child', 'c1', 'inProgress'),
      hear('"turn/interrupt"'),
      hear('"turn/interrupt"'),
      turnEvent('turn/started', 'late', 'l1', 'inProgress'),
      hear('"turn/interrupt"'),
      turnEvent('turn/completed', 'main', 't1', 'interrupted'),
    ],
    inputEnded: [{ exit: 0 }],
  });
  await expect.poll(() => heardLines().length).toBe(4);
  await new Promise((done) => setTimeout(done, 200));
  played.following.stop('budget_capped');
  expect(await played.following.ended).toMatchObject({ outcome: 'interrupted', stopReason: 'budget_capped' });
  expect(played.forced).toBe(0);
  const interrupts = heardLines().filter(({ method }) => method === 'turn/interrupt');
  expect(interrupts.map(({ params }) => [params.threadId, params.turnId])).toEqual([
    ['main', 't1'],
    ['child', 'c1'],
    ['late', 'l1'],
  ]);
});

test('what it asks for is declined, so that it does not wait for ever', async () => {
  const { following } = playDriver(codexDriver, folder, {
    start: [
      ...opening(),
      say({ id: 'q1', method: 'item/commandExecution/requestApproval', params: { threadId: 'main' } }),
      hear('"q1"'),
      say({ id: 'q2', method: 'item/tool/requestUserInput', params: { threadId: 'main' } }),
      hear('"q2"'),
      turnEvent('turn/completed', 'main', 't1', 'completed'),
    ],
    inputEnded: [{ exit: 0 }],
  });
  expect((await following.ended).outcome).toBe('success');
  const [first, second] = heardLines().slice(-2);
  expect(first).toEqual({ id: 'q1', result: { decision: 'decline' } });
  expect(second).toMatchObject({ id: 'q2', error: { code: -32601 } });
});

test('what it refuses is told, and it is not left behind', async () => {
  const played = playDriver(codexDriver, folder, {
    start: [
      hear('"initialize"'),
      say({ id: 1, result: {} }),
      hear('"thread/start"'),
      say({ id: 2, error: { code: -32600, message: 'unknown model provider\nmore' } }),
    ],
  });
  expect(await played.following.ended).toMatchObject({
    outcome: 'error',
    message: 'Cannot follow codex: its app-server refused: unknown model provider',
  });
});

test('a version without an app-server is followed by exec --json', async () => {
  const { following } = playDriver(
    codexDriver,
    folder,
    {
      start: [
        { awaitLine: 'Fix', into: heard },
        say({ type: 'thread.started', thread_id: 'main' }),
        say({ type: 'turn.started' }),
        say({ type: 'turn.completed', usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 3 } }),
        { exit: 0 },
      ],
      unknownWords: ['app-server'],
    },
    { prompt: 'Fix it' },
  );
  expect(await following.ended).toMatchObject({ outcome: 'success', exitCode: 0 });
  expect(readFileSync(heard, 'utf8')).toBe('Fix it\n');
});
