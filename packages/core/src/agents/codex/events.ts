/**
 * Readers of everything but the model's own items: turns, counters, settings, prompts, how tools ended, compactions.
 */
import { readCountLine } from './count-line.ts';
import { text } from './meta.ts';
import { type Fields, pick, SpanFields, whole } from './pick.ts';
import { record } from './tokens.ts';
import type { Reader, Told } from './told.ts';
import { parseAt, spansOf } from './walk.ts';

const ITEM = 'type id status duration server tool arguments content'.split(' ');

/** Items of a turn that are done. The command of a tool call carries the call's id. */
const readItem: Reader = (line, payload, found) => {
  if (found) return QUICK_ITEM(line, payload, found);
  const [from = -1, to = -1] = spansOf(line, payload, ['item']) ?? [];
  const spans = from === -1 ? undefined : spansOf(line, from, ITEM);
  return spans ? itemOf(new SpanFields(line, spans), () => parseAt(line, from, to)) : 'nothing';
};

const QUICK_ITEM = pick([...ITEM.map((key) => `item.${key}`), 'item'], (fields) =>
  itemOf(fields, () => fields.value(ITEM.length)),
);

/** `whole` builds the item. */
function itemOf(item: Fields, whole: () => unknown): Told | 'nothing' {
  const id = item.text(1);
  const status = item.text(2);
  const isError = status === 'completed' ? false : status === 'failed' || status === 'declined' ? true : undefined;
  const durationMs = durationOf(item.value(3));
  switch (item.text(0)) {
    case 'UserMessage':
      return { is: 'prompt', by: 'item', bytes: textBytes(item.value(7)) };
    case 'CommandExecution':
      return { is: 'ending', id, name: 'exec_command', bytes: 0, isError, durationMs };
    case 'FileChange':
      return { is: 'ending', id, name: 'apply_patch', bytes: 0, isError, durationMs };
    case 'McpToolCall':
      return { is: 'ending', id, name: mcpName(item.text(4), item.text(5)), bytes: item.bytes(6), isError, durationMs };
    case 'CollabAgentToolCall':
      return spawnOf(record(whole()));
    default:
      return 'nothing';
  }
}

export const EVENT_READERS: readonly (readonly [string, Reader])[] = [
  ['session_meta', whole('meta')],
  ['token_usage_record', whole('usage')],
  ['event_msg/token_count', readCountLine],
  ['event_msg/thread_settings_applied', whole('settings')],
  [
    'turn_context',
    pick(['turn_id', 'cwd', 'model'], (fields) => ({
      is: 'turn',
      turnId: fields.text(0),
      cwd: fields.text(1),
      model: fields.text(2),
    })),
  ],
  ['event_msg/task_started', task()],
  ['event_msg/turn_started', task()],
  ['event_msg/task_complete', () => ({ is: 'turn-end' })],
  ['event_msg/turn_complete', () => ({ is: 'turn-end' })],
  ['event_msg/turn_aborted', () => ({ is: 'turn-end' })],
  [
    'event_msg/user_message',
    pick(['message', 'kind'], (fields) => {
      const kind = fields.text(1);
      if (kind !== '' && kind !== 'plain') return 'nothing';
      return { is: 'prompt', by: 'message', bytes: fields.bytes(0) };
    }),
  ],
  ['event_msg/item_completed', readItem],
  [
    'event_msg/mcp_tool_call_end',
    pick(['call_id', 'invocation', 'duration', 'result'], (fields) => {
      const called = record(fields.value(1));
      const outcome = fields.from(3) === -1 ? '' : fields.line.latin1(fields.from(3), fields.from(3) + 8);
      return {
        is: 'ending',
        id: fields.text(0),
        name: mcpName(text(called.server), text(called.tool)),
        bytes: called.arguments === undefined ? 0 : utf8Bytes(JSON.stringify(called.arguments)),
        isError: outcome.startsWith('{"Err"') ? true : outcome.startsWith('{"Ok"') ? false : undefined,
        durationMs: durationOf(fields.value(2)),
      };
    }),
  ],
  [
    'event_msg/exec_command_end',
    pick(['call_id', 'exit_code', 'duration'], (fields) => {
      const code = fields.value(1);
      const isError = typeof code === 'number' ? code !== 0 : undefined;
      return {
        is: 'ending',
        id: fields.text(0),
        name: 'exec_command',
        bytes: 0,
        isError,
        durationMs: durationOf(fields.value(2)),
      };
    }),
  ],
  [
    'event_msg/patch_apply_end',
    pick(['call_id', 'success'], (fields) => {
      const success = fields.value(1);
      return {
        is: 'ending',
        id: fields.text(0),
        name: 'apply_patch',
        bytes: 0,
        isError: typeof success === 'boolean' ? !success : undefined,
      };
    }),
  ],
  [
    'event_msg/collab_agent_spawn_end',
    pick(['call_id', 'new_thread_id', 'new_agent_role', 'new_agent_nickname'], (fields) => ({
      is: 'spawn',
      id: fields.text(0),
      threadId: fields.text(1),
      name: fields.text(2) || fields.text(3),
    })),
  ],
  ['event_msg/thread_name_updated', pick(['thread_name'], (fields) => ({ is: 'title', title: fields.text(0) }))],
  ['event_msg/model_reroute', pick(['to_model'], (fields) => ({ is: 'model', model: fields.text(0) }))],
  ['compacted', pick(['compaction_response_id'], (fields) => ({ is: 'compacted', responseId: fields.text(0) }))],
  ['inter_agent_communication_metadata', trigger()],
  ['inter_agent_communication', trigger()],
];

function task(): Reader {
  return pick(['turn_id', 'started_at', 'model_context_window'], (fields) => {
    const startedAt = fields.value(1);
    return {
      is: 'task',
      turnId: fields.text(0),
      startedAt: typeof startedAt === 'number' ? startedAt : undefined,
      window: fields.value(2),
    };
  });
}

function trigger(): Reader {
  return pick(['trigger_turn'], (fields) => (fields.value(0) === true ? { is: 'trigger' } : 'nothing'));
}

function spawnOf(call: Readonly<Record<string, unknown>>): Told | 'nothing' {
  const agents = Array.isArray(call.receiver_agents) ? call.receiver_agents.map(record) : [];
  const threadIds = Array.isArray(call.receiver_thread_ids) ? call.receiver_thread_ids : [];
  const threadId = text(threadIds[0]) || text(agents[0]?.thread_id);
  if (text(call.tool) !== 'spawn_agent' || threadId === '') return 'nothing';
  const name = text(agents[0]?.agent_role) || text(agents[0]?.agent_nickname);
  return { is: 'spawn', id: text(call.id), threadId, name };
}

function mcpName(server: string, name: string): string {
  return `mcp__${server}__${name}`;
}

/** `{secs, nanos}`, or milliseconds as newer items may tell them. */
function durationOf(value: unknown): number | undefined {
  const { secs, nanos } = record(value);
  if (typeof secs !== 'number' || typeof nanos !== 'number' || !(secs >= 0 && secs < 1e10)) return undefined;
  return Math.round(secs * 1000 + Math.min(1e9, Math.max(0, nanos)) / 1e6);
}

/** UTF-8 bytes of the texts of a message's content. */
function textBytes(content: unknown): number {
  const parts = Array.isArray(content) ? content : [];
  return parts.reduce((sum: number, part) => sum + utf8Bytes(JSON.stringify(text(record(part).text))) - 2, 0);
}

function utf8Bytes(value: string): number {
  return new TextEncoder().encode(value).length;
}
