import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireSettings } from '@tokenmeter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Asking } from '../../../test/asking.ts';

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});
afterEach(() => asking.close());

describe('settings', () => {
  test('are read as they are in use', async () => {
    const { body } = await asking.get<WireSettings>('/api/settings');
    expect(body).toMatchObject({
      display: { tz: 'UTC', tz_source: 'machine', theme: 'system', currency: 'USD', currency_rate: null },
      usage_reset: 'week',
      usage_threshold_tokens: null,
      monthly_cap_usd: null,
      plans: {},
      config_file: join(asking.dir, 'config.jsonc'),
      data_dir: asking.dir,
    });
  });

  test('are changed in the file with its comments kept, hold at once, and null removes', async () => {
    writeFileSync(join(asking.dir, 'config.jsonc'), '{\n  // ours\n  "theme": "dark"\n}\n');
    const { status, body } = await asking.send<WireSettings>('PATCH', '/api/settings', {
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
    expect(readFileSync(join(asking.dir, 'config.jsonc'), 'utf8')).toContain('// ours');
    expect((await asking.get<WireSettings>('/usage')).body).toMatchObject({
      window: { kind: 'day' },
      threshold_tokens: 5_000_000,
    });
    expect(
      (await asking.send<WireSettings>('PATCH', '/api/settings', { usage_threshold_tokens: null })).body
        .usage_threshold_tokens,
    ).toBeNull();
  });

  test('a cap in dollars takes the place of one in another currency, which would win over it', async () => {
    const file = join(asking.dir, 'config.jsonc');
    writeFileSync(file, '{"currency": "EUR", "currency_rate": "0.5", "monthly_cap": "200 EUR"}\n');
    const { body } = await asking.send<WireSettings>('PATCH', '/api/settings', { monthly_cap_usd: '90' });
    expect(body.monthly_cap_usd).toBe('90');
    expect(readFileSync(file, 'utf8')).not.toContain('200 EUR');
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
    const answer = await asking.send<WireSettings>('PATCH', '/api/settings', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.path).toBe(path);
    expect(() => readFileSync(join(asking.dir, 'config.jsonc'))).toThrow();
  });

  test('lose nothing where several change at once', async () => {
    const changes = [
      { usage_reset: 'day' },
      { monthly_cap_usd: '9' },
      { display: { theme: 'dark' } },
      { token: 1 },
      { usage_threshold_tokens: 7 },
    ];
    await Promise.all(changes.map((each) => asking.send<WireSettings>('PATCH', '/api/settings', each)));
    const { body } = await asking.get<WireSettings>('/api/settings');
    expect(body).toMatchObject({
      usage_reset: 'day',
      monthly_cap_usd: '9',
      usage_threshold_tokens: 7,
      display: { theme: 'dark' },
    });
  });

  test('are not written into a file that is broken', async () => {
    writeFileSync(join(asking.dir, 'config.jsonc'), '{ broken');
    const { status, body } = await asking.send<WireSettings>('PATCH', '/api/settings', { usage_reset: 'day' });
    expect(status).toBe(400);
    expect(body.error.code).toBe('bad-config');
  });
});
