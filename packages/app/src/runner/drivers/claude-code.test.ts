import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Step } from '../../../test/fake-agent.ts';
import { playDriver } from '../../../test/play-driver.ts';
import { claudeCodeDriver } from './claude-code.ts';

const SESSION = '31ebfa72-c665-4ef3-ab4f-1f7c1329a8b3';
const INIT = {
  type: 'system',
  subtype: 'init',
  session_id: SESSION,
  model: 'claude-opus-5-5',
  claude_code_version: '2.1.330',
};
const RESULT = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  session_id: SESSION,
  terminal_reason: 'completed',
};
const task = (subtype: string, id: string) => ({
  type: 'system',
  subtype,
  task_id: id,
  tool_use_id: `toolu_${id}`,
  session_id: SESSION,
  task_type: 'local_agent',
  status: 'completed',
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claude-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const say = (message: unknown): Step => ({ say: message });

test('the prompt goes in as a message, and the input is closed after the result', async () => {
  const heard = join(folder, 'heard');
  const { following } = playDriver(
    claudeCodeDriver,
    folder,
    {
      start: [{ awaitLine: '"user"', into: heard }, say(INIT), say(RESULT)],
      inputEnded: [{ exit: 0 }],
    },
    { prompt: 'Say "hello"\nin two lines' },
  );
  expect(await following.ended).toMatchObject({ outcome: 'success', exitCode: 0 });
  expect(JSON.parse(readFileSync(heard, 'utf8'))).toEqual({
    type: 'user',
    message: { role: 'user', content: 'Say "hello"\nin two lines' },
  });
});

test('while a background agent works, a result is not the last one', async () => {
  const closed = join(folder, 'closed');
  const { following } = playDriver(claudeCodeDriver, folder, {
    start: [
      say(INIT),
      say(task('task_started', 'a')),
      say(RESULT),
      { sleepMs: 400 },
      { append: 'worked on', to: closed },
      say(task('task_notification', 'a')),
      say(RESULT),
    ],
    inputEnded: [{ append: ', then closed', to: closed }, { exit: 0 }],
  });
  expect((await following.ended).outcome).toBe('success');
  expect(readFileSync(closed, 'utf8')).toBe('worked on, then closed');
});

test('it is interrupted by a message, and background agents do not hold it then', async () => {
  const played = playDriver(claudeCodeDriver, folder, {
    start: [say(INIT), say(task('task_started', 'a'))],
    interruptedBy: '"subtype":"interrupt"',
    interrupted: [
      say({ ...RESULT, subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming' }),
    ],
    inputEnded: [{ exit: 1 }],
  });
  await expect.poll(() => played.events.length).toBeGreaterThan(1);
  played.following.stop('user');
  expect(await played.following.ended).toMatchObject({ outcome: 'interrupted', stopReason: 'user' });
  expect(played.forced).toBe(0);
});

test('what sub-agents write is read from their transcripts, also what comes just before the end', async () => {
  const agents = join(folder, 'config', 'projects', '-some-spelling', SESSION, 'subagents');
  mkdirSync(agents, { recursive: true });
  writeFileSync(join(agents, 'agent-a1.meta.json'), JSON.stringify({ agentType: 'explore', toolUseId: 'toolu_m' }));
  const line = (id: string, output: number) =>
    `${JSON.stringify({
      type: 'assistant',
      uuid: `u-${id}`,
      sessionId: SESSION,
      agentId: 'a1',
      isSidechain: true,
      requestId: `req_${id}`,
      timestamp: '2026-11-22T00:10:00.000Z',
      message: {
        id: `msg_${id}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-haiku-5-5',
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: 'done' }],
        usage: { input_tokens: 11, output_tokens: output },
      },
    })}\n`;
  const transcript = join(agents, 'agent-a1.jsonl');
  const { following, events } = playDriver(
    claudeCodeDriver,
    folder,
    {
      start: [
        say(INIT),
        { append: line('one', 21), to: transcript },
        { sleepMs: 400 },
        { append: line('two', 32), to: transcript },
        say(RESULT),
      ],
      inputEnded: [{ exit: 0 }],
    },
    { env: { CLAUDE_CONFIG_DIR: join(folder, 'config') } },
  );
  await expect
    .poll(() => events.some((event) => event.type === 'call' && event.call.identity === 'msg_one'))
    .toBe(true);
  await following.ended;
  const outputs = new Map(
    events.flatMap((event) => (event.type === 'call' ? [[event.call.identity, event.call]] : [])),
  );
  expect([...outputs.values()].map(({ identity, threadId, usage }) => [identity, threadId, usage.output])).toEqual([
    ['msg_one', `${SESSION}:a1`, 21],
    ['msg_two', `${SESSION}:a1`, 32],
  ]);
});
