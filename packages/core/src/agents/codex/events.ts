/**
 * Readers of everything but the model's own items: turns, counters, settings, prompts, how tools ended, compactions.
 */
import { readCountLine } from './count-line.ts';
import { text } from './meta.ts';
import { pick, whole } from './pick.ts';
import { record } from './tokens.ts';
import type { Reader, Told } from './told.ts';
import { parseAt, spansOf, spelledBytes, stringAt } from './walk.ts';

/** Items of a turn that are done. The command of a tool call carries the call's id. */
const item: Reader = pick(['item'], (line, span) => {
  const [from] = span(0);
  const spans =
    from === -1
      ? undefined
      : spansOf(line, '', from, [
          'type',
          'id',
          'status',
          'exit_code',
          'duration',
          'server',
          'tool',
          'arguments',
          'content',
        ]);
  if (!spans) return 'nothing';
  const at = (index: number) => [spans[2 * index] ?? -1, spans[2 * index + 1] ?? -1] as const;
  const id = stringAt(line, ...at(1));
  const status = stringAt(line, ...at(2));
  const end = {
    isError: status === 'completed' ? false : status === 'failed' || status === 'declined' ? true : undefined,
    durationMs: durationOf(parseAt(line, ...at(4))),
  };
  switch (stringAt(line, ...at(0))) {
    case 'UserMessage':
      return { is: 'prompt', by: 'item', bytes: textBytes(parseAt(line, ...at(8))) };
    case 'CommandExecution':
      return { is: 'ending', id, name: 'exec_command', bytes: 0, ...end };
    case 'FileChange':
      return { is: 'ending', id, name: 'apply_patch', bytes: 0, ...end };
    case 'McpToolCall': {
      const name = mcpName(stringAt(line, ...at(5)), stringAt(line, ...at(6)));
      return { is: 'ending', id, name, bytes: spelledBytes(line, ...at(7)), ...end };
    }
    case 'CollabAgentToolCall':
      return spawnOf(record(parseAt(line, ...span(0))));
    default:
      return 'nothing';
  }
});

export const EVENT_READERS: readonly (readonly [string, Reader])[] = [
  ['session_meta', whole('meta')],
  ['token_usage_record', whole('usage')],
  ['event_msg/token_count', readCountLine],
  ['event_msg/thread_settings_applied', whole('settings')],
  [
    'turn_context',
    pick(
      ['turn_id', 'cwd', 'model'],
      (line, span) => ({
        is: 'turn',
        turnId: stringAt(line, ...span(0)),
        cwd: stringAt(line, ...span(1)),
        model: stringAt(line, ...span(2)),
      }),
      true,
    ),
  ],
  ['event_msg/task_started', task()],
  ['event_msg/turn_started', task()],
  ['event_msg/task_complete', () => ({ is: 'turn-end' })],
  ['event_msg/turn_complete', () => ({ is: 'turn-end' })],
  ['event_msg/turn_aborted', () => ({ is: 'turn-end' })],
  [
    'event_msg/user_message',
    pick(['message', 'kind'], (line, span) => {
      const kind = stringAt(line, ...span(1));
      if (kind !== '' && kind !== 'plain') return 'nothing';
      return { is: 'prompt', by: 'message', bytes: spelledBytes(line, ...span(0)) };
    }),
  ],
  ['event_msg/item_completed', item],
  [
    'event_msg/mcp_tool_call_end',
    pick(['call_id', 'invocation', 'duration', 'result'], (line, span) => {
      const called = record(parseAt(line, ...span(1)));
      const [from, to] = span(3);
      const outcome = from === -1 ? '' : line.latin1(from, Math.min(to, from + 8));
      return {
        is: 'ending',
        id: stringAt(line, ...span(0)),
        name: mcpName(text(called.server), text(called.tool)),
        bytes: called.arguments === undefined ? 0 : utf8Bytes(JSON.stringify(called.arguments)),
        isError: outcome.startsWith('{"Err"') ? true : outcome.startsWith('{"Ok"') ? false : undefined,
        durationMs: durationOf(parseAt(line, ...span(2))),
      };
    }),
  ],
  [
    'event_msg/exec_command_end',
    pick(['call_id', 'exit_code', 'duration'], (line, span) => {
      const code = parseAt(line, ...span(1));
      const isError = typeof code === 'number' ? code !== 0 : undefined;
      return {
        is: 'ending',
        id: stringAt(line, ...span(0)),
        name: 'exec_command',
        bytes: 0,
        isError,
        durationMs: durationOf(parseAt(line, ...span(2))),
      };
    }),
  ],
  [
    'event_msg/patch_apply_end',
    pick(['call_id', 'success'], (line, span) => {
      const success = parseAt(line, ...span(1));
      return {
        is: 'ending',
        id: stringAt(line, ...span(0)),
        name: 'apply_patch',
        bytes: 0,
        isError: typeof success === 'boolean' ? !success : undefined,
      };
    }),
  ],
  [
    'event_msg/collab_agent_spawn_end',
    pick(['call_id', 'new_thread_id', 'new_agent_role', 'new_agent_nickname'], (line, span) => ({
      is: 'spawn',
      id: stringAt(line, ...span(0)),
      threadId: stringAt(line, ...span(1)),
      name: stringAt(line, ...span(2)) || stringAt(line, ...span(3)),
    })),
  ],
  [
    'event_msg/thread_name_updated',
    pick(['thread_name'], (line, span) => ({ is: 'title', title: stringAt(line, ...span(0)) })),
  ],
  ['event_msg/model_reroute', pick(['to_model'], (line, span) => ({ is: 'model', model: stringAt(line, ...span(0)) }))],
  [
    'compacted',
    pick(['compaction_response_id'], (line, span) => ({ is: 'compacted', responseId: stringAt(line, ...span(0)) })),
  ],
  ['inter_agent_communication_metadata', trigger()],
  ['inter_agent_communication', trigger()],
];

function task(): Reader {
  return pick(['turn_id', 'started_at', 'model_context_window'], (line, span) => {
    const startedAt = parseAt(line, ...span(1));
    return {
      is: 'task',
      turnId: stringAt(line, ...span(0)),
      startedAt: typeof startedAt === 'number' ? startedAt : undefined,
      window: parseAt(line, ...span(2)),
    };
  });
}

function trigger(): Reader {
  return pick(['trigger_turn'], (line, span) => (parseAt(line, ...span(0)) === true ? { is: 'trigger' } : 'nothing'));
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
