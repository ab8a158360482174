/**
 * Cursor as its SDK tells it in process: the updates that `send(message, { onDelta })` hears, and the messages of
 * `run.stream()` where they are handed in, too. Types are structural: the SDK is nobody's dependency. It refuses text.
 */
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import { type Json, objectOf, textOf } from '../json.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { CursorTools } from './live-tools.ts';
import { AGENT, CONTEXT, LiveTurn, type TurnPlace } from './live-turn.ts';

export const cursorSdkLive: LivePort = {
  agent: AGENT,
  surface: 'sdk',
  capabilities: {
    liveInput: false,
    liveOutput: false,
    subAgentUsage: 'total',
    contextWindow: false,
    cost: false,
    interrupt: 'graceful',
    cannot: [
      'While a turn goes on there is one bare count of tokens, far below what is billed; the true usage comes when it ends.',
      'A turn is told as one, however many calls it made, its sub-agents within it.',
      'A turn that is cancelled may tell no usage: then the count that streamed is kept, as an estimate.',
      'The size of the context window is not told.',
    ],
  },
  context: CONTEXT,
  open: (start) => new CursorLiveReader(start),
};

class CursorLiveReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #turn = new LiveTurn();
  readonly #tools = new CursorTools();
  #sessionId = '';
  #model: string;
  #isTold = false;
  #compactions = 0;
  #isCompacting = false;

  constructor(start: LiveStart) {
    this.#start = start;
    this.#model = start.model;
  }

  state(): unknown {
    return null;
  }

  /** An update, the `{ update }` that a listener is given, or a message of the run's stream. */
  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const said = objectOf(message);
    const told = objectOf(said?.update) ?? said;
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
    if (told.type === 'system') {
      this.#begin(textOf(told.agent_id), textOf(objectOf(told.model)?.id) || textOf(told.model), at, emit);
      return;
    }
    if (!this.#isTold) this.#begin('', '', at, emit);
    const place = this.#place();
    const { sessionId } = place;
    if (told.type !== 'turn-ended') this.#turn.goesOn();
    const whose = { agent: AGENT, sessionId, threadId: sessionId, at };
    switch (told.type) {
      case 'token-delta':
        this.#turn.count(place, readCount(told.tokens), at, emit);
        return;
      case 'text-delta':
        this.#turn.text(place, 'text', textOf(told.text).length, at, emit);
        return;
      case 'thinking-delta':
        this.#turn.text(place, 'reasoning', textOf(told.text).length, at, emit);
        return;
      case 'step-started':
        emit({ type: 'activity', ...whose, doing: 'requesting' });
        return;
      case 'tool-call-started':
        this.#tools.begin(textOf(told.callId), toolOf(told), this.#turn.identity(place), sessionId, at, emit);
        return;
      case 'tool-call-completed':
        this.#tools.begin(textOf(told.callId), toolOf(told), this.#turn.identity(place), sessionId, at, emit);
        this.#tools.end(textOf(told.callId), toolOf(told), sessionId, at, emit);
        return;
      case 'tool-call-delta':
        this.#tools.nested(textOf(told.callId), objectOf(told.taskUpdate) ?? {}, sessionId, at, emit);
        return;
      case 'summary-started':
        this.#isCompacting = true;
        emit({ type: 'activity', ...whose, doing: 'compacting' });
        return;
      case 'summary-completed':
        if (!this.#isCompacting) return;
        this.#isCompacting = false;
        this.#compactions++;
        emit({ type: 'compaction', ...whose, id: `${place.runId}:compaction${this.#compactions}`, trigger: '' });
        return;
      case 'request':
        emit({ type: 'activity', ...whose, doing: 'waiting_approval' });
        return;
      case 'turn-ended':
        this.#turn.ended(place, told.usage, at, emit);
        emit({ type: 'activity', ...whose, doing: 'idle' });
        return;
      case 'status':
        this.#status(textOf(told.status), at, emit);
    }
  }

  #begin(agentId: string, model: string, at: number, emit: Emit): void {
    this.#model = model || this.#model;
    if (this.#isTold && (agentId === '' || agentId === this.#sessionId)) return;
    // A turn that was begun keeps the session that it was told under.
    if (!this.#isTold) this.#sessionId = agentId;
    this.#isTold = true;
    const { sessionId, cwd } = this.#place();
    const session = { sessionId, rootSessionId: sessionId };
    const unknown = { parentSessionId: '', title: '', branch: '', repository: '', version: '' };
    emit({ type: 'session', agent: AGENT, ...session, ...unknown, cwd, at });
    emit({
      type: 'thread',
      agent: AGENT,
      ...session,
      threadId: sessionId,
      parentThreadId: '',
      name: '',
      spawnedBy: '',
    });
  }

  #status(status: string, at: number, emit: Emit): void {
    const outcome = STATUSES.get(status.toLowerCase());
    if (!outcome) return;
    this.end(at, emit, outcome === 'success' ? 'ok' : outcome === 'interrupted' ? 'aborted' : 'cut');
    emit({ type: 'run_end', agent: AGENT, at, outcome });
  }

  #place(): TurnPlace {
    const { runId, cwd } = this.#start;
    return { sessionId: this.#sessionId || runId, runId, model: this.#model, cwd };
  }
}

const STATUSES: ReadonlyMap<string, 'success' | 'error' | 'interrupted'> = new Map([
  ['finished', 'success'],
  ['error', 'error'],
  ['expired', 'error'],
  ['cancelled', 'interrupted'],
]);

function toolOf(told: Json): Json {
  return objectOf(told.toolCall) ?? {};
}
