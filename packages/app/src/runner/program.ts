/**
 * Finds the program of an agent: the config's own words for it first, else its names along PATH. It refuses to guess
 * where nothing is found, and says what was looked for and what would mend it.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';

export interface ProgramQuestion {
  readonly agent: string;
  /** Names it goes by, the usual one first. */
  readonly names: readonly string[];
  /** `agent_commands` of the config: the program and words that always follow it. */
  readonly command: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The program's path and the words to put before the driver's own. Throws `not-found`. */
export function findProgram({ agent, names, command, env, cwd }: ProgramQuestion): readonly string[] {
  const [own, ...words] = command ?? [];
  const wanted = own === undefined ? names : [own];
  for (const name of wanted) {
    const path = lookUp(name, env, cwd);
    if (path !== undefined) return [path, ...words];
  }
  const quoted = wanted.map((name) => `"${name}"`).join(' or ');
  throw new TokenmeterError(
    'not-found',
    `Cannot start ${agent}: found no program ${quoted} ${own === undefined ? 'on PATH' : 'as agent_commands says'}, install it or set agent_commands`,
  );
}

function lookUp(name: string, env: Readonly<Record<string, string | undefined>>, cwd: string): string | undefined {
  if (isAbsolute(name) || name.includes('/')) return isProgram(resolve(cwd, name)) ? resolve(cwd, name) : undefined;
  const endings = process.platform === 'win32' ? ['.exe', '.com'] : [''];
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isProgram(path)) return path;
    }
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
