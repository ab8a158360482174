/**
 * Lines of one transcript to events. It decides what a record is and leaves what it says to the files beside it. It never
 * throws, never keeps a line, and says the same whether it read the file at once or went on where another left off.
 */
import type { Caller } from '../../call.ts';
import type { Emit, PromptEvent, ToolResultEvent } from '../../event.ts';
import { readCount } from '../../usage.ts';
import type { Line, LogFile, LogReader, Skip } from '../agent.ts';
import { instantOf, type Json, listOf, objectOf, textOf } from '../json.ts';
import { injectedOf, toolsOf } from './injected.ts';
import { Memory, type Pending } from './memory.ts';
import { Narrator } from './narrator.ts';
import { peek, SILENT } from './peek.ts';
import { type FileFacts, fileFacts, ownName, type Place, placeOf } from './place.ts';
import {
  type AssistantRecord,
  assistantOf,
  type Envelope,
  envelopeOf,
  isSpawning,
  type Outcome,
  type PromptRecord,
  promptOf,
  type ResultRecord,
  resultsOf,
  type ToolResult,
} from './record.ts';
import { AGENT_ID, SYNTHETIC, sightingsOf } from './sighting.ts';
import { toolKind } from './tool-kind.ts';
import { reportedTotal } from './total.ts';

/** Tools whose `toolUseResult` tells nothing that we take: most results, and by far the longest. */
const QUIET_TOOLS: ReadonlySet<string> = new Set(
  'Bash BashOutput Edit Grep LS MultiEdit NotebookEdit Read TodoWrite Write'.split(' '),
);
/** Whole records of other types that we know and need nothing of, beside those that are skipped by their head. */
const KNOWN_TYPES: ReadonlySet<string> = new Set(['progress', 'system', 'result', 'summary', ...SILENT]);
const BYTE_ORDER_MARK = 0xef;

export class TranscriptReader implements LogReader {
  readonly #log: LogFile;
  readonly #file: FileFacts;
  readonly #memory: Memory;
  readonly #narrator: Narrator;
  #last: (Pick<Envelope, 'sessionId' | 'agentId' | 'isSide'> & { readonly place: Place }) | undefined;
  #caller: { readonly name: string; readonly caller: Caller } = { name: '', caller: 'subagent:unknown' };

  constructor(log: LogFile, state: unknown) {
    this.#log = log;
    this.#file = fileFacts(log);
    this.#memory = new Memory(state);
    this.#narrator = new Narrator(this.#memory, this.#file);
  }

  state(): unknown {
    return this.#memory.state();
  }

