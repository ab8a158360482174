/**
 * Parts of messages as OpenCode's bus tells them: text that is being written, tools at work, what a person asked. It takes
 * sizes, and refuses text.
 */
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import { type Json, objectOf, spelledBytes, textOf } from '../json.ts';
import { LiveTools } from '../live-tools.ts';
import { AGENT, type LiveSessions } from './live-sessions.ts';
import { openCodeToolKind } from './tool-kind.ts';

const MOST_PARTS = 5000;

export class LiveParts {
  readonly #sessions: LiveSessions;
  readonly #tools = new LiveTools();
  /** Parts that are reasoning. */
  readonly #reasoning = new Set<string>();
  /** Messages of a person, until their text was told. */
  readonly #asked = new Set<string>();
  readonly #prompts = new Set<string>();
  /** Messages that write, with their session. */
  readonly #writing = new Map<string, string>();

  constructor(sessions: LiveSessions) {
    this.#sessions = sessions;
  }

  /** A message is a person's. */
  asked(messageId: string): void {
    if (messageId !== '' && this.#asked.size < MOST_PARTS) this.#asked.add(messageId);
  }

  updated(part: Json, delta: unknown, sessionId: string, at: number, emit: Emit): void {
    const messageId = textOf(part.messageID);
    switch (part.type) {
      case 'reasoning':
        if (this.#reasoning.size < MOST_PARTS) this.#reasoning.add(textOf(part.id));
        this.#write('reasoning', textOf(delta).length, messageId, sessionId, at, emit);
        return;
      case 'text':
        if (this.#asked.has(messageId)) this.#prompt(part, messageId, sessionId, at, emit);
        else this.#write('text', textOf(delta).length, messageId, sessionId, at, emit);
        return;
      case 'tool':
        this.#tool(part, messageId, sessionId, at, emit);
    }
  }

  wrote(properties: Json, sessionId: string, at: number, emit: Emit): void {
    const messageId = textOf(properties.messageID);
    if (properties.field !== 'text' || this.#asked.has(messageId)) return;
    const kind = this.#reasoning.has(textOf(properties.partID)) ? 'reasoning' : 'text';
    this.#write(kind, textOf(properties.delta).length, messageId, sessionId, at, emit);
  }

  /** Messages of a session (or of all) that have written since this was last asked. */
  writing(of: string | undefined): readonly { readonly messageId: string; readonly sessionId: string }[] {
    const writing = [...this.#writing].map(([messageId, sessionId]) => ({ messageId, sessionId }));
    const asked = writing.filter(({ sessionId }) => of === undefined || sessionId === of);
    for (const { messageId } of asked) this.#writing.delete(messageId);
    return asked;
  }

  close(at: number, emit: Emit, threadId?: string): void {
    this.#tools.close(at, emit, threadId);
  }

  #prompt(part: Json, id: string, sessionId: string, at: number, emit: Emit): void {
    if (part.synthetic === true || this.#prompts.has(id) || this.#prompts.size > MOST_PARTS) return;
    if (this.#sessions.facts(sessionId, '').caller !== 'lead') return;
    this.#prompts.add(id);
    const bytes = spelledBytes(textOf(part.text));
    emit({ type: 'prompt', agent: AGENT, id, sessionId, threadId: sessionId, at, bytes });
  }

  #write(
    kind: 'text' | 'reasoning',
    characters: number,
    callIdentity: string,
    sessionId: string,
    at: number,
    emit: Emit,
  ): void {
    if (characters === 0 || callIdentity === '') return;
    if (this.#writing.size < MOST_PARTS) this.#writing.set(callIdentity, sessionId);
    emit({ type: 'call_text', agent: AGENT, sessionId, threadId: sessionId, at, callIdentity, kind, characters });
  }

  #tool(part: Json, callIdentity: string, sessionId: string, at: number, emit: Emit): void {
    const id = textOf(part.callID);
    const name = textOf(part.tool);
    const state = objectOf(part.state) ?? {};
    const child = textOf(objectOf(state.metadata)?.sessionId);
    if (child !== '') this.#sessions.spawned(child, sessionId, id, at, emit);
    // Until it runs, what it was asked to do is still being written.
    if (id === '' || state.status === 'pending' || textOf(state.status) === '') return;
    const argumentBytes = state.input === undefined ? 0 : spelledBytes(state.input);
    const place = { agent: AGENT, sessionId, threadId: sessionId, callIdentity };
    this.#tools.begin(place, { id, name, kind: openCodeToolKind(name), argumentBytes }, at, emit);
    if (state.status !== 'completed' && state.status !== 'error') return;
    const [start, end] = [readCount(objectOf(state.time)?.start), readCount(objectOf(state.time)?.end)];
    const durationMs = start === undefined || end === undefined ? undefined : Math.max(0, end - start);
    const said = state.output ?? state.error;
    const resultBytes = said === undefined || said === null ? undefined : spelledBytes(said);
    this.#tools.end(id, { resultBytes, isError: state.status === 'error', durationMs }, at, emit);
  }
}
