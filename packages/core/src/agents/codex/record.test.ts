import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf } from '../../testing/line.ts';
import { EVENT_READERS } from './events.ts';
import { ITEM_READERS } from './items.ts';
import { decode, decodeWhole } from './record.ts';

const AT = '2026-05-13T09:01:02.345Z';
const bytes = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2;
const awkward = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom('"', '\\', ',"', '"}', '"},"', '"}}', '}}', ',', ':', '{', '\n', 'é', '😀', '","output":"', 'x'),
      {
        maxLength: 25,
      },
    )
    .map((parts) => parts.join('')),
);
const count = fc.oneof(
  fc.nat({ max: 2_000_000_000 }),
  fc.constantFrom(0, null, '12', -1, 1.5, 1e12, 1e12 + 1, 2 ** 53 - 1),
);
const usage = fc.record(
  {
    input_tokens: count,
    cached_input_tokens: count,
    cache_write_input_tokens: count,
    output_tokens: count,
    reasoning_output_tokens: count,
    total_tokens: count,
  },
  { requiredKeys: ['input_tokens', 'output_tokens'] },
);
const limit = fc.option(
  fc.record({ used_percent: fc.nat({ max: 100 }), window_minutes: fc.nat(), resets_at: fc.option(fc.nat()) }),
);
const KINDS = [...EVENT_READERS, ...ITEM_READERS].flatMap(([name]) => name.split('/')[1] ?? []);
const KEYS = (
  'call_id id name namespace arguments input action output role content turn_id cwd model started_at message kind item ' +
  'model_context_window invocation duration result exit_code success new_thread_id new_agent_role thread_name to_model info ' +
  'compaction_response_id trigger_turn rate_limits'
).split(' ');
const payload = fc.oneof(
  fc.record({ type: fc.constant('function_call_output'), call_id: awkward, output: awkward }),
  fc.record({
    type: fc.constant('custom_tool_call_output'),
    id: awkward,
    call_id: awkward,
    output: fc.jsonValue(),
    metadata: fc.jsonValue(),
  }),
  fc.record(
    { type: fc.constant('function_call'), name: awkward, arguments: awkward, call_id: awkward, namespace: awkward },
    { requiredKeys: ['type', 'call_id'] },
  ),
  fc.record({
    type: fc.constant('custom_tool_call'),
    status: awkward,
    call_id: awkward,
    name: awkward,
    input: awkward,
  }),
  fc.record({ type: fc.constantFrom('message', 'reasoning', 'agent_message', 'new_kind'), text: awkward }),
  fc.record({
    type: fc.constant('user_message'),
    message: awkward,
    images: fc.jsonValue(),
    kind: fc.constantFrom('plain', 'other'),
  }),
  fc.record({
    type: fc.constant('task_started'),
    turn_id: awkward,
    started_at: fc.jsonValue(),
    model_context_window: count,
  }),
  fc.record({
    type: fc.constant('token_count'),
    info: fc.option(
      fc.record(
        {
          total_token_usage: fc.option(usage),
          last_token_usage: fc.option(usage),
          model_context_window: count,
          model: awkward,
        },
        { requiredKeys: [] },
      ),
    ),
    rate_limits: fc.option(fc.record({ limit_id: awkward, primary: limit, secondary: limit, plan_type: awkward })),
  }),
  fc.record({
    type: fc.constant('item_completed'),
    item: fc.record({
      type: fc.constantFrom('CommandExecution', 'McpToolCall', 'AgentMessage', 'UserMessage', 'CollabAgentToolCall'),
      id: awkward,
      status: fc.constantFrom('completed', 'failed', 'x'),
      duration: fc.jsonValue(),
      content: fc.jsonValue(),
      tool: fc.constantFrom('spawn_agent', 'wait'),
      receiver_thread_ids: fc.array(awkward, { maxLength: 2 }),
    }),
  }),
  // Any kind with any of the values that some kind tells, of any shape.
  fc
    .tuple(
      fc.constantFrom(...KINDS),
      fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(awkward, fc.jsonValue(), fc.boolean(), fc.nat()), {
        maxKeys: 8,
      }),
    )
    .map(([type, values]) => ({ ...values, type })),
);
const envelope = fc.constantFrom('event_msg', 'response_item', 'turn_context', 'compacted', 'something_new');

