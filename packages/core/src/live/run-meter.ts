/**
 * The fold of one run: whatever its sources say becomes the best knowledge of its calls, and every change of that
 * knowledge is a delta, so that the deltas add up to the meter at every moment. Totals by thread, model and caller are
 * kept as it goes. It refuses to know a clock, a store or a screen.
 */
import type { BucketCost } from '../attribution/cost.ts';
import { bucketCost } from '../attribution/cost.ts';
import { LiveAttribution } from '../attribution/live.ts';
import { ceilingNano } from '../budget/ceiling-cost.ts';
import type { CallSighting, SourceRef } from '../call.ts';
import { isSameCall } from '../call.ts';
import type { AgentEvent, CallTextEvent, SessionEvent } from '../event.ts';
import { mergeSessions } from '../meter.ts';
import type { PriceBook, Rating } from '../price/price.ts';
import type { Totals } from '../query.ts';
import type { SightedCall } from '../reconcile.ts';
import type { Measures } from '../rollup.ts';
import { addMeasures, measureCall, noMeasures, totalsOf } from '../rollup.ts';
import { BUCKETS, type TokenUsage } from '../usage.ts';
import type { CallPlace } from './live-call.ts';
import { LiveCall } from './live-call.ts';
import { LiveThreads } from './live-threads.ts';
import { Pace } from './pace.ts';
import { SeenKeys } from './seen-keys.ts';
import { ReportedTotals } from './unattributed.ts';

/** A change of what is known of one call. */
export interface UsageDelta {
  readonly callId: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly model: string;
  readonly at: number;
  /** Later minus earlier, per bucket; nothing is negative in a `live` one. */
  readonly usage: TokenUsage;
  readonly kind: 'live' | 'settle' | 'correction';
  readonly certainty: CallSighting['certainty'];
  /** Change of what has a price, in nano-dollars. */
  readonly costNano: number;
  /** Set once, when the call settles. */
  readonly settled?: SettledCall | undefined;
}

/** A call that has its final word. */
export interface SettledCall {
  readonly call: LiveCall;
  readonly sighting: CallSighting;
  /** Nano-dollars, undefined without a price. */
  readonly costNano: number | undefined;
  /** Growth of its thread's context since the call before. */
  readonly contextDelta: number | undefined;
}

export interface RunMeterOptions {
  readonly runId: string;
  readonly agent: string;
  readonly startedAt: number;
  /** Model asked for: stands in until a call tells its own. */
  readonly model?: string | undefined;
  readonly book: () => PriceBook;
}

/** What a call adds to every sum it is in. */
interface Share {
  readonly sighting: CallSighting;
  readonly measures: Measures;
  /** Nano-dollars as a budget counts them: an unknown price at its ceiling. */
  readonly capNano: number;
}

interface Entry {
  readonly key: string;
  readonly call: LiveCall;
  share: Share | undefined;
}

/** Settled calls kept one by one; older ones stand in the sums alone, and are final. */
const CALLS_KEPT = 256;

export class RunMeter {
  readonly source: SourceRef;
  readonly total = noMeasures();
  /** The part of `total` that is in flight. */
  readonly inFlight = noMeasures();
  readonly byModel = new Map<string, Measures>();
  readonly byCaller = new Map<string, Measures>();
  readonly threads = new LiveThreads();
  readonly pace = new Pace();
  /** What consumed the tokens so far. */
  readonly attribution = new LiveAttribution();
  lastAt: number;
  /** What was told of the session at the top. */
  session: SessionEvent | undefined;
  readonly #options: RunMeterOptions;
  readonly #calls = new Map<string, Entry>();
  /** Calls let go, so that hearing of one again changes nothing. */
  readonly #final = new SeenKeys();
  readonly #reported = new ReportedTotals();
  #estimated = 0;
  #capNano = 0;

