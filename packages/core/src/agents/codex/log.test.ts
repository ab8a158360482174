import { describe, expect, test } from 'vitest';
import { loadCases } from '../../../test/load-cases.ts';
import type { AgentEvent } from '../../event.ts';
import { lineOf } from '../../testing/line.ts';
import { replay } from '../../testing/replay.ts';
import { codex } from './index.ts';

const SESSION = '019e2099-0000-7000-8000-000000000001';
let clock = 0;
const line = (type: string, payload: object) =>
  JSON.stringify({
    timestamp: new Date(Date.parse('2026-05-13T09:00:00Z') + 1000 * clock++).toISOString(),
    type,
    payload,
  });
const head = (payload: object = {}) =>
  line('session_meta', { id: SESSION, cwd: '/home/dev/shop', cli_version: '0.98.0', ...payload });
const usage = (input: number, output: number) => ({
  input_tokens: input,
  cached_input_tokens: 0,
  output_tokens: output,
  total_tokens: input + output,
});
const counter = (total: number, last: number, rest: object = {}) =>
  line('event_msg', {
    type: 'token_count',
    info: { total_token_usage: usage(total, total), last_token_usage: usage(last, last), ...rest },
  });

function read(lines: readonly string[], rootOf = (id: string) => id): AgentEvent[] {
  const events: AgentEvent[] = [];
  const source = { agent: 'codex', path: 'x', bornAt: 0 };
  const reader = codex.open({ source, relativePath: '2026/05/13/rollout-x.jsonl', rootOf }, undefined);
  for (const text of lines) reader.read(lineOf(text), (event) => events.push(event));
  reader.settle?.((event) => events.push(event));
  return events;
}
function of<T extends AgentEvent['type']>(type: T, events: readonly AgentEvent[]) {
  return events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
}
function eventsOf(name: string) {
  const found = loadCases('codex').find((known) => known.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return replay(codex, found.files).events;
}
const calls = (lines: readonly string[]) => of('call', read(lines)).map(({ call }) => call);

describe('a recorded sub-agent', () => {
  const events = eventsOf('exec-subagent');
  const [parent, child] = ['01a2009c-9f14-7db3-b62e-8a59ff909704', '01a2009c-a02c-7571-8970-77550016c3ad'];

  test("is a session and a thread of its own below its parent's, with the call that spawned it", () => {
    const threads = of('thread', events).filter(({ threadId }) => threadId === child);
    expect(
      threads.every(({ rootSessionId, parentThreadId }) => rootSessionId === parent && parentThreadId === parent),
    ).toBe(true);
    expect(threads.map(({ spawnedBy }) => spawnedBy)).toContain('call_sp');
    expect(threads.map(({ name }) => name)).toContain('Mencius');
    expect(of('session', events).find(({ sessionId }) => sessionId === child)).toMatchObject({
      rootSessionId: parent,
      parentSessionId: parent,
      cwd: '/cap/work',
      version: '0.169.0',
    });
  });

  test('has calls with their response, sold by the provider the log names, in the window it tells', () => {
    const found = of('call', events).filter(({ call }) => call.sessionId === child);
    expect(new Set(found.map(({ call }) => call.requestId))).toEqual(new Set(['resp_fake000009', 'resp_fake000013']));
    expect(found[0]?.call).toMatchObject({ model: 'gpt-5.5', seller: 'fake', contextWindow: 258_400, chain: 'main' });
  });

  test('prompts of a sub-agent are not prompts of a person', () => {
    expect(of('prompt', events).map(({ sessionId, bytes }) => [sessionId, bytes])).toEqual([[parent, 15]]);
  });

  test('results say how long a command took and whether it failed, once', () => {
    const results = of('tool_result', events).filter(({ id }) => id === 'call_2');
    expect(results).toHaveLength(1);
    const asking = of('call', events).find(({ call }) => call.requestId === 'resp_fake000005');
    expect(results[0]).toMatchObject({ durationMs: 2875, isError: false, callIdentity: asking?.call.identity });
    expect(results[0]?.resultBytes).toBeGreaterThan(60);
  });
});

describe('tools', () => {
  const events = eventsOf('tools-of-many-kinds');

  test('belong to the call that follows them; of a turn without one, to none', () => {
    const identities = new Map(of('tool_call', events).map(({ id, callIdentity }) => [id, callIdentity]));
    const [first, second, third] = of('call', events).map(({ call }) => call.identity);
    expect(identities.get('call_1')).toBe(first);
    for (const id of ['call_2', 'call_3', 'call_4', 'ws_1']) expect(identities.get(id)).toBe(second);
    for (const id of ['call_5', 'inner_1']) expect(identities.get(id)).toBe(third);
    expect(identities.get('call_6')).toBe('');
  });

  test('have the kind of their name and the size of their arguments as spelled', () => {
    const tools = new Map(of('tool_call', events).map((tool) => [tool.id, tool]));
    expect(tools.get('call_3')).toMatchObject({ name: 'mcp__db__query', kind: 'mcp:db', argumentBytes: 35 });
    expect([...tools.values()].map(({ kind }) => kind).toSorted()).toEqual(
      ['edit', 'mcp:db', 'mcp:db', 'plan', 'shell', 'shell', 'shell', 'web'].toSorted(),
    );
  });

  test('end once each, with what any record told of the end', () => {
    const results = new Map(of('tool_result', events).map((result) => [result.id, result]));
    expect(of('tool_result', events)).toHaveLength(results.size);
    expect(results.get('call_1')).toMatchObject({ isError: true, durationMs: 500 });
    expect(results.get('call_3')).toMatchObject({ isError: false, durationMs: 1500, resultBytes: 34 });
    expect(results.get('call_5')).toMatchObject({ isError: true, durationMs: 250, resultBytes: 2 });
    expect(results.get('ws_1')).toMatchObject({ webSearches: 1 });
    expect(results.get('inner_1')).toMatchObject({ durationMs: 1, resultBytes: undefined });
  });
});

test('only the result of a tool that spawns agents names an agent', () => {
  const spawn = (name: string) =>
    read([
      head(),
      line('response_item', { type: 'function_call', name, arguments: '{}', call_id: 'call_1' }),
      line('response_item', {
        type: 'function_call_output',
        call_id: 'call_1',
        output: JSON.stringify({ agent_id: SESSION.replace('1', '2') }),
      }),
    ]);
  expect(of('thread', spawn('spawn_agent')).map(({ spawnedBy }) => spawnedBy)).toEqual(['', 'call_1']);
  expect(of('thread', spawn('shell'))).toHaveLength(1);
});

test('the tier goes on until the next that is told, and of limits the latest are told', () => {
  const events = eventsOf('fast-tier-and-limits');
  expect(of('call', events).map(({ call }) => call.tier)).toEqual(['', 'priority', 'priority', '']);
  expect(of('limit', events).map(({ name, usedPercent }) => [name, usedPercent])).toEqual([
    ['primary', 13.5],
    ['secondary', 3],
  ]);
  expect(of('limit', events)[0]).toMatchObject({ windowMinutes: 300, resetsAt: 1_778_670_000_000, plan: 'pro' });
});

test('a window that the latest limits leave out keeps what was told of it before', () => {
  const limits = (told: object) => counter(10, 10, {}).replace(/\}$/, `,"rate_limits":${JSON.stringify(told)}}`);
  const inPayload = (told: object) => limits(told).replace(/\},"rate_limits":(.*)\}$/, ',"rate_limits":$1}}');
  const window = (used_percent: number) => ({ used_percent, window_minutes: 300, resets_at: 1_778_670_000 });
  const told = of(
    'limit',
    read([
      head(),
      inPayload({ primary: window(1), secondary: window(2) }),
      inPayload({ primary: window(3), secondary: window(4) }),
      inPayload({ primary: window(5), secondary: null }),
    ]),
  );
  expect(told.map(({ name, usedPercent }) => [name, usedPercent])).toEqual([
    ['primary', 3],
    ['secondary', 4],
    ['primary', 5],
  ]);
});

