import { expect, test } from 'vitest';
import type { AgentEvent } from '../../event.ts';
import { lineOf } from '../../testing/line.ts';
import type { LogFile } from '../agent.ts';
import { TranscriptReader } from './reader.ts';

const SESSION = 'session-1';
const START = Date.UTC(2026, 5, 1, 10);
const time = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function logOf(relativePath = `-w/${SESSION}.jsonl`, sidecar?: object): LogFile {
  return {
    source: { agent: 'claude-code', path: `/home/.claude/projects/${relativePath}`, bornAt: 0 },
    relativePath,
    sidecar: sidecar && JSON.stringify(sidecar),
    rootOf: (id) => id,
  };
}

function read(records: readonly object[], log = logOf()) {
  const events: AgentEvent[] = [];
  const reader = new TranscriptReader(log, undefined);
  const skips = records.map((record) => reader.read(lineOf(JSON.stringify(record)), (event) => events.push(event)));
  const of = <T extends AgentEvent['type']>(type: T) =>
    events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
  return { of, skips, reader };
}

const at = (seconds: number) => ({ uuid: `u${seconds}`, timestamp: time(seconds) });
const place = { isSidechain: false, cwd: '/w', sessionId: SESSION, version: '2.1.330', gitBranch: 'main' };
const usage = { input_tokens: 3, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

function answer(seconds: number, id: string, content: readonly object[] = [], more: object = {}, figures: object = {}) {
  const message = { model: 'claude-sonnet-4-5', id, role: 'assistant', content, usage: { ...usage, ...figures } };
  return { ...place, type: 'assistant', requestId: `req_${id}`, message, ...at(seconds), ...more };
}

const use = (id: string, name: string, input: object = {}) => ({ type: 'tool_use', id, name, input });

function result(seconds: number, id: string, content: unknown, more: object = {}, block: object = {}) {
  const message = { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content, ...block }] };
  return { ...place, type: 'user', message, ...at(seconds), ...more };
}

test('a tool call carries the bytes of its arguments as spelled, and its result its own, its error and its duration', () => {
  const { of } = read([
    answer(0, 'msg_1', [use('t1', 'Bash', { command: 'echo "ä"' }), use('t2', 'mcp__db_one__query', {})]),
    result(3, 't1', 'ä\n', { toolUseResult: { stdout: 'x' } }, { is_error: true }),
    result(9, 't2', [{ type: 'text', text: 'é' }], { toolUseResult: { durationMs: 120 } }),
  ]);
  expect(of('tool_call')).toMatchObject([
    {
      id: 't1',
      name: 'Bash',
      kind: 'shell',
      callIdentity: 'msg_1',
      argumentBytes: '{"command":"echo \\"ä\\""}'.length + 1,
    },
    { id: 't2', name: 'mcp__db_one__query', kind: 'mcp:db_one', argumentBytes: 2 },
  ]);
  expect(of('tool_result')).toMatchObject([
    { id: 't1', callIdentity: 'msg_1', sessionId: SESSION, resultBytes: 4, isError: true, durationMs: 3000 },
    { id: 't2', resultBytes: '[{"type":"text","text":"é"}]'.length + 1, isError: undefined, durationMs: 120 },
  ]);
});

test('searches are told once by the usage and once by the result, each in its own place', () => {
  const { of } = read([
    answer(0, 'msg_1', [use('t1', 'WebSearch', { query: 'x' })], {}, { server_tool_use: { web_search_requests: 2 } }),
    result(2, 't1', 'found', { toolUseResult: { query: 'x', results: [], durationSeconds: 1.5, searchCount: 3 } }),
  ]);
  expect(of('call')[0]?.call.webSearches).toBe(2);
  expect(of('tool_result')[0]).toMatchObject({ webSearches: 3, durationMs: 1500 });
});

test('tier, region and seller are told where the record tells them', () => {
  const calls = (figures: object, more: object = {}) =>
    read([answer(0, 'msg_1', [], more, figures)]).of('call')[0]?.call;
  expect(calls({ service_tier: 'standard', speed: 'standard', inference_geo: 'not_available' })).toMatchObject({
    ...{ tier: '', geo: '', seller: 'anthropic' },
  });
  expect(calls({ service_tier: 'priority', inference_geo: 'us' })).toMatchObject({ tier: 'priority', geo: 'us' });
  expect(calls({ service_tier: 'priority', speed: 'fast' })).toMatchObject({ tier: 'fast' });
  expect(calls({}, { requestId: undefined })).toMatchObject({ seller: '' });
  expect(read([answer(0, 'msg_bdrk_1')]).of('call')[0]?.call.seller).toBe('');
});

