import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { batch, call, plainBook, use } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import type { House } from '../house.ts';
import { createApp } from '../server/app.ts';
import { startServer } from '../server/start.ts';
import { openSqliteLedger, type ReplaceableLedger } from '../stores/sqlite/ledger.ts';
import { createMcpServer } from './server.ts';

let ledger: ReplaceableLedger;
let house: House;
let client: Client;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  const clock = { now: () => Date.parse('2026-06-01T15:00:00Z') };
  ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock });
  house = { ...fakeHouse('2026-06-01T15:00:00Z'), ledger, work: ledger.work };
  client = new Client({ name: 'test', version: '1' });
  ends.push(() => ledger.close());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connect(given: House = house): Promise<void> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createMcpServer(given).connect(ours);
  await client.connect(theirs);
  ends.push(() => client.close());
}

async function ask(name: string, args: Record<string, unknown> = {}) {
  const result = await client.request(
    { method: 'tools/call', params: { name, arguments: args } },
    CallToolResultSchema,
  );
  const [first] = result.content;
  return {
    text: first?.type === 'text' ? first.text : '',
    data: result.structuredContent ?? {},
    isError: result.isError === true,
  };
}

describe('the tools', () => {
  test('004-8 record_token_event keeps an event, get_token_summary answers a table and the same as data', async () => {
    await connect();
    const told = await ask('record_token_event', {
      task_id: 'T-1',
      tokens_in: 1000,
      tokens_out: 100,
      model: 'sonnet',
      create: true,
      idempotency_key: 'k',
    });
    expect(told.data).toMatchObject({ task_id: 'T-1', tokens_total: 1100, certainty: 'reported', duplicate: false });
    const again = await ask('record_token_event', {
      task_id: 'T-1',
      tokens_in: 1000,
      tokens_out: 100,
      model: 'sonnet',
      idempotency_key: 'k',
    });
    expect(again.data).toMatchObject({ duplicate: true });
    const summary = await ask('get_token_summary', { scope: 'task', id: 'T-1' });
    expect(summary.data).toMatchObject({ tokens_total: 1100, event_count: 1 });
    expect(summary.text).toContain('| reported | 1000 | 100 | 1100 | <$0.01 |');
    expect(summary.text).toContain('| sonnet | 1000 | 100 | 1100 | <$0.01 |');
  });

  test('004-9 004-11 update_task_status makes the change and one event, however often it is tried', async () => {
    await connect();
    const change = { task_id: 'T-1', status: 'done', tokens_in: 10, certainty: 'estimated', create: true };
    expect((await ask('update_task_status', change)).data).toMatchObject({ changed: true, event_created: true });
    expect((await ask('update_task_status', change)).data).toMatchObject({ changed: false, event_created: false });
    expect((await ledger.work.events({ limit: 10 })).matched).toBe(1);
  });

  test('004-10 without tokens there is no event; with 0 there is', async () => {
    await connect();
    const quiet = await ask('update_task_status', { task_id: 'T', status: 'in_progress', create: true });
    expect(quiet.data).toMatchObject({ event: null });
    const none = await ask('update_task_status', { task_id: 'T', status: 'done', tokens_out: 0 });
    expect(none.data).toMatchObject({ event: { tokens_in: null, tokens_out: 0 } });
  });

  test('what is wrong is told with its path, as an answer', async () => {
    await connect();
    expect(await ask('record_token_event', { task_id: 'nobody', tokens_in: 1 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('"task_id"'),
    });
    expect(await ask('record_token_event', {})).toMatchObject({
      isError: true,
      text: expect.stringContaining('tokens_in'),
    });
    const strange = await ask('record_token_event', { tokens_in: -1 });
    expect([strange.isError, strange.text.includes('tokens_in')]).toEqual([true, true]);
  });

  test.each([
    ['record_token_event', { task_id: 'T', tokens_in: 1, create: true, at: '2026-01-01T00:00:00Z' }],
    ['update_task_status', { task_id: 'T', status: 'done', create: true, token_in: 5 }],
    ['get_token_summary', { scope: 'task', id: 'T', since: '2026-01-01' }],
    ['get_usage', { agent: 'codex' }],
    ['get_attribution', { session_id: 's1' }],
  ])('a word that %s does not know is refused, and nothing is done', async (name, args) => {
    await connect();
    const strange = Object.keys(args).at(-1) ?? '';
    const { isError, text } = await ask(name, args);
    expect([isError, text]).toEqual([true, expect.stringContaining(strange)]);
    expect((await ledger.work.events({ limit: 10 })).matched).toBe(0);
    expect((await ask('get_token_summary', { scope: 'task', id: 'T' })).isError).toBe(true);
  });

  test.each([
    [{ id: 's1' }, 'scope'],
    [{ scope: 'session', id: 's1', window: 'day' }, 'as a whole'],
    [{ scope: 'session' }, 'id'],
    [{ scope: 'run', id: 'nobody' }, 'nobody'],
  ])('get_attribution refuses %j, which it could only answer for something else', async (args, word) => {
    await connect();
    expect(await ask('get_attribution', args)).toMatchObject({ isError: true, text: expect.stringContaining(word) });
  });

  test('get_usage and get_attribution read the ledger', async () => {
    await ledger.append({
      calls: [call('c1', { usage: use({ input: 1000, output: 10 }) })],
      toolCalls: [],
      toolResults: [],
      sessions: [],
      threads: [],
      prompts: [],
      injected: [],
      compactions: [],
      pullRequests: [],
      limits: [],
      reportedTotals: [],
      cursors: [],
    });
    await connect();
    const usage = await ask('get_usage', { by: ['model'], window: 'all' });
    expect(usage.text).toContain('| sonnet | 1 | 1010 |');
    expect(usage.data).toMatchObject({ totals: { tokens: 1010 } });
    const attribution = await ask('get_attribution', { scope: 'session', id: 's1' });
    expect(attribution.data).toMatchObject({ totals: { tokens: 1010 } });
  });

  test('get_usage answers no more rows than an agent can read', async () => {
    const calls = Array.from({ length: 250 }, (_, index) =>
      call(`c${index}`, { sessionId: `s${index}`, threadId: `s${index}`, usage: use({ input: 10 }) }),
    );
    await ledger.append(batch({ calls }));
    await connect();
    const { text, data } = await ask('get_usage', { by: ['session'], window: 'all' });
    expect((data.rows as unknown[]).length).toBe(200);
    expect(data).toMatchObject({ rows_left_out: 50, totals: { tokens: 2500 } });
    expect(text.split('\n').filter((line) => /^\| s\d/.test(line))).toHaveLength(30);
    expect(text).toContain('220 more rows.');
  });

  test('a tool whose part is not there is not there; stopping runs is there only where it is allowed', async () => {
    await connect();
    const names = (await client.listTools()).tools.map((tool) => tool.name).sort();
    expect(names).toEqual([
      'get_attribution',
      'get_token_summary',
      'get_usage',
      'record_token_event',
      'update_task_status',
    ]);
  });
});

describe('over streamable HTTP', () => {
  test('the official client is answered, behind the same guards', async () => {
    const server = await startServer(house, { port: 0, host: '127.0.0.1', token: 'secret' });
    ends.push(() => server.close());
    const url = new URL(`${server.url}/mcp`);
    const anonymous = new Client({ name: 'test', version: '1' });
    await expect(anonymous.connect(new StreamableHTTPClientTransport(url))).rejects.toThrow();
    const headers = { authorization: 'Bearer secret' };
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    ends.push(() => client.close());
    expect((await ask('record_token_event', { task_id: 'T', tokens_in: 5, create: true })).isError).toBe(false);
    expect((await ask('get_token_summary', { scope: 'task', id: 'T' })).data).toMatchObject({ tokens_total: 5 });
  });

  test('a page of another site is refused, and nothing but POST is answered', async () => {
    const app = createApp(house);
    const headers = { 'content-type': 'application/json', origin: 'https://evil.example' };
    expect((await app.request('/mcp', { method: 'POST', headers, body: '{}' })).status).toBe(403);
    expect((await app.request('/mcp')).status).toBe(405);
  });
});
