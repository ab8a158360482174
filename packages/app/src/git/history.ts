/**
 * What git tells of a clone since the first call in it: commits by branch, what was reverted, what was released. Messages
 * are looked through for reverts and forgotten.
 */
import type { Commit, Release } from '@tokenmeter/core/work';
import type { Git } from './port.ts';
import type { Clone } from './repository.ts';

export interface History {
  readonly commits: readonly Commit[];
  readonly branches: readonly {
    readonly branch: string;
    readonly commits: readonly { readonly id: string; readonly authoredAt: number }[];
  }[];
  readonly releases: readonly Release[];
}

/** Releases older than these many tags are not looked at. */
const MOST_TAGS = 300;

/** Moves whenever the answer of `readHistory` could. */
export async function stampOf(
  git: Git,
  { gitDir }: Clone,
  branches: readonly string[],
  since: number,
): Promise<string> {
  const refs = await git.ask(gitDir, ['for-each-ref', '--format=%(objectname) %(refname)']);
  return [refs ?? '', ...branches.toSorted(), since].join('\n');
}

export async function readHistory(
  git: Git,
  { gitDir, repo }: Clone,
  branches: readonly string[],
  since: number,
): Promise<History> {
  const from = `--since=@${Math.floor(since / 1000)}`;
  const log = async (words: readonly string[]) =>
    readCommits(await git.ask(gitDir, ['log', '--no-merges', '--format=%H %at', from, ...words, '--']));
  const all = (await log(['--all'])) ?? [];
  const told = await Promise.all(
    branches.map(async (branch) => ({ branch, commits: (await onBranch(log, branch)) ?? all })),
  );
  const releases = await readReleases(git, gitDir, repo.id, since);
  const releaseOf = new Map<string, string>();
  // Oldest first: a commit is of the first release that holds it.
  for (const release of releases)
    for (const { id } of (await log([release.commitSha])) ?? []) if (!releaseOf.has(id)) releaseOf.set(id, release.id);
  const reverted = revertedBy(await git.ask(gitDir, ['log', '--all', '--format=%x00%H%n%B', from, '--']));
  const branchOf = new Map(told.toReversed().flatMap(({ branch, commits }) => commits.map(({ id }) => [id, branch])));
  return {
    branches: told,
    releases,
    commits: all.map(({ id, authoredAt }) => ({
      id,
      repoId: repo.id,
      branch: branchOf.get(id) ?? '',
      taskId: '',
      authoredAt,
      releaseId: releaseOf.get(id) ?? '',
      isReverted: reverted.has(id),
      pullRequest: '',
    })),
  };
}

type Told = { readonly id: string; readonly authoredAt: number };

/** A branch's own commits, here or as last seen at the remote; undefined where it is gone (merged and deleted). */
async function onBranch(
  log: (words: readonly string[]) => Promise<Told[] | undefined>,
  branch: string,
): Promise<Told[] | undefined> {
  if (branch === '' || branch === 'HEAD' || branch.startsWith('-')) return undefined;
  return (
    (await log(['--first-parent', `refs/heads/${branch}`])) ??
    (await log(['--first-parent', `refs/remotes/origin/${branch}`]))
  );
}

function readCommits(text: string | undefined): Told[] | undefined {
  return text
    ?.split('\n')
    .filter((line) => line !== '')
    .map((line) => ({
      id: line.slice(0, line.indexOf(' ')),
      authoredAt: Number(line.slice(line.indexOf(' ') + 1)) * 1000,
    }));
}

async function readReleases(git: Git, gitDir: string, repoId: string, since: number): Promise<Release[]> {
  const format = '--format=%(creatordate:unix) %(objectname) %(*objectname) %(refname:strip=2)';
  const text = await git.ask(gitDir, ['for-each-ref', '--sort=creatordate', format, 'refs/tags']);
  const tags = (text ?? '').split('\n').flatMap((line): Release[] => {
    const [, at, object = '', target, tag] = /^(\d+) ([0-9a-f]+) ([0-9a-f]*) (.+)$/.exec(line) ?? [];
    if (at === undefined || tag === undefined || Number(at) * 1000 < since) return [];
    const commitSha = target || object;
    return [{ id: `${repoId}:${tag}`, repoId, tag, commitSha, releasedAt: Number(at) * 1000 }];
  });
  return tags.slice(-MOST_TAGS);
}

/** Commits that a later one takes back, unless that was taken back itself. */
function revertedBy(text: string | undefined): Set<string> {
  const reverted = new Set<string>();
  // Newest first, as git tells.
  for (const entry of (text ?? '').split('\0')) {
    const id = entry.slice(0, entry.indexOf('\n'));
    if (reverted.has(id)) continue;
    for (const [, target = ''] of entry.matchAll(/^This reverts commit ([0-9a-f]{40,64})\b/gm)) reverted.add(target);
  }
  return reverted;
}
