/** Events of a run's own log that are no usage: names, ids and outcomes, never what was said. */
import type { AgentEvent } from '@tokenmeter/core';

export interface LogWords {
  readonly type: string;
  readonly data: unknown;
}

/** Undefined for what the log does not tell. */
export function logged(event: AgentEvent): LogWords | undefined {
  switch (event.type) {
    case 'tool_call':
      return {
        type: 'tool_started',
        data: { id: event.id, name: event.name, kind: event.kind, thread_id: event.threadId },
      };
    case 'tool_result':
      return { type: 'tool_ended', data: { id: event.id, is_error: event.isError ?? null, thread_id: event.threadId } };
    case 'thread':
      return {
        type: 'thread_started',
        data: { thread_id: event.threadId, parent_thread_id: event.parentThreadId || null, name: event.name || null },
      };
    case 'thread_end':
      return { type: 'thread_ended', data: { thread_id: event.threadId, outcome: event.outcome } };
    case 'compaction':
      return {
        type: 'compaction',
        data: { thread_id: event.threadId, before: event.before ?? null, after: event.after ?? null },
      };
    case 'trouble':
      return {
        type: 'trouble',
        data: { attempt: event.attempt ?? null, status: event.status ?? null, message: event.message },
      };
    case 'run_end':
      return { type: 'agent_ended', data: { outcome: event.outcome, message: event.message ?? null } };
    default:
      return undefined;
  }
}
