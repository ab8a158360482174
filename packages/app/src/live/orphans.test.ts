/** Runs that another process of ours left or keeps. */
import { type AgentEvent, NO_USAGE } from '@tokenmeter/core';
import { afterEach, describe, expect, it } from 'vitest';
import { call, type HubWorld, hubWorld, NOON, plainRun, session } from '../../test/hub-world.ts';
import type { Processes } from './port.ts';

let world: HubWorld;
afterEach(() => world.close());

const open = async () => {
  world = await hubWorld();
  return world;
};

describe('after a crash', () => {
  const processes = (alive: readonly string[], stopped: string[]): Processes => ({
    isAlive: (run) => alive.includes(run.id),
    watch: () => {},
    leave: () => {},
    stop: (run) => stopped.push(run.id),
    kill: (run) => stopped.push(`kill ${run.id}`),
  });

  it('a run whose process is gone is ended with what it used, one that still works can be stopped', async () => {
    const { hub, ledger, options, close } = await open();
    const dead = await hub.open(plainRun({ id: 'dead', pid: 1, sessionId: 's1' }), options());
    dead.apply(session());
    dead.apply(call('m1'));
    await hub.open(plainRun({ id: 'alive', pid: 2, sessionId: 's2' }), options());
    await hub.flush();
    const stopped: string[] = [];
    const after = await hubWorld({}, { processes: processes(['alive'], stopped), ledger });
    const mine = { sessionId: 's2', rootSessionId: 's2', threadId: 's2' };
    await after.log('/logs/s2.jsonl', [session('s2'), call('m2', mine)]);
    await after.hub.start();
    expect(await ledger.runs.run('dead')).toMatchObject({ status: 'error', calls: 1, usage: { input: 1_000 } });
    expect(after.hub.now().runs.map(({ run_id }) => run_id)).not.toContain('s2');
    expect(after.hub.liveRun('alive')).toMatchObject({ status: 'running', interrupt: { kind: 'kill', reason: null } });
    await after.hub.interrupt('alive');
    expect(stopped).toEqual(['kill dead', 'alive']);
    const log = await ledger.runs.events('dead', 0, 100);
    expect(new Set(log.map(({ seq }) => seq)).size).toBe(log.length);
    expect(log.at(-1)).toMatchObject({ type: 'status', data: { status: 'error' } });
    await after.close();
    world = { ...world, close };
  });
});

describe('a run that another process of ours keeps', () => {
  it('is shown here, and its end is as that one wrote it', async () => {
    const alive = new Set(['theirs']);
    const { hub, ledger } = await open();
    const theirs = plainRun({ id: 'theirs', pid: 3, status: 'running', calls: 5 });
    await ledger.runs.save(theirs, []);
    const told: string[] = [];
    const note =
      (what: string) =>
      ({ id }: { id: string }) =>
        void told.push(`${what} ${id}`);
    const acts = { watch: note('watch'), leave: note('leave'), stop: note('stop'), kill: note('kill') };
    const processes = { isAlive: ({ id }: { id: string }) => alive.has(id), ...acts };
    const server = await hubWorld({}, { processes, ledger });
    await server.hub.start();
    expect(server.hub.liveRun('theirs')?.status).toBe('running');
    const done = { ...theirs, status: 'success', endedAt: NOON, exitCode: 0, calls: 7 } as const;
    await ledger.runs.save(done, []);
    alive.clear();
    await expect.poll(() => server.hub.liveRun('theirs')?.status, { timeout: 10_000 }).toBe('success');
    await server.hub.flush();
    expect(await ledger.runs.run('theirs')).toEqual(done);
    // What a run that went well left at work is left at work.
    expect(told).toEqual(['watch theirs', 'leave theirs']);
    await server.close();
    await hub.flush();
  });
});

describe('a session that is taken up again after a restart', () => {
  const total = (input: number, output: number, at: number): AgentEvent => ({
    type: 'reported_total',
    agent: 'claude-code',
    sessionId: 's1',
    process: `p${at}`,
    processStartedAt: at - 1_000,
    at,
    byModel: new Map([['claude-opus-4-6', { ...NO_USAGE, input, output }]]),
    cwd: '',
  });

  it('has each token once, although the agent’s own total goes on from before', async () => {
    const { hub, ledger, options, close } = await open();
    const first = await hub.open(plainRun({ id: 'first' }), options());
    for (const event of [session(), call('m1'), total(1_000, 100, NOON)]) first.apply(event);
    await first.finish({ outcome: 'success', exitCode: 0, message: '' });
    const after = await hubWorld({}, { ledger });
    const later = NOON + 60_000;
    after.clock.nowMs = later + 5_000;
    await after.hub.start();
    const second = await after.hub.open(plainRun({ id: 'second', startedAt: later }), after.options());
    // 30 tokens of output more than its calls tell of.
    for (const event of [session(), call('m2', { at: later + 1_000 }), total(2_000, 230, later + 2_000)])
      second.apply(event);
    const done = await second.finish({ outcome: 'success', exitCode: 0, message: '' });
    expect(done).toMatchObject({ calls: 1, usage: { input: 1_000, output: 130 } });
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals).toMatchObject({ calls: 2, usage: { input: 2_000 } });
    await after.close();
    world = { ...world, close };
  });
});
