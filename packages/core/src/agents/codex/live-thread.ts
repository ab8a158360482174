/**
 * One thread of a running Codex: where its counter stands and what is known of its model, so that its usage becomes calls
 * named as the rollout's own records name them. It refuses to count a total that was told before: interrupts repeat it.
 */
import type { CallSighting } from '../../call.ts';
import { readCount } from '../../usage.ts';
import { type Counter, count, newCounter, recordIsNew } from './counter.ts';
import { fingerprint, type Scope, scopeOf } from './identity.ts';
import { text } from './meta.ts';
import { isNothing, record, sumOf, type Tokens, usageOf } from './tokens.ts';

/** A response that was told of apart from the counter. */
interface Response {
  readonly id: string;
  readonly tokens: Tokens;
}

/** What may be learnt of a thread, '' unknown. */
export interface ThreadFacts {
  parentId: string;
  rootId: string;
  name: string;
  spawnedBy: string;
  model: string;
  seller: string;
  tier: string;
  cwd: string;
  branch: string;
}

const MOST_RESPONSES = 8;

export class LiveThread {
  readonly id: string;
  readonly facts: ThreadFacts;
  readonly #counter: Counter;
  readonly #scope: Scope;
  #window: number | undefined;
  #responses: Response[] = [];
  /** Whether a turn began on this connection: what is told before is where an earlier process left off. */
  hasTurn = false;
  turnId = '';
  isRunning = false;
  /** Identity of the latest call. */
  latest = '';

  constructor(id: string, facts: ThreadFacts, counter: Counter | undefined) {
    this.id = id;
    this.facts = facts;
    this.#counter = counter ?? newCounter();
    this.#scope = scopeOf(id);
  }

  /** A counter was told; answers the call it tells of, if it is a new one. */
  count(tokenUsage: unknown, at: number): CallSighting | undefined {
    const told = record(tokenUsage);
    const [total, last] = [breakdown(told.total), breakdown(told.last)];
    this.#window = readCount(told.modelContextWindow) || this.#window;
    if (!total && !last) return undefined;
    if (!this.hasTurn && !this.#counter.previous) {
      this.#counter.previous = total;
      this.#counter.first = total;
      return undefined;
    }
    const counted = count(this.#counter, total, last);
    if (!counted) return undefined;
    const { epoch, position, usage } = counted;
    return this.#sighting(fingerprint(this.#scope, epoch, position, usage), usage, this.#take(usage), at);
  }

  /** The usage of one response, told before the counter: its id is remembered for the counter's call. */
  respond(params: Readonly<Record<string, unknown>>): void {
    const tokens = breakdown(params.usage);
    const id = text(params.responseId);
    if (!tokens || isNothing(tokens) || id === '' || this.#responses.some((known) => known.id === id)) return;
    this.#responses = [...this.#responses, { id, tokens }].slice(-MOST_RESPONSES);
  }

  /** A turn is over: responses that no counter told of are calls by themselves. */
  settle(at: number): readonly CallSighting[] {
    const left = this.#responses.filter(({ tokens }) => recordIsNew(this.#counter, tokens, undefined));
    this.#responses = [];
    return left.map(({ id, tokens }) => this.#sighting(id, tokens, id, at));
  }

  get window(): number | undefined {
    return this.#window;
  }

  /** What a later reader must know: where the counter stands. */
  state(): Counter {
    return { ...this.#counter };
  }

  #take(usage: Tokens): string {
    const index = this.#responses.findIndex(({ tokens }) => sumOf(tokens) === sumOf(usage));
    return index < 0 ? '' : (this.#responses.splice(index, 1)[0]?.id ?? '');
  }

  #sighting(identity: string, tokens: Tokens, requestId: string, at: number): CallSighting {
    const { parentId, rootId, name, model, seller, tier, cwd, branch } = this.facts;
    this.latest = identity;
    return {
      agent: 'codex',
      identity,
      requestId,
      chain: 'main',
      sessionId: this.id,
      rootSessionId: rootId || this.id,
      threadId: this.id,
      caller: parentId === '' ? 'lead' : `subagent:${name || 'unknown'}`,
      model,
      seller: seller || 'openai',
      at,
      usage: usageOf(tokens),
      certainty: 'exact',
      cwd,
      branch,
      tier,
      geo: '',
      webSearches: 0,
      contextWindow: this.#window,
      assumedLifetime: tokens.written > 0,
      counted: true,
    };
  }
}

/** Counts as the app-server spells them; undefined where none is there. */
function breakdown(value: unknown): Tokens | undefined {
  const told = record(value);
  const input = readCount(told.inputTokens);
  const output = readCount(told.outputTokens);
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    cached: readCount(told.cachedInputTokens) ?? 0,
    written: readCount(told.cacheWriteInputTokens) ?? 0,
    output: output ?? 0,
    reasoning: readCount(told.reasoningOutputTokens),
  };
}

/** A counter as `state` gave it and JSON kept it; undefined for anything else. */
export function storedCounter(value: unknown): Counter | undefined {
  const stored = record(value);
  const epoch = readCount(stored.epoch);
  if (epoch === undefined) return undefined;
  const tokens = (told: unknown): Tokens | undefined => {
    const { input, cached, written, output, reasoning } = record(told);
    const [i, c, w, o] = [readCount(input), readCount(cached), readCount(written), readCount(output)];
    if (i === undefined || c === undefined || w === undefined || o === undefined) return undefined;
    return { input: i, cached: c, written: w, output: o, reasoning: readCount(reasoning) };
  };
  return {
    previous: tokens(stored.previous),
    first: tokens(stored.first),
    epoch,
    latest: tokens(stored.latest),
    by: stored.by === 'record' ? 'record' : 'counter',
    claimed: stored.claimed === true,
  };
}
