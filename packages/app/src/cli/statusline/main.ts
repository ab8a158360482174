/**
 * `tokenmeter statusline` from a cold start: an agent runs it after every message. It loads no command framework, no
 * price book and no agents, reads the ledger and never writes it. Whatever fails, it prints nothing and ends well.
 */
import { parseArgs } from 'node:util';
import { dataDir, loadConfig } from '../../config.ts';
import type { Glancer } from '../../glance.ts';
import { type LineOptions, statusLine } from './line.ts';

export interface StatuslineWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly now: number;
  readonly glance: Glancer;
  stdin(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
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
    const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
    const { config } = loadConfig({ dataDir: folder, env: world.env, machineTz: timeZone, locale });
    const line = await statusLine(await world.stdin(), options(world.env, text, values.ascii === true), {
      dataDir: folder,
      config,
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

function options(
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
