import type { WireLiveNow, WireRun, WireRunDetail, WireRunEvents, WireRunPage, WireUsageDelta } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHouse } from '../../../test/fake-house.ts';
import { call, type HubWorld, hubWorld, NOON, plainRun, session } from '../../../test/hub-world.ts';
import type { House } from '../../house.ts';
import type { Runner } from '../../live/port.ts';
import { createApp } from '../app.ts';

let world: HubWorld;
let app: ReturnType<typeof createApp>;
const started: string[] = [];
const runner: Runner = {
  start: async ({ agent, cwd }) => {
    started.push(`${agent} ${cwd}`);
    return plainRun({ id: 'run_new', agent, cwd, status: 'running' });
  },
};

beforeEach(async () => {
  world = await hubWorld();
  app = appOf({});
  started.length = 0;
});
afterEach(() => world.close());

function appOf(more: Partial<House>) {
  const house = fakeHouse(new Date(NOON).toISOString());
  return createApp({
    ...house,
    ledger: world.ledger,
    live: world.hub,
    runs: world.ledger.runs,
    clock: world.clock,
    ...more,
  });
}

async function ask<T>(path: string, init?: RequestInit): Promise<{ status: number; body: T }> {
  const response = await app.request(path, { headers: { 'content-type': 'application/json' }, ...init });
  return { status: response.status, body: (await response.json()) as T }; // -- the caller names the answer it asks for
}

/** The frames of a stream as they come. */
async function listen(path: string, lastEventId?: string) {
  const response = await app.request(path, { headers: lastEventId ? { 'last-event-id': lastEventId } : {} });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.getReader();
  const frames: { event: string; id: string; data: unknown }[] = [];
  void (async () => {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return;
      for (const text of new TextDecoder().decode(chunk.value).split('\n\n'))
        if (text.startsWith('event:'))
          frames.push({
            event: /^event: (.*)$/m.exec(text)?.[1] ?? '',
            id: /^id: (.*)$/m.exec(text)?.[1] ?? '',
            data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null'),
          });
    }
  })();
  return { frames, close: () => reader?.cancel() };
}

describe('GET /api/live', () => {
  it('begins with all there is, tells each run, and what is over last', async () => {
    const run = await world.hub.open(plainRun(), world.options());
    run.apply(session());
    run.apply(call('m1'));
    const { frames } = await listen('/api/live');
    await expect.poll(() => frames[0]?.event).toBe('usage_snapshot');
    const runs: Partial<WireLiveNow['runs'][number]>[] = [{ run_id: 'run_1', calls: 1, title: 'Mend the shop' }];
    expect(frames[0]?.data).toMatchObject({ runs });
    world.clock.nowMs += 300;
    run.apply(call('m2'));
    await run.finish({ outcome: 'success', exitCode: 0, message: '' });
    await expect.poll(() => frames.at(-1)?.event).toBe('usage_settled');
    expect(frames.at(-1)?.data).toMatchObject({ run: { calls: 2, settled: true } });
  });

  it('tells who comes back the snapshot and the sum of what it missed', async () => {
    const run = await world.hub.open(plainRun(), world.options());
    world.clock.nowMs += 300;
    run.apply(call('m1'));
    const first = await listen('/api/live');
    await expect.poll(() => first.frames.length).toBe(1);
    await first.close();
    for (const id of ['m2', 'm3', 'm4']) {
      world.clock.nowMs += 300;
      run.apply(call(id));
    }
    const second = await listen('/api/live', first.frames[0]?.id);
    await expect.poll(() => second.frames.some(({ event }) => event === 'usage_delta')).toBe(true);
    expect(second.frames[0]).toMatchObject({ event: 'usage_snapshot', data: { runs: [{ calls: 4 }] } });
    const missed = second.frames
      .filter(({ event }) => event === 'usage_delta')
      .map(({ data }) => data as WireUsageDelta);
    expect(missed).toHaveLength(1);
    expect(missed[0]).toMatchObject({ delta: { delta_input: 3_000 }, call_id: null, run: { calls: 4 } });
  });

  it('folds what a client does not take, and loses nothing of it', async () => {
    const run = await world.hub.open(plainRun(), world.options());
    const response = await app.request('/api/live');
    for (let index = 0; index < 100; index++) {
      world.clock.nowMs += 300;
      run.apply(call(`m${index}`));
    }
    await run.finish({ outcome: 'success', exitCode: 0, message: '' });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('event: usage_settled')) text += new TextDecoder().decode((await reader?.read())?.value);
    const deltas = [...text.matchAll(/event: usage_delta\nid: .*\ndata: (.*)\n/g)].map(
      ([, data = '']) => JSON.parse(data) as WireUsageDelta,
    );
    expect(deltas.length).toBeLessThan(20);
    expect(deltas.reduce((sum, { delta }) => sum + delta.delta_input, 0)).toBe(100_000);
    await reader?.cancel();
  });

  it('takes a thousand clients and tells the next one to come later', async () => {
    const open = await Promise.all(Array.from({ length: 1_000 }, () => app.request('/api/live')));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    expect((await ask('/api/live')).status).toBe(503);
    await Promise.all(open.map(({ body }) => body?.cancel()));
    expect((await app.request('/api/live', { method: 'HEAD' })).status).toBe(200);
  });

  it('tells of one run alone at its own address', async () => {
    const one = await world.hub.open(plainRun(), world.options());
    const other = await world.hub.open(plainRun({ id: 'run_2' }), world.options());
    const { frames } = await listen('/api/runs/run_2/live');
    one.apply(call('m1'));
    world.clock.nowMs += 300;
    other.apply(call('m2', { sessionId: 's2', rootSessionId: 's2', threadId: 's2' }));
    await expect.poll(() => frames.some(({ event }) => event === 'usage_delta')).toBe(true);
    expect(frames[0]).toMatchObject({ event: 'usage_snapshot', data: { runs: [{ run_id: 'run_2' }] } });
    expect(JSON.stringify(frames)).not.toContain('run_1');
    expect((await ask('/api/runs/nobody/live')).status).toBe(404);
  });
});

