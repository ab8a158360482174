/** A terminal for tests of the command line: remembers what was written, is as wide as told, and has a few files. */

import { runCli } from '../src/cli/bin.ts';
import type { Io, Terminal } from '../src/cli/io.ts';
import type { Cli } from '../src/cli/verb.ts';
import type { House } from '../src/house.ts';

export interface FakeTerminal {
  /** Columns; undefined: stdout is a pipe. */
  readonly columns?: number;
  /** True where stderr is a terminal: progress is shown there only. */
  readonly isErrTty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly platform?: string;
  readonly files?: Map<string, string>;
  /** Address of a server that holds the data directory. */
  readonly server?: string;
  /** What starts an agent. */
  readonly startRun?: Cli['startRun'];
  readonly stopRun?: Cli['stopRun'];
  /** The whole terminal, for views that draw it. */
  readonly keyboard?: Terminal;
  /** Resolves when the user wants the program to end, each time anew where it is a function; without it, at once. */
  readonly interrupted?: Promise<void> | (() => Promise<void>);
  /** Answers of other programs by their name; absent: not installed. */
  readonly programs?: Readonly<Record<string, { isOk: boolean; output: string }>>;
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly bytes: Uint8Array;
}

/** Runs one command line against a house. */
export async function say(house: House, argv: readonly string[], terminal: FakeTerminal = {}): Promise<Said> {
  const out: Buffer[] = [];
  let err = '';
  const files = terminal.files ?? new Map<string, string>();
  const io: Io = {
    env: { LANG: 'en_US.UTF-8', ...terminal.env },
    platform: terminal.platform ?? 'linux',
    program: ['/usr/bin/node', '/opt/token meter/bin.mjs'],
    version: '0.1.0',
    homeDir: '/home/ada',
    isInTty: terminal.stdin === undefined,
    isOutTty: terminal.columns !== undefined,
    isErrTty: terminal.isErrTty === true,
    columns: terminal.columns,
    terminal: terminal.keyboard,
    out: async (data) => {
      out.push(Buffer.from(data));
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => terminal.stdin ?? '',
    interrupted: () => {
      const { interrupted = Promise.resolve() } = terminal;
      return typeof interrupted === 'function' ? interrupted() : interrupted;
    },
    readText: async (path) => files.get(path),
    writeText: async (path, text) => {
      files.set(path, text);
    },
    remove: async (path) => files.delete(path),
    create: async (path, fill) => {
      let text = '';
      await fill(async (data) => {
        text += Buffer.from(data).toString('latin1');
      });
      files.set(path, text);
    },
    run: async (command) => terminal.programs?.[command],
  };
  const cli: Cli = {
    io,
    openHouse: async () => house,
    findServer: async () => terminal.server,
    reside: async () => undefined,
    startRun: terminal.startRun ?? (() => Promise.reject(new Error('no agents here'))),
    observe: async () => ({ close: async () => {} }),
    openDemo: () => Promise.reject(new Error('no demo here')),
    stopRun: terminal.stopRun ?? (async () => undefined),
    glance: async () => undefined,
    restore: async () => ({ calls: 7, kept: '/nowhere/old.db' }),
  };
  const code = await runCli(argv, cli);
  const bytes = Buffer.concat(out);
  return { code, out: bytes.toString('utf8'), err, bytes };
}

/** The text as the eye sees it: without colours. */
export function unpainted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
