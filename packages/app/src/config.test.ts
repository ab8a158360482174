import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, writeConfig } from './config.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import { type DataDirOptions, dataDir } from './data-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tokenmeter-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = () => join(dir, 'config.jsonc');
const write = (text: string) => writeFileSync(file(), text, { mode: 0o600 });
const load = (env: Record<string, string> = {}, flags?: Parameters<typeof loadConfig>[0]['flags']) =>
  loadConfig({ dataDir: dir, env, machineTz: 'Europe/Berlin', locale: 'de-DE', flags });

describe('loadConfig()', () => {
  test('without a file gives the defaults of the table and no warning', () => {
    const { config, warnings } = load();
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      tz: 'Europe/Berlin',
      tzSource: 'machine',
      locale: 'de-DE',
      usageReset: 'week',
      usageThresholdTokens: undefined,
      currency: 'USD',
      port: 4747,
      host: '127.0.0.1',
      token: undefined,
      plans: {},
    });
  });

  test('reads every key of a file with comments and a trailing comma', () => {
    write(`{
      // where we live
      "tz": "Asia/Kathmandu", "theme": "dark", "density": "compact", "motion": "off", "locale": "en-gb",
      "week_start": "sunday", "unit": "billed", "currency": "EUR", "currency_rate": 0.92,
      "currency_rate_date": "2026-11-21", "usage_reset": "month", "usage_threshold_tokens": 5000000,
      "monthly_cap_usd": "200", "plans": {"claude-code": "Max"}, "prices": [{"model": "m", "from": "2026-11-01", "input": 3, "output": "15", "cache_read": 0.3}], "port": 0, "host": "::1",
      "token": "s3cret", "agent_commands": {"codex": "/opt/codex", "claude-code": ["claude", "--model", "opus"]}, "stop_grace_seconds": 9, "mcp_interrupt": "on",
    }`);
    expect(load()).toEqual({
      warnings: [],
      file: expect.any(Map),
      config: {
        tz: 'Asia/Kathmandu',
        tzSource: 'config',
        theme: 'dark',
        density: 'compact',
        motion: 'off',
        locale: 'en-GB',
        weekStart: 'sunday',
        unit: 'billed',
        currency: 'EUR',
        currencyRate: '0.92',
        currencyRateDate: '2026-11-21',
        usageReset: 'month',
        usageThresholdTokens: 5_000_000,
        monthlyCap: { amount: '200', currency: 'USD' },
        monthlyCapUsd: '200',
        runDirs: [],
        itemNames: true,
        titles: 'agent',
        mcpInterrupt: true,
        plans: { 'claude-code': 'Max' },
        prices: [
          {
            model: 'm',
            seller: '',
            from: Date.UTC(2026, 10, 1),
            inputPerMillion: '3',
            outputPerMillion: '15',
            cacheReadPerMillion: '0.3',
          },
        ],
        agentCommands: { codex: ['/opt/codex'], 'claude-code': ['claude', '--model', 'opus'] },
        stopGraceSeconds: 9,
        port: 0,
        host: '::1',
        token: 's3cret',
      },
    });
  });

  test.each([
    ['tz', '"Mars/Olympus"'],
    ['tz', '"+02:00"'],
    ['theme', '"drak"'],
    ['locale', '"not a locale"'],
    ['usage_reset', '"fortnight"'],
    ['usage_threshold_tokens', '0'],
    ['usage_threshold_tokens', '-5'],
    ['usage_threshold_tokens', '1.5'],
    ['usage_threshold_tokens', '"many"'],
    ['monthly_cap_usd', '1e21'],
    ['currency_rate', '"0"'],
    ['currency_rate_date', '"2026-02-30"'],
    ['plans', '["max"]'],
    ['plans', '{"codex": 5}'],
    ['port', '70000'],
    ['host', '"a b"'],
    ['prices', '[{"model": "m", "input": -1, "output": 2}]'],
    ['prices', '[{"model": "m", "input": 1}]'],
    ['prices', '{"m": 1}'],
    ['agent_commands', '["claude"]'],
    ['agent_commands', '{"codex": []}'],
    ['agent_commands', '{"codex": ["", "x"]}'],
    ['agent_commands', '{"codex": 5}'],
    ['stop_grace_seconds', '0'],
  ])('falls back to the default of %s for %s and names key, value and what is allowed', (name, value) => {
    write(`{ "${name}": ${value}, "density": "compact" }`);
    const { config, warnings } = load();
    expect(config).toEqual({
      ...loadConfig({ dataDir: join(dir, 'none'), env: {}, machineTz: 'Europe/Berlin', locale: 'de-DE' }).config,
      density: 'compact',
    });
    const allowed = CONFIG_KEYS.find((key) => key.name === name)?.allowed;
    expect(warnings).toEqual([
      `Cannot use ${JSON.stringify(JSON.parse(value))} as ${name} from config.jsonc, allowed: ${allowed}; ignored`,
    ]);
  });

  test('lets the environment win over the file and flags over both', () => {
    write('{ "theme": "dark", "port": 1, "usage_reset": "all" }');
    const { config } = load(
      {
        TOKENMETER_PORT: '2',
        TOKENMETER_USAGE_RESET: 'day',
        TOKENMETER_TOKEN: 'abc',
        TOKENMETER_PLANS: 'codex=Plus,claude-code=Max 5x',
      },
      { usage_reset: 'month' },
    );
    expect(config).toMatchObject({
      theme: 'dark',
      port: 2,
      usageReset: 'month',
      token: 'abc',
      plans: { codex: 'Plus', 'claude-code': 'Max 5x' },
    });
  });

  test('falls from a bad environment value to the file, with a warning', () => {
    write('{ "port": 4000 }');
    const { config, warnings } = load({ TOKENMETER_PORT: 'abc' });
    expect(config.port).toBe(4000);
    expect(warnings[0]).toContain('"abc" as port from TOKENMETER_PORT');
  });

  test('refuses a bad flag instead of ignoring it', () => {
    expect(() => load({}, { port: 'abc' })).toThrow(/port from the command line/);
  });

  test('warns of unknown keys but not of $schema', () => {
    write('{ "$schema": "x", "usage_treshold": 5 }');
    expect(load().warnings).toEqual([expect.stringContaining('"usage_treshold"')]);
  });

  test('names the line of broken JSON and goes on with defaults', () => {
    write('{\n  "theme": "dark",\n  "port": ]\n}');
    const { config, warnings } = load();
    expect(config.theme).toBe('system');
    expect(warnings).toEqual([expect.stringContaining('line 3')]);
  });

  test.each(['[]', '"x"', '5', 'null'])('tells of a file that is %s instead of an object', (text) => {
    write(text);
    expect(load().warnings).toHaveLength(1);
  });

  test('never shows a bad token in its warning', () => {
    write('{ "token": "pass word" }');
    expect(load().warnings.join()).not.toContain('pass word');
  });

  test('warns where others can read the token', () => {
    write('{ "token": "abc" }');
    chmodSync(file(), 0o644);
    expect(load().warnings).toEqual([expect.stringContaining('0600')]);
  });

  test('keeps to dollars where a currency has no rate', () => {
    write('{ "currency": "EUR" }');
    const { config, warnings } = load();
    expect(config.currency).toBe('USD');
    expect(warnings).toEqual([expect.stringContaining('currency_rate')]);
  });
});

