import { BUCKETS } from '@tokenmeter/core';
import { afterEach, describe, expect, it } from 'vitest';
import { call, type HubWorld, hubWorld, NOON, plainRun, session, text } from '../../test/hub-world.ts';
import type { Config } from '../config.ts';

let world: HubWorld;
afterEach(() => world.close());

const open = async (config: Partial<Config> = {}) => {
  world = await hubWorld(config);
  return world;
};
const USAGE = { input: 1_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 100 };
const SUCCESS = { outcome: 'success', exitCode: 0, message: '' } as const;

describe('a run that was started', () => {
  it('is told four times a second at most, and ends on the sum of its deltas, its row and the ledger', async () => {
    const { hub, frames, ledger, clock, options } = await open();
    const run = await hub.open(plainRun(), options());
    run.apply(session());
    run.apply(call('m1', { usage: { ...USAGE, output: 1 } }, true));
    for (let index = 0; index < 1_000; index++) {
      clock.nowMs = NOON + index;
      run.apply(text('m1', 4));
    }
    run.apply(call('m1', { usage: { ...USAGE, output: 900 } }));
    const done = await run.finish(SUCCESS);
    const deltas = frames.flatMap((frame) => (frame.event === 'usage_delta' ? [frame.data] : []));
    expect(deltas.length).toBeLessThanOrEqual(6);
    const told = BUCKETS.map((bucket) => deltas.reduce((sum, { delta }) => sum + delta[wireName(bucket)], 0));
    expect(told).toEqual(BUCKETS.map((bucket) => ({ ...USAGE, output: 900 })[bucket]));
    expect(done).toMatchObject({ status: 'success', calls: 1, usage: { input: 1_000, output: 900 } });
    expect(await ledger.runs.run('run_1')).toEqual(done);
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals).toMatchObject({ calls: 1, usage: { output: 900 } });
    expect(frames.at(-1)).toMatchObject({
      event: 'usage_settled',
      data: { run: { settled: true, status: 'success' } },
    });
  });

  it('tells of each call the name by which the ledger finds it once it is written', async () => {
    const { hub, frames, ledger, options } = await open();
    const run = await hub.open(plainRun(), options());
    run.apply(session());
    run.apply(call('m1'));
    run.apply(call('m/2', { usage: { ...USAGE, output: 7 } }));
    await run.finish(SUCCESS);
    const told = frames.flatMap((frame) => (frame.event === 'calls' ? frame.data.calls : []));
    expect(told.map(({ call_id }) => call_id).sort()).toEqual(['claude-code/m/2', 'claude-code/m1']);
    for (const { call_id, session_id } of told) {
      const found = await ledger.call(call_id);
      expect(found).toMatchObject({ sessionId: session_id, identity: call_id.slice('claude-code/'.length) });
      expect(await ledger.call(found?.id ?? '')).toEqual(found);
    }
    for (const strange of ['claude-code/m3', 'codex/m1', 'nobody/m1', '/m1', 'claude-code/'])
      expect(await ledger.call(strange)).toBeUndefined();
  });

  it('keeps a log of what screens heard, that can be replayed and adds up', async () => {
    const { hub, ledger, options } = await open();
    const run = await hub.open(plainRun(), options());
    run.apply(call('m1'));
    run.apply({
      type: 'tool_call',
      agent: 'claude-code',
      id: 't1',
      callIdentity: 'm1',
      sessionId: 's1',
      threadId: 's1',
      name: 'Bash',
      kind: 'shell',
      at: NOON,
      argumentBytes: 9,
    });
    run.apply(call('m2'));
    await run.finish(SUCCESS);
    const log = await ledger.runs.events('run_1', 0, 100);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1).map((seq) => log[seq - 1]?.seq));
    expect(log.filter(({ type }) => type === 'status')).toHaveLength(2);
    expect(log.filter(({ type }) => type === 'tool_started')).toHaveLength(1);
    const usage = log.filter(({ type }) => type === 'usage_delta').map(({ data }) => data as { input: number }); // -- as written by the hub
    expect(usage.reduce((sum, { input }) => sum + input, 0)).toBe(2_000);
  });

  it('counts once with the log of the same session, and is one run with it', async () => {
    const { hub, ledger, options, log } = await open();
    await hub.start();
    const run = await hub.open(plainRun(), options());
    run.apply(session());
    run.apply(call('m1'));
    await log('/logs/s1.jsonl', [session(), call('m1'), call('m2', { threadId: 's1:a', caller: 'subagent:explore' })]);
    await hub.flush();
    expect(hub.now().runs.map(({ run_id }) => run_id)).toEqual(['run_1']);
    expect(hub.liveRun('run_1')).toMatchObject({ calls: 2, usage: { input: 2_000 } });
    const done = await run.finish(SUCCESS);
    expect(done.calls).toBe(2);
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(2);
    await log('/logs/s1.jsonl', [session(), call('m2')]);
    await hub.flush();
    expect(hub.now().runs).toHaveLength(1);
  });

  it('does not come back as an observed one once it left, also after a restart; taken up again it does', async () => {
    const { hub, ledger, options, log, clock } = await open();
    await hub.start();
    const run = await hub.open(plainRun(), options());
    run.apply(session());
    run.apply(call('m1'));
    await run.finish(SUCCESS);
    clock.nowMs += 120_000;
    await expect.poll(() => hub.now().runs.length, { timeout: 10_000 }).toBe(0);
    const spent = hub.now().strip.minutes_usd;
    await log('/logs/s1.jsonl', [session(), call('m1')]);
    await log('/logs/other.jsonl', [
      session('s2'),
      call('o1', { sessionId: 's2', rootSessionId: 's2', threadId: 's2' }),
    ]);
    await hub.flush();
    expect(hub.now().runs.map(({ run_id }) => run_id)).toEqual(['s2']);
    expect(hub.now().strip.minutes_usd).not.toEqual(spent);
    const again = await hubWorld({}, { ledger });
    again.clock.nowMs = clock.nowMs;
    await again.hub.start();
    await again.hub.flush();
    expect(again.hub.now().runs.map(({ run_id }) => run_id)).toEqual(['s2']);
    await again.close();
    const later = { at: clock.nowMs };
    await log('/logs/s1.jsonl', [session(), call('m1'), call('m2', later)]);
    await expect
      .poll(() =>
        hub
          .now()
          .runs.map(({ run_id }) => run_id)
          .toSorted(),
      )
      .toEqual(['s1', 's2']);
  });

  it('takes over what was seen of its session before it said whose it is', async () => {
    const { hub, options, log, frames } = await open();
    await hub.start();
    const run = await hub.open(plainRun(), options());
    await log('/logs/s1.jsonl', [session(), call('m1')]);
    await hub.flush();
    expect(
      hub
        .now()
        .runs.map(({ run_id }) => run_id)
        .toSorted(),
    ).toEqual(['run_1', 's1']);
    run.apply(session());
    expect(hub.now().runs.map(({ run_id }) => run_id)).toEqual(['run_1']);
    expect(frames.at(-1)).toMatchObject({ event: 'usage_settled', data: { run: { run_id: 's1', status: 'ended' } } });
    await log('/logs/s1.jsonl', [session(), call('m1'), call('m2', { at: NOON })]);
    await expect.poll(() => hub.liveRun('run_1')?.calls).toBe(2);
    expect(hub.now().runs).toHaveLength(1);
  });

  it('has no usage where none was ever told, and not zero', async () => {
    const { hub, ledger, options } = await open();
    const run = await hub.open(plainRun(), options());
    expect(hub.liveRun('run_1')?.usage).toBeNull();
    await run.finish({ outcome: 'error', exitCode: 1, message: 'Cannot sign in' });
    expect(await ledger.runs.run('run_1')).toMatchObject({ status: 'error', usage: null, costNano: null, exitCode: 1 });
  });

  it('is stopped once, the first reason stands, and how long that took is kept', async () => {
    const { hub, clock, options } = await open();
    const driver = options();
    const run = await hub.open(plainRun(), driver);
    run.apply(call('m1', {}, true));
    expect(await hub.interrupt('run_1')).toMatchObject({ state: 'stopping' });
    run.requestStop('budget_capped');
    expect(driver.stops).toEqual(['user']);
    expect(hub.liveRun('run_1')?.activity.state).toBe('stopping');
    clock.nowMs += 700;
    const done = await run.finish({ outcome: 'error', exitCode: 130, message: '' });
    expect(done).toMatchObject({ status: 'interrupted', stopReason: 'user', stopMs: 700, usage: { input: 1_000 } });
    expect(await hub.interrupt('run_1')).toMatchObject({ state: 'ended' });
    expect(await hub.interrupt('nobody')).toBeUndefined();
  });
});

