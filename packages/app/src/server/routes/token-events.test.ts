import type {
  WireTaskStatusResult,
  WireTokenEvent,
  WireTokenEventBatch,
  WireTokenEventPage,
  WireTokenSummary,
} from '@tokenmeter/core';
import { use } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WorkAsking } from '../../../test/work-asking.ts';

let asking: WorkAsking;
beforeEach(async () => {
  asking = await WorkAsking.open();
  await asking.send('POST', '/api/repos', { id: 'r1', name: 'acme/api' });
  await asking.send('POST', '/api/workstreams', { id: 'w1', name: 'Storage', repo_id: 'acme/api' });
  await asking.send('POST', '/api/tasks', { id: 't1', title: 'Move the store', workstream_id: 'Storage' });
});
afterEach(() => asking.close());

const tell = (event: object, headers: Record<string, string> = {}) =>
  asking.send<WireTokenEvent>('POST', '/token-events/', event, headers);

describe('004-22 POST /token-events/', () => {
  test('004-5 answers 201 with the event; the path may end in a slash or not', async () => {
    const first = await tell({ task_id: 't1', tokens_in: 100, tokens_out: 20, model: 'sonnet' });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ task_id: 't1', certainty: 'reported', superseded: false, model: 'sonnet' });
    expect((await asking.send('POST', '/token-events', { tokens_in: 1 })).status).toBe(201);
  });

  test('004-2 tokens_total is tokens_in and tokens_out', async () => {
    const { body } = await tell({ tokens_in: 100, tokens_out: 20 });
    expect([body.tokens_in, body.tokens_out, body.tokens_total]).toEqual([100, 20, 120]);
  });

  test('004-3 every reference may be absent', async () => {
    const { status, body } = await tell({ tokens_out: 5 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ task_id: null, workstream_id: null, repo_id: null, model: null, tokens_in: null });
    expect(body.created_at).toBe('2026-06-01T15:00:00.000Z');
  });

  test.each([
    [{}, 'tokens_in'],
    [{ tokens_in: -1 }, 'tokens_in'],
    [{ tokens_in: 1.5 }, 'tokens_in'],
    [{ tokens_in: '7' }, 'tokens_in'],
    [{ tokens_in: 1, token_out: 2 }, 'token_out'],
    [{ tokens_in: 1, created_at: 'yesterday' }, 'created_at'],
    [{ tokens_in: 1, certainty: 'sure' }, 'certainty'],
    [{ tokens_in: 1, task_id: ' t1' }, 'task_id'],
    [{ tokens_in: 10, cache_read: 11 }, 'tokens_in'],
    [{ tokens_in: 1, workplan_id: 'a', workstream_id: 'b' }, 'workstream_id'],
  ])('refuses %j with the path of what is wrong', async (event, path) => {
    const { status, body } = await tell(event);
    expect([status, body.error.path]).toEqual([400, path]);
  });

  test('answers 404 with the path for an id nobody knows, or makes it when asked', async () => {
    const unknown = await tell({ task_id: 'T-42', repo_id: 'acme/web', tokens_in: 1 });
    expect([unknown.status, unknown.body.error.path]).toEqual([404, 'repo_id']);
    const made = await asking.send<WireTokenEvent>('POST', '/token-events?create=true', {
      task_id: 'T-42',
      workstream_id: 'Storage',
      repo_id: 'acme/web',
      commit_sha: 'abcdef1',
      release_id: 'v9',
      tokens_in: 1,
    });
    expect([made.status, made.body.task_id, made.body.release_id]).toEqual([201, 'T-42', 'v9']);
    // What is made belongs together.
    expect((await asking.get('/api/tasks/T-42')).body).toMatchObject({
      title: 'T-42',
      workplan_id: 'w1',
      repo_id: 'acme/web',
    });
    const homeless = await asking.send('POST', '/token-events?create=true', { commit_sha: 'abcdef2', tokens_in: 1 });
    expect([homeless.status, homeless.body.error.path]).toEqual([400, 'commit_sha']);
  });

  test('a key in the header or the body makes one event of many tries; another event by it is a conflict', async () => {
    const event = { task_id: 't1', tokens_in: 100 };
    const first = await tell(event, { 'idempotency-key': 'k1' });
    const again = await tell(event, { 'idempotency-key': 'k1' });
    const inBody = await tell({ ...event, idempotency_key: 'k1' });
    expect([first.status, again.status, inBody.status]).toEqual([201, 200, 200]);
    expect([again.body.id, inBody.body.id]).toEqual([first.body.id, first.body.id]);
    const other = await tell({ task_id: 't1', tokens_in: 101 }, { 'idempotency-key': 'k1' });
    expect([other.status, other.body.error.path]).toEqual([409, 'idempotency_key']);
    const both = await tell({ ...event, idempotency_key: 'k2' }, { 'idempotency-key': 'k1' });
    expect([both.status, both.body.error.path]).toEqual([400, 'idempotency_key']);
  });
});

