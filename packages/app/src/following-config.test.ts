import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConfigChange, FollowingConfig } from './following-config.ts';

let dir: string;
let told: ConfigChange[];
let stop: (() => void) | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tokenmeter-following-'));
  told = [];
});
afterEach(() => {
  stop?.();
  rmSync(dir, { recursive: true, force: true });
});

const write = (text: string) => writeFileSync(join(dir, 'config.jsonc'), text, { mode: 0o600 });
function opened(env: Record<string, string> = {}): FollowingConfig {
  const settings = new FollowingConfig({ dataDir: dir, env, machineTz: 'Europe/Berlin', locale: 'de-DE' });
  settings.onChange((change) => told.push(change));
  return settings;
}

describe('reload()', () => {
  test('takes what the file says now and tells which settings are others', () => {
    write('{"theme": "dark"}');
    const settings = opened();
    write('{"theme": "dark", "tz": "Asia/Tokyo"}');
    settings.reload();
    expect(settings.current).toMatchObject({ theme: 'dark', tz: 'Asia/Tokyo', tzSource: 'config' });
    expect(told.map(({ changed }) => changed)).toEqual([['tz', 'tzSource']]);
    settings.reload();
    expect(told).toHaveLength(1);
  });

  test('keeps the value before in place of a bad one, says so once, and takes the good ones beside it', () => {
    write('{"tz": "Asia/Tokyo", "usage_reset": "day"}');
    const settings = opened();
    write('{"tz": "Atlantis", "usage_reset": "month", "teme": "dark"}');
    settings.reload();
    expect(settings.current).toMatchObject({ tz: 'Asia/Tokyo', usageReset: 'month' });
    expect(told[0]?.warnings).toEqual([
      expect.stringContaining('Ignored unknown key "teme"'),
      expect.stringMatching(/^Cannot use "Atlantis" as tz from config.jsonc, allowed: .*; it stays as it was$/),
    ]);
    write('{"tz": "Lemuria", "usage_reset": "month"}');
    settings.reload();
    expect(settings.current.tz).toBe('Asia/Tokyo');
    write('{"usage_reset": "month"}');
    settings.reload();
    expect(settings.current.tz).toBe('Europe/Berlin');
    expect(settings.warnings).toEqual([]);
  });

  test('of a file that is broken keeps all it said before', () => {
    write('{"theme": "dark"}');
    const settings = opened();
    write('{"theme": "light",,');
    settings.reload();
    expect(settings.current.theme).toBe('dark');
    expect(settings.warnings[0]).toMatch(/^Cannot use config.jsonc: line 1 .*; using what it said before$/);
    write('{"theme": "light"}');
    settings.reload();
    expect(settings.current.theme).toBe('light');
  });

  test('leaves where the server listens, and its token, as they were: a new start is needed', () => {
    const settings = opened();
    write('{"host": "0.0.0.0", "port": 1, "token": "other"}');
    settings.reload();
    expect(settings.current).toMatchObject({ host: '127.0.0.1', port: 4747, token: undefined });
    expect(settings.warnings).toContain('A new port holds when tokenmeter is started again');
    expect(settings.warnings.join()).not.toContain('other');
  });

  test('lets the environment win as before', () => {
    const settings = opened({ TOKENMETER_TZ: 'Asia/Tokyo' });
    write('{"tz": "UTC"}');
    settings.reload();
    expect(settings.current.tz).toBe('Asia/Tokyo');
    expect(told).toEqual([]);
  });
});

describe('follow()', () => {
  test('hears of a file that is made, replaced as editors do it, and deleted', async () => {
    const settings = opened();
    stop = settings.follow();
    write('{"theme": "dark"}');
    await expect.poll(() => settings.current.theme, { timeout: 10_000 }).toBe('dark');
    writeFileSync(join(dir, '.draft'), '{"theme": "light"}');
    renameSync(join(dir, '.draft'), join(dir, 'config.jsonc'));
    await expect.poll(() => settings.current.theme, { timeout: 10_000 }).toBe('light');
    rmSync(join(dir, 'config.jsonc'));
    await expect.poll(() => settings.current.theme, { timeout: 10_000 }).toBe('system');
  });
});
