/** Runs the built command line, as a person or a script would, and reads what it prints. It refuses to build. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WireQueryResult } from '../packages/core/src/wire.ts';
import { root } from './sources.ts';

export const BIN = join(root, 'packages/app/bin/tokenmeter.mjs');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tokenmeter ARGS` with nothing of this machine's settings in its environment. */
export function tokenmeter(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  if (!existsSync(join(root, 'packages/app/dist/bundle/bin.js')))
    throw new Error('Cannot test the command line: it is not built, run "npm run build"');
  const { PATH = '', SystemRoot = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [BIN, ...args],
      { env: { PATH, SystemRoot, NO_COLOR: '1', ...env }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** A home with logs and the data directory of its ledger. */
export interface Place {
  readonly home: string;
  readonly data: string;
}

/** What the command ends with where there is nothing to show; it prints its document all the same. */
const NO_DATA = 4;

/** `tokenmeter usage --json` of a home by some keys, in UTC. Throws where it does not answer. */
export async function usageOf(place: Place, by: string, ...more: readonly string[]): Promise<WireQueryResult> {
  const where = ['--home', place.home, '--data', place.data, '--tz', 'UTC', '--json', ...more];
  const { code, stdout, stderr } = await tokenmeter(['usage', '--by', by, ...where]);
  if (code !== 0 && code !== NO_DATA)
    throw new Error(`tokenmeter usage --by ${by} ended with ${code}: ${stderr || stdout}`);
  return JSON.parse(stdout);
}
