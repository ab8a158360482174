/**
 * The conformance suite of every live source: recorded and written streams with known truth, replayed in every way a run
 * may go: whole, with every message said twice, cut anywhere, damaged. It is pure, like `agentSuite`; cases lie in
 * `packages/core/fixtures/<agent>/live/<case>/` and are loaded by `loadLiveCases` of `packages/core/test/load-live-cases.ts`:
 *
 *     liveSuite({ port: codexAppServerLive, cases: loadLiveCases('codex', 'app-server'), test, expect });
 */
import type { LivePort, LiveReader, LiveStart } from '../agents/live.ts';
import type { AgentEvent, RunEndEvent, ThreadEndEvent } from '../event.ts';
import { BUCKETS, sameUsage, type TokenUsage } from '../usage.ts';
import type { Runner } from './agent-suite.ts';
import type { FoldTotals } from './fold.ts';
import { faultOf, MARKER, mutateMessage, plantInMessage } from './hostile.ts';
import { LiveFold } from './live-fold.ts';
import { seededRandom } from './random.ts';

/** What a right reading finds once the stream is over. Only what is given is compared. */
export interface LiveExpected {
  /** Of the settled calls. */
  readonly totals: FoldTotals;
  readonly byModel?: Readonly<Record<string, FoldTotals>> | undefined;
  readonly byThread?: Readonly<Record<string, FoldTotals>> | undefined;
  readonly byCaller?: Readonly<Record<string, FoldTotals>> | undefined;
  /** How many calls are how sure. */
  readonly certainties?: Readonly<Record<string, number>> | undefined;
  /** How many calls ended how; `untold` ones told no usage and did not end well. */
  readonly outcomes?: Readonly<Record<string, number>> | undefined;
  /** The last total that the agent itself told, by model. */
  readonly reported?: Readonly<Record<string, Partial<TokenUsage>>> | undefined;
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  /** Tool results, by whether they were errors. */
  readonly toolResults?: Readonly<Record<string, number>> | undefined;
  /** Threads by id: name and parent, and how they ended. */
  readonly threads?: Readonly<Record<string, LiveThreadExpected>> | undefined;
  readonly runEnd?: RunEndEvent['outcome'] | null | undefined;
  readonly troubles?: readonly { readonly status?: number; readonly attempt?: number }[] | undefined;
  readonly compactions?: number | undefined;
  /** By name, percent used. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Context windows as last told, by thread. */
  readonly windows?: Readonly<Record<string, number>> | undefined;
  /** What agents were seen doing, each once, in order of first sight. */
  readonly activities?: readonly string[] | undefined;
}

export interface LiveThreadExpected {
  readonly name: string;
  readonly parent: string;
  readonly ended?: ThreadEndEvent['outcome'] | undefined;
}

export interface LiveCase {
  readonly name: string;
  readonly messages: readonly unknown[];
  readonly start?: Partial<LiveStart> | undefined;
  /** How the stream ends, `ok` by default. */
  readonly end?: 'aborted' | 'cut' | 'ok' | undefined;
  /** False where the stream itself tells additions, so that saying a message twice says something else. */
  readonly isRepeatable?: boolean | undefined;
  readonly expected: LiveExpected;
}

export interface LiveSuiteOptions extends Runner {
  readonly port: LivePort;
  readonly cases: readonly LiveCase[];
  /** Keys of messages that hold the program's own words on what went wrong, which events may carry. */
  readonly ownWords?: readonly string[] | undefined;
  readonly hostileMessages?: number | undefined;
}

const STARTED_AT = 1_795_000_000_000;
const HOSTILE_MESSAGES = 5_000;
const MOST_CUTS = 120;