  read(line: Line, emit: Emit): Skip | undefined {
    const peeked = peek(line, this.#wantsOutcome);
    if (peeked === 'silent') return undefined;
    if (peeked?.kind === 'assistant') return this.#answer(peeked, emit);
    if (peeked?.kind === 'prompt') return this.#prompt(peeked, emit);
    if (peeked?.kind === 'result' && this.#knownResults(peeked, emit)) return undefined;
    return this.#readWhole(line, emit);
  }

  #readWhole(line: Line, emit: Emit): Skip | undefined {
    let value: unknown;
    try {
      value = line.byte(0) === BYTE_ORDER_MARK ? JSON.parse(line.text(3, line.length)) : line.json();
    } catch {
      return line.length === 0 || line.text(0, 100).trim() === '' ? undefined : 'damaged';
    }
    const record = objectOf(value);
    if (!record) return 'unknown';
    try {
      return this.#record(record, emit);
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  #record(record: Json, emit: Emit): Skip | undefined {
    const type = textOf(record.type);
    switch (type) {
      case 'assistant':
        return this.#assistant(record, emit);
      case 'user':
        return this.#user(record, emit);
      case 'progress':
        return this.#mirror(record, emit);
      case 'system':
        if (record.subtype === 'compact_boundary') this.#compaction(record, emit);
        return undefined;
      case 'cost-state':
      case 'result':
        return this.#total(record, emit);
      case 'summary':
        this.#narrator.summary(textOf(record.summary), textOf(record.leafUuid), emit);
        return undefined;
      case 'ai-title':
        this.#narrator.title(textOf(record.aiTitle), textOf(record.sessionId), false, emit);
        return undefined;
      case 'custom-title':
        this.#narrator.title(textOf(record.customTitle), textOf(record.sessionId), true, emit);
        return undefined;
      case 'attachment':
        this.#injected(record, emit);
        return undefined;
      case 'pr-link':
        this.#narrator.pullRequest(textOf(record.prUrl), instantOf(record.timestamp), emit);
        return undefined;
    }
    if (KNOWN_TYPES.has(type)) return undefined;
    // Some writers of this format leave the type out.
    return objectOf(objectOf(record.message)?.usage) ? this.#assistant(record, emit) : 'unknown';
  }

  #assistant(record: Json, emit: Emit): Skip | undefined {
    if (!objectOf(record.message)) return 'unknown';
    const answer = assistantOf(record);
    if (answer.model === SYNTHETIC || answer.isApiError) this.#limit(record, answer, emit);
    return this.#answer(answer, emit);
  }

  #answer(record: AssistantRecord, emit: Emit): Skip | undefined {
    if (record.model === SYNTHETIC) return undefined;
    const memory = this.#memory;
    const place = this.#place(record);
    const at = this.#see(record.at);
    const name = ownName(place, record.attributionAgent, this.#file) || (memory.threads.get(place.threadId) ?? '');
    const caller = place.isSide ? this.#callerOf(name) : 'lead';
    const calls = sightingsOf(record, place, caller, at, memory);
    if (calls.length === 0 && record.toolUses.length === 0) return record.told ? undefined : 'unknown';
    this.#narrator.place(record, place, name, at, emit);
    for (const call of calls) emit({ type: 'call', call });
    const callIdentity = calls[0]?.identity ?? '';
    const { sessionId, threadId } = place;
    for (const { id, name: tool, bytes, agentType, target } of record.toolUses) {
      if (id === '') continue;
      memory.pending.set(id, { name: tool, at, callIdentity, sessionId, threadId, agentType });
      emit({
        type: 'tool_call',
        agent: AGENT_ID,
        id,
        callIdentity,
        sessionId,
        threadId,
        name: tool,
        kind: toolKind(tool),
        at,
        argumentBytes: bytes,
        target: target === '' || this.#log.withNames === false ? undefined : target,
      });
    }
    return undefined;
  }

  #user(record: Json, emit: Emit): Skip | undefined {
    if (!objectOf(record.message)) return 'unknown';
    const found = resultsOf(record);
    if (found.results.length === 0) return this.#prompt(promptOf(record), emit);
    const place = this.#place(envelopeOf(record));
    const at = this.#see(found.at);
    for (const result of found.results) {
      const pending = this.#memory.pending.get(result.id);
      const agentId = found.outcome?.agentId || (pending && isSpawning(pending.name) ? agentIdInText(record) : '');
      const wanted = this.#wantsOutcome(result.id) ? found.outcome : undefined;
      this.#result(result, pending, place, at, wanted, agentId, emit);
    }
    return undefined;
  }