  constructor(options: RunMeterOptions) {
    this.#options = options;
    this.lastAt = options.startedAt;
    this.source = { agent: options.agent, path: `live:${options.runId}`, startedAt: options.startedAt, bornAt: 0 };
  }

  /** Tokens of the total that are an estimate in flight. */
  get estimatedTokens(): number {
    return this.#estimated;
  }

  /** Nano-dollars as a budget counts them: what is in flight included, an unknown price at its ceiling. */
  get capNano(): number {
    return this.#capNano;
  }

  /** Whether the agent told totals of its own. */
  get hasReportedTotals(): boolean {
    return this.#reported.size > 0;
  }

  /** Calls that are held one by one, here and where they are attributed: a measure of memory. */
  get kept(): number {
    return this.#calls.size + this.attribution.kept;
  }

  get totals(): Totals {
    return totalsOf(this.total);
  }

  /**
   * Folds one event; answers what it changed. `rating` is what a ledger already rated the call at (null: it has no
   * price), else the book is asked.
   */
  apply(event: AgentEvent, rating?: Rating | null): UsageDelta | undefined {
    if ('at' in event && event.at > this.lastAt) this.lastAt = event.at;
    switch (event.type) {
      case 'call':
        return this.#see(event.call, event.isProvisional === true, rating);
      case 'call_text':
        return this.#write(event);
      case 'call_end': {
        const entry = this.#calls.get(keyOf(event.agent, event.callIdentity));
        if (!entry || entry.call.isSettled) return undefined;
        return this.#change(entry, () => entry.call.end(event.at, event.outcome === 'ok'), rating);
      }
      case 'session':
        this.#meet(event);
        return undefined;
      case 'reported_total':
        this.#reported.hear(event);
        return undefined;
      default: {
        if (event.type === 'tool_call') {
          const call = this.#calls.get(keyOf(event.agent, event.callIdentity))?.call;
          if (call) call.firstTool ??= { name: event.name, kind: event.kind };
        }
        this.attribution.hear(event);
        this.threads.tell(event, this.lastAt);
        return undefined;
      }
    }
  }

