/**
 * Cursor as `cursor-agent --print --output-format stream-json` prints it: no counts while it works, and a usage in the
 * result where the version tells one. Built from the documented shapes, not from a recording. It refuses text.
 */
import type { Emit } from '../../event.ts';
import type { Skip } from '../agent.ts';
import { type Json, listOf, objectOf, textOf } from '../json.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { CursorTools } from './live-tools.ts';
import { AGENT, CONTEXT, LiveTurn, type TurnPlace } from './live-turn.ts';

export const cursorCliLive: LivePort = {
  agent: AGENT,
  surface: 'stream-json',
  capabilities: {
    liveInput: false,
    liveOutput: false,
    subAgentUsage: 'total',
    contextWindow: false,
    cost: false,
    interrupt: 'kill',
    cannot: [
      'Usage is told once, when the turn is over, and not by every version; until then it is estimated from the text.',
      'A turn is told as one, however many calls it made, its sub-agents within it.',
      'A run that is stopped tells no usage at all.',
      'The size of the context window is not told.',
    ],
  },
  context: CONTEXT,
  open: (start) => new CursorCliReader(start),
};

class CursorCliReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #turn = new LiveTurn();
  readonly #tools = new CursorTools();
  #sessionId = '';
  #model: string;
  #cwd: string;

  constructor(start: LiveStart) {
    this.#start = start;
    this.#model = start.model;
    this.#cwd = start.cwd;
  }

  state(): unknown {
    return null;
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const told = objectOf(message);
    if (!told || textOf(told.type) === '') return 'unknown';
    try {
      this.#hear(told, at, emit);
      return undefined;
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#turn.keep(this.#place(), how, at, emit);
    this.#tools.close(how, this.#place().sessionId, at, emit);
  }

  #hear(told: Json, at: number, emit: Emit): void {
    const place = this.#place();
    if (told.type !== 'result') this.#turn.goesOn();
    switch (told.type) {
      case 'system':
        if (told.subtype === 'init') this.#begin(told, at, emit);
        return;
      case 'assistant': {
        const texts = listOf(objectOf(told.message)?.content).map((block) => textOf(objectOf(block)?.text).length);
        const characters = texts.reduce((sum, length) => sum + length, 0);
        this.#turn.text(place, 'text', characters, at, emit);
        return;
      }
      case 'thinking':
        this.#turn.text(place, 'reasoning', textOf(told.text).length, at, emit);
        return;
      case 'tool_call': {
        const id = textOf(told.call_id);
        const tool = toolOf(objectOf(told.tool_call) ?? {});
        this.#tools.begin(id, tool, this.#turn.identity(place), place.sessionId, at, emit);
        if (told.subtype === 'completed') this.#tools.end(id, tool, place.sessionId, at, emit);
        return;
      }
      case 'result': {
        const isError = told.is_error === true || told.subtype !== 'success';
        this.#turn.ended(place, told.usage, at, emit);
        this.end(at, emit, isError ? 'cut' : 'ok');
        emit({
          type: 'activity',
          agent: AGENT,
          sessionId: place.sessionId,
          threadId: place.sessionId,
          at,
          doing: 'idle',
        });
        emit({ type: 'run_end', agent: AGENT, at, outcome: isError ? 'error' : 'success' });
      }
    }
  }

  #begin(told: Json, at: number, emit: Emit): void {
    this.#model = textOf(told.model) || this.#model;
    this.#cwd = textOf(told.cwd) || this.#cwd;
    const sessionId = textOf(told.session_id);
    if (sessionId === '' || sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    const session = { sessionId, rootSessionId: sessionId };
    const unknown = { parentSessionId: '', title: '', branch: '', repository: '', version: '' };
    emit({ type: 'session', agent: AGENT, ...session, ...unknown, cwd: this.#cwd, at });
    emit({
      type: 'thread',
      agent: AGENT,
      ...session,
      threadId: sessionId,
      parentThreadId: '',
      name: '',
      spawnedBy: '',
    });
    emit({ type: 'activity', agent: AGENT, sessionId, threadId: sessionId, at, doing: 'requesting' });
  }

  #place(): TurnPlace {
    const { runId } = this.#start;
    return { sessionId: this.#sessionId || runId, runId, model: this.#model, cwd: this.#cwd };
  }
}

/** `{ readToolCall: { args, result } }` as the SDK spells it: `{ type: 'read', args, result: { status, value } }`. */
function toolOf(told: Json): Json {
  for (const [key, value] of Object.entries(told)) {
    const call = objectOf(value);
    if (!call) continue;
    const type = key === 'function' ? textOf(call.name) : key.replace(/ToolCall$/, '');
    const result = objectOf(call.result);
    const failure = result?.error ?? result?.rejected;
    const ended =
      result &&
      (failure === undefined ? { status: 'success', value: result.success } : { status: 'error', error: failure });
    return { type, args: call.args, result: ended };
  }
  return {};
}
