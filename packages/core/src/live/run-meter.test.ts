import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallSighting } from '../call.ts';
import type { AgentEvent } from '../event.ts';
import { createPriceBook } from '../price/price-book.ts';
import type { Measures } from '../rollup.ts';
import { addMeasures, MEASURES, noMeasures, totalsOf } from '../rollup.ts';
import { addUsage, BUCKETS, NO_USAGE, sameUsage, type TokenUsage, totalTokens } from '../usage.ts';
import { RunMeter } from './run-meter.ts';

const book = createPriceBook();
const T0 = Date.parse('2026-06-01T10:00:00Z');
const NOTHING: TokenUsage = { ...NO_USAGE, reasoning: 0 };

const THREADS = [
  { threadId: 's1', parentThreadId: '', name: '', caller: 'lead', model: 'claude-opus-4-6' },
  { threadId: 's1:a', parentThreadId: 's1', name: 'explore', caller: 'subagent:explore', model: 'claude-haiku-4-5' },
  { threadId: 's1:b', parentThreadId: 's1:a', name: 'deep', caller: 'subagent:deep', model: 'nobody-knows-1' },
] as const;

function meter(): RunMeter {
  return new RunMeter({ runId: 'run_1', agent: 'claude-code', startedAt: T0, book: () => book });
}

function sighting(more: Partial<CallSighting> = {}): CallSighting {
  return {
    agent: 'claude-code',
    identity: 'msg_1',
    requestId: '',
    chain: 'main',
    sessionId: 's1',
    rootSessionId: 's1',
    threadId: 's1',
    caller: 'lead',
    model: 'claude-opus-4-6',
    seller: 'anthropic',
    at: T0 + 1_000,
    usage: { input: 10, cacheRead: 1_000, cacheWrite5m: 100, cacheWrite1h: 0, output: 50, reasoning: 0 },
    certainty: 'exact',
    cwd: '/home/ada/shop',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
    ...more,
  };
}

const provisional = (more: Partial<CallSighting> = {}): AgentEvent => ({
  type: 'call',
  call: sighting(more),
  isProvisional: true,
});
const settled = (more: Partial<CallSighting> = {}): AgentEvent => ({ type: 'call', call: sighting(more) });
const text = (characters: number, more: Partial<Extract<AgentEvent, { type: 'call_text' }>> = {}): AgentEvent => ({
  type: 'call_text',
  agent: 'claude-code',
  sessionId: 's1',
  threadId: 's1',
  callIdentity: 'msg_1',
  kind: 'text',
  characters,
  at: T0 + 500,
  ...more,
});
const end = (outcome: 'ok' | 'cut' | 'aborted', callIdentity = 'msg_1'): AgentEvent => ({
  type: 'call_end',
  agent: 'claude-code',
  sessionId: 's1',
  threadId: 's1',
  callIdentity,
  outcome,
  at: T0 + 2_000,
});
const usage = (input: number, output: number, cacheRead = 0): TokenUsage => ({ ...NOTHING, input, output, cacheRead });