test('an answer cut in mid-stream is at least its figures; a streamed one is exact once its end was seen', () => {
  const sure = (...stops: (string | null)[]) =>
    read(
      stops.map((stop, index) => {
        const record = answer(index, 'msg_1', [], {}, { output_tokens: 400 });
        return { ...record, message: { ...record.message, stop_reason: stop } };
      }),
    )
      .of('call')
      .map(({ call }) => call.certainty);
  expect(read([answer(0, 'msg_1', [], { isAbortedMidStream: true })]).of('call')[0]?.call.certainty).toBe('at_least');
  expect(sure('end_turn')).toEqual(['exact']);
  expect(sure(null, null)).toEqual(['exact', 'exact']);
  expect(sure('tool_use', null)).toEqual(['exact', 'at_least']);
  const stub = answer(0, 'msg_1', [], {}, { output_tokens: 1 });
  expect(read([{ ...stub, message: { ...stub.message, stop_reason: null } }]).of('call')[0]?.call.certainty).toBe(
    'at_least',
  );
});

test('a cache write without a lifetime, or with one that does not explain it, is taken for five minutes and flagged', () => {
  const call = (figures: object) => read([answer(0, 'msg_1', [], {}, figures)]).of('call')[0]?.call;
  const told = { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 80 };
  expect(call({ cache_creation_input_tokens: 100, cache_creation: told })).toMatchObject({
    usage: { cacheWrite5m: 20, cacheWrite1h: 80 },
    assumedLifetime: false,
  });
  expect(call({ cache_creation_input_tokens: 100 })).toMatchObject({
    usage: { cacheWrite5m: 100, cacheWrite1h: 0 },
    assumedLifetime: true,
  });
  expect(call({ cache_creation_input_tokens: 130, cache_creation: told })).toMatchObject({
    usage: { cacheWrite5m: 130, cacheWrite1h: 0 },
    assumedLifetime: true,
  });
  expect(call({ cache_creation_input_tokens: undefined, cache_creation: told })).toMatchObject({
    usage: { cacheWrite5m: 20, cacheWrite1h: 80 },
  });
});

test('thinking is told where the record tells it, unknown where not, and never above the output', () => {
  const reasoning = (figures: object) =>
    read([answer(0, 'msg_1', [], {}, figures)]).of('call')[0]?.call.usage.reasoning;
  expect(reasoning({ output_tokens_details: { thinking_tokens: 4 } })).toBe(4);
  expect(reasoning({ output_tokens_details: { thinking_tokens: 40 } })).toBe(5);
  expect(reasoning({ output_tokens_details: { thinking_tokens: 0 } })).toBe(0);
  expect(reasoning({})).toBe(undefined);
});

test("a sub-agent's thread has the name and the spawning call of its sidecar", () => {
  const log = logOf(`-w/${SESSION}/subagents/agent-a1.jsonl`, { agentType: 'Explore', toolUseId: 't9', spawnDepth: 1 });
  const { of } = read([answer(0, 'msg_1', [], { isSidechain: true, agentId: 'a1' })], log);
  expect(of('thread')).toEqual([
    {
      ...{
        type: 'thread',
        agent: 'claude-code',
        sessionId: SESSION,
        rootSessionId: SESSION,
        threadId: `${SESSION}:a1`,
      },
      ...{ parentThreadId: SESSION, name: 'Explore', spawnedBy: 't9' },
    },
  ]);
  expect(of('call')[0]?.call).toMatchObject({ chain: 'side', caller: 'subagent:Explore', threadId: `${SESSION}:a1` });
});

test('a sub-agent of a sub-agent leaves its parent to the log that spawned it', () => {
  const nested = logOf(`-w/${SESSION}/subagents/agent-a2.jsonl`, { agentType: 'Plan', toolUseId: 't5', spawnDepth: 2 });
  const child = read([answer(0, 'msg_2', [], { isSidechain: true, agentId: 'a2' })], nested);
  expect(child.of('thread')).toMatchObject([{ parentThreadId: '', name: 'Plan' }]);
  const side = { isSidechain: true, agentId: 'a1' };
  const parent = read(
    [
      answer(0, 'msg_1', [use('t5', 'Agent', { subagent_type: 'Plan' })], side),
      result(5, 't5', [{ type: 'text', text: 'ok' }], {
        ...side,
        toolUseResult: { agentId: 'a2', totalDurationMs: 900 },
      }),
    ],
    logOf(`-w/${SESSION}/subagents/agent-a1.jsonl`),
  );
  expect(parent.of('thread').at(-1)).toMatchObject({
    ...{ threadId: `${SESSION}:a2`, parentThreadId: `${SESSION}:a1`, name: 'Plan', spawnedBy: 't5' },
  });
  expect(parent.of('tool_result')).toMatchObject([{ id: 't5', durationMs: 900 }]);
});

