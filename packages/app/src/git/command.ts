/**
 * git as a child process: no shell, no prompt, no pager, no hook, no lock, nothing fetched, a few seconds at most. The
 * repository's own configuration is not trusted to run anything.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Git } from './port.ts';

const TIMEOUT_MS = 5_000;
const LARGEST_ANSWER = 64 * 1024 * 1024;
/** What a repository's configuration could otherwise make git start. */
const TAME = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'log.showSignature=false',
  'protocol.allow=never',
  'gc.auto=0',
].flatMap((setting) => ['-c', setting]);

export const gitCommand: Git = {
  ask: (directory, words) =>
    new Promise((resolve) => {
      const options = { timeout: TIMEOUT_MS, maxBuffer: LARGEST_ANSWER, windowsHide: true, env: quietEnvironment() };
      execFile('git', ['-C', directory, ...TAME, ...words], options, (error, stdout) =>
        resolve(error ? undefined : stdout),
      );
    }),
  isThere: existsSync,
};

/** The process's own, without what would point git at another repository than the directory's. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(own),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  };
}