describe('GET /api/runs', () => {
  it('lists what was kept, narrows, pages, and knows what is going on now', async () => {
    const run = await world.hub.open(plainRun({ taskId: 'T-1' }), world.options());
    await world.hub.open(plainRun({ id: 'run_2', startedAt: NOON }), world.options());
    await world.hub.flush();
    run.apply(call('m1'));
    const { body } = await ask<WireRunPage>('/api/runs?task_id=T-1&status=running&agent=claude');
    expect(body.runs).toMatchObject([{ run_id: 'run_1', calls: 1, input_tokens: 1_000, cache_creation_tokens: 0 }]);
    const first = await ask<WireRunPage>('/api/runs?limit=1');
    const second = await ask<WireRunPage>(`/api/runs?limit=1&after=${first.body.next}`);
    expect([first, second].map((page) => page.body.runs[0]?.run_id)).toEqual(['run_2', 'run_1']);
    expect(second.body.next).toBeNull();
  });

  it.each([
    ['/api/runs?status=done', 'status.0'],
    ['/api/runs?since=yesterday', 'since'],
    ['/api/runs?since=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z', 'until'],
    ['/api/runs?limit=0', 'limit'],
    ['/api/runs?after=x', 'after'],
    ['/api/runs?colour=red', 'colour'],
    ['/api/runs/run_1/events?after=-1', 'after'],
  ])('refuses %s and names the parameter', async (path, name) => {
    const { status, body } = await ask<{ error: { path: string } }>(path);
    expect([status, body.error.path]).toEqual([400, name]);
  });

  it('tells one run, an observed session as one, and its log from any seq', async () => {
    const run = await world.hub.open(plainRun(), world.options());
    run.apply(call('m1'));
    await run.finish({ outcome: 'error', exitCode: 7, message: 'Cannot go on' });
    await world.log('/logs/s9.jsonl', [
      session('s9'),
      call('m9', { sessionId: 's9', rootSessionId: 's9', threadId: 's9' }),
    ]);
    expect((await ask<WireRun>('/api/runs/run_1')).body).toMatchObject({
      status: 'error',
      exit_code: 7,
      calls: 1,
      message: 'Cannot go on',
    });
    expect((await ask<WireRun>('/api/runs/s9')).body).toMatchObject({
      origin: 'observed',
      calls: 1,
      input_tokens: 1_000,
    });
    expect((await ask('/api/runs/nobody')).status).toBe(404);
    const all = await ask<WireRunEvents>('/api/runs/run_1/events');
    const rest = await ask<WireRunEvents>('/api/runs/run_1/events?after=1&limit=1');
    expect(rest.body.events).toEqual(all.body.events.filter(({ seq }) => seq > 1).slice(0, 1));
    expect(rest.body.next).toBe(rest.body.events[0]?.seq);
    expect((await ask('/api/runs/nobody/events')).status).toBe(404);
  });
});

