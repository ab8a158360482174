import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { end, meter, NOTHING, provisional, settled, T0, THREADS, text } from '../../test/live-events.ts';
import type { AgentEvent } from '../event.ts';
import type { Measures } from '../rollup.ts';
import { addMeasures, MEASURES, noMeasures, totalsOf } from '../rollup.ts';
import { addUsage, BUCKETS, sameUsage, type TokenUsage, totalTokens } from '../usage.ts';

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