describe('a store that does not answer', () => {
  const broken = () => {
    throw new Error('disk I/O error');
  };

  it('is not asked between an event and a verdict, and keeps no run from being told and ending', async () => {
    const { hub, options, ledger, frameOf } = await open();
    const driver = options();
    const run = await hub.open(plainRun({ sessionId: 's1', budgetNano: 20_000_000n }), driver);
    run.apply(session());
    await hub.flush();
    const [prices, query, calls] = [ledger.prices, ledger.query, ledger.calls];
    Object.assign(ledger, { prices: broken, query: broken, calls: broken, append: broken });
    run.apply({
      type: 'reported_total',
      agent: 'claude-code',
      sessionId: 's1',
      process: 'p',
      processStartedAt: NOON,
      at: NOON,
      byModel: new Map([['claude-opus-4-6', { ...USAGE, input: 9_000 }]]),
      cwd: '',
    });
    for (const identity of ['m1', 'm2', 'm3']) run.apply(call(identity));
    expect(driver.stops).toEqual(['budget_capped']);
    // Time alone is looked at too, every two seconds.
    await new Promise((done) => setTimeout(done, 2_500));
    expect(hub.liveRun('run_1')).toMatchObject({ calls: 3, activity: { state: 'stopping' } });
    const done = await run.finish({ outcome: 'error', exitCode: 1, message: '' });
    // What was used before the run cannot be told, so no total is held against its calls.
    expect(done).toMatchObject({
      status: 'interrupted',
      stopReason: 'budget_capped',
      calls: 3,
      usage: { input: 3_000 },
    });
    expect(frameOf('run_1')?.run.status).toBe('interrupted');
    Object.assign(ledger, { prices, query, calls });
    Reflect.deleteProperty(ledger, 'append');
    await hub.flush();
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals).toMatchObject({ calls: 3, usage: { input: 3_000 } });
    expect(await ledger.runs.run('run_1')).toEqual(done);
  });
});