  /**
   * The run is over: calls still open keep what was told of them, and what the agent's own totals tell beyond the calls
   * becomes one flagged call a model. `earlier` are calls of the session from before the run, which a counter that goes on
   * has in it too; null where nobody can tell them: then no total is read. Doing it twice changes nothing.
   */
  settle(at: number, earlier: readonly SightedCall[] | null = []): UsageDelta[] {
    const deltas: (UsageDelta | undefined)[] = [];
    for (const entry of this.#calls.values())
      if (!entry.call.isSettled) deltas.push(this.#change(entry, () => entry.call.end(at, false)));
    for (const call of earlier ? this.#remainders(earlier) : []) deltas.push(this.#see(call, false));
    this.threads.end(at);
    return deltas.filter((delta) => delta !== undefined);
  }

  /** What the agent's totals tell beyond the calls. */
  #remainders(earlier: readonly SightedCall[]): readonly CallSighting[] {
    const sighted = [...earlier];
    for (const { call } of this.#calls.values())
      if (call.told && call.told.certainty !== 'reported') sighted.push(this.#sighted(call.told));
    const { agent, runId } = this.#options;
    const threadId = this.threads.mains[0]?.threadId ?? '';
    const compactions = [...this.threads.compactions.values()];
    return this.#reported.remainders(sighted, compactions, { agent, runId, threadId });
  }

  #meet(event: SessionEvent): void {
    const isRoot = event.sessionId === event.rootSessionId;
    const known = this.session;
    if (known?.sessionId === event.sessionId) this.session = mergeSessions(known, event);
    else if (!known || (isRoot && known.sessionId !== known.rootSessionId)) this.session = event;
    else if (isRoot && event.at >= known.at) this.session = event;
  }

  #see(call: CallSighting, isProvisional: boolean, rating?: Rating | null): UsageDelta | undefined {
    const entry = this.#entry(call);
    if (!entry) return undefined;
    if (call.at > this.lastAt) this.lastAt = call.at;
    const thread = this.threads.at(call);
    const delta = this.#change(
      entry,
      () => (isProvisional ? entry.call.snapshot(call) : entry.call.settle(call)),
      rating,
    );
    if (delta) thread.goOn();
    if (delta?.settled && call.caller === 'lead' && thread.tools.size === 0 && ANSWERED.has(call.stopReason ?? ''))
      thread.be('waiting_user', call.at);
    if (!isProvisional) this.#forgetOldest();
    return delta;
  }

  #write(event: CallTextEvent): UsageDelta | undefined {
    const thread = this.threads.at(event);
    thread.goOn();
    const entry = this.#entry({
      agent: event.agent,
      identity: event.callIdentity,
      requestId: '',
      chain: 'main',
      sessionId: event.sessionId,
      rootSessionId: thread.rootSessionId,
      threadId: event.threadId,
      model: thread.model || (this.#options.model ?? ''),
      caller: thread.isMain ? 'lead' : `subagent:${thread.name}`,
      at: event.at,
    });
    return entry && this.#change(entry, () => entry.call.text(event));
  }

  /** Lets a call learn something and moves every sum by the difference. */
  #change(entry: Entry, learn: () => void, rating?: Rating | null): UsageDelta | undefined {
    const { call, share: before } = entry;
    const wasSettled = call.isSettled;
    const estimateBefore = call.estimate;
    learn();
    this.#estimated += call.estimate - estimateBefore;
    const sighting = call.now();
    const after = sighting && this.#share(sighting, rating);
    entry.share = after;
    if (before) this.#add(before, -1, !wasSettled);
    if (after) this.#add(after, 1, !call.isSettled);
    this.attribution.see(entry.key, after && { ...after, cost: bucketCostOf(after), isSettled: call.isSettled });
    this.#place(entry);
    const shown = after ?? before;
    if (!shown) return undefined;
    const usage = difference(after?.measures, before?.measures);
    const isSettling = call.isSettled && !wasSettled;
    const isNothing = BUCKETS.every((bucket) => usage[bucket] === 0) && (usage.reasoning ?? 0) === 0;
    if (isNothing && !isSettling) return undefined;
    const costNano = costOf(after?.measures) - costOf(before?.measures);
    this.pace.add(shown.sighting.at, costNano, usage.output);
    const isNegative = BUCKETS.some((bucket) => usage[bucket] < 0);
    const { sessionId, threadId, model, at, certainty } = shown.sighting;
    return {
      callId: call.identity,
      sessionId,
      threadId,
      model,
      at,
      usage,
      kind: isSettling ? 'settle' : isNegative || wasSettled ? 'correction' : 'live',
      certainty,
      costNano,
      settled: isSettling && after ? this.#settled(call, after) : undefined,
    };
  }

  #settled(call: LiveCall, { sighting, measures }: Share): SettledCall {
    return {
      call,
      sighting,
      costNano: measures.unpricedTokens > 0 ? undefined : costOf(measures),
      contextDelta: this.threads.get(sighting.threadId)?.growth(sighting),
    };
  }

  /** Tells the call's thread that it is open or over, and what stands in the window. */
  #place({ key, call, share }: Entry): void {
    const thread = this.threads.get(share?.sighting.threadId ?? call.threadId);
    if (!thread) return;
    if (call.isSettled) thread.open.delete(key);
    else if (!thread.open.has(key)) thread.open.set(key, call.startedAt);
    if (share) thread.look(share.sighting);
  }

  #share(sighting: CallSighting, rating: Rating | null | undefined): Share {
    const book = this.#options.book();
    const rated = rating === undefined ? book.rate(sighting) : (rating ?? undefined);
    return {
      sighting,
      measures: measureCall(sighting, rated),
      capNano: rated ? rated.totalNano : ceilingNano(book, sighting),
    };
  }

  #add({ sighting, measures, capNano }: Share, sign: 1 | -1, isInFlight: boolean): void {
    addMeasures(this.total, measures, sign);
    if (isInFlight) addMeasures(this.inFlight, measures, sign);
    this.#capNano += sign * capNano;
    addTo(this.byModel, sighting.model, measures, sign);
    addTo(this.byCaller, sighting.caller, measures, sign);
    addMeasures(this.threads.at(sighting).sum, measures, sign);
  }

  #entry(place: CallPlace & Pick<CallSighting, 'requestId' | 'chain'>): Entry | undefined {
    let key = keyOf(place.agent, place.identity);
    if (this.#final.has(key)) return undefined;
    let entry = this.#calls.get(key);
    const told = entry?.call.told;
    if (told && !isSameCall(told, { ...told, requestId: place.requestId, chain: place.chain })) {
      key = `${key}\0${place.requestId}`;
      if (this.#final.has(key)) return undefined;
      entry = this.#calls.get(key);
    }
    if (!entry) {
      entry = { key, call: new LiveCall(place, this.source), share: undefined };
      this.#calls.set(key, entry);
    }
    return entry;
  }

  #sighted(call: CallSighting): SightedCall {
    return {
      model: call.model,
      at: call.at,
      usage: call.usage,
      isCompaction: call.caller === 'system:compaction',
      isMain: this.threads.get(call.threadId)?.isMain ?? true,
    };
  }

  /** Bounds the memory of a run that goes on for days. */
  #forgetOldest(): void {
    if (this.#calls.size <= CALLS_KEPT) return;
    for (const [key, { call }] of this.#calls) {
      if (!call.isSettled) continue;
      this.#calls.delete(key);
      this.#final.add(key);
      this.attribution.release(key);
      if (call.told && call.told.certainty !== 'reported') this.#reported.fold(this.#sighted(call.told));
      return;
    }
  }
}