  #prompt(record: PromptRecord, emit: Emit): undefined {
    const place = this.#place(record);
    const at = this.#see(record.at);
    const { sessionId, threadId } = place;
    this.#closeGroup(threadId);
    if (place.isSide && place.agentId === record.uuid) this.#sideBegins(place, emit);
    const { bytes } = record;
    if (bytes === undefined || place.isSide) return;
    this.#narrator.place(record, place, '', at, emit);
    const id = record.uuid || record.promptId || `${sessionId}@${at}`;
    const prompt: PromptEvent = { type: 'prompt', agent: AGENT_ID, id, sessionId, threadId, at, bytes };
    emit(prompt);
  }

  /** Most tools tell nothing beside their results that we take; of an unknown one it is worth looking. */
  readonly #wantsOutcome = (id: string): boolean => {
    const pending = this.#memory.pending.get(id);
    return pending === undefined || !QUIET_TOOLS.has(pending.name);
  };

  /** Results of calls that we know, done from the bytes alone. False where one needs more of the record. */
  #knownResults({ results, outcome, at: told }: ResultRecord, emit: Emit): boolean {
    const { pending } = this.#memory;
    for (const { id } of results) {
      const call = pending.get(id);
      if (!call || (isSpawning(call.name) && !outcome?.agentId)) return false;
    }
    const at = this.#see(told);
    for (const result of results)
      this.#result(result, pending.get(result.id), undefined, at, outcome, outcome?.agentId ?? '', emit);
    return true;
  }

  #result(
    { id, bytes, isError }: ToolResult,
    pending: Pending | undefined,
    place: Place | undefined,
    at: number,
    outcome: Outcome | undefined,
    agentId: string,
    emit: Emit,
  ): void {
    if (id === '') return;
    const { sessionId, threadId } = pending ?? place ?? { sessionId: '', threadId: '' };
    if (agentId !== '') {
      const name = outcome?.agentType || (pending?.agentType ?? '');
      this.#narrator.spawned({ sessionId, threadId }, agentId, name, id, emit);
    }
    this.#closeGroup(threadId);
    this.#memory.pending.delete(id);
    const result: ToolResultEvent = {
      type: 'tool_result',
      agent: AGENT_ID,
      id,
      callIdentity: pending?.callIdentity ?? '',
      sessionId,
      threadId,
      at,
      resultBytes: bytes,
      isError,
      durationMs: outcome?.durationMs ?? (pending && pending.at > 0 ? Math.max(0, at - pending.at) : undefined),
      webSearches: outcome?.webSearches,
    };
    emit(result);
  }

  /** A sub-agent's record as its parent saw it: all that is left where the sub-agent's own file is gone. */
  #mirror(record: Json, emit: Emit): Skip | undefined {
    const data = objectOf(record.data);
    const inner = objectOf(data?.message);
    if (data?.type !== 'agent_progress' || !inner) return undefined;
    const agentId = textOf(data.agentId);
    const type = textOf(inner.type);
    if (agentId === '' || (type !== 'assistant' && type !== 'user')) return undefined;
    const spawner = textOf(record.parentToolUseID);
    const pending = this.#memory.pending.get(spawner);
    const place = this.#place({ ...envelopeOf(record), isSide: true, agentId });
    const parent = pending ?? { sessionId: place.sessionId, threadId: '' };
    this.#narrator.spawned(parent, agentId, pending?.agentType ?? '', pending ? spawner : '', emit);
    const { message, requestId, uuid, timestamp } = inner;
    const mirrored = { ...record, parentUuid: '', message, requestId, uuid, timestamp: timestamp ?? record.timestamp };
    const own = { ...mirrored, type, isSidechain: true, agentId, toolUseResult: inner.toolUseResult };
    return type === 'assistant' ? this.#assistant(own, emit) : this.#user(own, emit);
  }

  #injected(record: Json, emit: Emit): void {
    const envelope = envelopeOf(record);
    const { uuid, at } = envelope;
    if (at === undefined || uuid === '' || (envelope.isSide && envelope.agentId === '')) return;
    const { sessionId, threadId } = this.#place(envelope);
    const { source, withNames } = this.#log;
    source.startedAt ??= at;
    const tools = this.#memory.tools.get(threadId) === undefined ? toolsOf(record) : [];
    if (tools.length > 0) this.#memory.tools.set(threadId, uuid);
    // A request's snapshot comes after its answer, and its tools stood in the very first prompt.
    const when = tools.length > 0 ? source.startedAt : at;
    for (const { kind, name: told, bytes } of [...tools, ...injectedOf(record)]) {
      const name = kind === 'memory' && !withNames ? '' : told;
      const id = name === '' || kind === 'memory' ? uuid : `${uuid}#${name}`;
      emit({ type: 'injected', agent: AGENT_ID, id, sessionId, threadId, at: when, kind, name, bytes });
    }
  }

  #compaction(record: Json, emit: Emit): void {
    const envelope = envelopeOf(record);
    const { sessionId, threadId } = this.#place(envelope);
    const at = this.#see(envelope.at);
    const told = objectOf(record.compactMetadata);
    emit({
      type: 'compaction',
      agent: AGENT_ID,
      id: envelope.uuid || `${sessionId}@${at}`,
      sessionId,
      threadId,
      at,
      trigger: textOf(told?.trigger),
      before: readCount(told?.preTokens),
      after: readCount(told?.postTokens),
    });
  }

  #total(record: Json, emit: Emit): Skip | undefined {
    const { session, at } = this.#memory;
    const event = reportedTotal(record, this.#file.sessionId, at, session?.cwd ?? '');
    if (event) emit(event);
    return undefined;
  }

  /** A plan's limit was met: the one place where a transcript says when it ends. */
  #limit(record: Json, envelope: Envelope, emit: Emit): void {
    for (const block of listOf(objectOf(record.message)?.content)) {
      const reset = /usage limit reached\|(\d{9,11})\b/.exec(textOf(objectOf(block)?.text))?.[1];
      const resetsAt = reset === undefined ? undefined : instantOf(Number(reset) * 1000);
      if (resetsAt === undefined) continue;
      const at = this.#see(envelope.at);
      emit({ type: 'limit', agent: AGENT_ID, name: 'session', at, usedPercent: 100, resetsAt, plan: '' });
    }
  }

  /** Records that follow one another mostly have one place: it is made once, with its thread's id. */
  #place(record: Envelope): Place {
    const last = this.#last;
    const { sessionId, forkedFrom, agentId, isSide } = record;
    if (last?.sessionId === sessionId && last.agentId === agentId && last.isSide === isSide && forkedFrom === '')
      return last.place;
    const place = placeOf(record, this.#file, (side) => this.#sideRoot(side));
    const isFixed = forkedFrom === '' && (!place.isSide || agentId !== '');
    this.#last = isFixed ? { sessionId, agentId, isSide, place } : undefined;
    return place;
  }

  #callerOf(name: string): Caller {
    if (this.#caller.name !== name) this.#caller = { name, caller: `subagent:${name || 'unknown'}` };
    return this.#caller.caller;
  }

  /** Old versions wrote sub-agents into their parent's file: a chain of records that begins without a parent. */
  #sideRoot({ uuid, parentUuid }: Envelope): string {
    const { sides } = this.#memory;
    const root = sides.get(parentUuid) || uuid;
    if (uuid !== '') sides.set(uuid, root);
    return root || 'side';
  }

  /** A side chain in its parent's file is the work of the tool call that waits; of several, nobody says which. */
  #sideBegins({ sessionId, agentId }: Place, emit: Emit): void {
    const waiting = this.#memory.pending.entries().filter(([, { name }]) => isSpawning(name));
    const [spawner] = waiting;
    if (waiting.length !== 1 || !spawner) return;
    const [id, { threadId, agentType }] = spawner;
    this.#narrator.spawned({ sessionId, threadId }, agentId, agentType, id, emit);
  }

  /** Notes the time of a record and answers it; records without one stand where the file has got to. */
  #see(at: number | undefined): number {
    const { source } = this.#log;
    if (at === undefined) return this.#memory.at || source.startedAt || source.bornAt;
    source.startedAt ??= at;
    this.#memory.at = at;
    return at;
  }

  #closeGroup(threadId: string): void {
    const group = this.#memory.groups.get(threadId);
    if (group?.isOpen) this.#memory.groups.set(threadId, { ...group, isOpen: false });
  }
}

/** Versions that tell it nowhere else write it at the end of the result's text. */
function agentIdInText(record: Json): string {
  for (const block of listOf(objectOf(record.message)?.content))
    for (const part of listOf(objectOf(block)?.content)) {
      const id = /\bagentId: ([0-9a-zA-Z_-]+)/.exec(textOf(objectOf(part)?.text))?.[1];
      if (id !== undefined) return id;
    }
  return '';
}