export function liveSuite(options: LiveSuiteOptions): void {
  const { port, cases, test, expect, ownWords = [], hostileMessages = HOSTILE_MESSAGES } = options;
  const title = `${port.agent}/${port.surface}`;

  test(`${title} has cases and says what it cannot tell`, () => {
    expect(cases.length > 0).toEqual(true);
    for (const sentence of port.capabilities.cannot) expect(/^[A-Z].*\.$/.test(sentence), sentence).toEqual(true);
  });

  for (const live of cases) {
    const { name, messages, expected, end = 'ok', isRepeatable = true } = live;
    const named = `${title}: ${name}`;

    test(`${named}: settled totals are exact, and every event is one`, () => {
      const events = play(port, live, messages, end);
      expect(new LiveFold(events).summary(expected)).toEqual(expected);
      for (const event of events) expect(faultOf(event), spelled(event)).toEqual(undefined);
    });

    test(`${named}: what is told in flight only grows, and every call that was opened ends once`, () => {
      expect(faultsOfFlight(play(port, live, messages, end))).toEqual([]);
    });

    if (isRepeatable)
      test(`${named}: every message twice is as if once`, () => {
        const doubled = messages.flatMap((message) => [message, structuredCopy(message)]);
        const events = play(port, live, doubled, end);
        expect(new LiveFold(events).summary(expected)).toEqual(expected);
        expect(faultsOfFlight(events)).toEqual([]);
      });

    test(`${named}: cut at any message, everything told is kept and nothing settled shrinks`, () => {
      const step = Math.max(1, Math.ceil(messages.length / MOST_CUTS));
      for (let cut = 0; cut <= messages.length; cut += step) {
        const begun = play(port, live, messages.slice(0, cut), undefined);
        for (const how of ['cut', 'aborted'] as const) {
          const events = play(port, live, messages.slice(0, cut), how);
          expect(lost(begun, events), `${how} after message ${cut}`).toEqual([]);
          expect(faultsOfFlight(events), `${how} after message ${cut}`).toEqual([]);
        }
      }
    });

    test(`${named}: no event carries what a person, a model or a tool said`, () => {
      const planted = messages.map((message) => plantInMessage(message, ownWords));
      const events = play(port, live, planted, end);
      expect(events.length > 0).toEqual(true);
      expect(events.map(spelled).filter((text) => text.includes(MARKER))).toEqual([]);
    });

    test(`${named}: its state is plain JSON, and a later reader of the session starts from it`, () => {
      const reader = open(port, live);
      for (const message of messages) reader.read(message, STARTED_AT, () => {});
      reader.end(STARTED_AT, () => {}, end);
      const state = reader.state();
      expect(JSON.parse(JSON.stringify(state ?? null))).toEqual(structuredCopy(state ?? null));
      // The same again, by a reader that knows where the counters stood: nothing new was used.
      const again = play(port, { ...live, start: { ...live.start, state } }, messages, end);
      expect(faultsOfFlight(again)).toEqual([]);
    });
  }

  test(`${title}: ${hostileMessages} hostile messages never throw and never make a count that is none`, () => {
    const random = seededRandom(`${title}/hostile`);
    const faults: string[] = [];
    const emit = (event: AgentEvent) => {
      const fault = faultOf(event);
      if (fault) faults.push(`${fault}: ${spelled(event).slice(0, 300)}`);
    };
    const perCase = Math.ceil(hostileMessages / Math.max(1, cases.length));
    for (const live of cases) {
      let reader = open(port, live);
      let at = STARTED_AT;
      for (let count = 0; count < perCase; count++) {
        const message = live.messages[count % live.messages.length];
        const damaged = mutateMessage(message, random);
        try {
          const skip = reader.read(damaged, at++, emit);
          if (skip !== undefined && skip !== 'damaged' && skip !== 'unknown') faults.push(`read() returned ${skip}`);
          // Whole messages in between: hostile ones must not leave a reader that fails on good ones.
          if (random.chance(0.4)) reader.read(message, at++, emit);
          if (random.chance(0.02)) reader.end(at++, emit, random.pick(['ok', 'cut', 'aborted']));
          if (random.chance(0.02)) reader = open(port, { ...live, start: { ...live.start, state: reader.state() } });
        } catch (error) {
          faults.push(`threw ${error} at ${JSON.stringify(damaged)?.slice(0, 300)}`);
        }
      }
    }
    expect(faults.slice(0, 5), `${faults.length} faults`).toEqual([]);
  });

  test(`${title}: a state it never wrote is no reason to throw`, () => {
    const faults: string[] = [];
    const odd = [null, 0, 'text', [], {}, [[[]]], { totals: 5, counters: 'none', windows: [1], sessions: { a: null } }];
    for (const state of [
      ...odd,
      { totals: { a: { b: { input: -1, output: 'x' } } }, counters: { a: { epoch: 'x' } } },
    ]) {
      try {
        const live = cases[0];
        if (live) play(port, { ...live, start: { ...live.start, state } }, live.messages, 'cut');
      } catch (error) {
        faults.push(`${JSON.stringify(state)}: ${error}`);
      }
    }
    expect(faults).toEqual([]);
  });
}