/** How a model's own word on stopping says that it waits for a person now. */
const ANSWERED: ReadonlySet<string> = new Set(['end_turn', 'stop', 'stop_sequence', 'refusal']);

function keyOf(agent: string, identity: string): string {
  return `${agent}\0${identity}`;
}

function addTo(sums: Map<string, Measures>, key: string, measures: Measures, sign: 1 | -1): void {
  const sum = sums.get(key) ?? noMeasures();
  addMeasures(sum, measures, sign);
  if (sum.entries === 0) sums.delete(key);
  else sums.set(key, sum);
}

/** A call's cost by bucket as attribution splits it; undefined without a price. */
function bucketCostOf({ sighting, measures }: Share): BucketCost | undefined {
  if (measures.priced === 0) return undefined;
  const { costInput, costCacheRead, costCacheWrite, costOutput, costOther } = measures;
  return bucketCost({ costInput, costCacheRead, costCacheWrite, costOutput, costOther }, sighting.usage);
}

/** Nano-dollars of what has a price. */
function costOf(measures: Measures | undefined): number {
  if (!measures) return 0;
  const { costInput, costCacheRead, costCacheWrite, costOutput, costOther } = measures;
  return costInput + costCacheRead + costCacheWrite + costOutput + costOther;
}

function difference(after: Measures | undefined, before: Measures | undefined): TokenUsage {
  const of = (bucket: (typeof BUCKETS)[number] | 'reasoning') => (after?.[bucket] ?? 0) - (before?.[bucket] ?? 0);
  const isTold = (after?.reasoningTold ?? 0) + (before?.reasoningTold ?? 0) > 0;
  return {
    input: of('input'),
    cacheRead: of('cacheRead'),
    cacheWrite5m: of('cacheWrite5m'),
    cacheWrite1h: of('cacheWrite1h'),
    output: of('output'),
    reasoning: isTold ? of('reasoning') : undefined,
  };
}
