/**
 * Answers as they stream: raw provider events (`message_start`, deltas, `message_stop`) and the lines that repeat their
 * finished blocks, as snapshots of calls. Input is exact from the start; output only when the provider's last word came,
 * and where nobody streams, the lines' own figure is the least there was. It refuses to take a line's figures for final.
 */
import type { CallSighting } from '../../call.ts';
import type { CallEndEvent, Emit } from '../../event.ts';
import { contextTokens } from '../../rollup.ts';
import { readCount } from '../../usage.ts';
import { type Json, objectOf, textOf } from '../json.ts';
import type { LiveCalls } from '../live-calls.ts';
import { StandIns } from '../stand-ins.ts';
import type { Memory } from './memory.ts';
import type { Place } from './place.ts';
import { type AssistantRecord, assistantOf } from './record.ts';
import { AGENT_ID, SYNTHETIC, sightingsOf } from './sighting.ts';
import { toldOf } from './usage.ts';
import type { Windows } from './windows.ts';

/** An answer of one thread that is being written, or the last one of it. */
interface Answer {
  readonly messageId: string;
  readonly model: string;
  /** The provider's usage as last told. */
  usage: Json;
  stopReason: string | null;
  requestId: string;
  /** '' until a line names it, where its seller's ids may repeat. */
  identity: string;
  /** Whether it streams: else its lines are all there is. */
  readonly isStreamed: boolean;
  isAborted: boolean;
  /** Bytes of what its finished blocks say and reason; undefined before the first one. */
  textBytes: number | undefined;
  reasoningBytes: number | undefined;
  /** The last such block's record, which may be said again. */
  uuid: string;
  /** Tool calls by the index of their block. */
  readonly tools: Map<number, string>;
}

/** What one message says, with whose it is. */
export interface Said {
  readonly message: Json;
  readonly place: Place;
  readonly caller: string;
  readonly cwd: string;
  readonly at: number;
  readonly emit: Emit;
}

export class LiveAnswers {
  readonly #calls: LiveCalls;
  readonly #memory: Memory;
  readonly #windows: Windows;
  readonly #answers = new Map<string, Answer>();
  readonly #standIns = new StandIns();
  /** Model of the main thread's latest answer. */
  mainModel = '';
  /** Whether the program estimates thinking itself: then its text is not counted beside. */
  #estimatesThinking = false;

  constructor(calls: LiveCalls, memory: Memory, windows: Windows) {
    this.#calls = calls;
    this.#memory = memory;
    this.#windows = windows;
  }

  /** One event of the provider's stream. */
  streamed(said: Said): void {
    const event = objectOf(said.message.event) ?? {};
    const { threadId } = said.place;
    const answer = this.#answers.get(threadId);
    switch (event.type) {
      case 'message_start':
        this.#start(objectOf(event.message) ?? {}, said);
        return;
      case 'content_block_start': {
        const block = objectOf(event.content_block);
        if (answer && block?.type === 'tool_use' && typeof event.index === 'number')
          answer.tools.set(event.index, textOf(block.id));
        return;
      }
      case 'content_block_delta':
        if (answer?.isStreamed) this.#text(objectOf(event.delta) ?? {}, event.index, answer, said);
        return;
      case 'message_delta': {
        if (!answer?.isStreamed) return;
        const told = objectOf(event.usage) ?? {};
        // Input is repeated here, often without the lifetimes that the start told: what is null or absent stands.
        answer.usage = { ...answer.usage, ...Object.fromEntries(Object.entries(told).filter(([, v]) => v !== null)) };
        const reason = objectOf(event.delta)?.stop_reason;
        if (typeof reason === 'string') answer.stopReason = reason;
        this.#tell(answer, said);
        return;
      }
      case 'message_stop':
        if (!answer?.isStreamed) return;
        this.#tell(answer, said);
        this.#finish(threadId, answer, 'aborted', said);
        this.#answers.delete(threadId);
        return;
    }
  }

