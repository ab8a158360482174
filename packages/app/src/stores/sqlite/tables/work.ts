/** Tables of the work that spend is accounted to: repositories, workplans, tasks, commits, releases and token events. */

/** What events that are about the same share: the key of `token_event_total`. */
export const EVENT_KEY = [
  'task_id',
  'workstream_id',
  'repo_id',
  'commit_sha',
  'release_id',
  'run_id',
  'session_id',
  'model',
  'agent',
  'certainty',
] as const;

/** `measures`: columns of the measures, as the ledger's own totals have them. */
export function workTables(measures: readonly string[]): string {
  return `
CREATE TABLE repo (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, remote TEXT NOT NULL, root TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX repo_name ON repo (name);
CREATE INDEX repo_remote ON repo (remote) WHERE remote <> '';
-- Working directories (worktrees, folders inside one) and the repository each is of.
CREATE TABLE repo_directory (path TEXT PRIMARY KEY, repo TEXT NOT NULL REFERENCES repo (id)) STRICT, WITHOUT ROWID;
CREATE TABLE workplan (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, repo TEXT REFERENCES repo (id), cap INTEGER, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX workplan_name ON workplan (name);
-- changes: how often the status changed.
CREATE TABLE task (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, workplan TEXT REFERENCES workplan (id), repo TEXT REFERENCES repo (id),
  status TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, done_at INTEGER,
  changes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX task_workplan ON task (workplan);
CREATE TABLE task_session (session_id TEXT PRIMARY KEY, task TEXT NOT NULL REFERENCES task (id)) STRICT, WITHOUT ROWID;
CREATE INDEX task_session_task ON task_session (task);
CREATE TABLE release (
  id TEXT PRIMARY KEY, repo TEXT NOT NULL REFERENCES repo (id), tag TEXT NOT NULL, commit_sha TEXT NOT NULL,
  released_at INTEGER NOT NULL, UNIQUE (repo, tag)
) STRICT, WITHOUT ROWID;
CREATE TABLE git_commit (
  id TEXT PRIMARY KEY, repo TEXT NOT NULL REFERENCES repo (id), branch TEXT NOT NULL,
  task TEXT REFERENCES task (id), authored_at INTEGER NOT NULL, release TEXT REFERENCES release (id),
  reverted INTEGER NOT NULL, pull_request TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX git_commit_repo ON git_commit (repo);
CREATE INDEX git_commit_task ON git_commit (task) WHERE task IS NOT NULL;
-- Commits that calls on a branch may belong to, by author time.
CREATE TABLE branch_commit (
  repo TEXT NOT NULL, branch TEXT NOT NULL, authored_at INTEGER NOT NULL, commit_sha TEXT NOT NULL,
  PRIMARY KEY (repo, branch, authored_at, commit_sha)
) STRICT, WITHOUT ROWID;

-- NULL counts: nobody told. key: '' none. certainty: 0 exact, 1 reported, 2 estimated. price: '' none.
CREATE TABLE token_event (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, task_id TEXT REFERENCES task (id),
  workstream_id TEXT REFERENCES workplan (id), repo_id TEXT REFERENCES repo (id),
  commit_sha TEXT REFERENCES git_commit (id), release_id TEXT REFERENCES release (id),
  run_id TEXT NOT NULL, session_id TEXT NOT NULL, model TEXT NOT NULL, agent TEXT NOT NULL,
  tokens_in INTEGER, tokens_out INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER,
  certainty INTEGER NOT NULL, created_at INTEGER NOT NULL, key TEXT NOT NULL, price TEXT NOT NULL,
  cost_input INTEGER NOT NULL, cost_cache_read INTEGER NOT NULL, cost_cache_write INTEGER NOT NULL,
  cost_output INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX token_event_key ON token_event (key) WHERE key <> '';
CREATE INDEX token_event_created ON token_event (created_at);
CREATE INDEX token_event_task ON token_event (task_id, created_at) WHERE task_id IS NOT NULL;
CREATE INDEX token_event_workstream ON token_event (workstream_id, created_at) WHERE workstream_id IS NOT NULL;
CREATE INDEX token_event_repo ON token_event (repo_id, created_at) WHERE repo_id IS NOT NULL;
CREATE INDEX token_event_commit ON token_event (commit_sha) WHERE commit_sha IS NOT NULL;
CREATE INDEX token_event_release ON token_event (release_id) WHERE release_id IS NOT NULL;

-- Events that are about the same, summed: a cache that verifying derives again.
CREATE TABLE token_event_total (
  ${EVENT_KEY.map((column) => `${column} ${column === 'certainty' ? 'INTEGER' : 'TEXT'} NOT NULL`).join(', ')},
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, ${measures.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  PRIMARY KEY (${EVENT_KEY.join(', ')})
) STRICT, WITHOUT ROWID;

-- The same measures as core's measureEvent.
CREATE VIEW token_event_measure AS SELECT
  e.seq AS seq, coalesce(e.task_id, '') AS task_id, coalesce(e.workstream_id, '') AS workstream_id,
  coalesce(e.repo_id, '') AS repo_id, coalesce(e.commit_sha, '') AS commit_sha,
  coalesce(e.release_id, '') AS release_id, e.run_id, e.session_id, e.model, e.agent, e.certainty,
  e.created_at AS at, 1 AS entries, 0 AS calls,
  coalesce(e.tokens_in, 0) - coalesce(e.cache_read, 0) - coalesce(e.cache_write_5m, 0) - coalesce(e.cache_write_1h, 0) AS input,
  coalesce(e.cache_read, 0) AS cache_read, coalesce(e.cache_write_5m, 0) AS cache_write_5m,
  coalesce(e.cache_write_1h, 0) AS cache_write_1h, coalesce(e.tokens_out, 0) AS output,
  0 AS reasoning, 0 AS reasoning_told, coalesce(e.tokens_out, 0) > 0 AS reasoning_missing, 0 AS tool_calls,
  e.price <> '' AS priced, e.cost_input, e.cost_cache_read, e.cost_cache_write, e.cost_output, 0 AS cost_other,
  CASE WHEN e.price = '' THEN coalesce(e.tokens_in, 0) + coalesce(e.tokens_out, 0) ELSE 0 END AS unpriced_tokens,
  CASE WHEN e.certainty = 0 THEN 0 ELSE coalesce(e.tokens_in, 0) + coalesce(e.tokens_out, 0) END AS inexact_tokens
FROM token_event e;
`;
}