it('the process of a run and its session are kept as soon as they are known: were we killed then, they would be found', async () => {
  const { hub, options, ledger } = await open();
  const run = await hub.open(plainRun(), options());
  run.learn({ pid: 4_711 });
  await new Promise((done) => setImmediate(done));
  expect(await ledger.runs.run('run_1')).toMatchObject({ status: 'running', pid: 4_711, sessionId: '' });
  run.apply(session());
  await new Promise((done) => setImmediate(done));
  expect(await ledger.runs.run('run_1')).toMatchObject({ status: 'running', pid: 4_711, sessionId: 's1' });
});

describe('the brake', () => {
  /** What 1,000 tokens of input and 100 of output of the model cost. */
  const CALL_NANO = 7_500_000n;

  it('stops a run at its budget, within the event that reached it, and records by how much it was passed', async () => {
    const { hub, options } = await open();
    const driver = options();
    const run = await hub.open(plainRun({ budgetNano: 2n * CALL_NANO }), driver);
    run.apply(call('m1'));
    expect(driver.stops).toEqual([]);
    expect(hub.liveRun('run_1')?.cap).toMatchObject({ kind: 'run', percent: 50, state: 'ok' });
    run.apply(call('m2', { usage: { ...USAGE, input: 900 } }));
    expect(driver.stops).toEqual([]);
    run.apply(call('m3'));
    expect(driver.stops).toEqual(['budget_capped']);
    const done = await run.finish({ outcome: 'error', exitCode: 1, message: '' });
    expect(done).toMatchObject({ status: 'interrupted', stopReason: 'budget_capped' });
    expect(done.overshootNano).toBe((done.costNano ?? 0n) - 2n * CALL_NANO);
  });

  it('counts what is in flight, estimates too, and what has no price at its ceiling', async () => {
    const { hub, options } = await open();
    const [known, unknown] = [options(), options()];
    const first = await hub.open(plainRun({ budgetNano: 2n * CALL_NANO }), known);
    first.apply(call('m1', {}, true));
    first.apply(text('m1', 4 * 300));
    expect(known.stops).toEqual(['budget_capped']);
    const second = await hub.open(plainRun({ id: 'run_2', budgetNano: CALL_NANO }), unknown);
    second.apply(call('m2', { model: 'nobody-knows-1', seller: '' }));
    expect(unknown.stops).toEqual(['budget_capped']);
  });

  it('says beforehand by how much it may be passed: a call each of who is at work, on the model of each', async () => {
    const { hub, options } = await open();
    const run = await hub.open(
      plainRun({ budgetNano: 100_000_000_000n, requestedModel: 'claude-haiku-4-5' }),
      options(),
    );
    const bound = () => Number(hub.liveRun('run_1')?.cap?.overshoot_bound_usd);
    const untold = bound();
    run.apply(call('m1', { model: 'claude-haiku-4-5' }));
    const alone = bound();
    expect(alone).toBe(untold);
    const helper = { threadId: 'sub', sessionId: 's1', chain: 'side', caller: 'subagent:explore' } as const;
    run.apply({
      ...{ type: 'thread', agent: 'claude-code', sessionId: 's1', rootSessionId: 's1', threadId: 'sub' },
      ...{ parentThreadId: 's1', name: 'explore', spawnedBy: 'toolu_1' },
    });
    run.apply(call('m2', { ...helper, model: 'claude-opus-4-6' }, true));
    const dear = bound() - alone;
    expect(dear).toBeGreaterThan(3 * alone);
    expect(bound()).toBeLessThan(50);
  });

  it('holds the month: committed and live together, each spent dollar once, whoever writes first', async () => {
    const cap = { amount: '0.0225', currency: 'USD' };
    const { hub, options, log } = await open({ monthlyCap: cap, monthlyCapUsd: '0.0225' });
    await hub.start();
    await log('/logs/other.jsonl', [
      session('s0'),
      call('m0', { sessionId: 's0', rootSessionId: 's0', threadId: 's0' }),
    ]);
    const driver = options();
    const run = await hub.open(plainRun(), driver);
    run.apply(session());
    run.apply(call('m1'));
    await log('/logs/s1.jsonl', [session(), call('m1')]);
    await hub.flush();
    expect(hub.liveRun('run_1')?.cap).toMatchObject({ kind: 'monthly', percent: 66, spent_usd: '0.015000000' });
    expect(driver.stops).toEqual([]);
    run.apply(call('m2'));
    expect(driver.stops).toEqual(['budget_capped']);
    await run.finish({ outcome: 'error', exitCode: 1, message: '' });
    await expect(hub.open(plainRun({ id: 'run_2' }), options())).rejects.toMatchObject({ code: 'budget-exceeded' });
  });
});

