import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineOf } from '../../testing/line.ts';
import { type Json, objectOf } from '../json.ts';
import { peek, SILENT } from './peek.ts';
import { assistantOf, promptOf, resultsOf } from './record.ts';

/** Text as tools print it: quotes, backslashes, controls, other scripts, decoys; short, or longer than the eye's window. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .tuple(
      fc.constantFrom(
        '\\',
        '"',
        '\\"',
        '"}]},"uuid":"x"',
        '{"usage":{"input_tokens":9}}',
        'größe ',
        '日本',
        '\n\t',
        'a',
      ),
      fc.nat(3000),
    )
    .map(([part, times]) => part.repeat(times)),
);
const short = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('main', '/home/dev/данные "x"'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: value }, fc.constant(null));
const count = fc.oneof(
  fc.nat(),
  fc.nat().map(String),
  fc.constantFrom(null, -3, 1.5, 1e12, 1e12 + 1, 2 ** 53 - 1, 1e21, {}, []),
);

const usage = fc.record(
  {
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    server_tool_use: maybe(fc.record({ web_search_requests: count, web_fetch_requests: count })),
    cache_creation: maybe(fc.record({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count })),
    output_tokens: count,
    output_tokens_details: maybe(fc.record({ thinking_tokens: count })),
    service_tier: maybe(fc.constantFrom('standard', 'priority', 'batch', 'other')),
    inference_geo: maybe(fc.constantFrom('', 'not_available', 'us', 'global')),
    iterations: fc.constantFrom(
      null,
      [],
      [{ type: 'message', input_tokens: 5, model: 'advisor_message' }],
      [{ type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 5, output_tokens: 6 }],
    ),
    speed: maybe(fc.constantFrom('standard', 'fast')),
  },
  { requiredKeys: [] },
);

const input = fc.dictionary(short, fc.oneof(text, fc.constant(null), fc.constant({ usage: { input_tokens: 1 } })), {
  maxKeys: 4,
});
const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('thinking'), thinking: text, signature: fc.constant('c2ln') }),
  fc.record(
    {
      type: fc.constant('tool_use'),
      id: fc.constantFrom('toolu_1', 'toolu_2'),
      name: fc.constantFrom('Bash', 'Task', 'mcp__db__query'),
      input: fc.oneof(input, fc.constant({ subagent_type: 'Explore', prompt: 'find "x"' })),
      caller: fc.constant({ type: 'direct' }),
    },
    { requiredKeys: ['type', 'id', 'name'] },
  ),
);

const envelope = {
  parentUuid: maybe(fc.uuid()),
  isSidechain: fc.constantFrom<unknown>(true, false, null),
  agentId: maybe(fc.constantFrom('a0123456789abcdef', 'aside_question-01')),
  userType: fc.constant('external'),
  cwd: maybe(short),
  sessionId: fc.constantFrom('5e551000', 'größe'),
  version: maybe(fc.constantFrom('2.1.330', '1.0.30')),
  gitBranch: maybe(short),
  forkedFrom: maybe(fc.record({ sessionId: short, messageUuid: fc.uuid() })),
  attributionAgent: maybe(short),
  uuid: fc.uuid(),
  timestamp: fc.oneof(
    fc.date({ noInvalidDate: true, min: new Date(1), max: new Date('2100-01-01') }).map((date) => date.toISOString()),
    fc.constantFrom<unknown>('2026-06-01T24:00:00.000Z', '2026-06-01T10:00:00Z', '2026-13-01T10:00:00.000Z', 17, null),
  ),
};

const answer = fc.record(
  {
    ...envelope,
    message: fc.record(
      {
        model: maybe(fc.constantFrom('claude-opus-4-8', 'claude-haiku-5-5')),
        id: fc.constantFrom('msg_1', 'msg_2', 'gen-1'),
        type: fc.constant('message'),
        role: fc.constant('assistant'),
        content: fc.oneof(fc.array(block, { maxLength: 3 }), text),
        stop_reason: fc.constantFrom(null, 'tool_use', 'end_turn', 7),
        usage: maybe(usage),
      },
      { requiredKeys: ['id', 'role', 'content'] },
    ),
    requestId: maybe(short),
    isAbortedMidStream: fc.constantFrom(true, false, null),
    type: fc.constant('assistant'),
    toolUseResult: fc.constant({ usage: { input_tokens: 5 } }),
  },
  { requiredKeys: ['type', 'message', 'sessionId'] },
);

const outcome = fc.oneof(
  text,
  fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 2 }),
  fc.record(
    {
      ...{ stdout: text, usage: fc.constant({ input_tokens: 5, durationMs: 3 }), agentId: maybe(short) },
      ...{ agentType: maybe(short), durationMs: count, totalDurationMs: count, searchCount: count },
      durationSeconds: fc.constantFrom(1.5, null, 'x'),
    },
    { requiredKeys: [] },
  ),
);
const result = fc.record(
  {
    ...envelope,
    type: fc.constant('user'),
    message: fc.record({
      role: fc.constant('user'),
      content: fc.array(
        fc.record(
          {
            tool_use_id: fc.constantFrom('toolu_1', 'toolu_2'),
            type: fc.constant('tool_result'),
            content: fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 3 })),
            is_error: fc.constantFrom(true, false, null),
          },
          { requiredKeys: ['type', 'tool_use_id'] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    toolUseResult: outcome,
  },
  { requiredKeys: ['type', 'message'] },
);

const asked = fc.record(
  {
    ...envelope,
    type: fc.constant('user'),
    message: fc.record({
      role: fc.constant('user'),
      content: fc.oneof(
        text,
        fc.constantFrom('<bash-stdout>x</bash-stdout>', '[Request interrupted by user]', '\\u003cbash-input>', ''),
        fc.array(fc.oneof(block, fc.constantFrom({ type: 'text', text: '<bash-input>ls' }, { type: 'image' })), {
          maxLength: 3,
        }),
      ),
    }),
    ...{ promptId: fc.uuid(), isMeta: fc.boolean(), isCompactSummary: fc.constantFrom(true, false, null) },
    promptSource: fc.constantFrom('typed', 'system', null),
    origin: fc.constantFrom({ kind: 'human' }, { kind: 'task-notification' }, null),
  },
  { requiredKeys: ['type', 'message'] },
);

/** The record with its keys in another order, if one was drawn. */
const ordered = (record: fc.Arbitrary<object>) =>
  fc.oneof(
    record,
    fc.tuple(record, fc.infiniteStream(fc.nat())).map(([value, weights]) => {
      const weighed = Object.entries(value).map((entry) => ({ entry, weight: weights.next().value ?? 0 }));
      return Object.fromEntries(weighed.sort((a, b) => a.weight - b.weight).map(({ entry }) => entry));
    }),
  );

