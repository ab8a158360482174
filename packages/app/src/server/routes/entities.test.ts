import type { WireTask, WireWorkplan } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WorkAsking } from '../../../test/work-asking.ts';

let asking: WorkAsking;
beforeEach(async () => {
  asking = await WorkAsking.open();
});
afterEach(() => asking.close());

describe('entities', () => {
  test.each([
    ['repos', { id: 'x', name: 'acme/api' }, { name: 'acme/web' }],
    ['workplans', { id: 'x', name: 'Storage' }, { cap_usd: '12.5' }],
    ['workstreams', { id: 'x', name: 'Storage' }, { name: 'Store' }],
    ['tasks', { id: 'x', title: 'One' }, { title: 'Two' }],
    ['commits', { commit_sha: 'abcdef1', repo_id: 'r' }, { branch: 'main' }],
    ['releases', { id: 'x', repo_id: 'r', tag: 'v1' }, { commit_sha: 'abcdef1' }],
  ])('%s are made, told again, shown, listed, changed and removed', async (plural, body, change) => {
    await asking.send('POST', '/api/repos', { id: 'r', name: 'r' });
    const id = 'commit_sha' in body ? body.commit_sha : body.id;
    expect((await asking.send('POST', `/api/${plural}`, body)).status).toBe(201);
    expect((await asking.send('POST', `/api/${plural}/`, body)).status).toBe(200);
    expect((await asking.get(`/api/${plural}/${id}`)).body).toMatchObject('id' in body ? {} : body);
    const list = await asking.get<Record<string, object[]>>(`/api/${plural}?limit=1000`);
    expect(list.body[plural]?.length).toBe(plural === 'repos' ? 2 : 1);
    const changed = await asking.send('PATCH', `/api/${plural}/${id}`, change);
    expect(changed.status).toBe(200);
    const [key = '', value] = Object.entries(change)[0] ?? [];
    // Money is spelled with all its decimals.
    expect(changed.body).toMatchObject({ [key]: key === 'cap_usd' ? '12.500000000' : value });
    expect((await asking.send('DELETE', `/api/${plural}/${id}`)).status).toBe(204);
    expect((await asking.get(`/api/${plural}/${id}`)).status).toBe(404);
  });

  test('a workplan counts its tasks; workstream is another name of it', async () => {
    await asking.send('POST', '/api/workstreams', { id: 'w', name: 'Storage' });
    for (const [id, status] of [
      ['a', 'done'],
      ['b', 'todo'],
      ['c', 'cancelled'],
    ] as const)
      await asking.send('POST', '/api/tasks', { id, title: id, workstream_id: 'w', status });
    const { body } = await asking.get<WireWorkplan>('/api/workplans/Storage');
    expect([body.workplan_id, body.workstream_id, body.tasks_total, body.tasks_done]).toEqual(['w', 'w', 2, 1]);
    const { body: page } = await asking.get<{ tasks: WireTask[] }>('/api/tasks?workstream_id=Storage&status=done');
    expect(page.tasks.map((task) => task.task_id)).toEqual(['a']);
  });

  test('what is wrong is named; what is referred to and not there is made when asked', async () => {
    const strange = await asking.send('POST', '/api/tasks', { title: 'One', colour: 'red' });
    expect([strange.status, strange.body.error.path]).toEqual([400, 'colour']);
    const unknown = await asking.send('POST', '/api/tasks', { title: 'One', workplan_id: 'Storage' });
    expect([unknown.status, unknown.body.error.path]).toEqual([404, 'workplan_id']);
    expect((await asking.send('POST', '/api/tasks?create=true', { title: 'One', workplan_id: 'Storage' })).status).toBe(
      201,
    );
  });

  test('what has token events stays', async () => {
    await asking.send('POST', '/token-events?create=true', { task_id: 't', tokens_in: 1 });
    const { status, body } = await asking.send('DELETE', '/api/tasks/t');
    expect([status, body.error.code]).toEqual([409, 'conflict']);
  });

  test('another site’s page may not write, and all of it is in the document', async () => {
    const forged = await asking.send('POST', '/token-events/', { tokens_in: 1 }, { origin: 'https://evil.example' });
    expect(forged.status).toBe(403);
    const { body } = await asking.get<{ paths: Record<string, object> }>('/openapi.json');
    for (const path of [
      '/token-events',
      '/token-events/batch',
      '/token-events/summary',
      '/api/cost',
      '/api/tasks/{id}/status',
      '/api/workstreams/{id}',
      '/api/import/{kind}',
      '/threads/{id}/token-usage',
      '/sessions/{id}/token-usage',
    ])
      expect(Object.keys(body.paths)).toContain(path);
  });
});
