/** Dispatch: finds the command, runs it, turns what went wrong into one line on stderr and an exit code. */
import { TokenmeterError } from '@tokenmeter/core';
import { processIo } from '../process-io.ts';
import { groupHelp, mainHelp, verbHelp } from './help.ts';
import type { Io } from './io.ts';
import { openScreen } from './screen.ts';
import { type Cli, EXIT, type Verb } from './verb.ts';
import { SUMMARY, VERBS, type VerbEntry } from './verbs.ts';
import { printable } from './width.ts';

/** Runs one command line (without node and the script) and returns its exit code. Never throws. */
export async function runCli(argv: readonly string[], cli: Cli): Promise<number> {
  const { words, rest } = splitWords(argv);
  try {
    return await dispatch(words, rest, cli);
  } catch (error) {
    return tell(error, words.join(' ') || 'tokenmeter', cli.io);
  }
}

/** The program itself. */
export async function main(argv: readonly string[]): Promise<void> {
  const cli: Cli = {
    io: processIo(),
    openHouse: async (options) => (await import('../main.ts')).openHouse(options),
    findServer: async (dataDir) => (await import('../main.ts')).findServer(dataDir),
    reside: async (house, url) => (await import('../main.ts')).reside(house, url),
    startRun: async (house, request, onLost) => (await import('../main.ts')).startRun(house, request, onLost),
    stopRun: async (dataDir, typed) => (await import('../main.ts')).stopRun(dataDir, typed),
    observe: async (house) => (await import('../main.ts')).observe(house),
    openDemo: async (speed) => (await import('../main.ts')).openDemo(speed),
    glance: async (dataDir, question) => (await import('../main.ts')).glance(dataDir, question),
    restore: async (options, file) => (await import('../main.ts')).restoreLedger(options, file),
  };
  process.exitCode = await runCli(argv, cli);
}

async function dispatch(words: readonly string[], rest: string[], cli: Cli): Promise<number> {
  const [name, part] = words;
  const { width } = openScreen(cli.io);
  if (name === undefined) {
    if (rest.some((word) => word === '--version' || word === '-V')) {
      await cli.io.out(`${cli.io.version}\n`);
      return EXIT.ok;
    }
    if (wantsHelp(rest)) {
      await cli.io.out(mainHelp(VERBS, cli.io.version, width));
      return EXIT.ok;
    }
    return (await SUMMARY()).run(rest, cli);
  }
  if (name === 'help') {
    const entry = VERBS.find((known) => known.name === part);
    await cli.io.out(entry ? await helpOf(entry, width) : mainHelp(VERBS, cli.io.version, width));
    return EXIT.ok;
  }
  const entry = VERBS.find((known) => known.name === name);
  if (!entry)
    throw new TokenmeterError(
      'usage',
      `Cannot run "${name}": there is no such command, see tokenmeter --help${near(name)}`,
    );
  if (!entry.parts && entry.load) return runVerb(await entry.load(), [...words.slice(1), ...rest], cli);

  const parts = entry.parts ?? {};
  if (part === undefined && wantsHelp(rest)) {
    await cli.io.out(groupHelp(entry, width));
    return EXIT.ok;
  }
  const chosen = part ?? entry.usual ?? '';
  const loader = Object.hasOwn(parts, chosen) ? parts[chosen] : undefined;
  if (!loader)
    throw new TokenmeterError(
      'usage',
      `Cannot run "${name} ${chosen}": write ${Object.keys(parts).join(', ')} after ${name}`,
    );
  return runVerb(await loader.load(), [...words.slice(2), ...rest], cli);
}

async function runVerb(verb: Verb, rawArgs: string[], cli: Cli): Promise<number> {
  if (wantsHelp(rawArgs)) {
    await cli.io.out(verbHelp(verb, openScreen(cli.io).width));
    return EXIT.ok;
  }
  return verb.run(rawArgs, cli);
}

async function helpOf(entry: VerbEntry, width: number): Promise<string> {
  return entry.load ? verbHelp(await entry.load(), width) : groupHelp(entry, width);
}

/** Options of every command that take a value: they may stand before the command. */
const LEADING = new Set(['--home', '--data', '--color']);

/** The command's words, and everything else behind them, whatever was written first. */
function splitWords(argv: readonly string[]): { words: string[]; rest: string[] } {
  const leading: string[] = [];
  let index = 0;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) break;
    leading.push(word);
    if (LEADING.has(word) && index + 1 < argv.length) leading.push(argv[++index] ?? '');
  }
  const words: string[] = [];
  for (; index < argv.length && words.length < 2; index++) {
    const word = argv[index] ?? '';
    if (word.startsWith('-')) break;
    words.push(word);
  }
  return { words, rest: [...leading, ...argv.slice(index)] };
}

function wantsHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** `; did you mean "usage"` for a command that is a slip or two away. */
function near(name: string): string {
  const ranked = VERBS.map((entry) => ({ name: entry.name, slips: distance(entry.name, name) })).sort(
    (a, b) => a.slips - b.slips,
  );
  const [best] = ranked;
  return best && best.slips <= 2 ? `; did you mean "${best.name}"` : '';
}

/** How many letters must be put in, taken out or changed to make one word the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function tell(error: unknown, name: string, io: Io): number {
  if (error instanceof TokenmeterError) {
    io.err(`${printable(error.message)}\n`);
    if (error.code === 'usage' || error.code === 'bad-query') return EXIT.usage;
    return error.code === 'no-data' ? EXIT.noData : EXIT.error;
  }
  const reason = error instanceof Error ? error.message : String(error);
  io.err(`Cannot finish "${name}": ${printable(reason)}\n`);
  if (io.env.TOKENMETER_DEBUG && error instanceof Error) io.err(`${error.stack}\n`);
  return EXIT.error;
}