describe('decode()', () => {
  test('by a walk over the line tells what a full parse tells, in any layout', () => {
    const layouts = fc.constantFrom(
      (type: string, body: unknown) => JSON.stringify({ timestamp: AT, type, payload: body }),
      (type: string, body: unknown) => JSON.stringify({ timestamp: AT, ordinal: 12, type, payload: body }),
      (type: string, body: unknown) =>
        JSON.stringify({ type, timestamp: AT, payload: body, metadata: { a: ['}', '"'] } }),
      (type: string, body: unknown) => JSON.stringify({ payload: body, type, timestamp: AT }),
      (type: string, body: unknown) =>
        JSON.stringify({ timestamp: AT, type, payload: body }, null, 1).replaceAll('\n', ' '),
    );
    fc.assert(
      fc.property(layouts, envelope, payload, (layout, type, body) => {
        const line = lineOf(layout(type, body));
        expect(decode(line)).toEqual(decodeWhole(line));
      }),
      { numRuns: 3000 },
    );
  });

  test('measures arguments and results as the line spells them, whatever they contain', () => {
    fc.assert(
      fc.property(awkward, awkward, fc.boolean(), (id, text, more) => {
        const rest = more ? { internal: { turn: '"}' } } : {};
        const result = { type: 'function_call_output', call_id: `call_${id}`, output: text, ...rest };
        const called = { type: 'function_call', name: 'shell', arguments: text, call_id: `call_${id}`, ...rest };
        const line = (body: unknown) => lineOf(JSON.stringify({ timestamp: AT, type: 'response_item', payload: body }));
        expect(decode(line(result))).toMatchObject({ told: { is: 'result', id: `call_${id}`, bytes: bytes(text) } });
        expect(decode(line(called))).toMatchObject({ told: { is: 'tool', id: `call_${id}`, bytes: bytes(text) } });
      }),
      { numRuns: 2000 },
    );
  });

  test('measures a result that is no string by its JSON', () => {
    const output = [{ type: 'input_image', image_url: 'data:,"}]"' }];
    const line = lineOf(
      JSON.stringify({
        timestamp: AT,
        type: 'response_item',
        payload: { type: 'function_call_output', call_id: 'c', output },
      }),
    );
    expect(decode(line)).toMatchObject({ told: { bytes: JSON.stringify(output).length } });
  });

  test('reads exit codes and times from the first words of a result, and from the old envelope', () => {
    const ending = (output: string) =>
      decode(
        lineOf(
          JSON.stringify({
            timestamp: AT,
            type: 'response_item',
            payload: { type: 'function_call_output', call_id: 'c', output },
          }),
        ),
      );
    expect(ending('Chunk ID: 964082\nWall time: 2.8748 seconds\nProcess exited with code 3\nOutput:\n')).toMatchObject({
      told: { isError: true, durationMs: 2875 },
    });
    expect(ending('Exit code: 0\nWall time: 1.5 seconds\nOutput:\nok')).toMatchObject({
      told: { isError: false, durationMs: 1500 },
    });
    expect(ending(JSON.stringify({ output: 'x', metadata: { exit_code: 2, duration_seconds: 0.3 } }))).toMatchObject({
      told: { isError: true, durationMs: 300 },
    });
    expect(ending('Process of elimination')).toMatchObject({ told: { isError: undefined, durationMs: undefined } });
  });

  test('calls cut lines damaged wherever they were cut, unless the cut left an object', () => {
    const whole = JSON.stringify({
      timestamp: AT,
      type: 'response_item',
      payload: { type: 'function_call_output', call_id: 'c', output: 'a "b" {c}' },
    });
    for (let end = 1; end < whole.length; end++) {
      if (whole[end - 1] === '}') continue;
      expect(decode(lineOf(whole.slice(0, end))), whole.slice(0, end)).toBe('damaged');
    }
  });

  test('takes the last value of a key that comes twice, as JSON has it, by a walk and by a full parse', () => {
    const usage = (input: number) => `{"input_tokens":${input},"output_tokens":1}`;
    for (const [payload, told] of [
      [
        `"type":"token_count","info":{"last_token_usage":${usage(5)},"last_token_usage":${usage(7)}}`,
        { last: { input: 7 } },
      ],
      ['"type":"function_call_output","call_id":"c1","output":"","call_id":"c2"', { id: 'c2' }],
    ] as const) {
      const line = lineOf(
        `{"timestamp":"${AT}","type":"${payload.includes('count') ? 'event_msg' : 'response_item'}","payload":{${payload}}}`,
      );
      expect(decode(line)).toMatchObject({ told });
      expect(decodeWhole(line)).toEqual(decode(line));
    }
  });

  test('tells lines that carry nothing from lines of no known shape', () => {
    expect(decode(lineOf(`{"timestamp":"${AT}","type":"world_state","payload":{}}`))).toBe('nothing');
    expect(decode(lineOf(`{"timestamp":"${AT}","type":"event_msg","payload":{"type":"token_count","info":{}}}`))).toBe(
      'unknown',
    );
    expect(decode(lineOf('{}'))).toBe('unknown');
    expect(decode(lineOf('[]'))).toBe('unknown');
    expect(decode(lineOf('nonsense'))).toBe('damaged');
  });
});
