/** A run while it goes on: the rows are its total at every moment, and in the end what its log will say. */
import { describe, expect, it } from 'vitest';
import { book, end, meter, NOTHING, provisional, settled, T0, text } from '../../test/live-events.ts';
import { cursorSdkLive } from '../agents/cursor/live.ts';
import type { AgentEvent, ToolCallEvent, ToolResultEvent } from '../event.ts';
import { RunMeter } from '../live/run-meter.ts';
import { seededRandom } from '../testing/random.ts';
import type { PieceKind } from './piece.ts';
import { byTool } from './report.ts';
import type { AttributionSums } from './sums.ts';
import { sumNano, sumTokens } from './sums.ts';

const of = { agent: 'claude-code', sessionId: 's1', threadId: 's1' };

function asked(id: string, call: string, at: number): ToolCallEvent {
  return { type: 'tool_call', ...of, id, callIdentity: call, name: 'Read', kind: 'read', at, argumentBytes: 40 };
}

function answered(id: string, call: string, at: number, resultBytes: number): ToolResultEvent {
  return { type: 'tool_result', ...of, id, callIdentity: call, at, resultBytes };
}

/** Rows against the meter: tokens bucket by bucket, and money. */
function expectTotal(run: RunMeter): void {
  const rows = run.attribution.rows();
  const sum = (what: (sums: AttributionSums) => number) => rows.reduce((all, { sums }) => all + what(sums), 0);
  const { total } = run;
  expect({
    input: sum((row) => row.enteredInput + row.carriedInput),
    cacheRead: sum((row) => row.enteredCacheRead + row.carriedCacheRead),
    cacheWrite5m: sum((row) => row.enteredCacheWrite5m + row.carriedCacheWrite5m),
    cacheWrite1h: sum((row) => row.enteredCacheWrite1h + row.carriedCacheWrite1h),
    output: sum((row) => row.output),
    cost: sum(sumNano),
    unpriced: sum((row) => row.unpricedTokens),
  }).toEqual({
    input: total.input,
    cacheRead: total.cacheRead,
    cacheWrite5m: total.cacheWrite5m,
    cacheWrite1h: total.cacheWrite1h,
    output: total.output,
    cost: total.costInput + total.costCacheRead + total.costCacheWrite + total.costOutput + total.costOther,
    unpriced: total.unpricedTokens,
  });
}

