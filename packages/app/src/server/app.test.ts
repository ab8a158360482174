import { TokenmeterError, type WireError, type WireHealth } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking, readJson } from '../../test/asking.ts';
import { createApp } from './app.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

describe('requests that go wrong', () => {
  test('are told the id under which the log has the reason, and not the reason', async () => {
    const heard: [string, unknown][] = [];
    asking.house.ledger.trouble = new Error('password of /etc/shadow');
    asking.app = createApp(asking.house, { onError: (id, error) => heard.push([id, error]) });
    const { status, body, headers } = await asking.get<WireHealth>('/api/health');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('shadow');
    expect(heard).toEqual([[body.error.request_id, asking.house.ledger.trouble]]);
    expect(headers.get('x-request-id')).toBe(body.error.request_id);
  });

  test.each([
    ['bad-query', 400],
    ['ledger-locked', 503],
    ['ledger-damaged', 500],
    ['not-found', 404],
  ] as const)('of the code %s answer %i in the words of the ledger', async (code, status) => {
    asking.house.ledger.trouble = new TokenmeterError(code, 'Cannot do it: reasons');
    const answer = await asking.get<WireHealth>('/api/health');
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code, message: 'Cannot do it: reasons' });
  });

  test('with a body that is no JSON, too large, or not called JSON', async () => {
    expect((await asking.send<WireError>('PATCH', '/api/settings', '{ "usage_reset": ')).body.error.code).toBe(
      'bad-request',
    );
    expect((await asking.send<WireError>('PATCH', '/api/settings', '')).status).toBe(400);
    const large = JSON.stringify({ usage_reset: 'x'.repeat(300_000) });
    expect((await asking.send<WireError>('PATCH', '/api/settings', large)).status).toBe(413);
    expect(
      (await asking.send<WireError>('PATCH', '/api/settings', '{}', { 'content-type': 'text/plain' })).status,
    ).toBe(415);
    expect(
      (
        await asking.send<WireError>('PATCH', '/api/settings', 'a=1', {
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).status,
    ).toBe(415);
    expect(
      (await asking.send<WireError>('PATCH', '/api/settings', '{}', { 'content-type': 'application/jsonp' })).status,
    ).toBe(415);
    const bare = await asking.app.request('/api/settings', { method: 'PATCH', body: new Uint8Array([123, 125]) });
    expect([400, 415]).toContain(bare.status);
  });

  test('by method are told which ones there are', async () => {
    const response = await asking.app.request('/api/health', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect((await readJson<WireError>(response)).error.code).toBe('method-not-allowed');
    expect((await asking.app.request('/api/sources/scan')).status).toBe(405);
  });

  test('answer HEAD like GET, without the body', async () => {
    const response = await asking.app.request('/api/health', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});