function slowly(record: Json) {
  if (record.type === 'assistant') return { ...assistantOf(record), parentUuid: '' };
  const results = resultsOf(record);
  return results.results.length > 0 ? results : { ...promptOf(record), parentUuid: '' };
}

test('a quick look at a record finds what reading all of it finds, or leaves it', () => {
  let answered = 0;
  fc.assert(
    fc.property(ordered(fc.oneof(answer, result, asked)), (value) => {
      const json = JSON.stringify(value);
      const peeked = peek(lineOf(json), () => true);
      const record = objectOf(JSON.parse(json));
      if (peeked === undefined || !record) return;
      answered++;
      expect(peeked).toEqual(slowly(record));
    }),
    { numRuns: 1500 },
  );
  expect(answered).toBeGreaterThan(400);
});

test('spaces between the parts of a record change nothing but sizes, also where other records have none', () => {
  const unsized = (value: unknown) => JSON.stringify(value, (key, part) => (key === 'bytes' ? undefined : part));
  fc.assert(
    fc.property(fc.oneof(answer, result, asked), fc.constantFrom(undefined, ' ', '\t'), (value, indent) => {
      const json = JSON.stringify(value, null, indent).replaceAll('\n', ' ');
      const peeked = peek(lineOf(json), () => true);
      const record = objectOf(JSON.parse(json));
      if (peeked !== undefined && record) expect(unsized(peeked)).toBe(unsized(slowly(record)));
    }),
    { numRuns: 500 },
  );
});

