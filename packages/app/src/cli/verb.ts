/**
 * What a command is: its words for help and completions, its options, and what it does. Parsing is citty's; being strict
 * about it is ours, since a misspelt filter that is silently ignored gives a wrong total.
 */
import { TokenmeterError } from '@tokenmeter/core';
import { type ArgsDef, type ParsedArgs, parseArgs } from 'citty';
import type { Glancer } from '../glance.ts';
import type { House } from '../house.ts';
import type { RunRequest, StartedRun } from '../runner/runner.ts';
import type { Io } from './io.ts';

/** 3 is kept for a budget that stops. */
export const EXIT = { ok: 0, error: 1, usage: 2, budget: 3, noData: 4 } as const;

export interface OpenOptions {
  readonly home?: string | undefined;
  readonly data?: string | undefined;
  readonly readOnly?: boolean | undefined;
  /** Only reads where the ledger cannot be written, and says so. */
  readonly readsAtLeast?: boolean | undefined;
  /** True for the server, which is the one that writes. */
  readonly resident?: boolean | undefined;
  /** True where the process stays, so that a changed config file holds at once. */
  readonly stays?: boolean | undefined;
}

/** The world a command gets. Tests hand in their own. */
export interface Cli {
  readonly io: Io;
  openHouse(options: OpenOptions): Promise<House>;
  /** Address of the server that holds a data directory, undefined where none runs. */
  findServer(dataDir: string): Promise<string | undefined>;
  /** Makes this process the one that others ask. Undefined where the system has no socket for it. */
  reside(house: House, url: string): Promise<{ close(): void } | undefined>;
  /** Starts an agent in an open house; a running server, where there is one, hears of it too, and may go away. */
  startRun(house: House, request: RunRequest, onLost: () => void): Promise<StartedRun>;
  /**
   * Asks the command that follows a run to stop it, by the run's id or how it begins. Undefined where no command on this
   * machine follows such a run.
   */
  stopRun(dataDir: string, typed: string): Promise<string | undefined>;
  /** Begins to follow logs in an open house, for a view without a server. */
  observe(house: House): Promise<{ close(): Promise<void> }>;
  /** A house of the demo's own, with logs of some days, and its play; all of it is gone when it is closed. */
  openDemo(speed: number): Promise<Demo>;
  /** What a status line asks of a ledger, without opening a house for it. Undefined where there is none. */
  glance: Glancer;
  /** Puts a backup in the place of the ledger; answers where the old one went and how many calls there are now. */
  restore(options: OpenOptions, file: string): Promise<{ readonly calls: number; readonly kept: string | undefined }>;
}

export interface Demo {
  readonly house: House;
  play(): { close(): Promise<void> };
  close(): Promise<void>;
}

/** What an option or a word can be, where that is known: shells complete it. */
export interface Choices {
  readonly words: readonly string[];
  /** Several with commas. */
  readonly isList?: boolean | undefined;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly args: ArgsDef;
  /** By the name of the option or word. */
  readonly choices: Readonly<Record<string, Choices | undefined>>;
  readonly examples: readonly string[];
  run(rawArgs: string[], cli: Cli): Promise<number>;
}

/** Options of every command. */
export const COMMON = {
  home: { type: 'string', valueHint: 'DIR', description: 'Read the logs under DIR as if it were the home directory' },
  data: { type: 'string', valueHint: 'DIR', description: 'Keep the ledger and the config in DIR' },
  color: { type: 'string', valueHint: 'WHEN', description: 'auto, always or never' },
  ascii: { type: 'boolean', description: 'No Unicode signs and bars' },
} satisfies ArgsDef;

/** Options of every command that shows figures. */
export const FIGURES = {
  ...COMMON,
  scan: {
    type: 'boolean',
    default: true,
    description: 'Read what is new in the logs first',
    negativeDescription: 'Show what the ledger knows without reading logs',
  },
  json: { type: 'boolean', description: 'One JSON document with raw values' },
  csv: { type: 'boolean', description: 'CSV with raw values' },
} satisfies ArgsDef;

export function defineVerb<const T extends ArgsDef>(verb: {
  readonly name: string;
  readonly summary: string;
  readonly args: T;
  readonly choices?: { readonly [K in keyof T & string]?: Choices };
  readonly examples?: readonly string[];
  /** Returns the exit code. */
  readonly run: (args: ParsedArgs<T>, cli: Cli) => Promise<number>;
}): Verb {
  return {
    name: verb.name,
    summary: verb.summary,
    args: verb.args,
    choices: verb.choices ?? {},
    examples: verb.examples ?? [],
    run: (rawArgs, cli) => verb.run(readArgs<T>(verb.name, verb.args, rawArgs), cli),
  };
}

function readArgs<T extends ArgsDef>(name: string, defs: T, rawArgs: string[]): ParsedArgs<T> {
  const fault = (what: string) =>
    new TokenmeterError('usage', `Cannot run "${name}": ${what}, see tokenmeter ${name} --help`);
  let args: ParsedArgs<T>;
  try {
    args = parseArgs<T>(rawArgs, defs);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw fault(text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, ''));
  }
  const known = new Map(
    Object.entries(defs).flatMap(([key, def]) => spellings(key).map((spelling) => [spelling, def] as const)),
  );
  for (const [key, value] of Object.entries(args)) {
    if (key === '_') continue;
    const def = known.get(key);
    if (!def) throw fault(`there is no option "${key.length === 1 ? '-' : '--'}${key}"`);
    if (def.type === 'string' && key !== 'color' && (value === '' || String(value).startsWith('--')))
      throw fault(`--${key} needs a value`);
  }
  const places = Object.values(defs).filter((def) => def.type === 'positional').length;
  const extra = args._[places];
  if (extra !== undefined) throw fault(`it does not know what to do with "${extra}"`);
  return args;
}

/** The parser knows a name with dashes in camel case too. */
function spellings(key: string): string[] {
  return [key, key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
}
