/**
 * The calls of a live stream while they are in flight: keeps the best that was told of each, emits a snapshot where it
 * tells more than the one before, and ends each once. It refuses to let a figure shrink, and to reopen what is settled.
 */
import type { CallSighting, Certainty } from '../call.ts';
import type { CallEndEvent, Emit } from '../event.ts';
import { maxUsage, sameUsage } from '../usage.ts';

interface Known {
  readonly call: CallSighting;
  readonly isSettled: boolean;
}

/** Settled calls that are remembered, so that a repetition is known for one. */
const MOST_SETTLED = 1000;

export class LiveCalls {
  readonly #known = new Map<string, Known>();
  #settled = 0;

  /** A snapshot of a call in flight, or one more word on a call that is settled. */
  tell(call: CallSighting, emit: Emit): void {
    const known = this.#known.get(call.identity);
    const grown = known ? grow(known.call, call) : call;
    if (known && tellsTheSame(known.call, grown)) return;
    this.#known.set(call.identity, { call: grown, isSettled: known?.isSettled === true });
    emit({ type: 'call', call: grown, isProvisional: known?.isSettled === true ? undefined : true });
  }

  /** The call is over and `certainty` says how sure its figures are. Nothing happens to one that is over already. */
  settle(identity: string, certainty: Certainty, outcome: CallEndEvent['outcome'], at: number, emit: Emit): void {
    const known = this.#known.get(identity);
    if (!known || known.isSettled) return;
    const call = { ...known.call, certainty, at: Math.max(at, known.call.at) };
    // Set anew, so that the oldest settled call is the first to be forgotten.
    this.#known.delete(identity);
    this.#known.set(identity, { call, isSettled: true });
    this.#settled++;
    emit({ type: 'call', call });
    const { agent, sessionId, threadId } = call;
    emit({ type: 'call_end', agent, sessionId, threadId, at: call.at, callIdentity: identity, outcome });
    if (this.#settled > MOST_SETTLED) this.#forgetOldest();
  }

  /** The best that was told of a call so far. */
  of(identity: string): CallSighting | undefined {
    return this.#known.get(identity)?.call;
  }

  isOpen(identity: string): boolean {
    return this.#known.get(identity)?.isSettled === false;
  }

  /** Calls in flight, of one thread or of all. */
  open(threadId?: string): readonly CallSighting[] {
    const open: CallSighting[] = [];
    for (const { call, isSettled } of this.#known.values())
      if (!isSettled && (threadId === undefined || call.threadId === threadId)) open.push(call);
    return open;
  }

  /** Everything still in flight is over, with what was told of it. */
  settleOpen(outcome: CallEndEvent['outcome'], at: number, emit: Emit, threadId?: string): void {
    for (const { identity } of this.open(threadId)) this.settle(identity, 'at_least', outcome, at, emit);
  }

  #forgetOldest(): void {
    for (const [identity, { isSettled }] of this.#known) {
      if (!isSettled) continue;
      this.#known.delete(identity);
      this.#settled--;
      return;
    }
  }
}

const SURENESS: Record<Certainty, number> = { exact: 3, reported: 2, at_least: 1, estimated: 0 };

function grow(before: CallSighting, now: CallSighting): CallSighting {
  return {
    ...now,
    requestId: now.requestId || before.requestId,
    model: now.model || before.model,
    seller: now.seller || before.seller,
    cwd: now.cwd || before.cwd,
    tier: now.tier || before.tier,
    geo: now.geo || before.geo,
    at: Math.max(before.at, now.at),
    usage: maxUsage(before.usage, now.usage),
    certainty: SURENESS[now.certainty] >= SURENESS[before.certainty] ? now.certainty : before.certainty,
    webSearches: Math.max(before.webSearches, now.webSearches),
    contextWindow: now.contextWindow ?? before.contextWindow,
    stopReason: now.stopReason ?? before.stopReason,
    textBytes: now.textBytes ?? before.textBytes,
    reasoningBytes: now.reasoningBytes ?? before.reasoningBytes,
    assumedLifetime: before.assumedLifetime && now.assumedLifetime,
  };
}

/** Whether only the time differs: nobody need hear of that. */
function tellsTheSame(a: CallSighting, b: CallSighting): boolean {
  return (
    sameUsage(a.usage, b.usage) &&
    a.requestId === b.requestId &&
    a.model === b.model &&
    a.caller === b.caller &&
    a.certainty === b.certainty &&
    a.tier === b.tier &&
    a.webSearches === b.webSearches &&
    a.contextWindow === b.contextWindow &&
    a.stopReason === b.stopReason &&
    a.textBytes === b.textBytes &&
    a.reasoningBytes === b.reasoningBytes
  );
}
