/**
 * Sessions whose logs grow, as runs: when the ledger says that one moved, it is read again and told to its run's meter,
 * for which saying a thing twice changes nothing. Copies and forks are the ledger's to know: what it counts is what is
 * told. A run that we started has the same session, and is fed from it too.
 */
import type { CallView, Clock, Ledger, SessionDetail, SessionSummary, UsageDelta } from '@tokenmeter/core';
import { addUsage, BUCKETS, NO_USAGE, type TokenUsage } from '@tokenmeter/core';
import type { Ingest, LedgerChange } from '../house.ts';
import type { FollowedRun } from './followed-run.ts';
import { happenings, placesOf } from './views-to-events.ts';

/** A session without an event for so long is no run in progress any more. */
const ACTIVE_MS = 600_000;
/** The picture of the last hour needs sessions that were active in it. */
const HOUR_MS = 3_600_000;
/** A session is read at most this often while it moves. */
const PACE_MS = 100;
/** Calls told late, of sub-agents beside each other, lie at most so far back; a wrong sum finds the others. */
const OVERLAP_MS = 120_000;
const CALLS_A_PAGE = 1_000;
const SESSIONS_LOOKED_AT = 200;

/** What the observer needs of the hub. */
export interface Watchers {
  /** The run a root session is told to: one we started, or an observed one, made where there is none. */
  runOf(detail: SessionDetail): FollowedRun | undefined;
  /** An observed run's figures moved. `isFirst`: it was read whole, its past is news to nobody. False: nobody follows it. */
  told(run: FollowedRun, deltas: readonly UsageDelta[], isFirst: boolean): boolean;
}

interface Reading {
  readonly run: FollowedRun;
  readonly startedFrom: number;
  /** Latest call's end and latest mark told, by session. */
  readonly readTo: Map<string, { call: number; mark: number }>;
  /** Its sums are not the ledger's whatever is read: old calls have no detail any more. */
  isOff: boolean;
}

export class Observer {
  readonly #ledger: Ledger;
  readonly #ingest: Ingest;
  readonly #clock: Clock;
  readonly #watchers: Watchers;
  readonly #readings = new Map<string, Reading>();
  /** Sessions that rest after they were read, and those of them that moved meanwhile. */
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #again = new Set<string>();
  #reading: Promise<void> = Promise.resolve();
  #stop: (() => void) | undefined;

  constructor(ledger: Ledger, ingest: Ingest, clock: Clock, watchers: Watchers) {
    this.#ledger = ledger;
    this.#ingest = ingest;
    this.#clock = clock;
    this.#watchers = watchers;
  }

  /** Reads the sessions of the last hour, then follows what moves. */
  async start(): Promise<void> {
    this.#stop = this.#ingest.onChange((change) => this.#hear(change));
    await this.#lookAround();
    await this.#reading;
  }

