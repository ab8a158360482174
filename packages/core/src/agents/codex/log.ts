/**
 * Reads a rollout file: its records, one after the other, become calls, tool calls, prompts and the rest. It remembers a
 * few counters and names between lines, never the lines, and refuses to count what a parent's file counts (replay.ts).
 */

import type { CallSighting } from '../../call.ts';
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import type { Line, LogFile, LogReader, Skip } from '../agent.ts';
import { type Counter, count, newCounter, recordIsNew } from './counter.ts';
import { claim, close, type Desk, end, finish, isKnown, newDesk, openTool, put, resultOf, type Whose } from './desk.ts';
import { fingerprint, type Scope, scopeOf } from './identity.ts';
import { tellLimits } from './limits.ts';
import { type Meta, metaOfPath, readMeta, text } from './meta.ts';
import { decode } from './record.ts';
import { newReplay, type Provenance, provenance, type Replay, seeTurn } from './replay.ts';
import { readTokens, record, sumOf, type Tokens, usageOf } from './tokens.ts';
import type { Count, Told } from './told.ts';

/** A call as told, kept for as long as something about it may still be learnt. */
interface Known {
  readonly identity: string;
  readonly at: number;
  readonly tokens: Tokens;
  readonly responseId: string;
}

/** Plain JSON, about 2 KB. */
interface State {
  readonly version: 1;
  readonly meta: Meta;
  /** Session at the top of this one's sub-agents. */
  readonly rootId: string;
  readonly counter: Counter;
  readonly replay: Replay;
  readonly desk: Desk;
  model: string;
  seller: string;
  tier: string;
  cwd: string;
  window?: number | undefined;
  /** Tokens in context after the latest call. */
  context?: number | undefined;
  turnId: string;
  /** Prompts of this turn, as messages and as items: two ways of telling the same. */
  messages: number;
  items: number;
  /** Identity of the latest call, '' before the first. */
  latest: string;
  at: number;
  /** Calls that still lack a model. */
  nameless: Known[];
  /** Latest recorded calls, one of which may turn out to have been a compaction. */
  recorded: Known[];
  /** Responses known to have been compactions. */
  compactions: string[];
  /** The latest compaction, until a counter tells what it left in context. */
  compacted?: { id: string; at: number; before?: number | undefined } | undefined;
  readonly limits: Record<string, string>;
}

const MOST_NAMELESS = 64;
const MOST_RECORDED = 4;

export function openRollout(agent: string, file: LogFile, stored: unknown): LogReader {
  return new RolloutReader(agent, file, stored);
}

class RolloutReader implements LogReader {
  readonly #agent: string;
  readonly #file: LogFile;
  #state: State | undefined;
  #emit: Emit = () => {};
  #scope: Scope | undefined;

  constructor(agent: string, file: LogFile, stored: unknown) {
    this.#agent = agent;
    this.#file = file;
    // as -- a state of this version is our own, written by `state()`
    if (record(stored).version === 1) this.#state = structured(stored as State);
  }

  state(): unknown {
    return this.#state && structured(this.#state);
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
    const { rootOf } = this.#file;
    const parentTop = meta.topId || (meta.parentId && rootOf(meta.parentId)) || meta.id;
    this.#state = {
      version: 1,
      meta,
      rootId: meta.kind === 'subagent' ? parentTop : meta.id,
      counter: newCounter(),
      replay: newReplay(meta, at ?? meta.createdAt),
      desk: newDesk(),
      model: meta.model,
      seller: meta.seller,
      tier: '',
      cwd: meta.cwd,
      turnId: '',
      messages: 0,
      items: 0,
      latest: '',
      at: at ?? meta.createdAt,
      nameless: [],
      recorded: [],
      compactions: [],
      limits: {},
    };
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
        hearSettings(state, record(record(told.payload).thread_settings));
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
      case 'tool': {
        const id = told.id || `${state.turnId || this.#scopeId(state)}:${told.name}:${at}`;
        put(state.desk, openTool(id, told.name, at, told.bytes, told.searches), whose);
        return undefined;
      }
      case 'result':
        if (told.spawned !== '') this.#hearSpawn(state, told.id, told.spawned, '', origin);
        if (finish(state.desk, told.id, at, told.bytes, told, whose) || origin !== 'own' || told.id === '')
          return undefined;
        this.#emit({
          ...resultOf(whose, told.id, at, ''),
          resultBytes: told.bytes,
          isError: told.isError,
          durationMs: told.durationMs,
        });
        return undefined;
      case 'ending':
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
    if (origin === 'own' && limits !== undefined) tellLimits(this.#agent, limits, at, state.limits, this.#emit);
    if (!total && !last) return;
    state.window = window || state.window;
    this.#learnModel(state, model);
    if (context > 0) this.#hearContext(state, context);
    const counted = count(state.counter, total, last);
    state.replay.counterAt = at;
    if (!counted) return;
    state.context = sumOf(counted.usage);
    if (origin === 'copy') {
      state.desk.open = [];
      return;
    }
    const identity = this.#fingerprint(state, counted.epoch, counted.position, counted.usage);
    this.#tellCall(state, { identity, at, tokens: counted.usage, responseId: '' });
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
    const isNew = recordIsNew(state.counter, tokens, readTokens(payload.thread_token_usage));
    const threadId = text(payload.thread_id);
    if (origin === 'copy' || (!state.replay.isOwn && threadId !== '' && threadId !== state.meta.id)) {
      state.desk.open = [];
      return undefined;
    }
    if (!isNew && state.latest === '') return undefined;
    const { epoch, previous = tokens } = state.counter;
    const identity = isNew ? responseId || this.#fingerprint(state, epoch, previous, tokens) : state.latest;
    const call = { identity, at, tokens, responseId };
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

  #emitCall(state: State, { identity, at, tokens, responseId }: Known): void {
    const { meta } = state;
    const call: CallSighting = {
      agent: this.#agent,
      identity,
      requestId: '',
      chain: 'main',
      sessionId: meta.id,
      rootSessionId: state.rootId,
      threadId: meta.id,
      caller: responseId !== '' && state.compactions.includes(responseId) ? 'system:compaction' : callerOf(meta),
      model: state.model,
      seller: state.seller,
      at,
      usage: usageOf(tokens),
      certainty: 'exact',
      cwd: state.cwd,
      branch: meta.branch,
      tier: state.tier,
      geo: '',
      webSearches: 0,
      contextWindow: state.window,
      assumedLifetime: tokens.written > 0,
      counted: true,
    };
    this.#emit({ type: 'call', call });
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
    state.desk.open = [];
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

function callerOf({ kind, name }: Meta): string {
  if (kind !== 'subagent') return 'lead';
  return name === 'compact' ? 'system:compaction' : `subagent:${name || 'unknown'}`;
}

function startTurn(state: State, turnId: string): void {
  if (turnId === '' || turnId === state.turnId) return;
  state.turnId = turnId;
  state.messages = 0;
  state.items = 0;
}

/** A key that is missing leaves things as they are. */
function hearSettings(state: State, settings: Readonly<Record<string, unknown>>): void {
  const tier = settings.service_tier;
  if (tier !== undefined) state.tier = STANDARD.has(text(tier)) ? '' : text(tier).toLowerCase();
  state.seller = text(settings.model_provider_id) || state.seller;
}

const STANDARD = new Set(['', 'default', 'standard', 'auto']);

function structured(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State; // as -- a copy of what it was given
}
