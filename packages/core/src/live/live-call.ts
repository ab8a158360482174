/**
 * One call as a run knows it: the best snapshot told, and in flight an estimate from the text it has written since. The
 * estimate is replaced by what is told, never added to it; a settled call is final but for a better word on the same.
 */
import type { CallRecord, CallSighting, SourceRef } from '../call.ts';
import { mergeCalls } from '../call.ts';
import type { CallTextEvent } from '../event.ts';
import { maxUsage, NO_USAGE } from '../usage.ts';

/** What stands in for tokens until they are told: the usual length of one in Latin text and code. */
const CHARACTERS_PER_TOKEN = 4;

/** What names a call and its place before its first snapshot. */
export interface CallPlace {
  readonly agent: string;
  readonly identity: string;
  readonly sessionId: string;
  readonly rootSessionId: string;
  readonly threadId: string;
  readonly model: string;
  readonly caller: string;
  readonly at: number;
}

export class LiveCall {
  readonly identity: string;
  readonly startedAt: number;
  readonly #source: SourceRef;
  readonly #place: CallPlace;
  #told: CallRecord | undefined;
  #isSettled = false;
  #characters = 0;
  #tokens = 0;
  /** The first tool it asked for. */
  firstTool: { readonly name: string; readonly kind: string } | undefined;

  constructor(place: CallPlace, source: SourceRef) {
    this.identity = place.identity;
    this.startedAt = place.at;
    this.#place = place;
    this.#source = source;
  }

  /** Where it was first heard of. */
  get threadId(): string {
    return this.#place.threadId;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Tokens of its output that nobody told yet. */
  get estimate(): number {
    return this.#isSettled ? 0 : this.#tokens + Math.floor(this.#characters / CHARACTERS_PER_TOKEN);
  }

  /** The sighting this call stands for now, estimate included; undefined where nothing is known of it at all. */
  now(): CallSighting | undefined {
    const { estimate } = this;
    if (!this.#told) return estimate > 0 ? { ...this.#unseen(), usage: { ...NO_USAGE, output: estimate } } : undefined;
    if (estimate === 0) return this.#told;
    const { usage } = this.#told;
    return { ...this.#told, certainty: 'estimated', usage: { ...usage, output: usage.output + estimate } };
  }

  /** What was told of it, without an estimate. */
  get told(): CallSighting | undefined {
    return this.#told;
  }

  text(event: CallTextEvent): void {
    if (this.#isSettled) return;
    if (event.estimatedTokens !== undefined) this.#tokens += Math.max(0, event.estimatedTokens);
    else this.#characters += Math.max(0, event.characters);
  }

  /** A snapshot in flight: counts only grow, and a grown output stands for the text written so far. */
  snapshot(call: CallSighting): void {
    if (this.#isSettled) return;
    const before = this.#told;
    if (call.usage.output > (before?.usage.output ?? 0)) this.#replaceEstimate();
    const certainty = call.certainty;
    this.#told = {
      ...call,
      usage: before ? maxUsage(before.usage, call.usage) : call.usage,
      certainty,
      source: this.#source,
    };
    if (before) this.#told = { ...this.#told, ...keepKnown(before, call) };
  }

  /** The final word. The first replaces what was provisional, later ones only add what they know better. */
  settle(call: CallSighting): void {
    const record: CallRecord = { ...call, source: this.#source };
    this.#told =
      this.#told && this.#isSettled
        ? mergeCalls(this.#told, record)
        : { ...record, ...(this.#told ? keepKnown(this.#told, record) : {}) };
    this.#isSettled = true;
    this.#replaceEstimate();
  }

  /** It ended without a final word: what was told stands, as a lower bound where it was cut; no estimate stays. */
  end(at: number, isWhole: boolean): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#replaceEstimate();
    if (!this.#told) return;
    const { certainty } = this.#told;
    this.#told = {
      ...this.#told,
      at: Math.max(at, this.#told.at),
      certainty: !isWhole && certainty === 'exact' ? 'at_least' : certainty,
    };
  }

  #replaceEstimate(): void {
    this.#characters = 0;
    this.#tokens = 0;
  }

  #unseen(): CallSighting {
    return {
      agent: this.#place.agent,
      identity: this.#place.identity,
      sessionId: this.#place.sessionId,
      rootSessionId: this.#place.rootSessionId,
      threadId: this.#place.threadId,
      model: this.#place.model,
      caller: this.#place.caller,
      at: this.#place.at,
      requestId: '',
      chain: 'main',
      seller: '',
      usage: NO_USAGE,
      certainty: 'estimated',
      cwd: '',
      branch: '',
      tier: '',
      geo: '',
      webSearches: 0,
      assumedLifetime: false,
      counted: true,
    };
  }
}

/** What an earlier snapshot told and a later one left out. */
function keepKnown(before: CallSighting, after: CallSighting): Partial<CallSighting> {
  return {
    requestId: after.requestId || before.requestId,
    model: after.model || before.model,
    seller: after.seller || before.seller,
    at: Math.max(before.at, after.at),
    cwd: after.cwd || before.cwd,
    branch: after.branch || before.branch,
    tier: after.tier || before.tier,
    geo: after.geo || before.geo,
    contextWindow: after.contextWindow ?? before.contextWindow,
    stopReason: after.stopReason ?? before.stopReason,
    textBytes: after.textBytes ?? before.textBytes,
    reasoningBytes: after.reasoningBytes ?? before.reasoningBytes,
  };
}
