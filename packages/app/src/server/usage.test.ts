import type { WireUsage } from '@tokenmeter/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { readJson } from '../../test/asking.ts';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { createApp } from './app.ts';
import { usageSchema } from './routes/usage.ts';

const MONDAY = '2026-11-16';
let house: FakeHouse;
beforeEach(() => {
  house = fakeHouse('2026-11-18T15:00:00Z');
});

async function ask(path = '/usage', headers: Record<string, string> = {}) {
  const response = await createApp(house).request(path, { headers });
  return { response, body: await readJson<WireUsage>(response) };
}
const at = (text: string) => Date.parse(text);
const tokens = (input: number) => ({ usage: { input } });

describe('GET /usage', () => {
  test('has exactly the shape of its schema, with the names of the dashboard', async () => {
    house.ledger.add({
      at: at('2026-11-17T10:00:00Z'),
      usage: { input: 10, output: 20, cacheRead: 30, cacheWrite5m: 40, cacheWrite1h: 50 },
    });
    house.ledger.turns.push({ agent: 'claude-code', at: at('2026-11-17T09:00:00Z') });
    const { response, body } = await ask();
    expect(response.status).toBe(200);
    expect(usageSchema.parse(body)).toEqual(body);
    expect(Object.keys(body)).toEqual([
      'window',
      'totals',
      'by_agent',
      'by_model',
      'by_day',
      'threshold_tokens',
      'period',
    ]);
    expect(body.totals).toMatchObject({
      tasks: 1,
      turns: 1,
      input_tokens: 10,
      output_tokens: 20,
      cache_read: 30,
      cache_creation: 90,
    });
    expect(body.by_agent[0]).toMatchObject({
      agent: 'claude-code',
      tasks: 1,
      turns: 1,
      input_tokens: 10,
      cache_creation: 90,
    });
    expect(body.by_model[0]).toMatchObject({ model: 'claude-opus-4-5', calls: 1, input_tokens: 10 });
  });

  test.each([
    ['Monday 00:00', '2026-11-16T00:00:00.000Z', MONDAY],
    ['Monday noon', '2026-11-16T12:00:00Z', MONDAY],
    ['Wednesday', '2026-11-18T15:00:00Z', MONDAY],
    ['Sunday 23:59:59.999', '2026-11-22T23:59:59.999Z', MONDAY],
    ['the Monday after', '2026-11-23T00:00:00.000Z', '2026-11-23'],
  ])('anchors the week at Monday 00:00 UTC on %s', async (_, now, monday) => {
    house.clock.nowMs = at(now);
    const { body } = await ask('/usage?window=week');
    const since = at(`${monday}T00:00:00Z`);
    expect(body.window).toEqual({
      kind: 'week',
      since: new Date(since).toISOString(),
      reset_at: new Date(since + 7 * 86_400_000).toISOString(),
    });
  });

  test('counts the first instant of the week and not the last of the week before', async () => {
    house.ledger.add(
      { at: at('2026-11-15T23:59:59.999Z'), ...tokens(1) },
      { at: at('2026-11-16T00:00:00.000Z'), ...tokens(10) },
      { at: at('2026-11-22T23:59:59.999Z'), ...tokens(100) },
      { at: at('2026-11-23T00:00:00.000Z'), ...tokens(1000) },
    );
    const { body } = await ask('/usage?window=week');
    expect(body.totals.input_tokens).toBe(110);
  });

  test('takes a day for the 24 hours from 00:00 UTC', async () => {
    house.ledger.add(
      { at: at('2026-11-18T00:00:00Z'), ...tokens(1) },
      { at: at('2026-11-17T23:59:59Z'), ...tokens(10) },
    );
    const { body } = await ask('/usage?window=day');
    expect(body.window).toEqual({
      kind: 'day',
      since: '2026-11-18T00:00:00.000Z',
      reset_at: '2026-11-19T00:00:00.000Z',
    });
    expect(body.totals.input_tokens).toBe(1);
    expect(body.by_day).toHaveLength(1);
  });

  test('takes a calendar month', async () => {
    const { body } = await ask('/usage?window=month');
    expect(body.window).toEqual({
      kind: 'month',
      since: '2026-11-01T00:00:00.000Z',
      reset_at: '2026-12-01T00:00:00.000Z',
    });
    expect(body.by_day).toHaveLength(30);
  });

  test('has no bounds for all, and its days go from the first with use to today', async () => {
    house.ledger.add(
      { at: at('2026-11-14T10:00:00Z'), ...tokens(1) },
      { at: at('2026-11-16T10:00:00Z'), ...tokens(2) },
    );
    const { body } = await ask('/usage?window=all');
    expect(body.window).toEqual({ kind: 'all', since: null, reset_at: null });
    expect(body.totals.input_tokens).toBe(3);
    expect(body.by_day.map((day) => [day.day, day.input_tokens])).toEqual([
      ['2026-11-14', 1],
      ['2026-11-15', 0],
      ['2026-11-16', 2],
      ['2026-11-17', 0],
      ['2026-11-18', 0],
    ]);
  });

  test('has one entry for each day of the week, zeros included and in order', async () => {
    house.ledger.add({ at: at('2026-11-17T10:00:00Z'), ...tokens(5) });
    const { body } = await ask('/usage?window=week');
    expect(body.by_day.map((day) => day.day)).toEqual([16, 17, 18, 19, 20, 21, 22].map((day) => `2026-11-${day}`));
    expect(body.by_day[0]).toEqual({
      day: MONDAY,
      input_tokens: 0,
      output_tokens: 0,
      cache_read: 0,
      cache_creation: 0,
      cost_usd: '0.000000000',
      cost_complete: true,
      unpriced_tokens: 0,
    });
    expect(body.by_day[1]?.input_tokens).toBe(5);
  });

  test('ranks agents by all their tokens, not by input alone, and equal ones by name', async () => {
    const when = at('2026-11-17T10:00:00Z');
    house.ledger.add(
      { at: when, agent: 'codex', session: 'a', usage: { input: 100 } },
      { at: when, agent: 'zeta', session: 'b', usage: { cacheRead: 50 } },
      { at: when, agent: 'alpha', session: 'c', usage: { output: 50 } },
      { at: when, agent: 'claude-code', session: 'd', usage: { input: 1, cacheRead: 900, cacheWrite1h: 99 } },
    );
    const { body } = await ask();
    expect(body.by_agent.map((row) => row.agent)).toEqual(['claude-code', 'codex', 'alpha', 'zeta']);
  });

  test('counts nothing as zero without a row, and says so with numbers', async () => {
    const { response, body } = await ask();
    expect(response.status).toBe(200);
    expect(body.totals).toEqual({
      tasks: 0,
      turns: 0,
      input_tokens: 0,
      output_tokens: 0,
      cache_read: 0,
      cache_creation: 0,
      cost_usd: '0.000000000',
      cost_complete: true,
      unpriced_tokens: 0,
    });
    expect(body.by_agent).toEqual([]);
    expect(body.by_day).toHaveLength(7);
    expect((await ask('/usage?window=all')).body.by_day).toEqual([]);
  });

  test('sums what is known beside calls that told nothing', async () => {
    const when = at('2026-11-17T10:00:00Z');
    house.ledger.add({ at: when, usage: {} }, { at: when, usage: { output: 7, reasoning: 3 } });
    expect((await ask()).body.totals).toMatchObject({ output_tokens: 7, input_tokens: 0 });
  });

  test('keeps an agent whose turns no call answered', async () => {
    house.ledger.turns.push({ agent: 'codex', at: at('2026-11-17T10:00:00Z') });
    expect((await ask()).body.by_agent).toEqual([
      expect.objectContaining({ agent: 'codex', turns: 1, tasks: 0, input_tokens: 0 }),
    ]);
  });

  test('keeps the cost of an unpriced model null and says how many tokens it is about', async () => {
    const when = at('2026-11-17T10:00:00Z');
    house.ledger.add(
      { at: when, model: 'nobody-knows-9', usage: { input: 500 } },
      { at: when, model: 'claude-opus-4-5', usage: { input: 1_000_000 } },
    );
    const { body } = await ask();
    expect(body.by_model.find((row) => row.model === 'nobody-knows-9')).toMatchObject({
      cost_usd: null,
      cost_complete: false,
      unpriced_tokens: 500,
    });
    expect(body.totals).toMatchObject({ cost_usd: '5.000000000', cost_complete: false, unpriced_tokens: 500 });
  });

  test('opens with the configured window and echoes the threshold', async () => {
    house = fakeHouse('2026-11-18T15:00:00Z', { usageReset: 'day', usageThresholdTokens: 5_000_000 });
    const { body } = await ask();
    expect(body.window.kind).toBe('day');
    expect(body.threshold_tokens).toBe(5_000_000);
    expect((await ask('/usage?window=week')).body.window.kind).toBe('week');
  });

  test('has a null threshold where none is configured', async () => {
    expect((await ask()).body.threshold_tokens).toBeNull();
  });

  test('refuses an unknown window and names the allowed ones', async () => {
    const { response, body } = await ask('/usage?window=fortnight');
    expect(response.status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'bad-request',
      path: 'window',
      request_id: response.headers.get('x-request-id'),
    });
    expect(body.error.message).toContain('day, week, month, all');
  });

  test('counts days of the zone that is asked for, with 25 hours where the clock is turned back', async () => {
    house.clock.nowMs = at('2026-10-25T12:00:00Z');
    house.ledger.add(
      { at: at('2026-10-24T22:30:00Z'), ...tokens(1) },
      { at: at('2026-10-25T22:59:59Z'), ...tokens(10) },
    );
    const { body } = await ask('/usage?window=day&tz=Europe/Berlin');
    expect(body.window).toMatchObject({ since: '2026-10-24T22:00:00.000Z', reset_at: '2026-10-25T23:00:00.000Z' });
    expect(body.by_day).toEqual([expect.objectContaining({ day: '2026-10-25', input_tokens: 11 })]);
    expect(body.period.tz).toBe('Europe/Berlin');
    expect((await ask('/usage?tz=Mars/Base')).body.error.path).toBe('tz');
  });

  test('answers JSON to programs, whatever else stands in the query', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5', '']) {
      const { response } = await ask('/usage?w=month', { accept });
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(response.headers.get('vary')).toBe('Accept');
    }
  });

  test('lists days a mad date cannot blow up', async () => {
    house.ledger.add(
      { at: at('1970-01-01T00:00:00Z'), ...tokens(1) },
      { at: at('9999-12-31T00:00:00Z'), ...tokens(1) },
    );
    const { body } = await ask('/usage?window=all');
    expect(body.by_day.map((day) => day.day)).toEqual(['1970-01-01', '9999-12-31']);
  });
});