test("without a sidecar the parent's log names the thread, by its record or by the result's text; nobody invents one", () => {
  const spawn = answer(0, 'msg_1', [use('t5', 'Task', { subagent_type: 'reviewer' })]);
  const named = [
    { threadId: SESSION, name: '' },
    { threadId: `${SESSION}:a7`, name: 'reviewer', spawnedBy: 't5' },
  ];
  expect(read([spawn, result(5, 't5', 'ok', { toolUseResult: { agentId: 'a7' } })]).of('thread')).toMatchObject(named);
  const text = [{ type: 'text', text: 'Done.\nagentId: a7 (for resuming)' }];
  expect(read([spawn, result(5, 't5', text)]).of('thread')).toMatchObject(named);
  const own = logOf(`-w/${SESSION}/subagents/agent-a7.jsonl`);
  const alone = read([answer(0, 'msg_1', [], { isSidechain: true, agentId: 'a7' })], own);
  expect(alone.of('call')[0]?.call.caller).toBe('subagent:unknown');
  expect(alone.of('thread')).toMatchObject([{ name: '' }]);
  const marked = answer(0, 'msg_1', [], { isSidechain: true, agentId: 'a7', attributionAgent: 'Explore' });
  expect(read([marked], own).of('call')[0]?.call.caller).toBe('subagent:Explore');
});

test('a session is told at first sight and when something about it changes, not with every record', () => {
  const { of } = read([
    answer(0, 'msg_1'),
    answer(1, 'msg_2'),
    answer(2, 'msg_3', [], { gitBranch: 'feature' }),
    answer(3, 'msg_4', [], { gitBranch: 'feature' }),
    { type: 'ai-title', aiTitle: 'Mend the shop', sessionId: SESSION },
    answer(4, 'msg_5', [], { gitBranch: 'feature', cwd: '/w/sub' }),
  ]);
  expect(of('session').map(({ cwd, branch, title }) => ({ cwd, branch, title }))).toEqual([
    { cwd: '/w', branch: 'main', title: '' },
    { cwd: '/w', branch: 'feature', title: '' },
    { cwd: '/w', branch: 'feature', title: 'Mend the shop' },
    { cwd: '/w/sub', branch: 'feature', title: 'Mend the shop' },
  ]);
  expect(of('thread')).toHaveLength(1);
});

test('a prompt has the name of its record wherever in it that stands', () => {
  const message = { role: 'user', content: 'Please' };
  const { of } = read([{ uuid: 'early', sessionId: SESSION, message, type: 'user' }]);
  expect(of('prompt')).toMatchObject([{ id: 'early' }]);
});

test("a person's title stays; a summary is the title of the conversation whose last record it names", () => {
  const titles = (records: object[]) =>
    read(records)
      .of('session')
      .map(({ title }) => title);
  const custom = { type: 'custom-title', customTitle: 'Mine', sessionId: SESSION };
  const made = { type: 'ai-title', aiTitle: 'Made', sessionId: SESSION };
  expect(titles([answer(0, 'msg_1'), made, custom, made, answer(1, 'msg_2')])).toEqual(['', 'Made', 'Mine']);
  expect(titles([made, answer(0, 'msg_1')])).toEqual(['Made']);
  expect(titles([{ type: 'summary', summary: 'Ended', leafUuid: 'u0' }, answer(0, 'msg_1')])).toEqual(['Ended']);
  expect(titles([answer(0, 'msg_1'), { type: 'summary', summary: 'Ended', leafUuid: 'u0' }])).toEqual(['', 'Ended']);
  expect(titles([{ type: 'summary', summary: 'Of another', leafUuid: 'u9' }, answer(0, 'msg_1')])).toEqual(['']);
});

test('a fork tells where it came from, and its copies stay with the session they came from', () => {
  const copy = { ...answer(0, 'msg_1'), sessionId: 'fork', forkedFrom: { sessionId: SESSION, messageUuid: 'u0' } };
  const { of } = read([copy, { ...answer(5, 'msg_2'), sessionId: 'fork' }], logOf('-w/fork.jsonl'));
  expect(of('call').map(({ call }) => call.sessionId)).toEqual([SESSION, 'fork']);
  const fork = of('session').filter(({ sessionId }) => sessionId === 'fork');
  expect(fork.map(({ parentSessionId }) => parentSessionId)).toEqual([SESSION, SESSION]);
});

