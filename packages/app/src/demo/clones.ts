/**
 * The demo's repositories: real ones, in its own home, with a commit after each session's work, so that spend is tied to
 * commits and releases as it is for anybody. Where there is no git there are none, and the rest goes on without them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoProject, type PastSession, PROJECTS } from './story.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A session of a recording is over by then. */
const COMMITTED_AFTER_MS = 4 * MINUTE_MS;
/** Work younger than this is not committed yet. */
const UNCOMMITTED_MS = 1.5 * DAY_MS;
/** Every so many commits of a project one is taken back. */
const REVERTED_EVERY = 7;

/** Makes the clones. `now` in UTC ms. */
export function makeClones(home: string, past: readonly PastSession[], now: number): void {
  for (const project of PROJECTS) {
    const directory = join(home, 'work', project.folder);
    mkdirSync(directory, { recursive: true });
    const own = past.filter(({ task, startsAt }) => task.folder === project.folder && startsAt < now - UNCOMMITTED_MS);
    if (!makeClone(directory, home, project, own, now)) return;
  }
}

/** False where git is not there, or refuses. */
function makeClone(
  directory: string,
  home: string,
  { branch, remote, releases }: DemoProject,
  sessions: readonly PastSession[],
  now: number,
): boolean {
  const git = (at: number, ...words: readonly string[]) => gitIn(directory, home, at, words);
  const began = now - 30 * DAY_MS;
  if (git(began, 'init', '-q') === undefined) return false;
  git(began, 'checkout', '-q', '-b', branch);
  git(began, 'remote', 'add', 'origin', remote);
  commit(git, began, 'Begin');
  const due = [...releases].sort((a, b) => b.daysAgo - a.daysAgo);
  sessions.forEach(({ startsAt, task }, index) => {
    while (due[0] && startsAt > now - due[0].daysAgo * DAY_MS) git(startsAt, 'tag', due.shift()?.tag ?? '');
    const at = startsAt + COMMITTED_AFTER_MS;
    commit(git, at, task.title);
    if (index % REVERTED_EVERY !== 3) return;
    const sha = git(at, 'rev-parse', 'HEAD')?.trim() ?? '';
    commit(git, at + MINUTE_MS, `Revert "${task.title}"\n\nThis reverts commit ${sha}.`);
  });
  return true;
}

type GitAt = (at: number, ...words: readonly string[]) => string | undefined;

function commit(git: GitAt, at: number, message: string): void {
  git(at, 'commit', '-q', '--allow-empty', '-m', message);
}

/** Nothing of the person's own configuration, whose hooks and signatures are not for this. */
function gitIn(directory: string, home: string, at: number, words: readonly string[]): string | undefined {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const date = `@${Math.floor(at / 1000)} +0000`;
  const who = { NAME: 'Demo', EMAIL: 'demo@example.invalid', DATE: date };
  const identity = Object.entries(who).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const env = { ...Object.fromEntries([...own, ...identity]), HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const { status, stdout } = spawnSync('git', [...words], { cwd: directory, env, encoding: 'utf8', windowsHide: true });
  return status === 0 ? stdout : undefined;
}