describe('writeConfig()', () => {
  test('keeps comments and other keys, and leaves mode 0600 and no temporary file', async () => {
    write('{\n  // the cap of our team\n  "monthly_cap_usd": "200", // dollars\n  "theme": "dark"\n}\n');
    chmodSync(file(), 0o644);
    await writeConfig(dir, { monthly_cap_usd: '150.50', usage_reset: 'month', theme: null });
    const text = readFileSync(file(), 'utf8');
    expect(text).toContain('// the cap of our team');
    expect(text).toContain('"monthly_cap_usd": "150.50", // dollars');
    expect(load().config).toMatchObject({ theme: 'system', usageReset: 'month', monthlyCapUsd: '150.50' });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['config.jsonc']);
  });

  test.each([
    ['{"theme":"dark"}', '{}'],
    ['{"theme":"dark","tz":"UTC"}', '{"tz":"UTC"}'],
    ['{"tz":"UTC","theme":"dark"}', '{"tz":"UTC",}'],
    ['{\n  // a\n  "theme": "dark", // b\n  "tz": "UTC"\n}', '{\n  // a\n   // b\n  "tz": "UTC"\n}'],
    ['{ "tz": "UTC" }', '{ "tz": "UTC" }'],
  ])('removes a key from %j and nothing else', async (before, after) => {
    write(before);
    await writeConfig(dir, { theme: null });
    expect(readFileSync(file(), 'utf8')).toBe(after);
    expect(load().warnings).toEqual([]);
  });

  test('makes the file and its folder', async () => {
    await writeConfig(join(dir, 'new', 'deep'), { theme: 'light' });
    const { config } = loadConfig({ dataDir: join(dir, 'new', 'deep'), env: {}, machineTz: 'UTC', locale: 'en' });
    expect(config.theme).toBe('light');
  });

  test('refuses unknown keys and bad values with nothing written', async () => {
    await expect(writeConfig(dir, { theme: 'dark', tz: 'Nowhere' })).rejects.toThrow(/tz/);
    await expect(writeConfig(dir, { them: 'dark' })).rejects.toThrow(/no such key/);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('never overwrites a file it cannot parse', async () => {
    write('{ "theme": ');
    await expect(writeConfig(dir, { theme: 'dark' })).rejects.toThrow(/mend it by hand/);
    expect(readFileSync(file(), 'utf8')).toBe('{ "theme": ');
  });

  test('writes through a symbolic link instead of replacing it', async () => {
    const target = join(dir, 'dotfiles.jsonc');
    writeFileSync(target, '{}');
    symlinkSync(target, file());
    await writeConfig(dir, { theme: 'dark' });
    expect(readFileSync(target, 'utf8')).toContain('dark');
  });
});

describe('monthly_cap', () => {
  test('is money in any currency, with the dated rate of the config', () => {
    write('{"monthly_cap": "200 EUR", "currency": "EUR", "currency_rate": "0.8", "currency_rate_date": "2026-11-20"}');
    expect(load().config).toMatchObject({
      monthlyCap: { amount: '200', currency: 'EUR', rate: '0.8', rateDate: '2026-11-20' },
      monthlyCapUsd: '250.000000000',
    });
  });

  test('wins over the same in dollars, and comes back from the file as it was written', async () => {
    write('{"monthly_cap_usd": "9"}');
    await writeConfig(dir, { monthly_cap: '200 USD' });
    expect(load().config).toMatchObject({ monthlyCap: { amount: '200', currency: 'USD' }, monthlyCapUsd: '200' });
  });

  test('is no cap in a currency nobody gave a rate for, and says what to set', () => {
    write('{"monthly_cap": "200 EUR"}');
    const { config, warnings } = load();
    expect(config.monthlyCap).toBeUndefined();
    expect(warnings.join()).toContain('set currency to EUR and currency_rate');
  });
});

describe('CONFIG_KEYS', () => {
  test('has words for every key', () => {
    for (const key of CONFIG_KEYS) {
      expect(key.environment).toBe(`TOKENMETER_${key.name.toUpperCase()}`);
      expect([key.allowed, key.default, key.meaning].every((words) => words.length > 0)).toBe(true);
    }
    expect(new Set(CONFIG_KEYS.map(({ name }) => name)).size).toBe(CONFIG_KEYS.length);
  });
});

describe('dataDir()', () => {
  const share = join(homedir(), '.local', 'share', 'tokenmeter');
  const options: [string, DataDirOptions, string][] = [
    ['the XDG default', { env: {}, platform: 'linux' }, share],
    ['XDG_DATA_HOME', { env: { XDG_DATA_HOME: '/xdg' }, platform: 'linux' }, '/xdg/tokenmeter'],
    ['an absolute XDG_DATA_HOME only', { env: { XDG_DATA_HOME: 'xdg' }, platform: 'linux' }, share],
    ['macOS', { home: '/h', env: {}, platform: 'darwin' }, '/h/Library/Application Support/tokenmeter'],
    ['TOKENMETER_HOME', { env: { TOKENMETER_HOME: '/tm', XDG_DATA_HOME: '/xdg' }, platform: 'linux' }, '/tm'],
    [
      '--home, deaf to the environment',
      { home: '/h', env: { TOKENMETER_HOME: '/tm', XDG_DATA_HOME: '/x' }, platform: 'linux' },
      '/h/.local/share/tokenmeter',
    ],
    ['--data before all', { data: '/d', home: '/h', env: { TOKENMETER_HOME: '/tm' }, platform: 'linux' }, '/d'],
  ];
  test.each(options)('follows %s', (_, given, expected) => {
    expect(dataDir(given)).toBe(expected);
  });
});