it('001-3 a run tells its usage by tool, while it runs and after, adding up to its usage in every bucket', async () => {
  const buckets = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'] as const;
  const expectSums = ({ usage, usage_by_tool: rows }: WireRunDetail) => {
    for (const bucket of buckets)
      expect(
        rows?.reduce((sum, row) => sum + row[bucket], 0),
        bucket,
      ).toBe(usage?.[bucket]);
    expect(rows?.reduce((sum, row) => sum + row.percent, 0)).toBe(100);
  };
  const get = async (id: string) => (await ask<WireRunDetail>(`/api/runs/${id}`)).body;
  const run = await world.hub.open(plainRun(), world.options());
  expect((await get('run_1')).usage_by_tool).toBe(null);
  run.apply(call('m1'));
  expectSums(await get('run_1'));
  await run.finish({ outcome: 'success', exitCode: 0, message: '' });
  expectSums(await get('run_1'));
  await world.log('/logs/s9.jsonl', [
    session('s9'),
    call('m9', { sessionId: 's9', rootSessionId: 's9', threadId: 's9' }),
  ]);
  const observed = await get('s9');
  expectSums(observed);
  expect(observed.usage_by_tool?.length).toBeGreaterThan(0);
});

describe('POST /api/runs', () => {
  const post = (body: unknown) =>
    ask<{ error: { path?: string; message: string } }>('/api/runs', { method: 'POST', body: JSON.stringify(body) });
  const wanted = { agent: 'claude', prompt: 'Mend it', cwd: '/home/ada/shop' };
  const allowing = () => {
    const { config } = fakeHouse(new Date(NOON).toISOString());
    app = appOf({ runner, config: { ...config, runDirs: ['/home/ada'] } });
  };

  it('starts nothing unless the config says where, and says what to set', async () => {
    app = appOf({ runner });
    const { status, body } = await post(wanted);
    expect(status).toBe(403);
    expect(body.error.message).toContain('run_dirs');
    expect(started).toEqual([]);
  });

  it('hands a request to the runner', async () => {
    allowing();
    expect(await post(wanted)).toMatchObject({ status: 201, body: { run_id: 'run_new', agent_name: 'Claude Code' } });
    expect(started).toEqual(['claude-code /home/ada/shop']);
  });

  it.each([
    [{ ...wanted, prompt: '' }, 'prompt'],
    [{ ...wanted, cwd: 'shop' }, 'cwd'],
    [{ ...wanted, budget_usd: '0' }, 'budget_usd'],
    [{ ...wanted, budget_usd: 'all of it' }, 'budget_usd'],
    [{ ...wanted, colour: 'red' }, 'colour'],
    [{ agent: 'claude' }, 'prompt'],
  ])('refuses %j and names the field', async (body, path) => {
    allowing();
    expect(await post(body)).toMatchObject({ status: 400, body: { error: { path } } });
    expect(started).toEqual([]);
  });
});

describe('POST /api/runs/:id/interrupt', () => {
  const interrupt = (id: string, body?: unknown) =>
    ask<WireRun & { error?: { message: string } }>(`/api/runs/${id}/interrupt`, {
      method: 'POST',
      ...(body === undefined ? { headers: {} } : { body: JSON.stringify(body) }),
    });

  it('stops once, whoever asks again, and kills where it is told to', async () => {
    const driver = world.options();
    await world.hub.open(plainRun(), driver);
    expect(await interrupt('run_1')).toMatchObject({ status: 202, body: { status: 'running', stop_reason: 'user' } });
    expect((await interrupt('run_1', {})).status).toBe(202);
    expect(driver.stops).toEqual(['user']);
    expect((await interrupt('run_1', { force: true })).status).toBe(202);
    expect(driver.stops).toEqual(['user', 'kill']);
  });

  it('says why it cannot stop a session that is merely observed, and what it does not know', async () => {
    await world.hub.start();
    await world.log('/logs/s1.jsonl', [session(), call('m1')]);
    await world.hub.flush();
    const { status, body } = await interrupt('s1');
    expect(status).toBe(409);
    expect(body.error?.message).toContain('read only');
    expect((await interrupt('nobody')).status).toBe(404);
  });
});
