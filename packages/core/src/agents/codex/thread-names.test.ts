import { expect, test } from 'vitest';
import type { AgentEvent } from '../../event.ts';
import { lineOf } from '../../testing/line.ts';
import { codex } from './index.ts';

function read(text: string): { skip: string | undefined; events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  const source = { agent: 'codex', path: 'x', bornAt: 0 };
  const reader = codex.open({ source, relativePath: 'session_index.jsonl', rootOf: (id) => id }, undefined);
  return { skip: reader.read(lineOf(text), (event) => events.push(event)), events };
}

test('a name in the index is the title of its session, at the time it was given', () => {
  const { events } = read('{"id":"s","thread_name":" Fix the cart ","updated_at":"2026-05-13T09:30:00.123456789Z"}');
  expect(events).toEqual([
    {
      type: 'session',
      agent: 'codex',
      sessionId: 's',
      rootSessionId: 's',
      parentSessionId: '',
      title: 'Fix the cart',
      cwd: '',
      branch: '',
      repository: '',
      version: '',
      at: Date.parse('2026-05-13T09:30:00.123Z'),
    },
  ]);
});

test('a name without a time is one that any other replaces; none, a cut line and another shape tell nothing', () => {
  expect(read('{"id":"s","thread_name":"n","updated_at":"unknown"}').events).toMatchObject([{ at: 0 }]);
  expect(read('{"id":"s","thread_name":"  "}')).toEqual({ skip: undefined, events: [] });
  expect(read('{"id":"s","thread_na')).toEqual({ skip: 'damaged', events: [] });
  expect(read('{"id":"s","prompt":"words"}')).toEqual({ skip: 'unknown', events: [] });
});