describe('RunMeter: one call', () => {
  it('replaces the estimate by the usage that arrives, never adds to it', () => {
    const run = meter();
    run.apply(provisional({ usage: usage(100, 1) }));
    const live = run.apply(text(400));
    expect(live).toMatchObject({ kind: 'live', usage: { output: 100 } });
    expect(run.estimatedTokens).toBe(100);
    const settle = run.apply(settled({ usage: usage(100, 80) }));
    expect(settle).toMatchObject({ kind: 'settle', usage: { input: 0, output: -21 } });
    expect(run.totals.usage).toMatchObject({ input: 100, output: 80 });
    expect(run.estimatedTokens).toBe(0);
  });

  it('takes a snapshot that grew in place of the text so far, and says so where that is less', () => {
    const run = meter();
    run.apply(provisional({ usage: usage(100, 1) }));
    run.apply(text(400));
    expect(run.apply(provisional({ usage: usage(100, 40) }))).toMatchObject({
      kind: 'correction',
      usage: { output: -61 },
    });
    expect(run.apply(text(40))).toMatchObject({ kind: 'live', usage: { output: 10 } });
  });

  it('keeps what a cut call was told, as a lower bound, and lets no estimate into it', () => {
    const run = meter();
    run.apply(provisional({ usage: usage(100, 7) }));
    run.apply(text(4_000));
    const cut = run.apply(end('cut'));
    expect(cut).toMatchObject({ kind: 'settle', certainty: 'at_least', usage: { output: -1_000 } });
    expect(run.totals).toMatchObject({ calls: 1, usage: { input: 100, output: 7 } });
  });

  it('counts nothing of a call that was cut before anything was told of it', () => {
    const run = meter();
    run.apply(text(40));
    expect(run.totals.usage.output).toBe(10);
    run.apply(end('aborted'));
    expect(run.totals).toMatchObject({ calls: 0, usage: NO_USAGE });
  });

  it('is final once settled: what comes late in flight changes nothing', () => {
    const run = meter();
    run.apply(settled({ usage: usage(100, 80) }));
    expect(run.apply(provisional({ usage: usage(500, 900) }))).toBeUndefined();
    expect(run.apply(text(4_000))).toBeUndefined();
    expect(run.apply(settled({ usage: usage(100, 80) }))).toBeUndefined();
    expect(run.apply(settled({ usage: usage(100, 90) }))).toMatchObject({ kind: 'correction', usage: { output: 10 } });
  });

  it('tells the first tool a settled call asked for, whenever that is heard', () => {
    const run = meter();
    const delta = run.apply(settled());
    run.apply({ ...toolCall('t1'), callIdentity: 'msg_1' });
    expect(delta?.settled?.call.firstTool).toEqual({ name: 'Bash', kind: 'shell' });
  });
});

describe('RunMeter: the window', () => {
  const context = (run: RunMeter) =>
    run.threads.mains.at(-1)?.context((call) => book.contextWindow(call.agent, call.seller, call.model));

  it('holds the latest call of the main thread only', () => {
    const run = meter();
    run.apply(settled({ usage: usage(1_000, 5), at: T0 + 10 }));
    run.apply(settled({ identity: 'msg_2', usage: usage(2_000, 5), at: T0 + 20 }));
    run.apply(
      settled({ identity: 'msg_3', usage: usage(90_000, 5), at: T0 + 30, threadId: 's1:a', caller: 'subagent:x' }),
    );
    run.apply(settled({ identity: 'msg_4', usage: usage(50, 5), at: T0 + 40, caller: 'system:title' }));
    expect(context(run)).toEqual({ used: 2_000, window: 1_000_000 });
  });

  it('holds only calls after a compaction, and until then what the compaction told', () => {
    const run = meter();
    run.apply(settled({ usage: usage(150_000, 5), at: T0 + 10 }));
    run.apply(compaction(T0 + 20, undefined));
    expect(context(run)?.used).toBeUndefined();
    run.apply(compaction(T0 + 21, 9_000));
    expect(context(run)?.used).toBe(9_000);
    run.apply(settled({ identity: 'msg_2', usage: usage(12_000, 5), at: T0 + 30 }));
    expect(context(run)?.used).toBe(12_000);
  });

  it('is unknown where the model is', () => {
    const run = meter();
    run.apply(settled({ model: 'nobody-knows-1', seller: '' }));
    expect(context(run)).toEqual({ used: 1_110, window: undefined });
  });
});