test('a pull request is told, and with it the repository; what is no address of one is not', () => {
  const link = { type: 'pr-link', prUrl: 'https://github.com/acme/shop/pull/12', prNumber: 12, sessionId: SESSION };
  const dated = { ...link, prUrl: 'https://git.acme.eu/web/shop/-/merge_requests/7?x=1', ...at(9) };
  const odd = ['javascript:alert(1)/pull/3', 'https://ada:secret@github.com/acme/shop/pull/4', 12];
  const { of } = read([answer(2, 'msg_1'), link, dated, ...odd.map((prUrl) => ({ ...link, prUrl }))]);
  expect(of('session')[1]).toMatchObject({ repository: 'https://github.com/acme/shop', cwd: '/w' });
  expect(of('pull_request')).toEqual(
    [
      ['https://github.com/acme/shop/pull/12', START + 2_000],
      ['https://git.acme.eu/web/shop/-/merge_requests/7', START + 9_000],
    ].map(([url, when]) => ({ type: 'pull_request', agent: 'claude-code', sessionId: SESSION, url, at: when })),
  );
});

test('a limit that was met tells when it ends', () => {
  const notice = answer(0, 'n1', [{ type: 'text', text: 'Claude AI usage limit reached|1780315200' }], {
    isApiErrorMessage: true,
  });
  const { of } = read([{ ...notice, message: { ...notice.message, model: '<synthetic>' } }]);
  expect(of('limit')).toMatchObject([{ name: 'session', resetsAt: 1780315200000, at: START }]);
  expect(of('call')).toEqual([]);
});

test("the program's total is a snapshot of one process, by the calls' own model names", () => {
  const figures = { inputTokens: 5, outputTokens: 7, cacheReadInputTokens: 11, cacheCreationInputTokens: 13 };
  const split = { cacheCreationEphemeral5mInputTokens: 1, cacheCreationEphemeral1hInputTokens: 12, thinkingTokens: 9 };
  const modelUsage = { 'claude-opus-4-8': figures, 'claude-opus-4-8[1m]': { ...figures, ...split }, odd: null };
  const total = { type: 'cost-state', sessionId: SESSION, startTime: START - 1000, totalDuration: 6000, modelUsage };
  const { of } = read([answer(0, 'msg_1'), total, { ...total, startTime: null }]);
  expect(of('reported_total')).toEqual([
    {
      ...{ type: 'reported_total', agent: 'claude-code', sessionId: SESSION, process: String(START - 1000) },
      ...{ processStartedAt: START - 1000, at: START + 5000, cwd: '/w' },
      byModel: new Map([
        ['claude-opus-4-8', { input: 10, cacheRead: 22, cacheWrite5m: 14, cacheWrite1h: 12, output: 14, reasoning: 7 }],
      ]),
    },
  ]);
});

test('a total is told no earlier than what the file has before it, whatever the program says of how long it ran', () => {
  const modelUsage = { 'claude-opus-4-8': { inputTokens: 5 } };
  const total = { type: 'cost-state', sessionId: SESSION, startTime: START, totalDuration: 2000, modelUsage };
  const { of } = read([answer(1, 'msg_1'), total, answer(60, 'msg_2'), { ...total, totalDuration: 15_000 }]);
  expect(of('reported_total').map(({ at }) => at)).toEqual([START + 2000, START + 60_000]);
});

test('a compaction tells what was in the context before it', () => {
  const boundary = {
    type: 'system',
    subtype: 'compact_boundary',
    compactMetadata: { trigger: 'manual', preTokens: 150_000 },
  };
  const { of } = read([{ ...place, ...boundary, ...at(3) }]);
  expect(of('compaction')).toMatchObject([{ id: 'u3', trigger: 'manual', before: 150_000, threadId: SESSION }]);
});

test('the first record with a time tells when the file began, whatever its kind', () => {
  const log = logOf();
  read([{ type: 'summary', summary: 'x', leafUuid: 'y' }, result(7, 't0', 'ok'), answer(9, 'msg_1')], log);
  expect(log.source.startedAt).toBe(START + 7000);
});

test('lines that tell nothing are told apart: damaged, unknown and rightly silent', () => {
  const reader = new TranscriptReader(logOf(), undefined);
  const skip = (text: string) => reader.read(lineOf(text), () => {});
  expect(skip('')).toBe(undefined);
  expect(skip('{"type":"user","message":{"role":"user","content":"cut')).toBe('damaged');
  expect(skip('{"type":"file-history-snapshot","snapshot":{"a":')).toBe('damaged');
  expect(skip('\0\0\0\0')).toBe('damaged');
  expect(skip('{"type":"file-history-snapshot","snapshot":{}}')).toBe(undefined);
  expect(skip('{"type":"novelty"}')).toBe('unknown');
  expect(skip('{"type":"assistant"}')).toBe('unknown');
  expect(skip('[1]')).toBe('unknown');
});

