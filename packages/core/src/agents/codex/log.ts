/**
 * Reads a rollout file: its records, one after the other, become calls, tool calls, prompts and the rest. It remembers a
 * few counters and names between lines, never the lines, and refuses to count what a parent's file counts (replay.ts).
 */

import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import type { Line, LogFile, LogReader, Skip } from '../agent.ts';
import { count, inherit, recordIsNew } from './counter.ts';
import { claim, close, end, finish, isKnown, kindOf, openTool, put, resultOf, type Whose } from './desk.ts';
import { fingerprint, type Scope, scopeOf } from './identity.ts';
import { standsOnce } from './injected.ts';
import { HeldLimits } from './limits.ts';
import { metaOfPath, readMeta, text } from './meta.ts';
import { decode } from './record.ts';
import { type Provenance, provenance, seeTurn } from './replay.ts';
import { sightingOf } from './sighting.ts';
import { copyOf, type Known, newState, readState, type State, startTurn, takeSettings } from './state.ts';
import { readTokens, record, sumOf, type Tokens } from './tokens.ts';
import type { Count, Told } from './told.ts';

const MOST_NAMELESS = 64;
const MOST_RECORDED = 4;
const MOST_STANDING = 16;

export function openRollout(agent: string, file: LogFile, stored: unknown): LogReader {
  return new RolloutReader(agent, file, stored);
}

class RolloutReader implements LogReader {
  readonly #agent: string;
  readonly #file: LogFile;
  #state: State | undefined;
  #emit: Emit = () => {};
  #scope: Scope | undefined;
  readonly #limits = new HeldLimits();

  constructor(agent: string, file: LogFile, stored: unknown) {
    this.#agent = agent;
    this.#file = file;
    this.#state = readState(stored);
  }

  state(): unknown {
    return this.#state && copyOf(this.#state);
  }