describe('RunMeter: the end', () => {
  it('makes one flagged call of what the agent told beyond the calls, once', () => {
    const run = meter();
    run.apply(settled({ usage: usage(100, 10) }));
    run.apply(reported(new Map([['claude-opus-4-6', usage(130, 15)]])));
    const deltas = run.settle(T0 + 9_000);
    expect(deltas).toHaveLength(1);
    expect(run.totals).toMatchObject({ calls: 1, usage: { input: 130, output: 15 } });
    expect(run.byCaller.get('system:unattributed')).toMatchObject({ input: 30, output: 5, calls: 0 });
    expect(run.settle(T0 + 9_000)).toEqual([]);
  });

  it('adds nothing of a total that the calls explain, with those from before a resume', () => {
    const run = meter();
    run.apply(settled({ usage: usage(100, 10) }));
    run.apply(reported(new Map([['claude-opus-4-6', usage(1_100, 60)]])));
    const earlier = {
      model: 'claude-opus-4-6',
      at: T0 - 5,
      usage: usage(1_000, 50),
      isCompaction: false,
      isMain: true,
    };
    expect(run.settle(T0 + 9_000, [earlier])).toEqual([]);
  });

  it('settles what is open with what was told of it', () => {
    const run = meter();
    run.apply(provisional({ usage: usage(100, 10) }));
    run.apply(text(400));
    expect(run.settle(T0 + 9_000)).toMatchObject([{ kind: 'settle', certainty: 'at_least' }]);
    expect(run.inFlight).toEqual(noMeasures());
  });

  it('keeps the sums of a run whose oldest calls it no longer holds', () => {
    const run = meter();
    for (let index = 0; index < 5_000; index++)
      run.apply(settled({ identity: `msg_${index}`, usage: usage(10, 1), at: T0 + index }));
    expect(run.totals).toMatchObject({ calls: 5_000, usage: { input: 50_000, output: 5_000 } });
    expect(run.apply(settled({ identity: 'msg_0', usage: usage(10, 1) }))).toBeUndefined();
    run.apply({ ...reported(new Map([['claude-opus-4-6', usage(50_000, 5_001)]])), at: T0 + 90_000 });
    expect(run.settle(T0 + 99_000)).toMatchObject([{ usage: { input: 0, output: 1 } }]);
  });
});

/** A call's life as a stream tells it: snapshots that grow, text between, then a final word or a cut. */
const lifeOf = (identity: string) =>
  fc
    .record({
      thread: fc.constantFrom(...THREADS),
      input: fc.nat(5_000),
      cacheRead: fc.nat(50_000),
      cacheWrite5m: fc.nat(500),
      steps: fc.array(fc.record({ grow: fc.nat(300), characters: fc.nat(900) }), { maxLength: 4 }),
      end: fc.constantFrom('ok', 'cut', 'settled'),
      lost: fc.nat(50),
      at: fc.nat(10_000),
    })
    .map(({ thread, input, cacheRead, cacheWrite5m, steps, end: how, lost, at }) => {
      const { threadId, caller, model } = thread;
      const place = { identity, threadId, caller, model, at: T0 + at };
      const events: AgentEvent[] = [];
      let output = 1;
      const now = () => ({ ...place, usage: { ...NOTHING, input, cacheRead, cacheWrite5m, output } });
      events.push(provisional(now()));
      for (const { grow, characters } of steps) {
        events.push(text(characters, { callIdentity: identity, threadId, at: T0 + at }));
        output += grow;
        events.push(provisional(now()));
      }
      const told = { ...NOTHING, input, cacheRead, cacheWrite5m, output: how === 'settled' ? output + lost : output };
      if (how === 'settled') events.push(settled({ ...place, usage: told }));
      else events.push({ ...end(how, identity), threadId } as AgentEvent); // -- spreading keeps the event's type
      return { events, told, threadId, caller, model };
    });

/** Lives of several calls with their events interleaved, and some said twice. */
const runs = fc.tuple(lifeOf('m1'), lifeOf('m2'), lifeOf('m3'), lifeOf('m4')).chain((lives) =>
  fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }).map((turns) => {
    const queues = lives.map(({ events }) => [...events]);
    const events: AgentEvent[] = THREADS.map(({ threadId, parentThreadId, name }) => ({
      type: 'thread',
      agent: 'claude-code',
      sessionId: 's1',
      rootSessionId: 's1',
      threadId,
      parentThreadId,
      name,
      spawnedBy: '',
    }));
    for (const turn of turns) {
      const event = queues[turn]?.shift();
      if (event) events.push(event);
    }
    for (const queue of queues) events.push(...queue);
    return { lives, events };
  }),
);

