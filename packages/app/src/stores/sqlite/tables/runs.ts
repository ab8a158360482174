/** Tables of runs: one row a run, and the append-only log of what screens heard of it. */
export const RUN_TABLES = `
CREATE TABLE run (
  id TEXT PRIMARY KEY, agent TEXT NOT NULL, origin TEXT NOT NULL, name TEXT NOT NULL, task_id TEXT NOT NULL,
  title TEXT NOT NULL, cwd TEXT NOT NULL, session_id TEXT NOT NULL, requested_model TEXT NOT NULL, model TEXT NOT NULL,
  status TEXT NOT NULL, stop_reason TEXT, message TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
  exit_code INTEGER, pid INTEGER, stop_ms INTEGER,
  input INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER, output INTEGER, reasoning INTEGER,
  calls INTEGER NOT NULL, cost INTEGER, unpriced_tokens INTEGER NOT NULL, budget INTEGER, overshoot INTEGER,
  agent_version TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_started ON run (started_at);
CREATE INDEX run_session ON run (session_id);
CREATE INDEX run_task ON run (task_id) WHERE task_id <> '';
CREATE TABLE run_event (
  run TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
`;