describe('POST /token-events/batch', () => {
  const batch = (events: unknown) => asking.send<WireTokenEventBatch>('POST', '/token-events/batch/', { events });

  test('tells accepted, duplicate and rejected item by item, with paths', async () => {
    const { status, body } = await batch([
      { task_id: 't1', tokens_in: 1, idempotency_key: 'a' },
      { task_id: 't1', tokens_in: 1, idempotency_key: 'a' },
      { task_id: 't1', tokens_in: 2, idempotency_key: 'a' },
      { task_id: 'nobody', tokens_in: 1 },
      { tokens_in: -1 },
      'nonsense',
    ]);
    expect(status).toBe(200);
    expect([body.accepted, body.duplicate, body.rejected]).toEqual([1, 1, 4]);
    expect(body.results.map((one) => [one.index, one.status, one.path])).toEqual([
      [0, 'accepted', null],
      [1, 'duplicate', null],
      [2, 'rejected', 'events.2.idempotency_key'],
      [3, 'rejected', 'events.3.task_id'],
      [4, 'rejected', 'events.4.tokens_in'],
      [5, 'rejected', 'events.5'],
    ]);
  });

  test('takes 5,000 events, which is more than other bodies may hold, and not one more', async () => {
    const events = Array.from({ length: 5_000 }, (_, index) => ({
      task_id: 't1',
      tokens_in: index,
      idempotency_key: `key number ${index} of a batch that is larger than a quarter of a megabyte`,
    }));
    expect((await batch(events)).body.accepted).toBe(5_000);
    const tooMany = await batch([...events, { tokens_in: 1 }]);
    expect([tooMany.status, tooMany.body.error.path]).toEqual([400, 'events']);
    const large = await tell({ tokens_in: 1, model: 'x'.repeat(300_000) });
    expect(large.status).toBe(413);
  });
});

