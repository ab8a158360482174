/**
 * Tools of a running Cursor, and the sub-agents that its `task` tool starts: of those only that they are at work is told,
 * never what they use. It takes sizes and outcomes, and refuses arguments and results.
 */
import type { Emit } from '../../event.ts';
import { type Json, objectOf, spelledBytes, textOf } from '../json.ts';
import { LiveTools } from '../live-tools.ts';
import { AGENT } from './live-turn.ts';
import { cursorToolKind } from './tool-kind.ts';

interface Task {
  readonly threadId: string;
  readonly name: string;
}

const MOST_TASKS = 500;

export class CursorTools {
  readonly #tools = new LiveTools();
  readonly #tasks = new Map<string, Task>();

  begin(id: string, tool: Json, callIdentity: string, sessionId: string, at: number, emit: Emit): void {
    const name = textOf(tool.type);
    if (id === '' || name === '') return;
    const args = objectOf(tool.args);
    const server = name === 'mcp' ? textOf(args?.providerIdentifier) || textOf(args?.serverName) : '';
    const told = { id, name, kind: cursorToolKind(name, server), argumentBytes: args ? spelledBytes(args) : 0 };
    this.#tools.begin({ agent: AGENT, sessionId, threadId: sessionId, callIdentity }, told, at, emit);
    if (name === 'task')
      this.#task(id, textOf(objectOf(args?.subagentType)?.kind) || textOf(args?.subagentType), sessionId, emit);
  }

  end(id: string, tool: Json, sessionId: string, at: number, emit: Emit): void {
    const result = objectOf(tool.result);
    const said = result?.value ?? result?.error;
    const resultBytes = said === undefined ? undefined : spelledBytes(said);
    const isError = result ? result.status === 'error' : undefined;
    this.#tools.end(id, { resultBytes, isError }, at, emit);
    const task = this.#tasks.get(id);
    // One that goes on in the background tells nothing more.
    if (!task || objectOf(result?.value)?.isBackground === true) return;
    this.#tasks.delete(id);
    const outcome = isError ? 'failed' : 'completed';
    emit({ type: 'thread_end', agent: AGENT, sessionId, threadId: task.threadId, at, outcome });
  }

  /** What a task's sub-agent does: text and tools of one level, without usage. */
  nested(id: string, update: Json, sessionId: string, at: number, emit: Emit): void {
    if (!this.#tasks.has(id)) this.#task(id, '', sessionId, emit);
    const task = this.#tasks.get(id);
    const inner = textOf(update.callId);
    if (!task || inner === '') return;
    const tool = objectOf(update.toolCall) ?? {};
    const name = textOf(tool.type);
    const place = { agent: AGENT, sessionId, threadId: task.threadId, callIdentity: '' };
    if (update.type === 'tool-call-started' && name !== '') {
      const argumentBytes = tool.args === undefined ? 0 : spelledBytes(tool.args);
      this.#tools.begin(place, { id: inner, name, kind: cursorToolKind(name, ''), argumentBytes }, at, emit);
    }
    if (update.type === 'tool-call-completed') {
      const isError = objectOf(tool.result)?.status === 'error';
      this.#tools.end(inner, { isError }, at, emit);
    }
  }

  close(how: 'ok' | 'aborted' | 'cut', sessionId: string, at: number, emit: Emit): void {
    this.#tools.close(at, emit);
    const outcome = how === 'ok' ? 'completed' : 'stopped';
    for (const { threadId } of this.#tasks.values())
      emit({ type: 'thread_end', agent: AGENT, sessionId, threadId, at, outcome });
    this.#tasks.clear();
  }

  #task(id: string, name: string, sessionId: string, emit: Emit): void {
    if (id === '' || this.#tasks.has(id) || this.#tasks.size >= MOST_TASKS) return;
    const threadId = `${sessionId}:${id}`;
    this.#tasks.set(id, { threadId, name });
    const session = { sessionId, rootSessionId: sessionId };
    emit({ type: 'thread', agent: AGENT, ...session, threadId, parentThreadId: sessionId, name, spawnedBy: id });
  }
}