function open(port: LivePort, { start }: Pick<LiveCase, 'start'>): LiveReader {
  return port.open({ runId: 'run', cwd: '/home/dev/shop', model: '', at: STARTED_AT, ...start });
}

/** The events of a stream; without `end` it is left open. */
function play(port: LivePort, live: LiveCase, messages: readonly unknown[], end: LiveCase['end']): AgentEvent[] {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const reader = open(port, live);
  let at = STARTED_AT;
  for (const message of messages) {
    at += 10;
    reader.read(message, at, emit);
  }
  if (end) reader.end(at + 10, emit, end);
  return events;
}

/** Ways in which the events of a stream that is over break what is promised of calls in flight. */
function faultsOfFlight(events: readonly AgentEvent[]): string[] {
  const faults: string[] = [];
  const best = new Map<string, TokenUsage>();
  const settled = new Set<string>();
  const ended = new Set<string>();
  const texts = new Set<string>();
  for (const event of events) {
    if (event.type === 'call') {
      const { identity, usage } = event.call;
      const before = best.get(identity);
      if (before && BUCKETS.some((bucket) => usage[bucket] < before[bucket])) faults.push(`${identity} shrank`);
      if (event.isProvisional && settled.has(identity)) faults.push(`${identity} was opened again`);
      if (!event.isProvisional) settled.add(identity);
      best.set(identity, usage);
    } else if (event.type === 'call_end') {
      if (ended.has(event.callIdentity)) faults.push(`${event.callIdentity} ended twice`);
      else if (best.has(event.callIdentity) && !settled.has(event.callIdentity))
        faults.push(`${event.callIdentity} ended before it was settled`);
      ended.add(event.callIdentity);
    } else if (event.type === 'call_text') {
      texts.add(event.callIdentity);
      if (ended.has(event.callIdentity)) faults.push(`${event.callIdentity} wrote after its end`);
    }
  }
  for (const identity of best.keys()) if (!ended.has(identity)) faults.push(`${identity} never ended`);
  for (const identity of texts) if (!ended.has(identity)) faults.push(`${identity} wrote and never ended`);
  return faults;
}

/** What was told in a stream and is not there after its end. */
function lost(begun: readonly AgentEvent[], ended: readonly AgentEvent[]): string[] {
  const calls = new LiveFold(ended).byIdentity();
  return begun.flatMap((event) => {
    if (event.type !== 'call') return [];
    const { identity, usage } = event.call;
    const kept = calls.get(identity)?.usage;
    if (!kept) return [`${identity} is gone`];
    return sameUsage(kept, usage) || BUCKETS.every((bucket) => kept[bucket] >= usage[bucket])
      ? []
      : [`${identity} shrank`];
  });
}

function structuredCopy(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** An event as text, maps included. */
function spelled(event: AgentEvent): string {
  return JSON.stringify(event, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}