  close(): void {
    this.#stop?.();
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  /** Forgets a run that left. */
  forget(run: FollowedRun): void {
    for (const [root, reading] of this.#readings) if (reading.run === run) this.#readings.delete(root);
  }

  /** Tells a run that was started elsewhere what the ledger has of it, however old. */
  async catchUp(run: FollowedRun): Promise<void> {
    const { sessionId, agent, startedAt } = run.run;
    const detail = sessionId === '' ? undefined : await this.#ledger.session(agent, sessionId);
    if (!detail) return;
    const reading: Reading = { run, startedFrom: startedAt, readTo: new Map(), isOff: false };
    this.#readings.set(sessionId, reading);
    await this.#tell(detail, reading);
    for (const child of childrenOf(detail)) {
      const below = await this.#ledger.session(child.agent, child.sessionId);
      if (below) await this.#tell(below, reading);
    }
  }

  /** Runs whose sessions it goes on reading: a measure of memory. */
  get kept(): number {
    return this.#readings.size;
  }

  /** Settles when what moved so far has been told. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  #hear(change: LedgerChange): void {
    if (change.sessions.length === 0) this.#queue(() => this.#lookAround());
    else for (const session of change.sessions) this.#touch(session);
  }

  /** Sessions nobody named: the latest ones are looked at. */
  async #lookAround(): Promise<void> {
    const page = await this.#ledger.sessions({
      since: this.#clock.now() - HOUR_MS,
      sort: 'ended',
      descending: true,
      limit: SESSIONS_LOOKED_AT,
    });
    const roots = new Set(page.sessions.map(({ rootSessionId }) => rootSessionId));
    for (const root of roots) this.#touch(root);
  }

  /** Reads at once, and again after a rest if it moved meanwhile. */
  #touch(session: string): void {
    if (this.#due.has(session)) {
      this.#again.add(session);
      return;
    }
    const timer = setTimeout(() => {
      this.#due.delete(session);
      if (this.#again.delete(session)) this.#touch(session);
    }, PACE_MS).unref();
    this.#due.set(session, timer);
    this.#queue(() => this.#read(session));
  }

  #queue(work: () => Promise<void>): void {
    this.#reading = this.#reading.then(work).catch(() => undefined);
  }

  async #read(session: string): Promise<void> {
    const touched = await this.#ledger.session(undefined, session);
    if (!touched) return;
    const { rootSessionId } = touched.summary;
    const root = rootSessionId === session ? touched : await this.#ledger.session(touched.summary.agent, rootSessionId);
    const detail = root ?? touched;
    const endedAt = Math.max(detail.summary.endedAt, ...childrenOf(detail).map((child) => child.endedAt));
    if (endedAt < this.#clock.now() - HOUR_MS) return;
    const run = this.#watchers.runOf(detail);
    if (!run) return;
    let reading = this.#readings.get(rootSessionId);
    const isFirst = reading?.run !== run;
    if (!reading || isFirst) {
      reading = {
        run,
        startedFrom: run.run.origin === 'started' ? run.run.startedAt : 0,
        readTo: new Map(),
        isOff: false,
      };
      this.#readings.set(rootSessionId, reading);
    }
    const details = [detail];
    for (const child of childrenOf(detail)) {
      if (!isFirst && child.sessionId !== session) continue;
      const below = await this.#ledger.session(child.agent, child.sessionId);
      if (below) details.push(below);
    }
    const deltas: UsageDelta[] = [];
    for (const each of details) deltas.push(...(await this.#tell(each, reading)));
    if (run.run.origin === 'observed' && !reading.isOff && !isSame(run, detail))
      deltas.push(...(await this.#tellAnew(detail, reading)));
    run.repository = detail.summary.repository;
    if (!this.#watchers.told(run, deltas, isFirst)) this.#readings.delete(rootSessionId);
  }

  /** Tells what one session has since it was last read. */
  async #tell(detail: SessionDetail, reading: Reading): Promise<UsageDelta[]> {
    const { run, startedFrom, readTo } = reading;
    const { summary } = detail;
    const known = readTo.get(summary.sessionId) ?? { call: 0, mark: 0 };
    const openTool = run.meter.threads.oldestToolAt ?? Number.POSITIVE_INFINITY;
    const since = Math.max(startedFrom, Math.min(known.call - OVERLAP_MS, openTool - 1_000));
    const calls = await this.#calls(summary.sessionId, since);
    for (const place of placesOf(detail)) run.meter.apply(place);
    const deltas: UsageDelta[] = [];
    for (const { event, rating } of happenings(calls, detail.marks, summary, Math.max(known.mark, startedFrom))) {
      // What a total left unexplained is the meter's own to find at the end of a run it watches.
      if (run.run.origin === 'started' && event.type === 'call' && event.call.certainty === 'reported') continue;
      const delta = run.meter.apply(event, rating);
      if (delta) deltas.push(delta);
    }
    readTo.set(summary.sessionId, {
      call: Math.max(known.call, ...calls.map(({ at }) => at)),
      mark: Math.max(known.mark, ...detail.marks.map(({ at }) => at)),
    });
    return deltas;
  }

  /** The sums differ: a call moved to another session, or came late. The run is told anew, and by how much it was off. */
  async #tellAnew(detail: SessionDetail, reading: Reading): Promise<UsageDelta[]> {
    const { run } = reading;
    const before = run.meter.totals.usage;
    reading.readTo.clear();
    run.meter = run.freshMeter();
    await this.#tell(detail, reading);
    for (const child of childrenOf(detail)) {
      const below = await this.#ledger.session(child.agent, child.sessionId);
      if (below) await this.#tell(below, reading);
    }
    reading.isOff = !isSame(run, detail);
    const after = run.meter.totals.usage;
    const usage = minus(after, before);
    if (BUCKETS.every((bucket) => usage[bucket] === 0)) return [];
    return [{ ...run.stir(run.meter.lastAt), usage, kind: 'correction' }];
  }

  async #calls(session: string, since: number): Promise<CallView[]> {
    const calls: CallView[] = [];
    let after: string | undefined;
    do {
      const page = await this.#ledger.calls(session, { limit: CALLS_A_PAGE, after, since });
      calls.push(...page.calls);
      after = page.next;
    } while (after !== undefined);
    return calls;
  }
}

/** Sub-agents with sessions of their own; a fork is a run of its own. */
function childrenOf(detail: SessionDetail): SessionSummary[] {
  return detail.children.filter((child) => child.rootSessionId === detail.summary.sessionId);
}

/** Whether a run counts what the ledger does. */
function isSame(run: FollowedRun, detail: SessionDetail): boolean {
  const ledger = childrenOf(detail).reduce(
    (sum, child) => addUsage(sum, child.totals.usage),
    addUsage(NO_USAGE, detail.summary.totals.usage),
  );
  const { usage } = run.meter.totals;
  return BUCKETS.every((bucket) => usage[bucket] === ledger[bucket]);
}

function minus(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input - b.input,
    cacheRead: a.cacheRead - b.cacheRead,
    cacheWrite5m: a.cacheWrite5m - b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h - b.cacheWrite1h,
    output: a.output - b.output,
  };
}

/** Whether a session that told something at `lastAt` is a run in progress. */
export function isActive(lastAt: number, now: number): boolean {
  return lastAt > now - ACTIVE_MS;
}
