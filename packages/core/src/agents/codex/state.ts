/**
 * What a reader of a rollout remembers between lines, so that reading can go on at any line after a restart: names,
 * counters and what is still open. It refuses text and grows with nothing but what is open.
 */
import { type Counter, newCounter } from './counter.ts';
import { type Desk, newDesk } from './desk.ts';
import type { ToldLimit } from './limits.ts';
import { type Meta, text } from './meta.ts';
import { newReplay, type Replay } from './replay.ts';
import { record, type Tokens } from './tokens.ts';

/** A call as told, kept for as long as something about it may still be learnt. */
export interface Known {
  readonly identity: string;
  readonly at: number;
  readonly tokens: Tokens;
  readonly responseId: string;
  /** Bytes of what the answer said. */
  readonly textBytes?: number | undefined;
}

/** Plain JSON, about 2 KB. */
export interface State {
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
  window: number | undefined;
  /** Tokens in context after the latest call. */
  context: number | undefined;
  turnId: string;
  /** Prompts of this turn, as messages and as items: two ways of telling the same. */
  messages: number;
  items: number;
  /** Bytes of what was said since the latest call: the next one's words. Absent in states of before. */
  said?: number | undefined;
  /** What Codex put into the prompt that stands there for good, as it calls it. Absent in states of before. */
  standing?: string[] | undefined;
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
  compacted: { id: string; at: number; before?: number | undefined } | undefined;
  readonly limits: Record<string, ToldLimit>;
}

/** `rootOf` as in `LogFile`; `at` is the time of the first record. */
export function newState(meta: Meta, rootOf: (sessionId: string) => string, at: number): State {
  const top = meta.topId || (meta.parentId && rootOf(meta.parentId)) || meta.id;
  return {
    version: 1,
    meta,
    rootId: meta.kind === 'subagent' ? top : meta.id,
    counter: newCounter(),
    replay: newReplay(meta, at),
    desk: newDesk(),
    model: meta.model,
    seller: meta.seller,
    tier: '',
    cwd: meta.cwd,
    window: undefined,
    context: undefined,
    turnId: '',
    messages: 0,
    items: 0,
    latest: '',
    at,
    nameless: [],
    recorded: [],
    compactions: [],
    compacted: undefined,
    limits: {},
  };
}

/** A state as `copyOf` gave it and JSON kept it; undefined for anything else. */
export function readState(stored: unknown): State | undefined {
  const { version, meta, desk } = record(stored);
  if (version !== 1 || typeof record(meta).id !== 'string' || !Array.isArray(record(desk).open)) return undefined;
  return copyOf(stored as State); // as -- it bears our version and the marks of our making
}

export function copyOf(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State; // as -- a copy of what it was given
}

export function startTurn(state: State, turnId: string): void {
  if (turnId === '' || turnId === state.turnId) return;
  state.turnId = turnId;
  state.messages = 0;
  state.items = 0;
}

/** A key that is missing leaves things as they are. */
export function takeSettings(state: State, settings: Readonly<Record<string, unknown>>): void {
  const tier = settings.service_tier;
  if (tier !== undefined) state.tier = STANDARD.has(text(tier)) ? '' : text(tier).toLowerCase();
  state.seller = text(settings.model_provider_id) || state.seller;
}

const STANDARD = new Set(['', 'default', 'standard', 'auto']);
