/** Which repository a directory is of. Worktrees and folders inside one fold into it; clones of one remote are one. */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { plainRemote, type Repo } from '@tokenmeter/core/work';
import type { Git } from './port.ts';

/** A clone on this machine: where its refs are, and which repository it is one of. */
export interface Clone {
  /** The common git directory: the same for all worktrees. */
  readonly gitDir: string;
  readonly repo: Repo;
}

export async function cloneOf(git: Git, directory: string, now: number): Promise<Clone | undefined> {
  if (!git.isThere(directory)) return undefined;
  const told = await git.ask(directory, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const gitDir = told?.trim();
  if (!gitDir) return undefined;
  const root = basename(gitDir) === '.git' ? dirname(gitDir) : gitDir;
  const remote = (await git.ask(root, ['config', '--get', 'remote.origin.url']))?.trim() ?? '';
  return { gitDir, repo: repoOf(remote, root, now) };
}

/** A repository by its remote, else by its directory: the same id whenever it is met. */
export function repoOf(remote: string, root: string, now: number): Repo {
  const plain = isLocal(remote) ? '' : plainRemote(remote);
  return { id: idOf(plain || root), name: nameOf(plain || root), remote: plain, root, createdAt: now };
}

/** A remote that is a directory of this machine names nothing elsewhere. */
function isLocal(remote: string): boolean {
  return remote === '' || /^(\/|\.|~|file:|[A-Za-z]:[\\/])/.test(remote);
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(`repo ${text}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** `acme/api` of `github.com/acme/api`; the last part of a directory. */
function nameOf(text: string): string {
  if (text.startsWith('/')) return basename(text) || text;
  return text.split('/').slice(-2).join('/');
}