  /** A line with a finished block of an answer, and the identity of the call it is of: '' where it is of none. */
  line(said: Said): { readonly record: AssistantRecord; readonly identity: string } {
    const { message, place } = said;
    const record = assistantOf({ ...message, requestId: message.request_id, isAbortedMidStream: message.aborted });
    if (record.model === SYNTHETIC || !record.told) return { record, identity: '' };
    const known = this.#answers.get(place.threadId);
    const goesOn = known !== undefined && known.messageId === record.messageId;
    const answer = goesOn ? known : newAnswer(record.messageId, record.model, {}, false);
    if (!goesOn && !this.#calls.of(record.messageId)) {
      // Whatever was being written before is over: a stream that broke, or an answer of which there were only lines.
      if (known) this.#finish(place.threadId, known, 'cut', said);
      this.#answers.set(place.threadId, answer);
    }
    answer.requestId ||= record.requestId;
    answer.isAborted ||= record.isAborted;
    hearWords(answer, record);
    if (!answer.isStreamed) answer.usage = objectOf(objectOf(message.message)?.usage) ?? {};
    this.#tell(answer, said, record.uuid);
    return { record, identity: answer.identity };
  }

  /** The program's own estimate of what the main thread's answer has thought so far. */
  thinking(tokens: number | undefined, said: Said): void {
    this.#estimatesThinking = true;
    const answer = this.#answers.get(said.place.threadId);
    if (tokens !== undefined && answer) this.#write('reasoning', 0, tokens, undefined, answer, said);
  }

  /**
   * What the spawning tool's result says of its sub-agent's last call, whose output no line told: taken where that call
   * is known by its input.
   */
  lastOf(threadId: string, usage: Json, said: Said): void {
    const answer = this.#answers.get(threadId);
    const call = answer && this.#calls.of(answer.identity);
    if (!answer || !call || answer.isStreamed) return;
    const same =
      readCount(usage.input_tokens) === call.usage.input &&
      readCount(usage.cache_read_input_tokens) === call.usage.cacheRead &&
      readCount(usage.cache_creation_input_tokens) === call.usage.cacheWrite5m + call.usage.cacheWrite1h;
    if (!same) return;
    const { output, reasoning } = toldOf(usage).usage;
    // The end of the sub-agent may have been told before, and its call settled with what was known then.
    this.#calls.tell({ ...call, certainty: 'exact', usage: { ...call.usage, output, reasoning } }, said.emit);
    this.#calls.settle(answer.identity, 'exact', 'ok', said.at, said.emit);
    this.#answers.delete(threadId);
  }

  /** A thread's turn is over: what was still being written was cut, what only lines told of is as told. */
  close(outcome: CallEndEvent['outcome'], said: Pick<Said, 'at' | 'emit'>, threadId?: string): void {
    for (const [thread, answer] of [...this.#answers]) {
      if (threadId !== undefined && thread !== threadId) continue;
      this.#finish(thread, answer, outcome, said);
      this.#answers.delete(thread);
    }
  }

  #start(message: Json, said: Said): void {
    const { threadId } = said.place;
    const known = this.#answers.get(threadId);
    const messageId = textOf(message.id);
    if (known?.messageId === messageId && messageId !== '') return;
    // The stream before it never ended: it broke and is tried again.
    if (known) this.#finish(threadId, known, 'cut', said);
    this.#answers.delete(threadId);
    const earlier = messageId.startsWith('msg_') ? this.#calls.of(messageId) : undefined;
    if (earlier && !this.#calls.isOpen(messageId)) return;
    const answer = newAnswer(messageId, textOf(message.model), objectOf(message.usage) ?? {}, true);
    this.#answers.set(threadId, answer);
    if (messageId.startsWith('msg_')) this.#tell(answer, said);
  }

  #tell(answer: Answer, said: Said, uuid = ''): void {
    const { place, caller, cwd, at, emit } = said;
    const { messageId: id, model, usage, stopReason: stop_reason, requestId } = answer;
    const isNamed = answer.identity !== '' || uuid !== '' || id.startsWith('msg_');
    if (!isNamed) return;
    const record = assistantOf({ message: { id, model, usage, stop_reason }, requestId, uuid, cwd });
    const [own, ...advice] = sightingsOf(record, place, caller, at, this.#memory);
    if (!own) return;
    if (!place.isSide && own.model !== '') this.mainModel = own.model;
    if (answer.identity === '') this.#standIns.end(place.threadId, 'ok', at, emit);
    answer.identity ||= own.identity;
    const { textBytes, reasoningBytes } = answer;
    this.#calls.tell({ ...this.#sighting(own, answer.identity), textBytes, reasoningBytes }, emit);
    for (const [index, second] of advice.entries()) {
      const identity = `${answer.identity}#advisor${index + 1}`;
      this.#calls.tell(this.#sighting(second, identity), emit);
      if (answer.stopReason !== null) this.#calls.settle(identity, 'exact', 'ok', at, emit);
    }
  }

  /** Until its last word nothing is surer than "at least". */
  #sighting(call: CallSighting, identity: string): CallSighting {
    const contextWindow = this.#windows.of(call.model, contextTokens(call));
    return { ...call, identity, certainty: 'at_least', contextWindow };
  }