test('what a reader remembers stays small however many tools never answer', () => {
  const { reader } = read(
    Array.from({ length: 5000 }, (_, index) => answer(index, `msg_${index}`, [use(`toolu_${index}`, 'Bash')])),
  );
  expect(JSON.stringify(reader.state()).length).toBeLessThan(500_000);
});

test('an attachment that tells how it stands in the prompt is told by kind and size, any other is not', () => {
  const attached = (seconds: number, type: string, more: object = {}) => ({
    parentUuid: 'u',
    attachment: { type, content: 'not told to be in the prompt' },
    type: 'attachment',
    ...at(seconds),
    ...more,
    ...place,
  });
  const rendered = (...texts: string[]) => ({
    rendered: texts.map((content) => ({ content })),
    renderedRole: 'system',
  });
  const { of, skips } = read([
    attached(1, 'skill_listing', rendered('- one', '- two')),
    attached(2, 'agent_listing_delta', rendered('Explore')),
    attached(3, 'nested_memory', rendered('Use tabs.')),
    attached(4, 'total_tokens_reminder', rendered('15 left', '')),
    attached(5, 'prompt_snapshot'),
    attached(6, 'date', { rendered: [] }),
    { ...attached(7, 'date', rendered('today')), type: undefined, attachment: undefined },
  ]);
  expect(of('injected').map(({ id, kind, bytes, threadId, at: when }) => [id, kind, bytes, threadId, when])).toEqual([
    ['u1', 'skill', 10, SESSION, START + 1000],
    ['u2', 'tools', 7, SESSION, START + 2000],
    ['u3', 'memory', 9, SESSION, START + 3000],
    ['u4', 'reminder', 7, SESSION, START + 4000],
  ]);
  expect(skips.slice(0, 6)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
});

test('what stands in the prompt for a server, and a memory file, is told by its name', () => {
  const attached = (seconds: number, attachment: object, text = '') => ({
    ...{ parentUuid: 'u', type: 'attachment', attachment, ...at(seconds), ...place },
    ...(text === '' ? {} : { rendered: [{ content: text }] }),
  });
  const tool = (name: string, description: string, more: object = {}) => ({
    name,
    schema: { name, description, input_schema: {} },
    ...more,
  });
  const tools = [
    tool('Bash', 'Runs'),
    tool('mcp__linear__list', 'Lists', { server: 'linear' }),
    tool('mcp__git_hub__get', 'Gets'),
    { name: 'mcp__far__away', schema: { name: 'mcp__far__away', defer_loading: true } },
  ];
  const bytes = (index: number) => JSON.stringify(tools[index]?.schema).length;
  const snapshot = { type: 'prompt_snapshot', systemPrompt: ['x'], tools };
  const lines = ['CronList', 'mcp__linear__find', 'mcp__linear__make'];
  const records = [
    attached(
      1,
      { type: 'mcp_instructions_delta', addedNames: ['linear'], addedBlocks: ['## linear'] },
      '# MCP\n## linear',
    ),
    attached(2, { type: 'deferred_tools_delta', addedLines: lines }, `Deferred: ${lines.join('\n')}`),
    attached(3, { type: 'nested_memory', path: '/home/ada/shop/CLAUDE.md' }, 'Use tabs.'),
    answer(4, 'msg_1'),
    attached(5, snapshot),
    attached(9, { ...snapshot, tools: tools.slice(0, 1) }),
  ];
  const told = (log: LogFile = { ...logOf(), withNames: true }) =>
    read(records, log)
      .of('injected')
      .map(({ id, kind, name, bytes: size, at: when }) => [id, kind, name, size, when - START]);
  expect(told()).toEqual([
    ['u1', 'tools', '', 7, 1000],
    ['u1#linear', 'tools', 'linear', 9, 1000],
    ['u2', 'tools', '', 18, 2000],
    ['u2#linear', 'tools', 'linear', 38, 2000],
    ['u3', 'memory', 'CLAUDE.md', 9, 3000],
    ['u5', 'tools', '', bytes(0), 1000],
    ['u5#linear', 'tools', 'linear', bytes(1), 1000],
    ['u5#git_hub', 'tools', 'git_hub', bytes(2), 1000],
  ]);
  expect(told({ ...logOf(), withNames: false }).map(([, kind, name]) => `${kind}:${name}`)).toContain('memory:');
});