test('of a key that comes twice the last value counts, as reading the record as JSON has it, or the record is left', () => {
  const usage = '"usage":{"input_tokens":3,"output_tokens":5}';
  const used = '{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"/w/a"},"input":{}}';
  for (const told of [
    `${usage},"usage":null`,
    `${usage},"usage":{"output_tokens":7}`,
    `${usage},"content":[{"type":"text","text":"four"}],"content":[{"type":"text","text":"six"}]`,
    `${usage},"content":[{"type":"text","text":"four"}],"content":"six"`,
    `${usage},"content":[${used}]`,
    `${usage},"id":"msg_2","model":"first","model":"second"`,
  ]) {
    const json = `{"type":"assistant","sessionId":"s","message":{"id":"msg_1","role":"assistant",${told}}}`;
    const peeked = peek(lineOf(json), () => true);
    if (peeked !== undefined) expect(peeked).toEqual(slowly(objectOf(JSON.parse(json)) ?? {}));
    expect([json, peeked === undefined]).toEqual([json, told.includes('"six"')]);
  }
});

test('a cut record is left to be called damaged, wherever its message was cut', () => {
  const whole = JSON.stringify({
    ...{ parentUuid: null, isSidechain: false, sessionId: 's', type: 'assistant' },
    message: { id: 'msg_1', role: 'assistant', content: [{ type: 'text', text: 'a}' }], usage: { output_tokens: 3 } },
    timestamp: '2026-06-01T10:00:00.000Z',
  });
  expect(peek(lineOf(whole), () => true)).toMatchObject({ kind: 'assistant', messageId: 'msg_1' });
  for (let end = 0; end < whole.length; end++) expect(peek(lineOf(whole.slice(0, end)), () => true)).toBe(undefined);
});

test('records as every known version writes them are not read as JSON', () => {
  const place = '"cwd":"/w","sessionId":"s","version":"2","gitBranch":"b"';
  const times = '"uuid":"u","timestamp":"2026-06-01T10:00:00.000Z"';
  const old = `{"parentUuid":null,"isSidechain":false,"userType":"external",${place},`;
  const recent = '{"parentUuid":null,"isSidechain":false,"promptId":"p",';
  const content = '"content":[{"tool_use_id":"toolu_1","type":"tool_result","content":"ok","is_error":false}]';
  const said = '"message":{"id":"msg_1","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1}}';
  const look = (json: string) => peek(lineOf(json), () => true);
  for (const json of [
    `${old}"type":"user","message":{"role":"user",${content}},${times},"toolUseResult":{"stdout":"ok"}}`,
    `${recent}"type":"user","message":{"role":"user",${content}},${times},"toolUseResult":"ok",${place}}`,
  ])
    expect(look(json)).toEqual({
      kind: 'result',
      at: Date.UTC(2026, 5, 1, 10),
      results: [{ id: 'toolu_1', bytes: 2, isError: false }],
      outcome: json.includes('stdout') ? expect.anything() : undefined,
    });
  for (const json of [
    `${old}${said},"type":"assistant",${times}}`,
    `${recent}${said},"type":"assistant",${times},${place}}`,
  ])
    expect(look(json)).toMatchObject({ kind: 'assistant', messageId: 'msg_1', cwd: '/w' });
  for (const json of [
    `${old}"attachment":{"type":"todo"},"type":"attachment",${times}}`,
    `${old}"type":"progress","data":{"type":"bash_progress","output":"x"},${times}}`,
    `${old}"type":"system","subtype":"turn_duration","durationMs":5,${times}}`,
    ...[...SILENT].map((type) => `{"type":"${type}","sessionId":"s"}`),
  ])
    expect(look(json)).toBe('silent');
});

test('a compaction, a sub-agent heard through its parent, a notice and a total are read as JSON', () => {
  for (const json of [
    '{"type":"system","subtype":"compact_boundary","uuid":"u"}',
    '{"type":"progress","data":{"type":"agent_progress","message":{}}}',
    '{"type":"progress","data":{"message":{},"type":"agent_progress"}}',
    '{"type":"user","sessionId":"s","message":{"role":"user","content":"<bash-input>ls"}}',
    '{"type":"cost-state","modelUsage":{}}',
  ])
    expect(peek(lineOf(json), () => true)).toBe(undefined);
});