describe('a session that is observed', () => {
  it('appears with what the ledger counts, and grows with its log', async () => {
    const { hub, log, frameOf, clock } = await open();
    await hub.start();
    await log('/logs/s1.jsonl', [session(), call('m1')]);
    await hub.flush();
    expect(hub.liveRun('s1')).toMatchObject({
      origin: 'observed',
      title: 'Mend the shop',
      calls: 1,
      interrupt: { kind: 'none' },
    });
    clock.nowMs += 300;
    await log('/logs/s1.jsonl', [call('m2', { at: NOON })]);
    await expect.poll(() => frameOf('s1')?.run.calls).toBe(2);
    expect(hub.now().calls.map(({ call_id }) => call_id)).toEqual(['claude-code/m2', 'claude-code/m1']);
    expect(await hub.interrupt('s1')).toMatchObject({ state: 'refused' });
  });

  it('does not count what a fork copied, and follows a call that turns out to be another session’s', async () => {
    const { hub, log } = await open();
    await hub.start();
    await log('/logs/z-fork.jsonl', [
      session('s2'),
      call('m1', { sessionId: 's2', rootSessionId: 's2', threadId: 's2' }),
      call('m2', { sessionId: 's2', rootSessionId: 's2', threadId: 's2' }),
    ]);
    await hub.flush();
    expect(hub.liveRun('s2')?.calls).toBe(2);
    await log('/logs/a-first.jsonl', [session('s1'), call('m1')]);
    await hub.flush();
    await expect.poll(() => hub.liveRun('s1')?.calls).toBe(1);
    await log('/logs/z-fork.jsonl', [call('m3', { sessionId: 's2', rootSessionId: 's2', threadId: 's2' })]);
    await expect.poll(() => hub.liveRun('s2')?.calls).toBe(2);
  });

  it('that goes silent has ended, and nobody says that it went well', async () => {
    const { hub, log, clock, frames } = await open();
    await hub.start();
    await log('/logs/s1.jsonl', [session(), call('m1')]);
    await hub.flush();
    clock.nowMs += 11 * 60_000;
    const ended = () => frames.flatMap((frame) => (frame.event === 'usage_settled' ? [frame.data.run] : []));
    await expect.poll(ended, { timeout: 10_000 }).toMatchObject([{ run_id: 's1', status: 'ended', calls: 1 }]);
    expect(hub.now().runs).toEqual([]);
  });

  it('is not there where it was silent for ten minutes', async () => {
    const { hub, log } = await open();
    await log('/logs/s1.jsonl', [session(), call('m1', { at: NOON - 11 * 60_000 })]);
    await hub.start();
    expect(hub.now().runs).toEqual([]);
    expect(hub.now().strip.minutes_usd.filter((usd) => usd !== '0.000000000')).toHaveLength(1);
  });
});

function wireName(bucket: (typeof BUCKETS)[number]) {
  const names = {
    input: 'input',
    cacheRead: 'cache_read',
    cacheWrite5m: 'cache_write_5m',
    cacheWrite1h: 'cache_write_1h',
    output: 'output',
  } as const;
  return names[bucket];
}
