/**
 * The hub: every run in progress, started or observed, in memory. Events are folded at once, the verdict on a budget is
 * taken on each of them, screens hear of it at most four times a second a run, and the scribe writes behind. It refuses to
 * wait for a store between an event and a verdict.
 */
import type {
  AgentEvent,
  Clock,
  Ledger,
  Run,
  RunStore,
  SessionDetail,
  StopReason,
  UsageDelta,
  WireLiveNow,
  WireLiveRun,
} from '@tokenmeter/core';
import { Pace, TokenmeterError, wireInstant } from '@tokenmeter/core';
import type { Config } from '../config.ts';
import { Purse } from '../guard/purse.ts';
import { judgeAll, refusal, spenderOf } from '../guard/watch-caps.ts';
import type { Ingest } from '../house.ts';
import { EndedSessions } from './ended-sessions.ts';
import { Feed } from './feed.ts';
import { FollowedRun, statusEntry } from './followed-run.ts';
import { HeldBook } from './held-book.ts';
import { observedRun } from './observed-run.ts';
import { isActive, Observer } from './observer.ts';
import { Orphans } from './orphans.ts';
import type { Hub, InterruptAnswer, LiveFrame, OpenOptions, OpenRun, Processes, RunEnding, RunFacts } from './port.ts';
import { Scribe, type ScribeOptions } from './scribe.ts';
import { settleRun } from './settle-run.ts';
import { newestFirst, wireFollowed } from './sight.ts';
import { Strip } from './strip.ts';
import { Teller } from './teller.ts';

/** A run that ended stays among those in progress for so long. */
const FAREWELL_MS = 60_000;
/** How often what time alone changes is looked at: silence, runs that leave, the strip's pace. */
const TICK_MS = 2_000;
/** The strip and the caps ask the ledger at most so often. */
const ASK_MS = 1_000;

export interface HubOptions {
  readonly ledger: Ledger;
  readonly runs: RunStore;
  readonly ingest: Ingest;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly processes?: Processes | undefined;
  readonly isDemo?: boolean | undefined;
  readonly keeps?: ScribeOptions['keeps'];
}

