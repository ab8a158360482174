/** Opens the house for one command, tells its warnings, reads what is new in the logs, and closes it whatever happens. */

import { TokenmeterError } from '@tokenmeter/core';
import { formatCount, formatPercent } from '@tokenmeter/core/format';
import type { House, ScanProgress } from '../house.ts';
import type { Io } from './io.ts';
import { openScreen, type Screen, type ScreenFlags } from './screen.ts';
import { tell } from './tell.ts';
import type { Cli, OpenOptions } from './verb.ts';
import { printable } from './width.ts';

export interface HouseArgs extends OpenOptions, ScreenFlags {
  /** False: show what the ledger knows. Undefined for commands that never scan. */
  readonly scan?: boolean | undefined;
}

export interface Visit {
  readonly house: House;
  readonly screen: Screen;
  readonly io: Io;
  readonly now: number;
  /** Prints lines, or a text, within the screen. */
  readonly say: (said: string | readonly string[]) => Promise<void>;
}

/** Runs `work` in an open house and returns its exit code. */
export async function withHouse(cli: Cli, args: HouseArgs, work: (visit: Visit) => Promise<number>): Promise<number> {
  const screen = openScreen(cli.io, args);
  const house = await open(cli, args);
  try {
    for (const warning of house.warnings) cli.io.err(`${printable(warning)}\n`);
    if (args.scan) await scan(house, cli.io, screen);
    return await work({
      house,
      screen,
      io: cli.io,
      now: house.clock.now(),
      say: (said) => tell(cli.io, screen, said),
    });
  } finally {
    await house.close();
  }
}

/** A command that shows what is known does so also where nothing can be written. */
async function open(
  cli: Cli,
  { home, data, readOnly, scan, readsAtLeast = scan === false }: HouseArgs,
): Promise<House> {
  try {
    return await cli.openHouse({ home, data, readOnly, readsAtLeast });
  } catch (error) {
    if (!scan || !(error instanceof TokenmeterError) || error.code !== 'ledger-unwritable') throw error;
    const { code, message } = error;
    throw new TokenmeterError(code, `${message}; --no-scan shows what it has`, { cause: error });
  }
}

/** Work shorter than this shows no bar: it would only flicker. */
const QUIET_MS = 400;
const REDRAW_MS = 100;

async function scan(house: House, io: Io, screen: Screen): Promise<void> {
  const started = house.clock.now();
  let drawnAt = 0;
  const draw = (progress: ScanProgress) => {
    const now = house.clock.now();
    if (!io.isErrTty || now - started < QUIET_MS || now - drawnAt < REDRAW_MS) return;
    drawnAt = now;
    io.err(`\r${progressLine(progress, screen)}\u001b[K`);
  };
  const report = await house.ingest.scan({ onProgress: draw });
  if (drawnAt > 0) io.err('\r\u001b[K');
  const [first] = report.failures;
  if (first) {
    const others = report.failures.length - 1;
    io.err(
      `Cannot read "${printable(first.path)}": ${printable(first.reason)}${others > 0 ? `, and ${others} more, see tokenmeter doctor` : ''}\n`,
    );
  }
}

function progressLine({ filesDone, filesTotal, bytesDone, bytesTotal }: ScanProgress, screen: Screen): string {
  const ratio = bytesTotal > 0 ? bytesDone / bytesTotal : 0;
  const files = `${formatCount(filesDone)} of ${formatCount(filesTotal)} files`;
  return `Reading history: ${files}  ${screen.bar(ratio, 20)}  ${formatPercent(ratio)}`;
}
