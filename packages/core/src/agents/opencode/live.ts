/**
 * OpenCode as its server's event bus tells it (`GET /event`). One assistant message is one call; its usage is told when the
 * step is over and then again and again. Sub-agents are sessions of their own. It refuses text, and takes an aborted
 * message's zeros for what they are: nothing known.
 */
import type { CallEndEvent, Emit } from '../../event.ts';
import { readCount, type TokenUsage, totalTokens } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import { type Json, objectOf, textOf } from '../json.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { LiveCalls } from '../live-calls.ts';
import { liveSighting } from '../live-sighting.ts';
import { LiveParts } from './live-parts.ts';
import { AGENT, LiveSessions } from './live-sessions.ts';

export const openCodeLive: LivePort = {
  agent: AGENT,
  surface: 'event-bus',
  capabilities: {
    liveInput: false,
    liveOutput: false,
    subAgentUsage: 'call',
    contextWindow: false,
    cost: true,
    interrupt: 'graceful',
    cannot: [
      'Usage is told when a call is over; until then what it writes is estimated, and what it read is not known.',
      'A call that was stopped tells no usage, though it may be billed.',
      'The size of the context window is not told.',
      'How long what was written to a cache lives is not told; five minutes are assumed.',
    ],
  },
  open: (start) => new OpenCodeLiveReader(start),
};

const MOST_MESSAGES = 2000;

class OpenCodeLiveReader implements LiveReader {
  readonly #calls = new LiveCalls();
  readonly #sessions: LiveSessions;
  readonly #parts: LiveParts;
  /** Assistant messages that were begun and told no usage yet, with their session. */
  readonly #begun = new Map<string, string>();
  /** Messages that are over. */
  readonly #over = new Set<string>();

  constructor(start: LiveStart) {
    this.#sessions = new LiveSessions(start.cwd);
    this.#parts = new LiveParts(this.#sessions);
  }

  state(): unknown {
    return null;
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const told = objectOf(message);
    const properties = objectOf(told?.properties) ?? {};
    if (!told || textOf(told.type) === '') return 'unknown';
    try {
      this.#hear(textOf(told.type), textOf(told.id), properties, at, emit);
      return undefined;
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#closeCalls(undefined, how, at, emit);
    this.#parts.close(at, emit);
    this.#sessions.close(how, at, emit);
  }

  #hear(type: string, eventId: string, properties: Json, at: number, emit: Emit): void {
    const info = objectOf(properties.info) ?? {};
    const sessionId =
      textOf(properties.sessionID) || textOf(info.sessionID) || textOf(objectOf(properties.part)?.sessionID);
    switch (type) {
      case 'session.created':
      case 'session.updated':
        this.#sessions.learn(info, at, emit);
        return;
      case 'message.updated':
        if (info.role === 'assistant') this.#message({ ...info, sessionID: sessionId }, at, emit);
        else if (info.role === 'user') this.#parts.asked(textOf(info.id));
        return;
      case 'message.part.updated': {
        const part = objectOf(properties.part) ?? {};
        this.#parts.updated(part, properties.delta, sessionId, at, emit);
        if (part.type === 'step-finish') this.#step(part, sessionId, at, emit);
        return;
      }
      case 'message.part.delta':
        this.#parts.wrote(properties, sessionId, at, emit);
        return;
      case 'session.status':
        this.#status(sessionId, objectOf(properties.status) ?? {}, at, emit);
        return;
      case 'session.idle':
        this.#idle(sessionId, at, emit);
        return;
      case 'session.error':
        this.#sessions.failed(sessionId, objectOf(properties.error) ?? {}, at, emit);
        return;
      case 'session.compacted':
        this.#sessions.compacted(sessionId, eventId, at, emit);
        return;
      case 'permission.asked':
      case 'permission.updated':
      case 'permission.v2.asked':
      case 'question.asked':
        this.#sessions.does('waiting_approval', sessionId, at, emit);
    }
  }

