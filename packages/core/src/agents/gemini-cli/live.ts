/**
 * Gemini CLI as `gemini --output-format stream-json` tells it. Usage comes once, in the result, by model: it becomes one
 * call of each model, `reported`. The told output leaves thoughts out, so that output is what the total has beyond the
 * input. It refuses text.
 */
import type { Emit, RunEndEvent } from '../../event.ts';
import { readCount, type TokenUsage, totalTokens } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import { type Json, objectOf, spelledBytes, textOf } from '../json.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { LiveCalls } from '../live-calls.ts';
import { liveSighting } from '../live-sighting.ts';
import { LiveTools } from '../live-tools.ts';
import { StandIns } from '../stand-ins.ts';
import { geminiToolKind } from './tool-kind.ts';

const AGENT = 'gemini-cli';

export const geminiCliLive: LivePort = {
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
      'Usage is told once, when the run is over, by model; until then it is estimated from the text.',
      'Calls are not told apart: each model of a run counts as one.',
      'A run that is stopped tells no usage at all.',
      'The size of the context window is not told.',
    ],
  },
  open: (start) => new GeminiLiveReader(start),
};

class GeminiLiveReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #calls = new LiveCalls();
  readonly #tools = new LiveTools();
  #sessionId = '';
  #model: string;
  readonly #standIns = new StandIns();
  #isTold = false;

  constructor(start: LiveStart) {
    this.#start = start;
    this.#model = start.model;
  }

  state(): unknown {
    return null;
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const told = objectOf(message);
    if (!told) return 'unknown';
    try {
      return this.#hear(told, at, emit);
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#standIns.endAll(how, at, emit);
    this.#tools.close(at, emit);
  }

  #hear(told: Json, at: number, emit: Emit): Skip | undefined {
    switch (told.type) {
      case 'init':
        this.#begin(told, at, emit);
        return undefined;
      case 'message':
        this.#message(told, at, emit);
        return undefined;
      case 'tool_use': {
        const name = textOf(told.tool_name);
        const argumentBytes = told.parameters === undefined ? 0 : spelledBytes(told.parameters);
        const call = { id: textOf(told.tool_id), name, kind: geminiToolKind(name), argumentBytes };
        const { agent, sessionId, threadId } = this.#whose(at);
        this.#tools.begin({ agent, sessionId, threadId, callIdentity: '' }, call, at, emit);
        return undefined;
      }
      case 'tool_result': {
        const resultBytes = told.output === undefined ? undefined : spelledBytes(told.output);
        this.#tools.end(textOf(told.tool_id), { resultBytes, isError: told.status === 'error' }, at, emit);
        emit({ type: 'activity', ...this.#whose(at), doing: 'requesting' });
        return undefined;
      }
      case 'error':
        emit({ type: 'trouble', ...this.#whose(at), message: brief(textOf(told.message)) });
        return undefined;
      case 'result':
        this.#result(told, at, emit);
        return undefined;
    }
    return textOf(told.type) === '' ? 'unknown' : undefined;
  }

  #begin(told: Json, at: number, emit: Emit): void {
    const sessionId = textOf(told.session_id);
    this.#model = textOf(told.model) || this.#model;
    if (sessionId === '' || sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    const session = { sessionId, rootSessionId: sessionId };
    const unknown = { parentSessionId: '', title: '', branch: '', repository: '', version: '' };
    emit({ type: 'session', agent: AGENT, ...session, ...unknown, cwd: this.#start.cwd, at });
    emit({
      type: 'thread',
      agent: AGENT,
      ...session,
      threadId: sessionId,
      parentThreadId: '',
      name: '',
      spawnedBy: '',
    });
    emit({ type: 'activity', ...this.#whose(at), doing: 'requesting' });
  }

  #message({ role, content }: Json, at: number, emit: Emit): void {
    if (role !== 'assistant' || this.#isTold) return;
    this.#standIns.write(this.#whose(at), { kind: 'text', characters: textOf(content).length }, emit);
  }

  #result(told: Json, at: number, emit: Emit): void {
    const stats = objectOf(told.stats) ?? {};
    const models = objectOf(stats.models) ?? {};
    const byModel = Object.keys(models).length > 0 ? models : { [this.#model]: stats };
    for (const [model, used] of Object.entries(byModel)) this.#call(model, usageOf(objectOf(used) ?? {}), at, emit);
    this.#isTold = true;
    const how = told.status === 'success' ? 'ok' : 'cut';
    this.end(at, emit, how);
    emit({ type: 'activity', ...this.#whose(at), doing: 'idle' });
    const outcome: RunEndEvent['outcome'] = told.status === 'success' ? 'success' : outcomeOf(told);
    const message = outcome === 'success' ? undefined : brief(textOf(objectOf(told.error)?.message));
    emit({ type: 'run_end', agent: AGENT, at, outcome, message });
  }

  #call(model: string, usage: TokenUsage, at: number, emit: Emit): void {
    if (totalTokens(usage) === 0) return;
    const { sessionId, threadId } = this.#whose(at);
    const identity = `${sessionId}:${this.#start.runId}:${model}`;
    const { cwd } = this.#start;
    const call = { agent: AGENT, identity, sessionId, threadId, caller: 'lead', model, at, usage, cwd } as const;
    this.#standIns.endAll('ok', at, emit);
    this.#calls.tell(liveSighting({ ...call, certainty: 'reported', seller: 'google' }), emit);
    this.#calls.settle(identity, 'reported', 'ok', at, emit);
  }

  #whose(at: number) {
    const sessionId = this.#sessionId || this.#start.runId;
    return { agent: AGENT, sessionId, threadId: sessionId, at };
  }
}

/** `input_tokens` holds what was cached, `input` does not; thoughts are in the total alone. */
function usageOf(told: Json): TokenUsage {
  const whole = readCount(told.input_tokens);
  const cached = readCount(told.cached) ?? 0;
  const input = readCount(told.input) ?? Math.max(0, (whole ?? 0) - cached);
  const written = readCount(told.output_tokens) ?? 0;
  const total = readCount(told.total_tokens);
  const beyond = total === undefined ? undefined : Math.max(0, total - (whole ?? input + cached));
  const output = Math.max(written, beyond ?? 0);
  const reasoning = beyond === undefined ? undefined : output - written;
  return { input, cacheRead: cached, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning };
}

function outcomeOf(told: Json): RunEndEvent['outcome'] {
  const kind = textOf(objectOf(told.error)?.type);
  if (/turn/i.test(kind)) return 'turns';
  return /cancel|abort/i.test(kind) ? 'interrupted' : 'error';
}

function brief(words: string): string {
  return (words || 'the run failed').slice(0, 300);
}
