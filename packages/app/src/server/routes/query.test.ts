import type { WireActivity, WireQueryResult } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking } from '../../../test/asking.ts';
import { fakeHouse } from '../../../test/fake-house.ts';
import { createApp } from '../app.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

const at = (text: string) => Date.parse(text);

describe('GET /api/query', () => {
  beforeEach(() => {
    asking.house.ledger.add(
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
    const { status, body } = await asking.get<WireQueryResult>('/api/query?by=day,model&tz=Europe/Berlin');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schema: 'tokenmeter.usage/1',
      generated_at: '2026-11-18T15:00:00.000Z',
      period: { since: null, until: null, tz: 'Europe/Berlin' },
      totals: { calls: 3, input: 1_000_005, output: 100, reasoning: null, cost_complete: false, unpriced_tokens: 5 },
    });
    expect(body.rows.map((row) => row.key)).toEqual([
      { day: '2026-11-16', model: 'claude-opus-4-5' },
      { day: '2026-11-18', model: 'gpt-5' },
      { day: '2026-11-18', model: 'nobody-knows-9' },
    ]);
    expect(body.rows[0]?.cost_usd).toBe('5.000000000');
    expect(body.rows[2]?.cost_usd).toBeNull();
  });

  test('takes the configured zone where none is asked for', async () => {
    asking.app = createApp(fakeHouse('2026-11-18T15:00:00Z', { tz: 'Asia/Tokyo' }));
    expect((await asking.get<WireQueryResult>('/api/query')).body.period.tz).toBe('Asia/Tokyo');
  });

  test('reads dates as days of the zone, the last one inclusive, and instants as they are', async () => {
    await asking.get<WireQueryResult>('/api/query?since=2026-11-16&until=2026-11-17&tz=Europe/Berlin');
    await asking.get<WireQueryResult>('/api/query?since=2026-11-16T10:00:00Z&until=2026-11-16T12:00:00%2B02:00');
    expect(asking.house.ledger.asked).toMatchObject([
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
    expect((await asking.get<WireQueryResult>(`/api/query?${query}`)).status).toBe(200);
    expect(asking.house.ledger.asked).toMatchObject([{ since: at(since), until: at(until) }]);
  });

  test('has no bounds for window=all', async () => {
    expect((await asking.get<WireQueryResult>('/api/query?window=all')).body.period).toMatchObject({
      since: null,
      until: null,
    });
  });

  test('filters by lists, excludes by a minus, and takes a comma of a name behind a backslash', async () => {
    expect(
      (await asking.get<WireQueryResult>('/api/query?agent=codex,claude-code&model=gpt-5')).body.totals.calls,
    ).toBe(1);
    expect((await asking.get<WireQueryResult>('/api/query?-agent=codex')).body.totals.calls).toBe(2);
    expect((await asking.get<WireQueryResult>('/api/query?project=/a%5C,b')).body.totals.calls).toBe(1);
    expect((await asking.get<WireQueryResult>('/api/query?agent=codex&agent=claude-code')).body.totals.calls).toBe(3);
    expect((await asking.get<WireQueryResult>('/api/query?branch=')).body.totals.calls).toBe(0);
    asking.house.ledger.add({ at: at('2026-11-16T10:00:00Z'), branch: '' });
    expect((await asking.get<WireQueryResult>('/api/query?branch=')).body.totals.calls).toBe(1);
    expect((await asking.get<WireQueryResult>('/api/query?branch=,main')).body.totals.calls).toBe(4);
    expect(asking.house.ledger.asked[0]).toMatchObject({
      only: { agent: ['codex', 'claude-code'], model: ['gpt-5'] },
      except: {},
    });
  });

  test('sorts by cost as money, unpriced last, and keeps the totals of all when limited', async () => {
    const { body, headers } = await asking.get<WireQueryResult>('/api/query?by=model&sort=cost&limit=2');
    expect(body.rows.map((row) => row.key.model)).toEqual(['claude-opus-4-5', 'gpt-5']);
    expect(headers.get('tokenmeter-rows')).toBe('3');
    expect(body.totals.calls).toBe(3);
    const turned = await asking.get<WireQueryResult>('/api/query?by=model&sort=tokens:asc');
    expect(turned.body.rows[0]?.key.model).toBe('nobody-knows-9');
    const named = await asking.get<WireQueryResult>('/api/query?by=model&sort=key:desc');
    expect(named.body.rows[0]?.key.model).toBe('nobody-knows-9');
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
    const { status, body } = await asking.get<WireQueryResult>(`/api/query?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'bad-request', path, request_id: expect.any(String) });
    expect(body.error.message).toContain(words);
    expect(asking.house.ledger.asked).toEqual([]);
  });
});

describe('GET /api/activity', () => {
  test('counts runs and turns of the period', async () => {
    asking.house.ledger.add({ at: at('2026-11-16T10:00:00Z') }, { at: at('2026-11-09T10:00:00Z'), session: 's2' });
    asking.house.ledger.turns.push({ agent: 'claude-code', at: at('2026-11-16T09:00:00Z') });
    const { body } = await asking.get<WireActivity>('/api/activity?window=week');
    expect(body).toEqual({ by_agent: [{ agent: 'claude-code', runs: 1, turns: 1 }], runs: 1, turns: 1 });
  });
});