export class LiveHub implements Hub {
  readonly #options: HubOptions;
  readonly #followed = new Map<string, FollowedRun>();
  readonly #open = new Map<string, OpenRun>();
  readonly #pace = new Pace();
  readonly #feed = new Feed();
  readonly #book: HeldBook;
  readonly #strip: Strip;
  readonly #purse: Purse;
  readonly #scribe: Scribe;
  readonly #teller: Teller;
  readonly #observer: Observer;
  readonly #orphans: Orphans;
  readonly #over = new EndedSessions();
  /** Until when each root session's spend is in the pace already. */
  readonly #pacedTo = new Map<string, number>();
  #tickTimer: NodeJS.Timeout | undefined;
  #askTimer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    const { ledger, runs, ingest, clock, config, processes, keeps } = options;
    this.#strip = new Strip({ ledger, clock, config, pace: this.#pace });
    this.#book = new HeldBook(ledger);
    this.#purse = new Purse(ledger, this.#book, config);
    const onAppend: ScribeOptions['onAppend'] = (changed, sessions) => ingest.announce(changed, sessions);
    this.#scribe = new Scribe({ ledger, runs, keeps, onAppend });
    this.#teller = new Teller({
      clock,
      feed: this.#feed,
      scribe: this.#scribe,
      runs: () => this.#followed.values(),
      wire: (run) => this.#wire(run),
    });
    this.#observer = new Observer(ledger, ingest, clock, {
      runOf: (detail) => this.#runOf(detail),
      told: (run, deltas, isFirst) => this.#told(run, deltas, isFirst),
    });
    this.#orphans = new Orphans({
      runs,
      clock,
      processes,
      isFollowed: (id) => this.#open.has(id),
      adopt: async (run, options, seq) => {
        // Its last calls may stand in its log alone.
        await ingest.scan().catch(() => undefined);
        const [open, followed] = this.#follow(run, options, seq);
        followed.isTheirs = true;
        await this.#observer.catchUp(followed);
        return { open, keep: () => this.#scribe.takeOver(followed) };
      },
    });
  }

  /** Begins to observe: sessions whose logs grow, and runs that another process left. */
  async start(): Promise<void> {
    this.#wake();
    this.#stopListening = this.#options.ingest.onChange(() => this.#askSoon());
    await this.#over.learn(this.#options.runs, this.#now());
    // Before sessions are looked at: those of runs that go on are theirs.
    await this.#orphans.look();
    await Promise.all([this.#ask(), this.#observer.start()]);
  }

  async open(run: Run, options: OpenOptions): Promise<OpenRun> {
    await this.#purse.refresh(this.#spenders(), this.#now());
    const spender = spenderOf(new FollowedRun({ run, book: () => this.#book.now(), ...options }));
    const judgement = this.#purse.judge(spender, [...this.#spenders(), spender], this.#now());
    if (judgement?.verdict.action === 'stop') throw new TokenmeterError('budget-exceeded', refusal(judgement));
    return this.#follow(run, options)[0];
  }

  opened(id: string): OpenRun | undefined {
    return this.#open.get(id);
  }

  async interrupt(id: string, { force = false } = {}): Promise<InterruptAnswer | undefined> {
    const followed = this.#followed.get(id);
    if (!followed) {
      const run = await this.#options.runs.run(id);
      return run && { state: 'ended', run };
    }
    if (followed.isEnded) return { state: 'ended', run: followed.row() };
    if (followed.cannotStop !== undefined) return { state: 'refused', reason: followed.cannotStop };
    this.#stop(followed, 'user');
    if (force) followed.kill(this.#now());
    this.#teller.stir(followed);
    return { state: 'stopping', run: followed.row() };
  }

  subscribe(listener: (frame: LiveFrame) => void): () => void {
    this.#wake();
    return this.#teller.subscribe(listener);
  }

  now(): WireLiveNow {
    const runs = [...this.#followed.values()].sort(newestFirst);
    return {
      at: wireInstant(this.#now()),
      runs: runs.map((run) => this.#wire(run)),
      calls: this.#feed.now(),
      strip: this.#wireStrip(),
      is_demo: this.#options.isDemo ?? false,
    };
  }

  liveRun(id: string): WireLiveRun | undefined {
    const run = this.#followed.get(id);
    return run && this.#wire(run);
  }

  async flush(): Promise<void> {
    await this.#observer.settled();
    await this.#scribe.flush();
  }

  async close(): Promise<void> {
    this.#stopListening?.();
    this.#observer.close();
    this.#orphans.close();
    clearInterval(this.#tickTimer);
    clearTimeout(this.#askTimer);
    await this.#scribe.flush().catch(() => undefined);
    this.#teller.close();
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #follow(run: Run, options: OpenOptions, seq = 0): [OpenRun, FollowedRun] {
    this.#wake();
    const followed = new FollowedRun({ run: { ...run, status: 'running' }, book: () => this.#book.now(), ...options });
    followed.seq = seq;
    this.#followed.set(run.id, followed);
    this.#claim(followed);
    followed.log('status', this.#now(), statusEntry(followed.run));
    this.#scribe.noteRun(followed);
    this.#teller.stir(followed);
    const open: OpenRun = {
      id: run.id,
      get run() {
        return followed.row();
      },
      apply: (event) => this.#apply(followed, event),
      learn: (facts) => this.#learn(followed, facts),
      requestStop: (reason) => this.#stop(followed, reason),
      forced: () => {
        followed.isForced = true;
        this.#teller.stir(followed);
      },
      finish: (ending) => this.#finish(followed, ending),
    };
    this.#open.set(run.id, open);
    return [open, followed];
  }

  #apply(run: FollowedRun, event: AgentEvent): void {
    if (run.isEnded) return;
    const delta = run.meter.apply(event);
    this.#note(run, event, delta);
    if (delta) {
      this.#spend(run, delta);
      this.#brake();
    }
    if (run.logEvent(event, this.#now())) this.#scribe.noteRun(run);
    this.#teller.offer(run, delta ?? run.stir('at' in event ? event.at : this.#now()));
  }

  /** What the ledger takes: events as they are, and the last word on a call that ended without one. */
  #note(run: FollowedRun, event: AgentEvent, delta: UsageDelta | undefined): void {
    // The log tells the same process's total, under a name of its own.
    if (event.type !== 'reported_total') this.#scribe.note(event, run.meter.source);
    if (event.type === 'call_end' && delta?.settled)
      this.#scribe.note({ type: 'call', call: delta.settled.sighting }, run.meter.source);
    if (event.type === 'session' && event.sessionId === event.rootSessionId)
      this.#learn(run, {
        sessionId: event.sessionId,
        title: run.run.title ? undefined : event.title,
        agentVersion: event.version,
      });
    else if (event.type === 'call' && run.run.sessionId === '')
      this.#learn(run, { sessionId: event.call.rootSessionId });
  }

  #learn(run: FollowedRun, facts: RunFacts): void {
    run.learn(facts);
    if (facts.sessionId) this.#claim(run);
    this.#scribe.noteRun(run);
    // Were we killed now, its process must be found, and its log.
    if (facts.pid || facts.sessionId) this.#scribe.flush().catch(() => this.#scribe.noteRun(run));
  }

  /** A session whose log was seen before anybody knew whose it is has been shown as a run of its own: it is this one. */
  #claim({ run }: FollowedRun): void {
    const seen = this.#followed.get(run.sessionId);
    if (seen?.run.origin === 'observed') this.#endObserved(seen, 'It goes on as the run that was started');
  }

  #endObserved(run: FollowedRun, message: string): void {
    run.endUnseen(message);
    this.#teller.tell({ event: 'usage_settled', data: { run: this.#wire(run) } });
    this.#leave(run);
  }

  /** Pace and feed hear of a change; the past of a run that was read whole is no news. */
  #spend(run: FollowedRun, delta: UsageDelta, isNews = true): void {
    this.#pace.add(delta.at, delta.costNano, delta.usage.output);
    if (delta.settled) this.#feed.add(run, delta.settled, isNews);
  }

  /** The verdict, on every change of any run: in memory, at once. */
  #brake(): void {
    const now = this.#now();
    const running = [...this.#followed.values()].filter((run) => run.run.origin === 'started' && !run.isEnded);
    if (this.#purse.isStale(now)) for (const run of running) run.spentBefore = run.meter.capNano;
    for (const run of judgeAll(this.#purse, running)) this.#stop(run, 'budget_capped');
  }

  #stop(run: FollowedRun, reason: StopReason): void {
    if (!run.requestStop(reason, this.#now())) return;
    this.#scribe.noteRun(run);
    this.#teller.stir(run);
  }

  async #finish(run: FollowedRun, ending: RunEnding): Promise<Run> {
    if (run.isEnded) return run.row();
    await this.#observer.settled();
    const deltas = await settleRun(run, this.#options.ledger, this.#now());
    for (const delta of deltas) {
      this.#spend(run, delta);
      if (delta.settled && delta.certainty !== 'reported')
        this.#scribe.note({ type: 'call', call: delta.settled.sighting }, run.meter.source);
      run.throttle.offer(delta, this.#now());
    }
    // Usage first: were we killed here, the run would be one whose end nobody saw, with all it used.
    await this.#scribe.flushPatiently();
    const cap = this.#purse.judge(spenderOf(run), this.#spenders(), this.#now());
    run.end(ending, this.#now(), cap?.verdict.overshootNano);
    run.isSettled = true;
    this.#over.note(run.run);
    this.#pacedTo.set(run.run.sessionId, this.#now());
    this.#teller.flush(run);
    run.log('status', this.#now(), statusEntry(run.run));
    this.#scribe.noteRun(run);
    await this.#scribe.flushPatiently();
    this.#open.delete(run.id);
    await this.#purse.refresh(this.#spenders(), this.#now()).catch(() => undefined);
    this.#teller.tell({ event: 'usage_settled', data: { run: this.#wire(run) } });
    return run.row();
  }

  /** The run that a root session is told to. */
  #runOf(detail: SessionDetail): FollowedRun | undefined {
    const { summary } = detail;
    for (const run of this.#followed.values())
      if (run.run.origin === 'started' && run.run.sessionId === summary.sessionId && !run.isEnded) return run;
    if (this.#over.covers(summary.sessionId, summary.endedAt)) return undefined;
    const known = this.#followed.get(summary.sessionId);
    if (known && !known.isEnded) return known;
    const run = observedRun(detail, () => this.#book.now());
    run.freshFrom = this.#pacedTo.get(run.id) ?? 0;
    if (isActive(Math.max(summary.endedAt, ...detail.children.map(({ endedAt }) => endedAt)), this.#now()))
      this.#followed.set(run.id, run);
    return run;
  }

  #told(run: FollowedRun, deltas: readonly UsageDelta[], isFirst: boolean): boolean {
    const isStarted = run.run.origin === 'started';
    for (const delta of deltas) if (isStarted || delta.at > run.freshFrom) this.#spend(run, delta, !isFirst);
    this.#pacedTo.set(run.id, Math.max(run.freshFrom, run.meter.lastAt));
    if (!this.#followed.has(run.id)) return false;
    if (isStarted) {
      this.#scribe.noteRun(run);
      this.#brake();
    } else run.learn({ title: run.meter.session?.title ?? '', sessionId: run.id });
    if (isFirst || deltas.length === 0) this.#teller.stir(run);
    else for (const delta of deltas) this.#teller.offer(run, delta);
    return true;
  }

  #spenders() {
    return [...this.#followed.values()]
      .filter((run) => run.run.origin === 'started' && !run.isEnded)
      .map((run) => spenderOf(run));
  }

  #wire(run: FollowedRun): WireLiveRun {
    const now = this.#now();
    const judgement =
      run.run.origin === 'started' ? this.#purse.judge(spenderOf(run), this.#spenders(), now) : undefined;
    return wireFollowed(run, this.#book.now(), judgement, now);
  }

  #wireStrip() {
    const active = [...this.#followed.values()].filter((run) => !run.isEnded);
    return this.#strip.now(
      active.filter((run) => run.run.origin === 'started').map((run) => run.meter.inFlight),
      active.length,
    );
  }

  #askSoon(): void {
    this.#askTimer ??= setTimeout(() => {
      this.#askTimer = undefined;
      this.#ask().catch(() => undefined);
    }, ASK_MS).unref();
  }

  /** Strip and caps from the ledger; what it says may stop a run, too. */
  async #ask(): Promise<void> {
    this.#book.refresh();
    await Promise.all([this.#strip.refresh(), this.#purse.refresh(this.#spenders(), this.#now())]);
    this.#brake();
    this.#teller.tell({ event: 'strip', data: this.#wireStrip() });
  }

  /** The clock alone makes a run quiet, and lets it leave. */
  #wake(): void {
    this.#tickTimer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    const now = this.#now();
    this.#book.refresh();
    for (const run of [...this.#followed.values()]) {
      if (run.isEnded) {
        if (now - (run.run.endedAt ?? 0) > FAREWELL_MS) this.#leave(run);
      } else if (run.run.origin === 'observed' && !isActive(run.meter.lastAt, now)) {
        this.#endObserved(run, 'Nothing was heard of it for ten minutes');
      } else if (this.#wire(run).activity.state !== run.shownActivity) this.#teller.stir(run);
    }
    if (this.#purse.isStale(now)) this.#askSoon();
    for (const [id, at] of this.#pacedTo) if (at < now - 3_600_000) this.#pacedTo.delete(id);
    if (this.#followed.size > 0 && this.#teller.hasListeners)
      this.#teller.tell({ event: 'strip', data: this.#wireStrip() });
  }

  #leave(run: FollowedRun): void {
    this.#followed.delete(run.id);
    this.#observer.forget(run);
  }
}