  settle(emit: Emit): void {
    if (this.#state) this.#limits.tell(this.#agent, this.#state.limits, emit);
  }

  read(line: Line, emit: Emit): Skip | undefined {
    const entry = decode(line);
    if (typeof entry === 'string') return entry === 'nothing' ? undefined : entry;
    this.#emit = emit;
    const { at, told } = entry;
    this.#file.source.startedAt ??= at;
    const state = this.#state ?? this.#begin(told, at);
    if (at !== undefined) state.at = at;
    const skip = this.#hear(state, told, state.at);
    if (!state.replay.isOwn) state.replay.recordAt = state.at;
    return skip;
  }

  #begin(told: Told, at: number | undefined): State {
    const head = told.is === 'meta' ? readMeta(told.payload, at) : undefined;
    const meta = head ?? metaOfPath(this.#file.relativePath, at);
    this.#state = newState(meta, this.#file.rootOf, at ?? meta.createdAt);
    this.#tellSession(this.#state, '');
    this.#emit({
      type: 'thread',
      agent: this.#agent,
      sessionId: meta.id,
      rootSessionId: this.#state.rootId,
      threadId: meta.id,
      parentThreadId: meta.kind === 'subagent' ? meta.parentId : '',
      name: meta.name,
      spawnedBy: '',
    });
    return this.#state;
  }

  #hear(state: State, told: Told, at: number): Skip | undefined {
    const whose = this.#whose(state);
    const origin = provenance(state.replay, state.meta, at);
    switch (told.is) {
      case 'meta':
        return this.#hearMeta(state, told.payload);
      case 'count':
        this.#hearCount(state, told, at, origin);
        return undefined;
      case 'usage':
        return this.#hearUsage(state, record(told.payload), at, origin);
      case 'settings':
        takeSettings(state, record(record(told.payload).thread_settings));
        return undefined;
      case 'turn':
        startTurn(state, told.turnId);
        this.#seeTurn(state, told.turnId, 'turn', at);
        if (told.cwd !== '') state.cwd = told.cwd;
        this.#learnModel(state, told.model);
        return undefined;
      case 'task':
        startTurn(state, told.turnId);
        this.#seeTurn(state, told.turnId, told.startedAt, at);
        state.window = readCount(told.window) || state.window;
        return undefined;
      case 'turn-end':
        if (origin === 'copy') state.desk.open = [];
        else close(state.desk, whose);
        return undefined;
      case 'trigger':
        if (origin === 'undecided' && state.meta.kind === 'subagent') this.#goOwn(state);
        return undefined;
      case 'prompt':
        this.#hearPrompt(state, told.by, told.bytes, at, origin);
        return undefined;
      case 'injected':
        if (origin === 'own') this.#hearInjected(state, told, at);
        return undefined;
      case 'words':
        state.said = (state.said ?? 0) + told.bytes;
        return undefined;
      case 'tool': {
        if (origin === 'copy') return undefined;
        const id = told.id || `${state.turnId || this.#scopeId(state)}:${told.name}:${at}`;
        const target = this.#file.withNames === false ? '' : told.target;
        put(state.desk, openTool(id, told.name, at, told.bytes, told.searches, target), whose);
        return undefined;
      }
      case 'result':
        if (told.spawned !== '' && kindOf(state.desk, told.id) === 'task')
          this.#hearSpawn(state, told.id, told.spawned, '', origin);
        if (finish(state.desk, told.id, at, told.bytes, told, whose) || origin !== 'own' || told.id === '')
          return undefined;
        this.#emit(resultOf(whose, told.id, at, '', told.bytes, told.isError, told.durationMs));
        return undefined;
      case 'ending':
        if (origin === 'copy') return undefined;
        if (!isKnown(state.desk, told.id)) put(state.desk, openTool(told.id, told.name, at, told.bytes), whose);
        end(state.desk, told.id, at, told);
        return undefined;
      case 'spawn':
        this.#hearSpawn(state, told.id, told.threadId, told.name, origin);
        return undefined;
      case 'compacted':
        this.#hearCompaction(state, told.responseId, at, origin);
        return undefined;
      case 'title':
        if (origin === 'own' && told.title !== '') this.#tellSession(state, told.title);
        return undefined;
      case 'model':
        this.#learnModel(state, told.model);
        return undefined;
    }
  }

  #hearMeta(state: State, payload: unknown): Skip | undefined {
    const meta = readMeta(payload, undefined);
    if (!meta) return 'unknown';
    if (meta.id !== state.meta.id) state.replay.hasParentHead = true;
    return undefined;
  }

  #hearCount(
    state: State,
    { total, last, window, model, context, limits }: Count,
    at: number,
    origin: Provenance,
  ): void {
    if (origin === 'own' && limits !== undefined) {
      this.#limits.hold(limits, at);
      if (this.#limits.isFull) this.settle(this.#emit);
    }
    if (!total && !last) return;
    state.window = window || state.window;
    this.#learnModel(state, model);
    if (context > 0) this.#hearContext(state, context);
    const counted = count(state.counter, total, last);
    state.replay.counterAt = at;
    if (!counted) return;
    state.context = sumOf(counted.usage);
    const textBytes = state.said ?? 0;
    state.said = 0;
    if (origin === 'copy') {
      state.desk.open = [];
      return;
    }
    const identity = this.#fingerprint(state, counted.epoch, counted.position, counted.usage);
    this.#tellCall(state, { identity, at, tokens: counted.usage, responseId: '', textBytes });
  }

  #hearUsage(
    state: State,
    payload: Readonly<Record<string, unknown>>,
    at: number,
    origin: Provenance,
  ): Skip | undefined {
    const tokens = readTokens(payload.usage);
    const responseId = text(payload.response_id);
    if (!tokens) return 'unknown';
    const threadId = text(payload.thread_id);
    const isForeign = threadId !== '' && threadId !== state.meta.id;
    if (isForeign && state.replay.isOwn) return undefined;
    const position = readTokens(payload.thread_token_usage);
    const isNew = recordIsNew(state.counter, tokens, position);
    if (isForeign || origin === 'copy') {
      state.desk.open = [];
      return undefined;
    }
    if (!isNew && state.latest === '') return undefined;
    const { epoch, previous = tokens } = state.counter;
    // Named by where the counter stands, as a stream that tells of no response names it too.
    const name = (position ? '' : responseId) || this.#fingerprint(state, epoch, previous, tokens);
    const identity = isNew ? name : state.latest;
    const call = { identity, at, tokens, responseId, textBytes: isNew ? (state.said ?? 0) : undefined };
    if (isNew) state.said = 0;
    state.recorded = [...state.recorded, call].slice(-MOST_RECORDED);
    if (isNew) {
      state.context = sumOf(tokens);
      this.#tellCall(state, call);
    } else if (responseId !== '' && state.compactions.includes(responseId)) this.#emitCall(state, call);
    return undefined;
  }

  #tellCall(state: State, call: Known): void {
    state.latest = call.identity;
    if (state.model === '' && state.nameless.length < MOST_NAMELESS) state.nameless.push(call);
    this.#emitCall(state, call);
    claim(state.desk, call.identity, this.#whose(state));
  }

  #emitCall(state: State, call: Known): void {
    this.#emit({ type: 'call', call: sightingOf(this.#agent, state, call) });
  }

  /** The model of the calls to come, and of those that came before any was told. */
  #learnModel(state: State, model: string): void {
    if (model === '') return;
    state.model = model;
    for (const call of state.nameless.splice(0)) this.#emitCall(state, call);
  }

  #hearPrompt(state: State, by: 'message' | 'item', bytes: number, at: number, origin: Provenance): void {
    const told = Math.max(state.messages, state.items);
    const index = by === 'item' ? state.items++ : state.messages++;
    if (index < told || origin === 'copy' || state.meta.kind === 'subagent') return;
    const { id: sessionId } = state.meta;
    const id = `${state.turnId || state.latest || this.#scopeId(state)}:${index}`;
    this.#emit({ type: 'prompt', agent: this.#agent, id, sessionId, threadId: sessionId, at, bytes });
  }

  /** In a copy it is the parent's, and stands in what a fork begins with. */
  #hearInjected(state: State, { id, parts }: Extract<Told, { is: 'injected' }>, at: number): void {
    const { id: sessionId } = state.meta;
    const stood = state.standing ?? [];
    const come = new Set<string>();
    for (const [index, part] of parts.entries()) {
      const { of, kind, name, bytes } = part;
      if (stood.includes(of)) continue;
      if (standsOnce(part)) come.add(of);
      const key = `${id || at}#${index}#${of}`;
      this.#emit({
        type: 'injected',
        agent: this.#agent,
        id: key,
        sessionId,
        threadId: sessionId,
        at,
        kind,
        name,
        bytes,
      });
    }
    if (come.size > 0) state.standing = [...stood, ...come].slice(0, MOST_STANDING);
  }

  #hearCompaction(state: State, responseId: string, at: number, origin: Provenance): void {
    if (responseId !== '' && !state.compactions.includes(responseId)) {
      state.compactions = [...state.compactions, responseId].slice(-MOST_RECORDED);
      const call = state.recorded.find((known) => known.responseId === responseId);
      if (call) this.#emitCall(state, call);
    }
    if (origin === 'copy') return;
    const id = responseId || `${state.latest || this.#scopeId(state)}:compaction`;
    state.compacted = { id, at, before: state.context };
    this.#tellCompaction(state, undefined);
  }

  /** After a compaction the counter's `last` is empty but for a total: what is left in context. */
  #hearContext(state: State, after: number): void {
    if (!state.compacted) return;
    this.#tellCompaction(state, after);
    state.compacted = undefined;
    state.context = after;
  }

  #tellCompaction({ compacted, meta: { id: sessionId } }: State, after: number | undefined): void {
    if (!compacted) return;
    const { id, at, before } = compacted;
    const told = {
      type: 'compaction',
      agent: this.#agent,
      id,
      sessionId,
      threadId: sessionId,
      at,
      trigger: '',
    } as const;
    this.#emit({ ...told, before, after });
  }

  #hearSpawn(state: State, spawnedBy: string, threadId: string, name: string, origin: Provenance): void {
    if (origin !== 'own' || threadId === '' || threadId === state.meta.id) return;
    const { meta, rootId: rootSessionId } = state;
    const parentThreadId = meta.id;
    this.#emit({
      type: 'thread',
      agent: this.#agent,
      sessionId: threadId,
      rootSessionId,
      threadId,
      parentThreadId,
      name,
      spawnedBy,
    });
  }

  #tellSession(state: State, title: string): void {
    const { meta, rootId: rootSessionId, at } = state;
    const { id: sessionId, parentId: parentSessionId, cwd, branch, repository, version } = meta;
    const where = { cwd, branch, repository, version };
    this.#emit({ type: 'session', agent: this.#agent, sessionId, rootSessionId, parentSessionId, title, ...where, at });
  }

  #seeTurn(state: State, turnId: string, startedAt: number | undefined | 'turn', at: number): void {
    const wasOwn = state.replay.isOwn;
    seeTurn(state.replay, state.meta, turnId, startedAt, at);
    if (!wasOwn && state.replay.isOwn) this.#goOwn(state);
  }

  /** What was copied ends here: nothing of it waits for a call of our own. */
  #goOwn(state: State): void {
    state.replay.isOwn = true;
    inherit(state.counter);
    state.desk.open = [];
    state.said = 0;
    state.latest = '';
    state.compacted = undefined;
  }

  /** In whose name calls without a name of their own are told: see replay.ts. */
  #scopeId({ meta, replay }: State): string {
    return replay.isOwn ? meta.id : this.#file.rootOf(meta.parentId);
  }

  #fingerprint(state: State, epoch: number, position: Tokens, usage: Tokens): string {
    const id = this.#scopeId(state);
    if (this.#scope?.id !== id) this.#scope = scopeOf(id);
    return fingerprint(this.#scope, epoch, position, usage);
  }

  #whose({ meta }: State): Whose {
    return { agent: this.#agent, sessionId: meta.id, emit: this.#emit };
  }
}
