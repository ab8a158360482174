import { describe, expect, it } from 'vitest';
import {
  book,
  compaction,
  end,
  meter,
  provisional,
  reported,
  settled,
  T0,
  text,
  toolCall,
  usage,
} from '../../test/live-events.ts';
import { noMeasures } from '../rollup.ts';
import { NO_USAGE } from '../usage.ts';
import type { RunMeter } from './run-meter.ts';

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

  it('counts a call once however late it is told again, be it 100,000 calls later', () => {
    const run = meter();
    const told = (index: number) =>
      run.apply(settled({ identity: `msg_${index}`, usage: usage(10, 1), at: T0 + index }));
    for (let index = 0; index < 100_000; index++) told(index);
    for (let index = 0; index < 100_000; index += 7) expect(told(index)).toBeUndefined();
    expect(run.totals).toMatchObject({ calls: 100_000, usage: { input: 1_000_000 } });
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
