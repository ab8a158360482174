/**
 * What ties calls and events to scopes, as looked up many times over: directories to repositories, sessions to tasks,
 * branches to commits. Read whole, held until something about it is written.
 */
import type { Commit, Release, Repo, Task, Workplan } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import { allEntities } from './entities.ts';

export interface BranchCommit {
  readonly id: string;
  readonly authoredAt: number;
}

export interface Links {
  readonly repos: ReadonlyMap<string, Repo>;
  readonly workplans: ReadonlyMap<string, Workplan>;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly commits: ReadonlyMap<string, Commit>;
  readonly releases: ReadonlyMap<string, Release>;
  /** Repository of a working directory. */
  readonly directories: ReadonlyMap<string, string>;
  /** Task of a session, as somebody told. */
  readonly taskOf: ReadonlyMap<string, string>;
  /** By repository and branch (see `branchKey`), in order of author time. */
  readonly branches: ReadonlyMap<string, readonly BranchCommit[]>;
}

/**
 * Work is linked to a commit of its branch that follows within a week: over a weekend, but not to whatever is committed
 * there next year.
 */
const LONGEST_WAIT_MS = 7 * 86_400_000;
/** Author times are whole seconds: a call in the second of the commit may still have made it. */
const SECOND = 999;

export function branchKey(repo: string, branch: string): string {
  return `${repo}\0${branch}`;
}

export function readLinks(driver: Driver): Links {
  const branches = new Map<string, BranchCommit[]>();
  for (const row of driver
    .prepare('SELECT repo, branch, authored_at, commit_sha FROM branch_commit ORDER BY repo, branch, authored_at')
    .all<{ repo: string; branch: string; authored_at: number; commit_sha: string }>()) {
    const key = branchKey(row.repo, row.branch);
    const list = branches.get(key) ?? [];
    branches.set(key, list);
    list.push({ id: row.commit_sha, authoredAt: row.authored_at });
  }
  const pairs = (sql: string) =>
    new Map(
      driver
        .prepare(sql)
        .all<{ name: string; value: string }>()
        .map((row) => [row.name, row.value]),
    );
  return {
    repos: allEntities(driver, 'repo'),
    workplans: allEntities(driver, 'workplan'),
    tasks: allEntities(driver, 'task'),
    commits: allEntities(driver, 'commit'),
    releases: allEntities(driver, 'release'),
    directories: pairs('SELECT path AS name, repo AS value FROM repo_directory'),
    taskOf: pairs('SELECT session_id AS name, task AS value FROM task_session'),
    branches,
  };
}

/** The commit that a call at an instant belongs to: the first one after it, if that comes soon enough. */
export function commitAt(commits: readonly BranchCommit[], at: number): BranchCommit | undefined {
  const next = commits[firstFrom(commits, at)];
  return next && isSoon(next, at) ? next : undefined;
}

/** Whether all instants from one to another belong to the same commit, or all to none for the same reason. */
export function isOneCommit(commits: readonly BranchCommit[], from: number, to: number): boolean {
  const [first, last] = [firstFrom(commits, from), firstFrom(commits, to)];
  const next = commits[first];
  return first === last && (next === undefined || isSoon(next, from) === isSoon(next, to));
}

function isSoon(commit: BranchCommit, at: number): boolean {
  return commit.authoredAt - at <= LONGEST_WAIT_MS;
}

/** Position of the first commit that is not before an instant. */
function firstFrom(commits: readonly BranchCommit[], at: number): number {
  let [low, high] = [0, commits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commits[middle]?.authoredAt ?? 0) + SECOND >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}