describe('GET /token-events/', () => {
  test('004-6 filters by task, workstream, repo, model, agent and time, with limit and cursor', async () => {
    await asking.send('POST', '/token-events/batch', {
      events: [
        { task_id: 't1', tokens_in: 1, created_at: '2026-05-01T00:00:00Z' },
        { workplan_id: 'w1', tokens_in: 2, created_at: '2026-05-02T00:00:00Z' },
        { repo_id: 'r1', tokens_in: 3, created_at: '2026-05-03T00:00:00Z' },
        { model: 'opus', tokens_in: 4, created_at: '2026-05-04T00:00:00Z' },
        { agent: 'dev', tokens_in: 5, created_at: '2026-05-05T12:00:00Z' },
      ],
    });
    const told = async (query: string) => {
      const { body } = await asking.get<WireTokenEventPage>(`/token-events/?${query}`);
      return body.events.map((event) => event.tokens_in);
    };
    expect(await told('')).toEqual([5, 4, 3, 2, 1]);
    expect(await told('task_id=t1')).toEqual([1]);
    expect(await told('workstream_id=Storage')).toEqual([2]);
    expect(await told('workplan_id=w1')).toEqual([2]);
    expect(await told('repo_id=acme/api')).toEqual([3]);
    expect(await told('model=opus')).toEqual([4]);
    expect(await told('agent=dev')).toEqual([5]);
    expect(await told('created_from=2026-05-04')).toEqual([5, 4]);
    expect(await told('created_to=2026-05-02')).toEqual([2, 1]);
    expect(await told('created_from=2026-05-02&created_to=2026-05-04T00:00:00Z')).toEqual([3, 2]);
    const first = await asking.get<WireTokenEventPage>('/token-events?limit=3');
    expect([first.body.matched, first.body.events.length]).toEqual([5, 3]);
    expect(await told(`limit=3&cursor=${first.body.next}`)).toEqual([2, 1]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['created_from=soon', 'created_from'],
    ['created_from=2026-05-02&created_to=2026-04-30', 'created_to'],
    ['colour=red', 'colour'],
  ])('refuses %s with a path', async (query, path) => {
    const { status, body } = await asking.get<WireTokenEventPage>(`/token-events/?${query}`);
    expect([status, body.error.path]).toEqual([400, path]);
  });
});

describe('GET /token-events/summary/', () => {
  const summary = (query: string) => asking.get<WireTokenSummary>(`/token-events/summary/?${query}`);

  test('004-7 sums a task, workstream, repo, commit or release, by id or by name', async () => {
    await asking.send('POST', '/api/releases', { id: 'rel', repo_id: 'r1', tag: 'v1' });
    await asking.send('POST', '/api/commits', { commit_sha: 'abcdef1234', repo_id: 'r1', release_id: 'v1' });
    await tell({ task_id: 't1', tokens_in: 100, tokens_out: 1, model: 'sonnet' });
    await tell({ commit_sha: 'abcdef1', tokens_in: 50, tokens_out: 2 });
    const of = async (query: string) => (await summary(query)).body.tokens_total;
    expect(await of('scope=task&id=t1')).toBe(101);
    // 004-4: what is not on the event follows from what is.
    expect(await of('scope=workstream&id=Storage')).toBe(101);
    expect(await of('scope=workplan&id=w1')).toBe(101);
    expect(await of('scope=repo&id=acme/api')).toBe(153);
    expect(await of('scope=commit&id=abcdef1234')).toBe(52);
    expect(await of('scope=release&id=v1')).toBe(52);
    const { body } = await summary('scope=task&id=t1');
    expect(body).toMatchObject({ name: 'Move the store', event_count: 1, tokens_in: 100, tokens_out: 1 });
    expect(body.by_model.map((row) => [row.model, row.tokens])).toEqual([['sonnet', 101]]);
  });

  test('measured, reported and estimated stand apart; what is superseded is shown and in no sum', async () => {
    await asking.send('PATCH', '/api/tasks/t1', { sessions: ['s1'] });
    await tell({ task_id: 't1', tokens_in: 1_000, tokens_out: 100 });
    await tell({ workplan_id: 'w1', tokens_in: 7, certainty: 'estimated' });
    await asking.measure({ identity: 'c1', usage: use({ input: 30, output: 3 }) });
    const { body } = await summary('scope=workplan&id=w1');
    expect([body.measured.tokens, body.reported.tokens, body.estimated.tokens, body.superseded.tokens]).toEqual([
      33, 0, 7, 1_100,
    ]);
    expect([body.tokens, body.event_count]).toEqual([40, 2]);
    const kept = await asking.get<WireTokenEventPage>('/token-events/?task_id=t1');
    expect(kept.body.events.map((event) => event.superseded)).toEqual([true]);
  });

  test('1,001 events summarise fully', async () => {
    const events = Array.from({ length: 1_001 }, () => ({ task_id: 't1', tokens_in: 2, tokens_out: 1 }));
    await asking.send('POST', '/token-events/batch', { events });
    const { body } = await summary('scope=task&id=t1');
    expect([body.event_count, body.tokens_total]).toEqual([1_001, 3_003]);
  });

  test('refuses a scope it does not know, and tells of an id it does not know', async () => {
    const scope = await summary('scope=planet&id=x');
    expect([scope.status, scope.body.error.path]).toEqual([400, 'scope']);
    const id = await summary('scope=task&id=nobody');
    expect([id.status, id.body.error.path]).toEqual([404, 'id']);
  });
});

describe('004-22 the passthrough: PATCH /api/tasks/:id/status', () => {
  const change = (body: object) => asking.send<WireTaskStatusResult>('PATCH', '/api/tasks/t1/status', body);

  test('004-9 one call makes the status change and the token event', async () => {
    const { body } = await change({ status: 'done', tokens_in: 10, tokens_out: 5, certainty: 'estimated' });
    expect(body).toMatchObject({
      task: { status: 'done', done_at: '2026-06-01T15:00:00.000Z' },
      changed: true,
      event: { task_id: 't1', tokens_total: 15, certainty: 'estimated' },
      event_created: true,
    });
  });

  test('004-10 an event is written only where tokens are told; 0 is told', async () => {
    expect((await change({ status: 'in_progress' })).body).toMatchObject({ changed: true, event: null });
    expect((await change({ status: 'done', tokens_in: 0 })).body.event).toMatchObject({
      tokens_in: 0,
      tokens_out: null,
    });
  });

  test('004-11 a retried status update makes one event', async () => {
    const first = await change({ status: 'done', tokens_in: 10 });
    const again = await change({ status: 'done', tokens_in: 10 });
    expect([again.body.changed, again.body.event_created]).toEqual([false, false]);
    expect(again.body.event?.id).toBe(first.body.event?.id);
    expect((await asking.get<WireTokenEventPage>('/token-events/?task_id=t1')).body.matched).toBe(1);
  });

  test('refuses a status it does not know, and a task it does not know', async () => {
    const status = await change({ status: 'finished' });
    expect([status.status, status.body.error.path]).toEqual([400, 'status']);
    const task = await asking.send('PATCH', '/api/tasks/nobody/status', { status: 'done' });
    expect([task.status, task.body.error.path]).toEqual([404, 'task_id']);
  });
});

describe('POST /api/import', () => {
  test('reads CSV with quotes and empty cells; again it makes nothing new', async () => {
    const csv = 'id,title,workplan_id,sessions\r\na,"One, with ""quotes""",w1,s1;s2\nb,Two,,\n';
    const load = () =>
      asking.send<WireTokenEventBatch>('POST', '/api/import/tasks', csv, { 'content-type': 'text/csv' });
    expect((await load()).body).toMatchObject({ accepted: 2, rejected: 0 });
    expect((await load()).body).toMatchObject({ accepted: 0, duplicate: 2 });
    const { body } = await asking.get<{ title: string; sessions: string[] }>('/api/tasks/a');
    expect([body.title, body.sessions]).toEqual(['One, with "quotes"', ['s1', 's2']]);
  });

  test('reads JSON, and names what is wrong', async () => {
    const { body } = await asking.send<WireTokenEventBatch>('POST', '/api/import/token-events', [
      { task_id: 't1', tokens_in: 5 },
      { task_id: 't1', tokens_in: 'five' },
    ]);
    expect(body).toMatchObject({ accepted: 1, rejected: 1 });
    expect(body.results[1]?.path).toBe('token-events.1.tokens_in');
    const broken = await asking.send('POST', '/api/import/tasks', { none: 1 });
    expect([broken.status, broken.body.error.path]).toEqual([400, 'body']);
  });
});