  /** `broken` is what became of a stream whose last word did not come. */
  #finish(
    threadId: string,
    answer: Answer,
    broken: CallEndEvent['outcome'],
    { at, emit }: Pick<Said, 'at' | 'emit'>,
  ): void {
    const { identity, isStreamed, isAborted, stopReason } = answer;
    const isExact = isStreamed && stopReason !== null && !isAborted;
    const outcome = isAborted ? 'aborted' : isExact || !isStreamed ? 'ok' : broken;
    this.#calls.settle(identity, isExact ? 'exact' : 'at_least', outcome, at, emit);
    this.#standIns.end(threadId, outcome, at, emit);
    this.#memory.groups.delete(threadId);
  }

  #text(delta: Json, index: unknown, answer: Answer, said: Said): void {
    const length = (value: unknown) => textOf(value).length;
    switch (delta.type) {
      case 'text_delta':
        this.#write('text', length(delta.text), undefined, undefined, answer, said);
        return;
      case 'thinking_delta':
        if (!this.#estimatesThinking)
          this.#write('reasoning', length(delta.thinking), undefined, undefined, answer, said);
        return;
      case 'input_json_delta': {
        const tool = typeof index === 'number' ? answer.tools.get(index) : undefined;
        this.#write('tool_args', length(delta.partial_json), undefined, tool, answer, said);
      }
    }
  }

  #write(
    kind: 'text' | 'reasoning' | 'tool_args',
    characters: number,
    estimatedTokens: number | undefined,
    toolCallId: string | undefined,
    answer: Answer,
    { place: { sessionId, threadId }, at, emit }: Said,
  ): void {
    if (characters === 0 && !estimatedTokens) return;
    const whose = { agent: AGENT_ID, sessionId, threadId, at };
    if (answer.identity === '') this.#standIns.write(whose, { kind, characters, toolCallId }, emit);
    else
      emit({
        type: 'call_text',
        ...whose,
        callIdentity: answer.identity,
        kind,
        toolCallId,
        characters,
        estimatedTokens,
      });
  }
}

function hearWords(answer: Answer, { uuid, textBytes, reasoningBytes }: AssistantRecord): void {
  if (uuid !== '' && uuid === answer.uuid) return;
  answer.uuid = uuid;
  answer.textBytes = (answer.textBytes ?? 0) + textBytes;
  answer.reasoningBytes = (answer.reasoningBytes ?? 0) + reasoningBytes;
}

function newAnswer(messageId: string, model: string, usage: Json, isStreamed: boolean): Answer {
  const tools = new Map<number, string>();
  return {
    messageId,
    model,
    usage,
    stopReason: null,
    requestId: '',
    identity: '',
    isStreamed,
    isAborted: false,
    textBytes: undefined,
    reasoningBytes: undefined,
    uuid: '',
    tools,
  };
}
