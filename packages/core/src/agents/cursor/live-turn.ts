/**
 * One turn of Cursor as one call: what streams is a bare count of tokens, neither input nor all of the output, and stands
 * in until the turn's own usage replaces it. A turn that tells none keeps the count, as an estimate. It refuses totals:
 * Cursor's count cached tokens twice.
 */
import type { ContextHabits } from '../../attribution/piece.ts';
import type { CallEndEvent, Emit } from '../../event.ts';
import { readCount, type TokenUsage } from '../../usage.ts';
import { type Json, objectOf } from '../json.ts';
import { LiveCalls } from '../live-calls.ts';
import { liveSighting } from '../live-sighting.ts';

export const AGENT = 'cursor';

/** One usage a turn, whatever it made of it. */
export const CONTEXT: ContextHabits = { reasoningReenters: false, prefixCache: false, tellsTurns: true };

export interface TurnPlace {
  readonly sessionId: string;
  readonly runId: string;
  readonly model: string;
  readonly cwd: string;
}

export class LiveTurn {
  readonly #calls = new LiveCalls();
  #number = 1;
  /** Tokens told while the turn goes on. */
  #tokens = 0;
  #hasDeltas = false;
  #isWriting = false;
  /** Whether something came since a turn was over: without it, its end is only said again. */
  #isUnderWay = true;

  identity({ runId }: TurnPlace): string {
    return `${runId}:turn${this.#number}`;
  }

  /** Anything but the end of a turn came. */
  goesOn(): void {
    this.#isUnderWay = true;
  }

  /** One `token-delta`. */
  count(place: TurnPlace, tokens: number | undefined, at: number, emit: Emit): void {
    if (!tokens) return;
    this.#hasDeltas = true;
    this.#tokens = Math.min(Number.MAX_SAFE_INTEGER, this.#tokens + tokens);
    this.#write(place, 'text', 0, tokens, at, emit);
  }

  /** Text that is written. Where tokens are counted, its characters are in them. */
  text(place: TurnPlace, kind: 'text' | 'reasoning', characters: number, at: number, emit: Emit): void {
    if (characters > 0 && !this.#hasDeltas) this.#write(place, kind, characters, undefined, at, emit);
  }

  /** `turn-ended`. Without usage, the count that streamed is kept. */
  ended(place: TurnPlace, told: unknown, at: number, emit: Emit): void {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    const usage = usageOf(objectOf(told));
    if (usage) this.#settle(place, usage, 'exact', 'ok', at, emit);
    else this.keep(place, 'ok', at, emit);
  }

  /** The turn is over and told no usage of its own. */
  keep(place: TurnPlace, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    const output = this.#tokens;
    const estimate = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output };
    if (output > 0) this.#settle(place, estimate, 'estimated', outcome, at, emit);
    else if (this.#isWriting) this.#end(place, outcome, at, emit);
  }

  #settle(
    place: TurnPlace,
    usage: TokenUsage,
    certainty: 'exact' | 'estimated',
    outcome: CallEndEvent['outcome'],
    at: number,
    emit: Emit,
  ): void {
    const { sessionId, model, cwd } = place;
    const identity = this.identity(place);
    const whose = { agent: AGENT, identity, sessionId, threadId: sessionId, caller: 'lead' } as const;
    this.#calls.tell(liveSighting({ ...whose, model, seller: 'cursor', at, usage, certainty, cwd }), emit);
    this.#calls.settle(identity, certainty, outcome, at, emit);
    this.#next();
  }

  #end(place: TurnPlace, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    const { sessionId } = place;
    const whose = { agent: AGENT, sessionId, threadId: sessionId, at, callIdentity: this.identity(place) };
    emit({ type: 'call_end', ...whose, outcome });
    this.#next();
  }

  #next(): void {
    this.#number++;
    this.#tokens = 0;
    this.#isWriting = false;
  }

  #write(
    place: TurnPlace,
    kind: 'text' | 'reasoning',
    characters: number,
    estimatedTokens: number | undefined,
    at: number,
    emit: Emit,
  ): void {
    this.#isWriting = true;
    const { sessionId } = place;
    const whose = { agent: AGENT, sessionId, threadId: sessionId, at, callIdentity: this.identity(place) };
    emit({ type: 'call_text', ...whose, kind, characters, estimatedTokens });
  }
}

/** Input holds what was read from and written to the cache; reasoning is within output. */
function usageOf(told: Json | undefined): TokenUsage | undefined {
  const whole = readCount(told?.inputTokens);
  const output = readCount(told?.outputTokens);
  if (whole === undefined && output === undefined) return undefined;
  const cacheRead = readCount(told?.cacheReadTokens) ?? 0;
  const cacheWrite5m = readCount(told?.cacheWriteTokens) ?? 0;
  const reasoning = readCount(told?.reasoningTokens);
  return {
    input: Math.max(0, (whole ?? 0) - cacheRead - cacheWrite5m),
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: output ?? 0,
    reasoning: reasoning === undefined ? undefined : Math.min(reasoning, output ?? 0),
  };
}
