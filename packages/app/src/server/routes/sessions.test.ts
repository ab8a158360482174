import type { WireCallDetail, WireCallPage, WireError, WireSessionDetail, WireSessionPage } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking } from '../../../test/asking.ts';
import { callDetail } from '../../../test/fake-ledger.ts';
import { callDetailSchema, callPageSchema } from '../wire/call.ts';
import { sessionDetailSchema, sessionPageSchema } from '../wire/session.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

const at = (text: string) => Date.parse(text);

describe('sessions and calls', () => {
  beforeEach(() => {
    for (const session of ['a', 'b', 'c'])
      asking.house.ledger.add({
        at: at('2026-11-17T10:00:00Z'),
        session,
        project: '/home/ada/house',
        usage: { input: 10 },
      });
  });

  test('lists sessions by page, with what to hand back for the next', async () => {
    const first = await asking.get<WireSessionPage>('/api/sessions?limit=2&sort=cost:asc&q=house');
    expect(sessionPageSchema.parse(first.body)).toEqual(first.body);
    expect(first.body).toMatchObject({ matched: 3, next: 'b' });
    expect(first.body.sessions[0]).toMatchObject({
      session_id: 'a',
      project_name: 'house',
      title: null,
      parent_session_id: null,
    });
    expect(asking.house.ledger.asked[0]).toMatchObject({ search: 'house', sort: 'cost', descending: false, limit: 2 });
    const second = await asking.get<WireSessionPage>(`/api/sessions?limit=2&after=${first.body.next}`);
    expect(second.body).toMatchObject({ next: null, sessions: [{ session_id: 'c' }] });
  });

  test('sorts by start, newest first, fifty to a page, where nothing is said', async () => {
    await asking.get<WireSessionPage>('/api/sessions');
    expect(asking.house.ledger.asked[0]).toMatchObject({ sort: 'started', descending: true, limit: 50 });
  });

  test('shows one session', async () => {
    const { status, body } = await asking.get<WireSessionDetail>('/api/sessions/a');
    expect(status).toBe(200);
    expect(sessionDetailSchema.parse(body)).toEqual(body);
    expect(body.threads[0]).toMatchObject({ thread_id: 'a', parent_thread_id: null, name: null, context_used: null });
    expect(body.marks).toEqual([
      { kind: 'compaction', thread_id: 'a', at: expect.any(String), before: 182_000, after: null },
    ]);
    expect((await asking.get<WireSessionDetail>('/api/sessions/a?agent=codex')).status).toBe(404);
  });

  test('reads ids with a slash, a space and letters of any script', async () => {
    asking.house.ledger.add({ at: at('2026-11-17T10:00:00Z'), session: 'x/y z:ä' });
    expect(
      (await asking.get<WireSessionDetail>(`/api/sessions/${encodeURIComponent('x/y z:ä')}`)).body.session.session_id,
    ).toBe('x/y z:ä');
  });

  test.each(['/api/sessions/none', '/api/calls/none'])('says 404 for %s', async (path) => {
    const { status, body } = await asking.get<WireError>(path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'not-found', request_id: expect.any(String) });
  });

  test('pages through calls of a session or of one of its threads', async () => {
    asking.house.ledger.details = ['1', '2', '3'].map((id) =>
      callDetail(id, { threadId: id === '3' ? 's1:sub' : 's1' }),
    );
    const first = await asking.get<WireCallPage>('/api/sessions/s1/calls?limit=2');
    expect(callPageSchema.parse(first.body)).toEqual(first.body);
    expect(first.body.next).toBe('2');
    expect((await asking.get<WireCallPage>('/api/sessions/s1/calls?limit=2&after=2')).body).toMatchObject({
      next: null,
      calls: [{ id: '3' }],
    });
    expect((await asking.get<WireCallPage>('/api/sessions/s1/calls?thread=s1:sub')).body.calls).toHaveLength(1);
  });

  test('shows a call with the price it was rated with, also of a tier, and where it was seen', async () => {
    const price = asking.house.ledger
      .prices()
      .find('claude-code', 'anthropic', 'claude-opus-4-5', asking.house.clock.now())?.price;
    const usage = { input: 3, cacheRead: 10, cacheWrite5m: 2, cacheWrite1h: 1, output: 5, reasoning: 0 };
    asking.house.ledger.details = [
      callDetail('7', {
        usage,
        costNano: 1_500_000_001,
        priceId: `${price?.id}+fast`,
        priceMatch: 'exact',
        sightings: [{ source: '/logs/a.jsonl', sessionId: 's1', at: asking.house.clock.now() }],
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
    const { body } = await asking.get<WireCallDetail>('/api/calls/7');
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
    asking.house.ledger.details = [callDetail('7')];
    expect((await asking.get<WireCallDetail>('/api/calls/7')).body).toMatchObject({
      cost_usd: null,
      price: null,
      price_match: null,
      reasoning: null,
    });
  });
});