describe('LiveAttribution', () => {
  it('settles a run of Cursor, whose count climbed, on what its tools answered (example E)', () => {
    const run = new RunMeter({ runId: 'run_1', agent: 'cursor', startedAt: T0, book: () => book });
    const reader = cursorSdkLive.open({ runId: 'run_1', cwd: '/home/ada/shop', model: 'composer-2', at: T0 });
    const tool = (callId: string, type: string, said: string) => [
      { type: 'tool-call-started', callId, toolCall: { type, args: { path: 'src/shop.ts' } } },
      { type: 'tool-call-completed', callId, toolCall: { type, args: {}, result: { status: 'success', value: said } } },
    ];
    const count = { type: 'token-delta', tokens: 837 };
    const streamed = [
      count,
      ...tool('t1', 'read', 'x'.repeat(24_000)),
      count,
      ...tool('t2', 'shell', 'x'.repeat(6_000)),
    ];
    let at = T0;
    const hear = (message: object) => {
      at += 100;
      reader.read(message, at, (event) => void run.apply(event));
      expectTotal(run);
    };
    for (const message of [...streamed, count, count, count, count]) hear(message);
    expect(run.total.output).toBe(5_022);
    hear({
      type: 'turn-ended',
      usage: { inputTokens: 388_564, cacheReadTokens: 346_112, outputTokens: 5_870, reasoningTokens: 2_736 },
    });
    expect([run.total.input, run.total.cacheRead, run.total.output]).toEqual([42_452, 346_112, 5_870]);
    // All its calls' prompts together are no window's.
    expect(run.threads.mains[0]?.context(() => 200_000)).toEqual({ used: undefined, window: 200_000 });
    const sums = new Map(run.attribution.rows().map(({ owner, sums }) => [owner.kind, sums]));
    // The read stood in two calls' prompts and the shell's result in one: eight times as much.
    const sent = (kind: PieceKind) => (sums.get(kind)?.enteredCacheRead ?? 0) + (sums.get(kind)?.carriedCacheRead ?? 0);
    expect(sent('read') / sent('shell')).toBeCloseTo(8, 1);
    expect(sums.get('shell')?.carriedCacheRead).toBe(0);
    expect([...sums.values()].every(({ measured }) => measured === 0)).toBe(true);
  });

  it('moves the bar as results enter and are carried', () => {
    const run = meter();
    const events: AgentEvent[] = [
      settled({ identity: 'm1', at: T0, usage: { ...NOTHING, cacheWrite5m: 1000, output: 40 } }),
      asked('t1', 'm1', T0),
      answered('t1', 'm1', T0 + 500, 9000),
      settled({
        identity: 'm2',
        at: T0 + 1000,
        usage: { ...NOTHING, cacheRead: 1000, cacheWrite5m: 2540, output: 10 },
      }),
      settled({ identity: 'm3', at: T0 + 2000, usage: { ...NOTHING, cacheRead: 3540, cacheWrite5m: 10, output: 5 } }),
    ];
    for (const event of events) run.apply(event);
    const rows = byTool(run.attribution.rows());
    expect(rows.map(({ kind, tokens }) => [kind, tokens])).toEqual([
      ['read', 40 + 2540 + 2540],
      ['system', 3000],
      ['model_text', 10 + 10 + 5],
    ]);
    expect(rows.reduce((sum, row) => sum + row.percent, 0)).toBe(100);
  });

  it('is the total at every moment, whatever comes in whatever order, twice, late or cut', () => {
    const random = seededRandom('live');
    for (let round = 0; round < 40; round++) {
      const run = meter();
      const events: AgentEvent[] = [];
      let size = 500;
      for (let call = 0; call < 12; call++) {
        const identity = `m${call}`;
        const at = T0 + call * 1000;
        const threadId = random.chance(0.2) ? 's1:side' : 's1';
        const read = random.int(0, size);
        const usage = {
          ...NOTHING,
          input: random.int(0, 9),
          cacheRead: read,
          cacheWrite5m: size - read,
          output: random.int(1, 90),
        };
        if (random.chance(0.5)) {
          events.push(provisional({ identity, threadId, at, usage: { ...usage, output: 1 } }));
          events.push(text(random.int(1, 500), { callIdentity: identity, threadId, at }));
        }
        if (random.chance(0.6))
          events.push(asked(`t${call}`, identity, at), answered(`t${call}`, identity, at + 400, random.int(0, 9000)));
        if (random.chance(0.1))
          events.push({ type: 'compaction', ...of, id: `c${call}`, at: at + 500, trigger: 'auto' });
        if (random.chance(0.3))
          events.push({ type: 'prompt', ...of, id: `p${call}`, at: at - 10, bytes: random.int(1, 900) });
        const model = random.chance(0.1) ? 'nobody-knows-9' : undefined;
        events.push(
          random.chance(0.9)
            ? settled({ identity, threadId, at, usage, ...(model ? { model } : {}) })
            : ({ ...end('cut', identity), threadId } as AgentEvent),
        ); // -- spreading keeps the event's type
        size = random.chance(0.1) ? random.int(10, size) : size + random.int(0, 3000);
      }
      const swapped = random.chance(0.5) ? events : random.shuffle(events);
      for (const event of [...swapped, ...swapped.slice(3, 9)]) {
        run.apply(event);
        if (random.chance(0.3)) expectTotal(run);
      }
      run.settle(T0 + 60_000);
      expectTotal(run);
      const again = meter();
      for (const event of events) again.apply(event);
      again.settle(T0 + 60_000);
      expect(again.attribution.rows().reduce((sum, row) => sum + sumTokens(row.sums), 0)).toBeGreaterThan(0);
      expectTotal(again);
    }
  });

  it('is the total of a long run too, whose first calls were let go, with calls and results that come late', () => {
    const random = seededRandom('long');
    const run = meter();
    let size = 500;
    for (let call = 0; call < 2_500; call++) {
      const identity = `m${call}`;
      const at = T0 + call * 1000;
      const isLate = random.chance(0.01);
      const read = random.int(0, size);
      const usage = { ...NOTHING, cacheRead: read, cacheWrite5m: size - read, output: random.int(1, 90) };
      if (random.chance(0.3)) run.apply(provisional({ identity, at, usage: { ...usage, output: 1 } }));
      if (random.chance(0.6)) run.apply(asked(`t${call}`, identity, at));
      run.apply(settled({ identity, at: isLate ? T0 + random.int(0, call) * 1000 : at, usage }));
      const behind = random.chance(0.05) ? random.int(0, call) : call;
      run.apply(answered(`t${behind}`, `m${behind}`, at + 400, random.int(0, 9000)));
      if (random.chance(0.005)) run.apply({ type: 'compaction', ...of, id: `c${call}`, at: at + 500, trigger: 'auto' });
      size = random.chance(0.02) ? random.int(10, size) : size + random.int(0, 300);
      if (call % 100 === 99) expectTotal(run);
    }
    run.settle(T0 + 9_000_000);
    expectTotal(run);
  });

  it('keeps as much of a run of 6,000 calls as of one of 3,000, in one thread or in sub-agents of ten calls each', () => {
    const kept = (calls: number, threadOf: (call: number) => string) => {
      const run = meter();
      for (let call = 0; call < calls; call++) {
        const at = T0 + call * 1000;
        const threadId = threadOf(call);
        // A sub-agent's last call is its answer.
        const asks = call % 10 < 9;
        if (asks) run.apply({ ...asked(`t${call}`, `m${call}`, at), threadId } as AgentEvent); // -- spreading keeps the event's type
        run.apply(settled({ identity: `m${call}`, threadId, at, usage: { ...NOTHING, cacheRead: 9_000, output: 9 } }));
        if (asks) run.apply({ ...answered(`t${call}`, `m${call}`, at + 400, 100), threadId } as AgentEvent); // -- as above
        // Told again, long after its call was let go.
        if (call > 1_000) run.apply(answered(`t${call - 900}`, call % 2 === 0 ? `m${call - 900}` : '', at, 100));
      }
      expectTotal(run);
      expect(run.totals.calls).toBe(calls);
      return run.kept;
    };
    for (const threadOf of [() => 's1', (call: number) => `s1:a${Math.floor(call / 10)}`]) {
      expect(kept(6_000, threadOf)).toBeLessThanOrEqual(kept(3_000, threadOf) + 300);
      expect(kept(6_000, threadOf)).toBeLessThan(1_500);
    }
  });
});
