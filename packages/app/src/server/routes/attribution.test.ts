import type { Run, WireAttribution, WireError } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking } from '../../../test/asking.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

describe('GET /api/attribution', () => {
  test('answers groups that are the bill, of a period where nothing else is asked', async () => {
    asking.house.ledger.add({ at: Date.parse('2026-11-16T10:00:00Z'), usage: { input: 900, output: 100 } });
    const { status, body } = await asking.get<WireAttribution>('/api/attribution?since=2026-11-16&tz=Europe/Berlin');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      scope: 'period',
      id: null,
      period: { since: '2026-11-15T23:00:00.000Z', until: null, tz: 'Europe/Berlin' },
      group: 'kind',
      measure: 'tokens',
      method: 'ledger',
      subagents: 'flat',
      state: 'ready',
      totals: { input: 900, output: 100, tokens: 1000, calls: 1 },
      groups: [{ key: 'system', tokens_percent: 100, total: { tokens: 1000 } }],
      names_allowed: true,
      in_context: null,
    });
  });

  test('of a run that was started is its stretch of the session', async () => {
    const { ledger } = asking.house;
    ledger.add(
      { at: Date.parse('2026-11-16T10:00:00Z'), usage: { input: 900 } },
      { at: Date.parse('2026-11-16T12:00:00Z'), usage: { input: 70 } },
      { at: Date.parse('2026-11-16T15:00:00Z'), usage: { input: 5 } },
    );
    const [startedAt, endedAt] = [Date.parse('2026-11-16T11:00:00Z'), Date.parse('2026-11-16T13:00:00Z')];
    const run = { origin: 'started', sessionId: 's1', startedAt, endedAt } as Run; // as -- all that is asked of it
    Object.assign(asking.house, { runs: { run: async (id: string) => (id === 'run_1' ? run : undefined) } });
    const { body } = await asking.get<WireAttribution>('/api/attribution?scope=run&id=run_1');
    expect(body).toMatchObject({ scope: 'run', id: 'run_1', totals: { tokens: 70 } });
    const whole = await asking.get<WireAttribution>('/api/attribution?scope=session&id=s1');
    expect(whole.body.totals.tokens).toBe(975);
  });

  test('says that nothing was used', async () => {
    const { body } = await asking.get<WireAttribution>('/api/attribution?group=tool');
    expect(body).toMatchObject({ state: 'no_usage', advice: null, totals: { tokens: 0 } });
  });

  test.each([
    ['scope=house', 'scope'],
    ['scope=session', 'id'],
    ['id=s1', 'id'],
    ['group=colour', 'group'],
    ['method=guess', 'method'],
    ['in_context=then', 'in_context'],
    ['since=yesterday', 'since'],
    ['who=me', 'who'],
  ])('refuses %s and names the parameter', async (query, path) => {
    const { status, body } = await asking.get<WireError>(`/api/attribution?${query}`);
    expect([status, body.error.path]).toEqual([400, path]);
  });

  test('answers 404 for a session that is not there', async () => {
    const { status, body } = await asking.get<WireError>('/api/attribution?scope=session&id=nobody');
    expect([status, body.error.code]).toEqual([404, 'not-found']);
  });
});
