import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callDetail, type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import type { Api } from './api.ts';
import { createApp } from './app.ts';
import { callDetailSchema, callPageSchema } from './wire/call.ts';
import { sessionDetailSchema, sessionPageSchema } from './wire/session.ts';

let dir: string;
let house: FakeHouse;
let app: Api;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tokenmeter-server-'));
  house = fakeHouse('2026-11-18T15:00:00Z', {}, dir);
  app = createApp(house);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (text: string) => Date.parse(text);

async function get(path: string) {
  const response = await app.request(path);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function send(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await app.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('GET /api/query', () => {
  beforeEach(() => {
    house.ledger.add(
      { at: at('2026-11-16T10:00:00Z'), usage: { input: 1_000_000 } },
      {
        at: at('2026-11-17T23:30:00Z'),
        agent: 'codex',
        model: 'gpt-5',
        seller: 'openai',
        session: 's2',
        usage: { output: 100 },
      },
      { at: at('2026-11-18T10:00:00Z'), model: 'nobody-knows-9', project: '/a,b', usage: { input: 5 } },
    );
  });

  test('is the document of `usage --json`: schema, period, totals, rows', async () => {
    const { status, body } = await get('/api/query?by=day,model&tz=Europe/Berlin');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schema: 'tokenmeter.usage/1',
      generated_at: '2026-11-18T15:00:00.000Z',
      period: { since: null, until: null, tz: 'Europe/Berlin' },
      totals: { calls: 3, input: 1_000_005, output: 100, reasoning: null, cost_complete: false, unpriced_tokens: 5 },
    });
    expect(body.rows.map((row: { key: unknown }) => row.key)).toEqual([
      { day: '2026-11-16', model: 'claude-opus-4-5' },
      { day: '2026-11-18', model: 'gpt-5' },
      { day: '2026-11-18', model: 'nobody-knows-9' },
    ]);
    expect(body.rows[0].cost_usd).toBe('5.000000000');
    expect(body.rows[2].cost_usd).toBeNull();
  });

  test('takes the configured zone where none is asked for', async () => {
    app = createApp(fakeHouse('2026-11-18T15:00:00Z', { tz: 'Asia/Tokyo' }));
    expect((await get('/api/query')).body.period.tz).toBe('Asia/Tokyo');
  });

  test('reads dates as days of the zone, the last one inclusive, and instants as they are', async () => {
    await get('/api/query?since=2026-11-16&until=2026-11-17&tz=Europe/Berlin');
    await get('/api/query?since=2026-11-16T10:00:00Z&until=2026-11-16T12:00:00%2B02:00');
    expect(house.ledger.asked).toMatchObject([
      { since: at('2026-11-15T23:00:00Z'), until: at('2026-11-17T23:00:00Z') },
      { since: at('2026-11-16T10:00:00Z'), until: at('2026-11-16T10:00:00Z') },
    ]);
  });

  test.each([
    ['window=day', '2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z'],
    ['window=day&at=2026-02-28', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['window=week', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['window=week&at=2026-W47', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['window=week&at=2026-W01', '2025-12-29T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['window=week&at=2026-W53', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['window=week&at=2026-11-22', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['window=month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['window=month&at=2024-02', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['window=month&at=2026-12-31T23:59:59Z&tz=Europe/Berlin', '2026-12-31T23:00:00Z', '2027-01-31T23:00:00Z'],
    ['window=day&at=2026-03-29&tz=Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ])('bounds %s', async (query, since, until) => {
    expect((await get(`/api/query?${query}`)).status).toBe(200);
    expect(house.ledger.asked).toMatchObject([{ since: at(since), until: at(until) }]);
  });

  test('has no bounds for window=all', async () => {
    expect((await get('/api/query?window=all')).body.period).toMatchObject({ since: null, until: null });
  });

  test('filters by lists, excludes by a minus, and takes a comma of a name behind a backslash', async () => {
    expect((await get('/api/query?agent=codex,claude-code&model=gpt-5')).body.totals.calls).toBe(1);
    expect((await get('/api/query?-agent=codex')).body.totals.calls).toBe(2);
    expect((await get('/api/query?project=/a%5C,b')).body.totals.calls).toBe(1);
    expect((await get('/api/query?agent=codex&agent=claude-code')).body.totals.calls).toBe(3);
    expect((await get('/api/query?branch=')).body.totals.calls).toBe(0);
    expect(house.ledger.asked[0]).toMatchObject({
      only: { agent: ['codex', 'claude-code'], model: ['gpt-5'] },
      except: {},
    });
  });

  test('sorts by cost as money, unpriced last, and keeps the totals of all when limited', async () => {
    const { body, headers } = await get('/api/query?by=model&sort=cost&limit=2');
    expect(body.rows.map((row: { key: { model: string } }) => row.key.model)).toEqual(['claude-opus-4-5', 'gpt-5']);
    expect(headers.get('tokenmeter-rows')).toBe('3');
    expect(body.totals.calls).toBe(3);
    const turned = await get('/api/query?by=model&sort=tokens:asc');
    expect(turned.body.rows[0].key.model).toBe('nobody-knows-9');
    const named = await get('/api/query?by=model&sort=key:desc');
    expect(named.body.rows[0].key.model).toBe('nobody-knows-9');
  });

  test.each([
    ['by=dya', 'by', 'hour, day, week'],
    ['since=yesterday', 'since', '2026-11-21'],
    ['since=2026-02-30', 'since', '2026-11-21'],
    ['since=2026-11-21T10:00:00', 'since', '2026-11-21'],
    ['until=2026', 'until', '2026-11-21'],
    ['since=2026-11-02&until=2026-11-01T00:00:00Z', 'until', 'before it begins'],
    ['tz=Mars/Base', 'tz', 'IANA'],
    ['tz=%2B02:00', 'tz', 'IANA'],
    ['window=fortnight', 'window', 'day, week, month, all'],
    ['window=day&since=2026-11-01', 'window', 'one or the other'],
    ['at=2026-11-21', 'at', 'window'],
    ['window=day&at=2026-W47', 'at', '2026-11-21'],
    ['window=week&at=2025-W53', 'at', '2026-W47'],
    ['window=month&at=2026-13', 'at', '2026-11'],
    ['sort=beauty', 'sort', 'cost, tokens'],
    ['sort=cost:up', 'sort', ':asc'],
    ['limit=0', 'limit', 'at least 1'],
    ['limit=many', 'limit', 'whole number'],
    ['agnet=codex', 'agnet', 'no such parameter'],
  ])('refuses %s with its path and what would be right', async (query, path, words) => {
    const { status, body } = await get(`/api/query?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'bad-request', path, request_id: expect.any(String) });
    expect(body.error.message).toContain(words);
    expect(house.ledger.asked).toEqual([]);
  });
});

describe('GET /api/activity', () => {
  test('counts runs and turns of the period', async () => {
    house.ledger.add({ at: at('2026-11-16T10:00:00Z') }, { at: at('2026-11-09T10:00:00Z'), session: 's2' });
    house.ledger.turns.push({ agent: 'claude-code', at: at('2026-11-16T09:00:00Z') });
    const { body } = await get('/api/activity?window=week');
    expect(body).toEqual({ by_agent: [{ agent: 'claude-code', runs: 1, turns: 1 }], runs: 1, turns: 1 });
  });
});

describe('sessions and calls', () => {
  beforeEach(() => {
    for (const session of ['a', 'b', 'c'])
      house.ledger.add({ at: at('2026-11-17T10:00:00Z'), session, project: '/home/ada/house', usage: { input: 10 } });
  });

  test('lists sessions by page, with what to hand back for the next', async () => {
    const first = await get('/api/sessions?limit=2&sort=cost:asc&q=house');
    expect(sessionPageSchema.parse(first.body)).toEqual(first.body);
    expect(first.body).toMatchObject({ matched: 3, next: 'b' });
    expect(first.body.sessions[0]).toMatchObject({
      session_id: 'a',
      project_name: 'house',
      title: null,
      parent_session_id: null,
    });
    expect(house.ledger.asked[0]).toMatchObject({ search: 'house', sort: 'cost', descending: false, limit: 2 });
    const second = await get(`/api/sessions?limit=2&after=${first.body.next}`);
    expect(second.body).toMatchObject({ next: null, sessions: [{ session_id: 'c' }] });
  });

  test('sorts by start, newest first, fifty to a page, where nothing is said', async () => {
    await get('/api/sessions');
    expect(house.ledger.asked[0]).toMatchObject({ sort: 'started', descending: true, limit: 50 });
  });

  test('shows one session', async () => {
    const { status, body } = await get('/api/sessions/a');
    expect(status).toBe(200);
    expect(sessionDetailSchema.parse(body)).toEqual(body);
    expect(body.threads[0]).toMatchObject({ thread_id: 'a', parent_thread_id: null, name: null, context_used: null });
    expect(body.marks).toEqual([
      { kind: 'compaction', thread_id: 'a', at: expect.any(String), before: 182_000, after: null },
    ]);
    expect((await get('/api/sessions/a?agent=codex')).status).toBe(404);
  });

  test('reads ids with a slash, a space and letters of any script', async () => {
    house.ledger.add({ at: at('2026-11-17T10:00:00Z'), session: 'x/y z:ä' });
    expect((await get(`/api/sessions/${encodeURIComponent('x/y z:ä')}`)).body.session.session_id).toBe('x/y z:ä');
  });

  test.each(['/api/sessions/none', '/api/calls/none'])('says 404 for %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'not-found', request_id: expect.any(String) });
  });

  test('pages through calls of a session or of one of its threads', async () => {
    house.ledger.details = ['1', '2', '3'].map((id) => callDetail(id, { threadId: id === '3' ? 's1:sub' : 's1' }));
    const first = await get('/api/sessions/s1/calls?limit=2');
    expect(callPageSchema.parse(first.body)).toEqual(first.body);
    expect(first.body.next).toBe('2');
    expect((await get('/api/sessions/s1/calls?limit=2&after=2')).body).toMatchObject({
      next: null,
      calls: [{ id: '3' }],
    });
    expect((await get('/api/sessions/s1/calls?thread=s1:sub')).body.calls).toHaveLength(1);
  });

  test('shows a call with the price it was rated with, also of a tier, and where it was seen', async () => {
    const price = house.ledger.prices().find('claude-code', 'anthropic', 'claude-opus-4-5', house.clock.now())?.price;
    const usage = { input: 3, cacheRead: 10, cacheWrite5m: 2, cacheWrite1h: 1, output: 5, reasoning: 0 };
    house.ledger.details = [
      callDetail('7', {
        usage,
        costNano: 1_500_000_001,
        priceId: `${price?.id}+fast`,
        priceMatch: 'exact',
        sightings: [{ source: '/logs/a.jsonl', sessionId: 's1', at: house.clock.now() }],
        tools: [
          {
            id: 't',
            name: 'Read',
            kind: 'read',
            at: 0,
            endedAt: null,
            argumentBytes: 9,
            resultBytes: null,
            isError: null,
          },
        ],
      }),
    ];
    const { body } = await get('/api/calls/7');
    expect(callDetailSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      response_id: 'msg_7',
      request_id: null,
      branch: null,
      tokens: 21,
      context: 16,
      reasoning: 0,
      cost_usd: '1.500000001',
      price: { id: price?.id, rates: { input: '5', output: '25' } },
      price_match: 'exact',
      tools: [{ result_bytes: null, ended_at: null }],
      sightings: [{ source: '/logs/a.jsonl', at: '2026-11-18T15:00:00.000Z' }],
    });
  });

  test('keeps an unpriced call unpriced', async () => {
    house.ledger.details = [callDetail('7')];
    expect((await get('/api/calls/7')).body).toMatchObject({
      cost_usd: null,
      price: null,
      price_match: null,
      reasoning: null,
    });
  });
});

describe('settings', () => {
  test('are read as they are in use', async () => {
    const { body } = await get('/api/settings');
    expect(body).toMatchObject({
      display: { tz: 'UTC', tz_source: 'machine', theme: 'system', currency: 'USD', currency_rate: null },
      usage_reset: 'week',
      usage_threshold_tokens: null,
      monthly_cap_usd: null,
      plans: {},
      config_file: join(dir, 'config.jsonc'),
      data_dir: dir,
    });
  });

  test('are changed in the file with its comments kept, hold at once, and null removes', async () => {
    writeFileSync(join(dir, 'config.jsonc'), '{\n  // ours\n  "theme": "dark"\n}\n');
    const { status, body } = await send('PATCH', '/api/settings', {
      display: { density: 'compact', currency: 'EUR', currency_rate: '0.92', theme: null },
      usage_reset: 'day',
      usage_threshold_tokens: 5_000_000,
      monthly_cap_usd: '200',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      display: { density: 'compact', currency: 'EUR', currency_rate: '0.92', theme: 'system' },
      usage_threshold_tokens: 5_000_000,
      monthly_cap_usd: '200',
    });
    expect(readFileSync(join(dir, 'config.jsonc'), 'utf8')).toContain('// ours');
    expect((await get('/usage')).body).toMatchObject({ window: { kind: 'day' }, threshold_tokens: 5_000_000 });
    expect(
      (await send('PATCH', '/api/settings', { usage_threshold_tokens: null })).body.usage_threshold_tokens,
    ).toBeNull();
  });

  test.each([
    [{ display: { tz: 'Mars/Base' } }, 'display.tz'],
    [{ display: { theme: 'drak' } }, 'display.theme'],
    [{ display: { colour: 'red' } }, 'display.colour'],
    [{ display: { currency: 'EUR' } }, 'display.currency_rate'],
    [{ usage_reset: 'fortnight' }, 'usage_reset'],
    [{ usage_threshold_tokens: -1 }, 'usage_threshold_tokens'],
    [{ usage_threshold_tokens: 0 }, 'usage_threshold_tokens'],
    [{ monthly_cap_usd: true }, 'monthly_cap_usd'],
    [{ token: 'mine' }, 'token'],
    [{ host: '0.0.0.0' }, 'host'],
    [[], ''],
  ])('refuse %j, naming %s, and write nothing', async (body, path) => {
    const answer = await send('PATCH', '/api/settings', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.path).toBe(path);
    expect(() => readFileSync(join(dir, 'config.jsonc'))).toThrow();
  });

  test('are not written into a file that is broken', async () => {
    writeFileSync(join(dir, 'config.jsonc'), '{ broken');
    const { status, body } = await send('PATCH', '/api/settings', { usage_reset: 'day' });
    expect(status).toBe(400);
    expect(body.error.code).toBe('bad-config');
  });
});

describe('prices', () => {
  const price = { model: 'nobody-knows-9', rates: { input: '2', output: '10', cache_read: '0.2' } };
  beforeEach(() => {
    const when = at('2026-11-17T10:00:00Z');
    house.ledger.add(
      { at: when, usage: { input: 1_000_000 } },
      {
        at: when,
        model: 'nobody-knows-9',
        seller: '',
        usage: { input: 1_000_000, output: 100_000, cacheRead: 500_000 },
      },
      { at: at('2026-10-01T10:00:00Z'), model: 'nobody-knows-9', seller: '', usage: { input: 1_000_000 } },
    );
  });

  test('show models in use, unpriced ones first, each with what it costs', async () => {
    const { body } = await get('/api/prices');
    expect(body.catalogue_from).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(body.models).toMatchObject([
      { model: 'nobody-knows-9', unpriced_tokens: 2_600_000, price: null, match: null, context_window: null },
      { model: 'claude-opus-4-5', match: expect.any(String), price: { origin: 'catalogue', rates: { input: '5' } } },
    ]);
    expect(body.overrides).toEqual([]);
    expect((await get('/api/models?since=2026-11-01')).body.models[0]).toMatchObject({ tokens: 1_600_000 });
  });

  test('preview what setting one would change, then set it with just that effect', async () => {
    const effect = {
      calls: 2,
      before_usd: '5.000000000',
      after_usd: '10.100000000',
      unpriced_tokens_before: 2_600_000,
      unpriced_tokens_after: 0,
    };
    expect((await send('POST', '/api/prices/preview', price)).body).toEqual(effect);
    expect((await get('/api/prices')).body.overrides).toEqual([]);
    expect((await send('PUT', '/api/prices', price)).body).toEqual(effect);
    const { body } = await get('/api/prices');
    expect(body.overrides).toEqual([
      {
        id: 'user:nobody-knows-9',
        seller: '',
        model: 'nobody-knows-9',
        from: null,
        rates: { input: '2', output: '10', cache_read: '0.2', cache_write_5m: null, cache_write_1h: null },
        tiers: [],
        origin: 'user',
      },
    ]);
    expect(body.models.every((model: { unpriced_tokens: number }) => model.unpriced_tokens === 0)).toBe(true);
  });

  test('hold from their day on', async () => {
    const dated = { ...price, from: '2026-11-01' };
    const effect = { calls: 1, after_usd: '8.100000000', unpriced_tokens_after: 1_000_000 };
    expect((await send('POST', '/api/prices/preview', dated)).body).toMatchObject(effect);
    expect((await send('PUT', '/api/prices', dated)).body).toMatchObject(effect);
  });

  test('preview a new amount of a price that is there, and one that a later price ends', async () => {
    await send('PUT', '/api/prices', { ...price, from: '2026-11-01' });
    const dearer = { ...price, from: '2026-11-01', rates: { ...price.rates, input: '4' } };
    expect((await send('POST', '/api/prices/preview', dearer)).body).toMatchObject({
      calls: 1,
      after_usd: '10.100000000',
    });
    const always = await send('POST', '/api/prices/preview', price);
    expect(always.body).toMatchObject({ calls: 1, after_usd: '10.100000000', unpriced_tokens_after: 0 });
    expect((await send('PUT', '/api/prices', price)).body).toEqual(always.body);
  });

  test('mend what a wrong one of the catalogue said, cache writes included', async () => {
    house.ledger.add({ at: at('2026-11-17T11:00:00Z'), usage: { cacheWrite5m: 1_000_000, cacheWrite1h: 1_000_000 } });
    const own = { seller: 'anthropic', model: 'claude-opus-4-5', rates: { input: '1', output: '1' } };
    const preview = await send('POST', '/api/prices/preview', own);
    expect(preview.body.calls).toBe(2);
    expect((await send('PUT', '/api/prices', own)).body).toEqual(preview.body);
  });

  test('change nothing for a model nobody used', async () => {
    const other = { ...price, model: 'unused-1' };
    const { body } = await send('POST', '/api/prices/preview', other);
    expect(body).toMatchObject({ calls: 0, before_usd: '5.000000000', after_usd: '5.000000000' });
  });

  test('are removed again', async () => {
    await send('PUT', '/api/prices', price);
    const response = await app.request('/api/prices?model=nobody-knows-9', { method: 'DELETE' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      calls: 2,
      after_usd: '5.000000000',
      unpriced_tokens_after: 2_600_000,
    });
    expect((await app.request('/api/prices?model=nobody-knows-9', { method: 'DELETE' })).status).toBe(404);
  });

  test.each([
    [{ ...price, model: ' ' }, 'model'],
    [{ ...price, from: 'today' }, 'from'],
    [{ ...price, from: '' }, 'from'],
    [{ ...price, rates: { output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: 2, output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: '-2', output: '1' } }, 'rates.input'],
    [{ ...price, rates: { input: '1', output: '1e3' } }, 'rates.output'],
    [{ ...price, rates: { ...price.rates, cache_read: '0.1234567' } }, 'rates.cache_read'],
    [{ ...price, rates: { ...price.rates, reasoning: '1' } }, 'rates.reasoning'],
  ])('refuse %j, naming %s', async (body, path) => {
    for (const [method, url] of [
      ['PUT', '/api/prices'],
      ['POST', '/api/prices/preview'],
    ] as const) {
      const answer = await send(method, url, body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.path).toBe(path);
    }
    expect((await get('/api/prices')).body.overrides).toEqual([]);
  });
});

describe('sources, limits, health', () => {
  const root = { agent: 'codex', path: '/home/ada/.codex', because: 'default', exists: true };
  const status = {
    agent: 'codex',
    files: 2,
    bytes: 300,
    lines: 40,
    skippedDamaged: 1,
    skippedUnknown: 2,
    lastReadAt: at('2026-11-18T14:00:00Z'),
    lastEventAt: 0,
    calls: 9,
  };

  test('tell where logs were looked for and what was skipped', async () => {
    house.ingest.roots_ = [root];
    house.ledger.sources_ = [status, { ...status, agent: 'gone' }];
    const { body } = await get('/api/sources');
    expect(body.sources).toMatchObject([
      {
        agent: 'codex',
        state: 'reading',
        skipped_damaged: 1,
        skipped_unknown: 2,
        calls: 9,
        last_event_at: null,
        roots: [{ error: null }],
      },
      { agent: 'gone', agent_name: 'gone', state: 'not_found', roots: [] },
    ]);
    house.ingest.roots_ = [{ ...root, error: 'EACCES' }];
    expect((await get('/api/sources')).body.sources[0].state).toBe('error');
  });

  test('look again when told to', async () => {
    const response = await app.request('/api/sources/scan', { method: 'POST' });
    expect(response.status).toBe(200);
    expect(house.ingest.scans).toBe(1);
    expect((await response.json()).sources).toEqual([]);
  });

  test("tell plans' limits", async () => {
    house.ledger.limits_ = [
      { agent: 'codex', name: 'primary', at: 0, usedPercent: 12.5, windowMinutes: 300, resetsAt: null, plan: '' },
    ];
    expect((await get('/api/limits')).body.limits).toEqual([
      {
        agent: 'codex',
        name: 'primary',
        at: '1970-01-01T00:00:00.000Z',
        used_percent: 12.5,
        window_minutes: 300,
        resets_at: null,
        plan: null,
      },
    ]);
  });

  test('tell the state of the house', async () => {
    house.ledger.add({ at: at('2026-11-17T10:00:00Z'), model: 'nobody-knows-9', usage: { input: 5 } });
    expect((await get('/api/health')).body).toMatchObject({
      status: 'ok',
      version: '0.1.0',
      started_at: '2026-11-18T15:00:00.000Z',
      ledger: { calls: 1, first_call_at: '2026-11-17T10:00:00.000Z' },
      import: null,
      unpriced_models: 1,
      warnings: [],
    });
    house.ingest.progress_ = { filesDone: 1, filesTotal: 4, bytesDone: 0, bytesTotal: 9 };
    expect((await get('/api/health')).body).toMatchObject({
      status: 'importing',
      import: { files_done: 1, files_total: 4 },
    });
  });
});

describe('requests that go wrong', () => {
  test('are told the id under which the log has the reason, and not the reason', async () => {
    const heard: [string, unknown][] = [];
    house.ledger.trouble = new Error('password of /etc/shadow');
    app = createApp(house, { onError: (id, error) => heard.push([id, error]) });
    const { status, body, headers } = await get('/api/health');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('shadow');
    expect(heard).toEqual([[body.error.request_id, house.ledger.trouble]]);
    expect(headers.get('x-request-id')).toBe(body.error.request_id);
  });

  test.each([
    ['bad-query', 400],
    ['ledger-locked', 503],
    ['ledger-damaged', 500],
    ['not-found', 404],
  ] as const)('of the code %s answer %i in the words of the ledger', async (code, status) => {
    house.ledger.trouble = new TokenmeterError(code, 'Cannot do it: reasons');
    const answer = await get('/api/health');
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code, message: 'Cannot do it: reasons' });
  });

  test('with a body that is no JSON, too large, or not called JSON', async () => {
    expect((await send('PATCH', '/api/settings', '{ "usage_reset": ')).body.error.code).toBe('bad-request');
    expect((await send('PATCH', '/api/settings', '')).status).toBe(400);
    const large = JSON.stringify({ usage_reset: 'x'.repeat(300_000) });
    expect((await send('PATCH', '/api/settings', large)).status).toBe(413);
    expect((await send('PATCH', '/api/settings', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(
      (await send('PATCH', '/api/settings', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415);
    expect((await send('PATCH', '/api/settings', '{}', { 'content-type': 'application/jsonp' })).status).toBe(415);
    const bare = await app.request('/api/settings', { method: 'PATCH', body: new Uint8Array([123, 125]) });
    expect([400, 415]).toContain(bare.status);
  });

  test('by method are told which ones there are', async () => {
    const response = await app.request('/api/health', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect((await response.json()).error.code).toBe('method-not-allowed');
    expect((await app.request('/api/sources/scan')).status).toBe(405);
  });

  test('answer HEAD like GET, without the body', async () => {
    const response = await app.request('/api/health', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});