  #message(info: Json, at: number, emit: Emit): void {
    const identity = textOf(info.id);
    const sessionId = textOf(info.sessionID);
    if (identity === '' || this.#over.has(identity)) return;
    this.#sessions.answered(sessionId, info, at, emit);
    if (!this.#begun.has(identity)) this.#begin(identity, sessionId, info);
    const told = usageOf(objectOf(info.tokens) ?? {});
    if (totalTokens(told) > 0) this.#tell(identity, sessionId, told, at, emit);
    if (objectOf(info.error)) this.#finish(identity, errorOutcome(objectOf(info.error)), at, emit);
    else if (readCount(objectOf(info.time)?.completed) !== undefined) this.#finish(identity, 'ok', at, emit);
  }

  /** The step of a message is over: its usage is final, and told before the message's own. */
  #step(part: Json, sessionId: string, at: number, emit: Emit): void {
    const identity = textOf(part.messageID);
    if (identity === '' || this.#over.has(identity)) return;
    if (!this.#begun.has(identity)) this.#begin(identity, sessionId, {});
    const told = usageOf(objectOf(part.tokens) ?? {});
    if (totalTokens(told) > 0) this.#tell(identity, sessionId, told, at, emit);
  }

  #begin(identity: string, sessionId: string, info: Json): void {
    this.#begun.set(identity, sessionId);
    const isCompaction = info.summary === true || info.mode === 'compaction' || info.agent === 'compaction';
    this.#sessions.began(identity, isCompaction);
  }

  #tell(identity: string, sessionId: string, usage: TokenUsage, at: number, emit: Emit): void {
    const { caller, model, seller, cwd, rootSessionId } = this.#sessions.facts(sessionId, identity);
    const place = { agent: AGENT, identity, sessionId, threadId: sessionId, rootSessionId, caller };
    this.#calls.tell(liveSighting({ ...place, model, seller, cwd, at, usage, certainty: 'at_least' }), emit);
  }

  #finish(identity: string, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    const sessionId = this.#begun.get(identity);
    if (sessionId === undefined) return;
    this.#begun.delete(identity);
    this.#over.add(identity);
    const [oldest] = this.#over;
    if (this.#over.size > MOST_MESSAGES && oldest !== undefined) this.#over.delete(oldest);
    if (this.#calls.isOpen(identity)) {
      this.#calls.settle(identity, outcome === 'ok' ? 'exact' : 'at_least', outcome, at, emit);
      return;
    }
    emit({ type: 'call_end', agent: AGENT, sessionId, threadId: sessionId, at, callIdentity: identity, outcome });
  }

  #closeCalls(sessionId: string | undefined, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    for (const [identity, session] of [...this.#begun])
      if (sessionId === undefined || session === sessionId) this.#finish(identity, outcome, at, emit);
    for (const { messageId, sessionId: session } of this.#parts.writing(sessionId))
      if ((sessionId === undefined || session === sessionId) && !this.#over.has(messageId)) {
        this.#begun.set(messageId, session);
        this.#finish(messageId, outcome, at, emit);
      }
  }

  #status(sessionId: string, status: Json, at: number, emit: Emit): void {
    if (status.type === 'busy') this.#sessions.does('requesting', sessionId, at, emit);
    if (status.type === 'retry') this.#sessions.retried(sessionId, status, at, emit);
    if (status.type === 'idle') this.#idle(sessionId, at, emit);
  }

  #idle(sessionId: string, at: number, emit: Emit): void {
    this.#closeCalls(sessionId, this.#sessions.outcomeOf(sessionId), at, emit);
    this.#parts.close(at, emit, sessionId);
    this.#sessions.idle(sessionId, at, emit);
  }
}

/** Input leaves cached tokens out, output leaves reasoning out. */
function usageOf(tokens: Json): TokenUsage {
  const cache = objectOf(tokens.cache);
  const reasoning = readCount(tokens.reasoning) ?? 0;
  const output = (readCount(tokens.output) ?? 0) + reasoning;
  return {
    input: readCount(tokens.input) ?? 0,
    cacheRead: readCount(cache?.read) ?? 0,
    cacheWrite5m: readCount(cache?.write) ?? 0,
    cacheWrite1h: 0,
    output: Number.isSafeInteger(output) ? output : reasoning,
    reasoning: tokens.reasoning === undefined ? undefined : reasoning,
  };
}

function errorOutcome(error: Json | undefined): CallEndEvent['outcome'] {
  return textOf(error?.name) === 'MessageAbortedError' ? 'aborted' : 'error';
}
