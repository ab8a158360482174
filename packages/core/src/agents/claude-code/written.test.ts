import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import type { AgentEvent } from '../../event.ts';
import { lineOf } from '../../testing/line.ts';
import type { LogFile } from '../agent.ts';
import { type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';
import { claudeCodeLive } from './live.ts';
import { TranscriptReader } from './reader.ts';

const log = (): LogFile => ({
  source: { agent: 'claude-code', path: '/home/.claude/projects/-w/session-1.jsonl', bornAt: 0 },
  relativePath: '-w/session-1.jsonl',
  rootOf: (id) => id,
});

function answer(seconds: number, id: string, block: object) {
  const usage = { input_tokens: 3, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const message = { model: 'claude-sonnet-4-5', id, role: 'assistant', content: [block], usage };
  const place = { isSidechain: false, cwd: '/w', sessionId: 'session-1', version: '2.1.330', gitBranch: 'main' };
  const timestamp = new Date(Date.UTC(2026, 5, 1, 10, 0, seconds)).toISOString();
  return { ...place, type: 'assistant', requestId: `req_${id}`, message, uuid: `u${seconds}`, timestamp };
}

test('an answer in several records tells how much it said and reasoned up to each, across a restart, and never the words', () => {
  const records = [
    answer(0, 'msg_1', { type: 'thinking', thinking: 'hmm, ä', signature: 'c2lnbmF0dXJl' }),
    answer(1, 'msg_1', { type: 'text', text: 'Now I "read".' }),
    answer(2, 'msg_1', { type: 'tool_use', id: 't1', name: 'Read', input: { file_path: '/w/a' } }),
    answer(3, 'msg_2', { type: 'redacted_thinking', data: 'abcdefgh' }),
    answer(4, 'msg_2', { type: 'thinking', thinking: '', signature: 'YWJj' }),
  ];
  const sizes = (events: readonly AgentEvent[]) =>
    events.flatMap((event) => (event.type === 'call' ? [[event.call.textBytes, event.call.reasoningBytes]] : []));
  const whole: AgentEvent[] = [];
  const cut: AgentEvent[] = [];
  const reader = new TranscriptReader(log(), undefined);
  let state: unknown;
  for (const record of records) {
    const line = lineOf(JSON.stringify(record));
    reader.read(line, (event) => whole.push(event));
    const again = new TranscriptReader(log(), state);
    again.read(line, (event) => cut.push(event));
    state = JSON.parse(JSON.stringify(again.state()));
  }
  const said = 'Now I \\"read\\".'.length;
  expect(sizes(whole)).toEqual([
    [0, 7],
    [said, 7],
    [said, 7],
    [0, 8],
    [0, 12],
  ]);
  expect(sizes(cut)).toEqual(sizes(whole));
  expect(JSON.stringify([whole, state])).not.toMatch(/hmm|Now I/);
});

test('a record that comes again says nothing more', () => {
  const record = lineOf(JSON.stringify(answer(0, 'msg_1', { type: 'text', text: 'twice' })));
  const reader = new TranscriptReader(log(), undefined);
  const sizes: (number | undefined)[] = [];
  for (let time = 0; time < 2; time++)
    reader.read(record, (event) => event.type === 'call' && sizes.push(event.call.textBytes));
  expect(sizes).toEqual([5, 5]);
});

/** Bytes of text by message, as the lines of a recorded stream have them. */
function saidIn(messages: readonly unknown[]): Map<string, number> {
  const said = new Map<string, number>();
  for (const message of messages.map((one) => objectOf(one) ?? {})) {
    const answer: Json | undefined = message.type === 'assistant' ? objectOf(message.message) : undefined;
    if (!answer || answer.model === '<synthetic>') continue;
    const texts = listOf(answer.content).map((block) => objectOf(block) ?? {});
    const bytes = texts.reduce((sum, { type, text }) => sum + (type === 'text' ? spelledBytes(text) : 0), 0);
    said.set(textOf(answer.id), (said.get(textOf(answer.id)) ?? 0) + bytes);
  }
  return said;
}

test.for(loadLiveCases('claude-code', 'stream-json'))('a stream tells as much as its lines have: $name', (live) => {
  const told = new Map<string, number | undefined>();
  const reader = claudeCodeLive.open({ runId: 'run', cwd: '', model: '', at: 0, ...live.start });
  live.messages.forEach((message, index) => {
    reader.read(message, index, (event) => {
      if (event.type === 'call' && !event.isProvisional) told.set(event.call.identity, event.call.textBytes);
    });
  });
  for (const [id, bytes] of saidIn(live.messages)) if (told.has(id)) expect(told.get(id), id).toBe(bytes);
});
