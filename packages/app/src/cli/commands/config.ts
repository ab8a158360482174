/** `tokenmeter config`: what is set, where from, and changing it. A secret is never printed. */
import { TokenmeterError } from '@tokenmeter/core';
import type { ArgsDef } from 'citty';
import type { Config } from '../../config.ts';
import { readConfigFile } from '../../config-file.ts';
import { CONFIG_KEYS, type ConfigKey } from '../../config-keys.ts';
import { renderTable } from '../table.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';

const KEY = { key: { type: 'positional', required: true, description: 'Name of the setting' } } satisfies ArgsDef;
const KEYS = { key: { words: CONFIG_KEYS.map(({ name }) => name) } };

export const show = defineVerb({
  name: 'config show',
  summary: 'All settings and where each comes from',
  args: { ...COMMON, json: FIGURES.json },
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async ({ house, io, screen, say }) => {
      const { values: file } = readConfigFile(house.dataDir);
      const rows = CONFIG_KEYS.map((key) => ({
        key,
        value: settingOf(house.config, key),
        source: sourceOf(key, io.env, file),
      }));
      if (args.json) {
        const settings = Object.fromEntries(
          rows.map(({ key, value, source }) => [key.name, { value: value ?? null, source }]),
        );
        await io.out(
          `${JSON.stringify({ schema: 'tokenmeter.config/1', file: `${house.dataDir}/config.jsonc`, settings })}\n`,
        );
        return EXIT.ok;
      }
      const table = renderTable(
        {
          columns: [
            { title: 'Setting', align: 'left' },
            { title: 'Value', align: 'left', shrinkTo: 12 },
            { title: 'From', align: 'left' },
            { title: 'Default', align: 'left', from: 90 },
            { title: 'Meaning', align: 'left', shrinkTo: 20, from: 110 },
          ],
          rows: rows.map(({ key, value, source }) => [
            { text: key.name },
            { text: value ?? '' },
            { text: source, role: source === 'default' ? 'dim' : undefined },
            { text: key.default, role: 'dim' },
            { text: key.meaning, role: 'dim' },
          ]),
        },
        screen,
      );
      await say([`Settings in ${house.dataDir}/config.jsonc`, '', ...table]);
      return EXIT.ok;
    }),
});

export const get = defineVerb({
  name: 'config get',
  summary: 'One setting',
  args: { ...KEY, ...COMMON },
  choices: KEYS,
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async ({ house, io }) => {
      await io.out(`${settingOf(house.config, keyOf(args.key)) ?? ''}\n`);
      return EXIT.ok;
    }),
});

export const set = defineVerb({
  name: 'config set',
  summary: 'Change one setting',
  args: {
    ...KEY,
    value: { type: 'positional', required: true, description: 'Its value; "default" takes it out of the file' },
    ...COMMON,
  },
  choices: KEYS,
  examples: ['tokenmeter config set tz Europe/Berlin', 'tokenmeter config set monthly_cap_usd 600'],
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io, say }) => {
      const key = keyOf(args.key);
      const told = new Set(house.warnings);
      const changed = await house
        .configure({ [key.name]: args.value === 'default' ? null : args.value })
        .catch(mistyped);
      await say(`${key.name} is ${said(key, args.value, settingOf(changed, key))}`);
      for (const warning of house.warnings) if (!told.has(warning)) io.err(`${warning}\n`);
      if (io.env[key.environment]) io.err(`${key.environment} is set and wins over the file\n`);
      return EXIT.ok;
    }),
});

/** A value may be right and yet wait for another setting: a currency for its rate. Why is among the warnings. */
function said(key: ConfigKey, typed: string, used: string | undefined): string {
  const isWaiting = typed !== 'default' && (used === undefined || (key.name === 'currency' && used !== typed));
  return isWaiting ? `${typed} in the file, but not used yet` : (used ?? 'not set');
}

/** A value that is not allowed was typed just now: wrong usage, not a broken file. */
function mistyped(error: unknown): never {
  if (error instanceof TokenmeterError && error.message.startsWith('Cannot use '))
    throw new TokenmeterError('usage', error.message);
  throw error;
}

export const path = defineVerb({
  name: 'config path',
  summary: 'The file',
  args: COMMON,
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, io }) => {
      await io.out(`${house.dataDir}/config.jsonc\n`);
      return EXIT.ok;
    }),
});

/** A key by its name, with dashes as good as underscores. Throws `usage` for one that does not exist. */
function keyOf(word: string): ConfigKey {
  const name = word.replaceAll('-', '_');
  const key = CONFIG_KEYS.find((known) => known.name === name);
  if (!key)
    throw new TokenmeterError(
      'usage',
      `Cannot find a setting "${word}", the settings are ${CONFIG_KEYS.map((known) => known.name).join(', ')}`,
    );
  return key;
}

/** The environment wins over the file; a value that is not allowed is passed over, as the loader does. */
function sourceOf(
  key: ConfigKey,
  env: Readonly<Record<string, string | undefined>>,
  file: ReadonlyMap<string, unknown>,
): string {
  const isUsed = (value: unknown) =>
    value !== undefined && value !== null && value !== '' && key.read(value) !== undefined;
  if (isUsed(env[key.environment])) return key.environment;
  return isUsed(file.get(key.name)) ? 'config.jsonc' : 'default';
}

function settingOf(config: Config, key: ConfigKey): string | undefined {
  const value = new Map<string, unknown>(Object.entries(config)).get(camel(key.name));
  if (value === undefined) return undefined;
  if (key.secret) return 'set, not shown';
  if (key.name === 'monthly_cap' && config.monthlyCap)
    return `${config.monthlyCap.amount} ${config.monthlyCap.currency}`;
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, word]) => `${name}=${Array.isArray(word) ? word.join(' ') : word}`)
        .join(',')
    : String(value);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