describe('RunMeter: properties', () => {
  it('deltas add up to the meter at every moment, and only a settle or a correction is negative', () => {
    fc.assert(
      fc.property(runs, ({ events }) => {
        const run = meter();
        let sum: TokenUsage = NOTHING;
        for (const event of events) {
          const delta = run.apply(event);
          if (delta) sum = addUsage(sum, delta.usage);
          if (delta?.kind === 'live')
            for (const bucket of BUCKETS) expect(delta.usage[bucket]).toBeGreaterThanOrEqual(0);
          expect(sameUsage(sum, { ...NOTHING, ...run.totals.usage, reasoning: 0 })).toBe(true);
        }
      }),
    );
  });

  it('ends on the sum of its calls, each counted once, sub-agents at any depth included', () => {
    fc.assert(
      fc.property(runs, ({ lives, events }) => {
        const run = meter();
        for (const event of events) run.apply(event);
        const truth = lives.reduce<TokenUsage>((sum, { told }) => addUsage(sum, told), NOTHING);
        expect(sameUsage({ ...run.totals.usage, reasoning: 0 }, truth)).toBe(true);
        expect(run.totals.calls).toBe(4);
        expect(run.estimatedTokens).toBe(0);
        expect(run.inFlight).toEqual(noMeasures());
      }),
    );
  });

  it('says the same when everything settled is said again', () => {
    fc.assert(
      fc.property(runs, ({ events }) => {
        const run = meter();
        for (const event of events) run.apply(event);
        const before = { ...run.total };
        for (const event of events) expect(run.apply(event)).toBeUndefined();
        expect(run.total).toEqual(before);
      }),
    );
  });

  it('has sums by model, by caller and by thread that are the total, in every measure, at every moment', () => {
    const sumOf = (sums: Iterable<Measures>) => {
      const sum = noMeasures();
      for (const each of sums) addMeasures(sum, each);
      return sum;
    };
    fc.assert(
      fc.property(runs, ({ events }) => {
        const run = meter();
        for (const event of events) {
          run.apply(event);
          expect(sumOf(run.byModel.values())).toEqual(run.total);
          expect(sumOf(run.byCaller.values())).toEqual(run.total);
          expect(sumOf([...run.threads.values()].map(({ sum }) => sum))).toEqual(run.total);
          for (const name of MEASURES) expect(Number.isInteger(run.total[name])).toBe(true);
        }
      }),
    );
  });

  it('never tells an unknown price as nothing: the sum of the known, its tokens stated, and a budget counts a ceiling', () => {
    fc.assert(
      fc.property(runs, ({ lives, events }) => {
        const run = meter();
        for (const event of events) run.apply(event);
        const unknown = lives.filter(({ model }) => model === 'nobody-knows-1');
        const tokens = unknown.reduce((sum, { told }) => sum + totalTokens(told), 0);
        const { costNano, unpricedTokens } = totalsOf(run.total);
        expect(unpricedTokens).toBe(tokens);
        if (unknown.length === lives.length) expect(costNano).toBeNull();
        expect(run.capNano).toBeGreaterThanOrEqual(Number(costNano ?? 0n));
        if (tokens > 0) expect(run.capNano).toBeGreaterThan(Number(costNano ?? 0n));
      }),
    );
  });

  it('shows the context of the main thread whatever its sub-agents do', () => {
    fc.assert(
      fc.property(runs, ({ events }) => {
        const run = meter();
        const used = () => run.threads.mains.at(-1)?.context(() => undefined).used;
        for (const event of events) {
          const before = used();
          run.apply(event);
          const thread = event.type === 'call' ? event.call.threadId : 'threadId' in event ? event.threadId : '';
          if (thread !== 's1') expect(used()).toBe(before);
        }
      }),
    );
  });
});

function toolCall(id: string): Extract<AgentEvent, { type: 'tool_call' }> {
  return {
    type: 'tool_call',
    agent: 'claude-code',
    id,
    callIdentity: '',
    sessionId: 's1',
    threadId: 's1',
    name: 'Bash',
    kind: 'shell',
    at: T0 + 1_500,
    argumentBytes: 20,
  };
}

function compaction(at: number, after: number | undefined): AgentEvent {
  return {
    type: 'compaction',
    agent: 'claude-code',
    id: `c${at}`,
    sessionId: 's1',
    threadId: 's1',
    at,
    trigger: 'auto',
    after,
  };
}

function reported(byModel: ReadonlyMap<string, TokenUsage>): Extract<AgentEvent, { type: 'reported_total' }> {
  return {
    type: 'reported_total',
    agent: 'claude-code',
    sessionId: 's1',
    process: 'p1',
    processStartedAt: T0,
    at: T0 + 8_000,
    byModel,
    cwd: '',
  };
}
