/**
 * What the events of one stream come to, in plain code: settled calls through the same `Meter` and fold as logs, and the
 * words that only a live source says. It refuses provisional figures: they never reach a ledger.
 */
import type { CallRecord } from '../call.ts';
import type { AgentEvent } from '../event.ts';
import { Meter } from '../meter.ts';
import type { TokenUsage } from '../usage.ts';
import { Fold } from './fold.ts';
import type { LiveExpected, LiveThreadExpected } from './live-suite.ts';

export class LiveFold {
  readonly #events: readonly AgentEvent[];
  readonly #fold = new Fold();

  constructor(events: readonly AgentEvent[]) {
    this.#events = events;
    const meter = new Meter();
    const source = { agent: 'live', path: 'run', bornAt: 0 };
    for (const event of events) if (event.type !== 'call' || !event.isProvisional) meter.apply(event, source);
    this.#fold.append(meter.drain([]));
  }

  byIdentity(): ReadonlyMap<string, CallRecord> {
    return new Map(this.#fold.calls().map((call) => [call.identity, call]));
  }

  /** In the shape of `expected`, and no more than it asks for. */
  summary(expected: LiveExpected): LiveExpected {
    const fold = this.#fold;
    return {
      totals: fold.totals(),
      ...(expected.byModel && { byModel: fold.totalsBy((call) => call.model) }),
      ...(expected.byThread && { byThread: fold.totalsBy((call) => call.threadId) }),
      ...(expected.byCaller && { byCaller: fold.totalsBy((call) => call.caller) }),
      ...(expected.certainties && { certainties: countBy(fold.calls().map((call) => call.certainty)) }),
      ...(expected.outcomes && { outcomes: this.#outcomes() }),
      ...(expected.reported && { reported: this.#reported() }),
      ...(expected.toolCalls && { toolCalls: fold.toolCalls() }),
      ...(expected.toolResults && { toolResults: this.#toolResults() }),
      ...(expected.threads && { threads: this.#threads() }),
      ...(expected.runEnd !== undefined && { runEnd: this.#of('run_end').at(-1)?.outcome ?? null }),
      ...(expected.troubles && { troubles: this.#troubles() }),
      ...(expected.compactions !== undefined && { compactions: fold.compactions }),
      ...(expected.limits && { limits: this.#limits() }),
      ...(expected.windows && { windows: this.#windows() }),
      ...(expected.activities && { activities: [...new Set(this.#of('activity').map(({ doing }) => doing))] }),
    };
  }

  #of<T extends AgentEvent['type']>(type: T): Extract<AgentEvent, { type: T }>[] {
    return this.#events.filter((event): event is Extract<AgentEvent, { type: T }> => event.type === type);
  }

  #outcomes(): Record<string, number> {
    const calls = this.byIdentity();
    const ends = this.#of('call_end').flatMap(({ callIdentity, outcome }) => {
      if (calls.has(callIdentity)) return [outcome];
      // Either it stood in for a call, or nothing is known of what it used.
      return outcome === 'ok' ? [] : [`untold ${outcome}`];
    });
    return countBy(ends);
  }

  #reported(): Record<string, Partial<TokenUsage>> {
    return Object.fromEntries(this.#of('reported_total').at(-1)?.byModel ?? []);
  }

  #toolResults(): Record<string, number> {
    const byId = new Map(this.#of('tool_result').map(({ id, isError }) => [id, isError === true ? 'error' : 'ok']));
    return countBy([...byId.values()]);
  }

  #threads(): Record<string, LiveThreadExpected> {
    const ends = new Map(this.#of('thread_end').map(({ threadId, outcome }) => [threadId, outcome]));
    const threads = this.#of('thread').map(
      ({ threadId, name, parentThreadId: parent }): [string, LiveThreadExpected] => {
        const ended = ends.get(threadId);
        return [threadId, ended ? { name, parent, ended } : { name, parent }];
      },
    );
    return Object.fromEntries(threads);
  }

  /** Each trouble once, however often it was told. */
  #troubles(): { status?: number; attempt?: number }[] {
    const told = this.#of('trouble').map(({ status, attempt, message }) =>
      JSON.stringify({ status, attempt, message }),
    );
    return [...new Set(told)].map((text) => {
      const { status, attempt } = JSON.parse(text) as { status?: number; attempt?: number }; // as -- our own JSON
      return { ...(status !== undefined && { status }), ...(attempt !== undefined && { attempt }) };
    });
  }

  #limits(): Record<string, number> {
    return Object.fromEntries(this.#of('limit').map(({ name, usedPercent = -1 }) => [name, usedPercent]));
  }

  #windows(): Record<string, number> {
    const told = this.#of('context').flatMap(({ threadId, window }) =>
      window === undefined ? [] : [[threadId, window] as const],
    );
    return Object.fromEntries(told);
  }
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values.toSorted()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
