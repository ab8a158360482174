/** What git told, as rows, and the places git is asked about. Said again it changes nothing. */
import type { GitFacts, Workplace } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import type { Words } from '../words.ts';

/** Only within a write. What a person told of a commit (its task, its pull request) is kept. */
export function linkFacts(driver: Driver, facts: GitFacts): void {
  const repo = driver.prepare(
    `INSERT INTO repo VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
      remote = CASE excluded.remote WHEN '' THEN remote ELSE excluded.remote END, root = excluded.root
      WHERE root <> excluded.root OR (excluded.remote <> '' AND remote <> excluded.remote)`,
  );
  for (const { id, name, remote, root, createdAt } of facts.repos) repo.run(id, name, remote, root, createdAt);
  const directory = driver.prepare(
    'INSERT INTO repo_directory VALUES (?, ?) ON CONFLICT DO UPDATE SET repo = excluded.repo WHERE repo <> excluded.repo',
  );
  for (const { path, repoId } of facts.directories) directory.run(path, repoId);
  const release = driver.prepare(
    `INSERT INTO release VALUES (?, ?, ?, ?, ?) ON CONFLICT (repo, tag) DO UPDATE SET
      commit_sha = excluded.commit_sha, released_at = excluded.released_at
      WHERE commit_sha <> excluded.commit_sha OR released_at <> excluded.released_at`,
  );
  for (const { id, repoId, tag, commitSha, releasedAt } of facts.releases)
    release.run(id, repoId, tag, commitSha, releasedAt);
  const commit = driver.prepare(
    `INSERT INTO git_commit VALUES (?1, ?2, ?3, NULL, ?4, (SELECT id FROM release WHERE id = ?5), ?6, ?7)
      ON CONFLICT (id) DO UPDATE SET branch = CASE branch WHEN '' THEN excluded.branch ELSE branch END,
        release = excluded.release, reverted = excluded.reverted, authored_at = excluded.authored_at
      WHERE release IS NOT excluded.release OR reverted <> excluded.reverted OR authored_at <> excluded.authored_at
        OR (branch = '' AND excluded.branch <> '')`,
  );
  for (const { id, repoId, branch, authoredAt, releaseId, isReverted, pullRequest } of facts.commits)
    commit.run(id, repoId, branch, authoredAt, releaseId, isReverted ? 1 : 0, pullRequest);
  for (const { repoId, branch, commits } of facts.branches) putBranch(driver, repoId, branch, commits);
}

function putBranch(
  driver: Driver,
  repo: string,
  branch: string,
  commits: GitFacts['branches'][number]['commits'],
): void {
  const known = driver
    .prepare('SELECT commit_sha FROM branch_commit WHERE repo = ? AND branch = ? ORDER BY authored_at, commit_sha')
    .all<{ commit_sha: string }>(repo, branch)
    .map((row) => row.commit_sha);
  const wanted = commits.toSorted((a, b) => a.authoredAt - b.authoredAt || (a.id < b.id ? -1 : 1));
  if (known.length === wanted.length && wanted.every(({ id }, index) => id === known[index])) return;
  driver.prepare('DELETE FROM branch_commit WHERE repo = ? AND branch = ?').run(repo, branch);
  const insert = driver.prepare('INSERT INTO branch_commit VALUES (?, ?, ?, ?)');
  for (const { id, authoredAt } of wanted) insert.run(repo, branch, authoredAt, id);
}

/** Every directory and branch that calls were made in, with the remote that a log told. */
export function readWorkplaces(driver: Driver, words: Words): Workplace[] {
  return driver
    .prepare(
      `SELECT s.project, s.branch, max(n.repository) AS remote, min(m.first_at) AS first_at, max(m.last_at) AS last_at
        FROM total m JOIN strand s ON s.id = m.strand JOIN session n ON n.id = s.session
        GROUP BY s.project, s.branch ORDER BY max(m.last_at) DESC`,
    )
    .all<{ project: number; branch: number; remote: string; first_at: number; last_at: number }>()
    .map((row) => ({
      directory: words.text(row.project),
      branch: words.text(row.branch),
      remote: row.remote,
      firstAt: row.first_at,
      lastAt: row.last_at,
    }));
}