test('a compaction tells the tokens before it, and after it once a counter does', () => {
  const told = of('compaction', eventsOf('counter-after-compaction'));
  expect(told.map(({ before, after }) => [before, after])).toEqual([
    [10_100, undefined],
    [10_100, 2100],
  ]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
});

describe('calls', () => {
  test('that come before any model is told are told again with it, under the same name', () => {
    const told = calls([
      head(),
      counter(100, 100),
      line('turn_context', { model: 'gpt-5.4', cwd: '/home/dev/other' }),
      counter(300, 200),
    ]);
    expect(told.map(({ model }) => model)).toEqual(['', 'gpt-5.4', 'gpt-5.4']);
    expect(told[0]?.identity).toBe(told[1]?.identity);
    expect(told.map(({ cwd }) => cwd)).toEqual(['/home/dev/shop', '/home/dev/other', '/home/dev/other']);
  });

  test('keep reasoning unknown where the log does not tell it, and flag cache writes without a lifetime', () => {
    const written = { ...usage(100, 10), cached_input_tokens: 30, cache_write_input_tokens: 50 };
    const [first, second] = calls([
      head(),
      counter(100, 100),
      line('token_usage_record', { response_id: 'resp_1', usage: { ...written, reasoning_output_tokens: 40 } }),
    ]);
    expect(first).toMatchObject({ usage: { reasoning: undefined }, assumedLifetime: false, seller: 'openai' });
    expect(second).toMatchObject({
      identity: 'resp_1',
      usage: { input: 20, cacheRead: 30, cacheWrite5m: 50, output: 10, reasoning: 10 },
      assumedLifetime: true,
    });
  });

  test('of another thread, recorded in this file, are left to the file of that thread', () => {
    const record = (thread_id: string) =>
      line('token_usage_record', { thread_id, response_id: thread_id, usage: usage(9, 9) });
    expect(calls([head(), record('elsewhere'), record(SESSION)]).map(({ identity }) => identity)).toEqual([SESSION]);
  });

  test("are named alike in a fork's copy and in its parent, in the scope of the topmost ancestor", () => {
    const root = (id: string) => (id === 'parent' ? 'top' : id);
    const copy = (lines: string[]) => of('call', read(lines, root)).map(({ call }) => call.identity);
    const heads = [
      { id: 'child', forked_from_id: 'parent' },
      { id: 'sibling', forked_from_id: 'parent' },
      { id: 'top' },
      { id: 'stranger' },
    ].map(head);
    const slow = [counter(100, 100), counter(300, 200)];
    const [child, sibling, top, stranger] = heads.map((first) => copy([first, ...slow]));
    expect(child).toHaveLength(2);
    expect(child).toEqual(top);
    expect(sibling).toEqual(top);
    expect(stranger).not.toEqual(top);
  });

  test('of a session found by the name of its file alone still have a session', () => {
    const source = { agent: 'codex', path: 'x', bornAt: 0 };
    const relativePath = `2026/05/13/rollout-2026-05-13T09-00-00-${SESSION}.jsonl`;
    const reader = codex.open({ source, relativePath, rootOf: (id) => id }, undefined);
    const events: AgentEvent[] = [];
    reader.read(lineOf(counter(10, 10)), (event) => events.push(event));
    expect(of('call', events)[0]?.call).toMatchObject({ sessionId: SESSION, caller: 'lead' });
  });

  test('of review and compaction sub-agents say so', () => {
    const caller = (subagent: unknown) => calls([head({ source: { subagent } }), counter(10, 10)])[0]?.caller;
    expect(caller('review')).toBe('subagent:review');
    expect(caller('compact')).toBe('system:compaction');
    expect(caller({ other: 'guardian' })).toBe('subagent:guardian');
    expect(caller({ thread_spawn: { parent_thread_id: 'p' } })).toBe('subagent:unknown');
  });
});

describe('roots()', () => {
  const roots = (env: Record<string, string>) => codex.roots({ home: '/home/dev', env, platform: 'linux' });

  test('are the default home, or those of a comma list, each with its archive and its index of names', () => {
    expect(roots({}).map(({ path, because }) => [path, because])).toEqual([
      ['/home/dev/.codex/sessions', 'default'],
      ['/home/dev/.codex/archived_sessions', 'default'],
      ['/home/dev/.codex', 'default'],
    ]);
    expect(roots({ CODEX_HOME: ' /a/, ~/b ,,/a/' }).map(({ path }) => path)).toEqual([
      '/a/sessions',
      '/a/archived_sessions',
      '/a',
      '/home/dev/b/sessions',
      '/home/dev/b/archived_sessions',
      '/home/dev/b',
    ]);
    expect(roots({ CODEX_HOME: '' })[0]?.because).toBe('default');
  });
});

describe('lineage()', () => {
  test('names the session and what it was forked or spawned from, undefined for any other line', () => {
    const lineage = (payload: object) => codex.lineage?.(lineOf(line('session_meta', payload)));
    expect(lineage({ id: 'a' })).toEqual({ id: 'a', parentId: '' });
    expect(lineage({ id: 'a', session_id: 'a' })).toEqual({ id: 'a', parentId: '' });
    expect(lineage({ id: 'a', forked_from_id: 'b' })).toEqual({ id: 'a', parentId: 'b' });
    expect(lineage({ id: 'a', source: { subagent: { thread_spawn: { parent_thread_id: 'c' } } } })).toEqual({
      id: 'a',
      parentId: 'c',
    });
    expect(lineage({ id: 'a', session_id: 'top', parent_thread_id: 'd' })).toEqual({ id: 'a', parentId: 'd' });
    expect(codex.lineage?.(lineOf('{"timestamp":"'))).toBeUndefined();
    expect(codex.lineage?.(lineOf('{}'))).toBeUndefined();
  });
});

test('state() stays small, whatever the length of the log', () => {
  const source = { agent: 'codex', path: 'x', bornAt: 0 };
  const reader = codex.open({ source, relativePath: 'x.jsonl', rootOf: (id) => id }, undefined);
  const feed = (text: string) => reader.read(lineOf(text), () => {});
  feed(head());
  for (let round = 1; round < 2000; round++) {
    feed(line('response_item', { type: 'function_call', name: 'shell', arguments: '{}', call_id: `call_${round}` }));
    feed(counter(round * 10, 10));
    feed(line('event_msg', { type: 'user_message', message: 'x'.repeat(50) }));
    if (round % 3 === 0) feed(line('compacted', { message: 'x'.repeat(500), compaction_response_id: `resp_${round}` }));
  }
  expect(JSON.stringify(reader.state()).length).toBeLessThan(40_000);
});

describe('what an answer says', () => {
  const said = (role: string, text: string) =>
    line('response_item', { type: 'message', role, content: [{ type: 'output_text', text }] });
  const asked = line('response_item', { type: 'function_call', call_id: 'c1', name: 'shell', arguments: '{}' });

  test("is measured up to the call that the counter then tells, and is not the next one's", () => {
    const sizes = calls([
      head(),
      said('user', 'please'),
      counter(10, 10),
      said('assistant', 'I look.'),
      said('assistant', 'Here'),
      asked,
      counter(30, 20),
      counter(40, 10),
    ]).map(({ textBytes }) => textBytes);
    const spelled = (text: string) => JSON.stringify([{ type: 'output_text', text }]).length;
    expect(sizes).toEqual([0, spelled('I look.') + spelled('Here'), 0]);
  });
});
