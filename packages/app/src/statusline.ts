/**
 * `tokenmeter statusline` from a cold start: an agent runs it after every message. It loads no command framework, no
 * price book and no agents, wakes Intl only for other currencies and locales, and never writes the ledger. Whatever
 * fails, it prints nothing and ends well.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LineOptions, type LineSettings, statusLine } from './cli/statusline/line.ts';
import { dataDir } from './data-dir.ts';
import type { Glancer } from './glance.ts';

export interface StatuslineWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly now: number;
  readonly glance: Glancer;
  stdin(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
}

/** The program itself, as the way in starts it. */
export async function main(argv: readonly string[], glance: Glancer): Promise<void> {
  // A host that hangs up before the line is drawn is no reason to complain.
  process.stdout.on('error', () => {});
  await runStatusline(argv, {
    env: process.env,
    platform: process.platform,
    now: Date.now(),
    glance,
    stdin: async () => {
      if (process.stdin.isTTY) return '{}';
      process.stdin.setEncoding('utf8');
      let text = '';
      for await (const chunk of process.stdin) text += chunk;
      return text;
    },
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** Prints one line or nothing. Never throws; the exit code stays 0. */
export async function runStatusline(argv: readonly string[], world: StatuslineWorld): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      format: { type: 'string' },
      preset: { type: 'string' },
      data: { type: 'string' },
      home: { type: 'string' },
      color: { type: 'string' },
      ascii: { type: 'boolean' },
      debug: { type: 'boolean' },
    },
  });
  const debug = (text: string) => {
    if (values.debug) world.err(`${text}\n`);
  };
  try {
    const text = (name: 'format' | 'preset' | 'data' | 'home' | 'color') => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    };
    const folder = dataDir({ data: text('data'), home: text('home'), env: world.env, platform: world.platform });
    const line = await statusLine(await world.stdin(), optionsOf(world.env, text, values.ascii === true), {
      dataDir: folder,
      settings: await settingsOf(folder, world.env),
      now: world.now,
      glance: world.glance,
      debug,
    });
    // One line whatever a template or a name holds.
    if (line) world.out(`${line.replace(/[\r\n]+/g, ' ')}\n`);
  } catch (error) {
    debug(`Cannot draw the status line: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Keys that change what a line says. */
const KEYS = ['tz', 'locale', 'currency', 'monthly_cap', 'monthly_cap_usd', 'week_start'];

/** Where nothing of that is configured the defaults are known without the config, which costs as much as a bare start. */
async function settingsOf(folder: string, env: StatuslineWorld['env']): Promise<LineSettings> {
  const language = env.LC_ALL || env.LC_MESSAGES || env.LANG || 'C';
  const isPlain = /^(C|POSIX|en_US)\b/.test(language);
  const file = join(folder, 'config.jsonc');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const isSet = KEYS.some((key) => text.includes(`"${key}"`) || env[`TOKENMETER_${key.toUpperCase()}`]);
  if (isPlain && !isSet) return { weekStart: 'monday', money: { locale: 'en-US' } };

  const [{ loadConfig }, { machineZone }, { parseNanoDecimal }] = await Promise.all([
    import('./config.ts'),
    import('./machine-zone.ts'),
    import('@tokenmeter/core'),
  ]);
  const { locale } = Intl.DateTimeFormat().resolvedOptions();
  const { config } = loadConfig({ dataDir: folder, env, machineTz: machineZone(), locale });
  return {
    tz: config.tzSource === 'machine' ? undefined : config.tz,
    weekStart: config.weekStart,
    money: { currency: config.currency, rate: config.currencyRate, locale: config.locale },
    monthlyCapNano: config.monthlyCapUsd === undefined ? undefined : parseNanoDecimal(config.monthlyCapUsd),
  };
}

function optionsOf(
  env: StatuslineWorld['env'],
  text: (name: 'format' | 'preset' | 'color') => string | undefined,
  isAscii: boolean,
): LineOptions {
  const columns = Number(env.COLUMNS);
  const color = text('color');
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return {
    format: text('format'),
    preset: text('preset'),
    width: Number.isInteger(columns) && columns > 0 ? columns : 80,
    // The host's bar is no terminal, yet it shows colours: only a wish against them counts.
    hasColor: color === undefined || color === 'auto' ? !env.NO_COLOR && env.TERM !== 'dumb' : color !== 'never',
    isUnicode: !isAscii && (!locale || /utf-?8/i.test(locale)),
  };
}
