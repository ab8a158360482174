/**
 * The tables, as numbered migrations that only go forward. Text that repeats is a word's number; what the calls of one
 * thread share (a strand) is one row, so that a call itself is short. '' and 0 stand for unknown inside keys; only
 * figures that nobody told are NULL. A migration once released is never edited.
 */
import { MEASURES } from '@tokenmeter/core';
import { columnOf } from './column.ts';
import { ATTRIBUTION_TABLES, packAttribution } from './tables/attribution.ts';
import { RUN_TABLES } from './tables/runs.ts';
import { workTables } from './tables/work.ts';

/** Marks the file as ours in its header ("TkMt"). */
export const APPLICATION_ID = 0x546b4d74;

/** Columns of the measures, in the order of MEASURES. */
export const MEASURE_COLUMNS = MEASURES.map(columnOf);

const MEASURE_DDL = MEASURE_COLUMNS.map((column) => `${column} INTEGER NOT NULL`).join(', ');

const FIRST = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
INSERT INTO word VALUES (0, '');

-- has_gone: 1 where it holds calls that were folded or forgotten; totals told in it can no longer be compared.
CREATE TABLE source (
  id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, path TEXT NOT NULL UNIQUE,
  started_at INTEGER, born_at INTEGER NOT NULL, has_gone INTEGER NOT NULL
) STRICT;
CREATE TABLE source_cursor (
  source INTEGER PRIMARY KEY, file_id TEXT NOT NULL, read_offset INTEGER NOT NULL, size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL, head_hash TEXT NOT NULL, head_bytes INTEGER NOT NULL, state TEXT NOT NULL,
  lineage_id TEXT NOT NULL, lineage_parent TEXT NOT NULL, lines INTEGER NOT NULL,
  skipped_damaged INTEGER NOT NULL, skipped_unknown INTEGER NOT NULL, read_at INTEGER NOT NULL
) STRICT;

-- Each *_at is the instant of the word that stands, so that sessions merge alike in any order.
CREATE TABLE session (
  id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, session_id TEXT NOT NULL,
  root_id TEXT NOT NULL, root_at INTEGER NOT NULL, parent_id TEXT NOT NULL, parent_at INTEGER NOT NULL,
  title TEXT NOT NULL, title_at INTEGER NOT NULL, cwd TEXT NOT NULL, cwd_at INTEGER NOT NULL,
  branch TEXT NOT NULL, branch_at INTEGER NOT NULL, repository TEXT NOT NULL, repository_at INTEGER NOT NULL,
  version TEXT NOT NULL, version_at INTEGER NOT NULL, frozen INTEGER NOT NULL,
  UNIQUE (session_id, agent)
) STRICT;
CREATE INDEX session_root ON session (root_id);
CREATE INDEX session_parent ON session (parent_id);
CREATE TABLE thread (
  id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, thread_id TEXT NOT NULL, session INTEGER NOT NULL,
  parent_id TEXT NOT NULL, name TEXT NOT NULL, spawned_by TEXT NOT NULL,
  UNIQUE (thread_id, agent)
) STRICT;
CREATE INDEX thread_session ON thread (session);

-- certainty: 0 exact, 1 at_least, 2 estimated, 3 reported. flags: 1 counted, 2 side chain, 4 assumed lifetime,
-- 8 made by reconciliation. price: 0 none. match: 0 none, 1 exact, 2 alias, 3 family.
CREATE TABLE strand (
  id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, session INTEGER NOT NULL, thread INTEGER NOT NULL,
  caller INTEGER NOT NULL, model INTEGER NOT NULL, seller INTEGER NOT NULL, project INTEGER NOT NULL,
  branch INTEGER NOT NULL, tier INTEGER NOT NULL, geo INTEGER NOT NULL, source INTEGER NOT NULL,
  certainty INTEGER NOT NULL, flags INTEGER NOT NULL, window INTEGER NOT NULL, price INTEGER NOT NULL,
  match INTEGER NOT NULL
) STRICT;
CREATE INDEX strand_session ON strand (session, thread);
CREATE INDEX strand_source ON strand (source);

-- variant: '' for the first call of an identity, the request id for a second one.
CREATE TABLE call (
  id INTEGER PRIMARY KEY, identity TEXT NOT NULL, agent INTEGER NOT NULL, variant TEXT NOT NULL,
  request TEXT NOT NULL, strand INTEGER NOT NULL, at INTEGER NOT NULL,
  input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
  cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER,
  web_searches INTEGER NOT NULL, tool_searches INTEGER NOT NULL, stop INTEGER,
  cost_input INTEGER NOT NULL, cost_cache_read INTEGER NOT NULL, cost_cache_write INTEGER NOT NULL,
  cost_output INTEGER NOT NULL, cost_other INTEGER NOT NULL
) STRICT;
CREATE TABLE tool_call (
  call INTEGER NOT NULL, tool_id TEXT NOT NULL, name INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL,
  argument_bytes INTEGER NOT NULL, result_at INTEGER, result_bytes INTEGER, is_error INTEGER, duration_ms INTEGER,
  web_searches INTEGER NOT NULL, PRIMARY KEY (call, tool_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tool_call_open ON tool_call (tool_id) WHERE result_at IS NULL;
CREATE TABLE pending_tool (
  agent INTEGER NOT NULL, session INTEGER NOT NULL, identity TEXT NOT NULL, tool_id TEXT NOT NULL,
  thread INTEGER NOT NULL, name INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL,
  argument_bytes INTEGER NOT NULL, result_at INTEGER, result_bytes INTEGER, is_error INTEGER, duration_ms INTEGER,
  web_searches INTEGER NOT NULL, PRIMARY KEY (agent, session, identity, tool_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE observation (
  call INTEGER NOT NULL, source INTEGER NOT NULL, session INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (call, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_session ON observation (session);
CREATE INDEX observation_source ON observation (source);

CREATE TABLE prompt (
  id TEXT NOT NULL, agent INTEGER NOT NULL, session INTEGER NOT NULL, thread INTEGER NOT NULL,
  at INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (id, agent)
) STRICT, WITHOUT ROWID;
CREATE TABLE compaction (
  id TEXT NOT NULL, agent INTEGER NOT NULL, session INTEGER NOT NULL, thread INTEGER NOT NULL, at INTEGER NOT NULL,
  trigger INTEGER NOT NULL, tokens_before INTEGER, tokens_after INTEGER, PRIMARY KEY (id, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX compaction_session ON compaction (session);
CREATE TABLE plan_limit (
  agent INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, used_percent REAL, window_minutes INTEGER,
  resets_at INTEGER, plan TEXT NOT NULL, PRIMARY KEY (agent, name)
) STRICT, WITHOUT ROWID;
-- A copied log tells a process's total again: each source's last word is kept, the last of them all counts.
CREATE TABLE reported_total (
  session INTEGER NOT NULL, process TEXT NOT NULL, source INTEGER NOT NULL, started_at INTEGER NOT NULL,
  at INTEGER NOT NULL, by_model TEXT NOT NULL, cwd TEXT NOT NULL, PRIMARY KEY (session, process, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX reported_total_source ON reported_total (source);
CREATE TABLE price_override (
  seller TEXT NOT NULL, model TEXT NOT NULL, from_at INTEGER NOT NULL, input TEXT NOT NULL, output TEXT NOT NULL,
  cache_read TEXT, cache_write_5m TEXT, cache_write_1h TEXT, PRIMARY KEY (seller, model, from_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup (
  bucket INTEGER NOT NULL, agent INTEGER NOT NULL, model INTEGER NOT NULL, project INTEGER NOT NULL,
  caller INTEGER NOT NULL, ${MEASURE_DDL}, PRIMARY KEY (bucket, agent, model, project, caller)
) STRICT, WITHOUT ROWID;
CREATE TABLE total (
  strand INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, context_peak INTEGER NOT NULL,
  ${MEASURE_DDL}
) STRICT;

-- What calls that were folded away still count for, and the keys that must never count again.
CREATE TABLE folded (
  bucket INTEGER NOT NULL, strand INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  context_peak INTEGER NOT NULL, ${MEASURE_DDL}, PRIMARY KEY (bucket, strand)
) STRICT, WITHOUT ROWID;
CREATE INDEX folded_strand ON folded (strand);
CREATE TABLE folded_tool (
  bucket INTEGER NOT NULL, strand INTEGER NOT NULL, name INTEGER NOT NULL, kind INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL, PRIMARY KEY (bucket, strand, name, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE gone (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- The same measures as core's measureCall, for checks, rebuilding and questions the rollups cannot answer.
CREATE VIEW call_measure AS SELECT
  c.id AS call, c.strand AS strand, c.at AS at, c.at / 900000 AS bucket,
  CASE WHEN s.certainty = 3 THEN 0 ELSE c.input + c.cache_read + c.cache_write_5m + c.cache_write_1h END AS context,
  1 AS entries, s.flags & 1 AS calls, c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output,
  coalesce(c.reasoning, 0) AS reasoning, c.reasoning IS NOT NULL AS reasoning_told,
  (c.reasoning IS NULL AND c.output > 0) AS reasoning_missing,
  (SELECT count(*) FROM tool_call t WHERE t.call = c.id) AS tool_calls,
  s.price <> 0 AS priced, c.cost_input, c.cost_cache_read, c.cost_cache_write, c.cost_output, c.cost_other,
  CASE WHEN s.price = 0 THEN c.input + c.cache_read + c.cache_write_5m + c.cache_write_1h + c.output ELSE 0 END AS unpriced_tokens,
  CASE WHEN s.certainty <> 0 THEN c.input + c.cache_read + c.cache_write_5m + c.cache_write_1h + c.output ELSE 0 END AS inexact_tokens
FROM call c JOIN strand s ON s.id = c.strand;
`;

/** Pull requests that sessions' logs tell of; of one told again the first time counts. */
const PULL_REQUESTS = `
CREATE TABLE pull_request (
  session INTEGER NOT NULL, url TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, url)
) STRICT, WITHOUT ROWID;
`;

/** Whose it is that an agent put into a prompt: a server's tools, a memory file. */
const INJECTED_NAMES = 'ALTER TABLE injected ADD COLUMN name INTEGER NOT NULL DEFAULT 0;';

/** Why a log was not read to its end; '' where it was. */
const UNREAD = "ALTER TABLE source_cursor ADD COLUMN unread TEXT NOT NULL DEFAULT '';";

/** What an answer says and reasons, in bytes, by which its output is split; NULL not told. */
const WRITTEN_BYTES =
  'ALTER TABLE call ADD COLUMN text_bytes INTEGER; ALTER TABLE call ADD COLUMN reasoning_bytes INTEGER;';

/** First lines of sessions' first prompts, where the person asked for titles of prompts. */
const OPENINGS = 'CREATE TABLE opening (session INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;';

/** Forks that were read before their parents began without their context: all that can be attributed anew is. */
const ATTRIBUTE_ANEW = `INSERT OR REPLACE INTO attribution_due
  SELECT DISTINCT thread, ${Number.MIN_SAFE_INTEGER} FROM strand;`;

/** Each takes the schema from its position to the next: as SQL, or as what must be done where SQL cannot say it. */
export const MIGRATIONS = [
  FIRST,
  RUN_TABLES,
  ATTRIBUTION_TABLES,
  workTables(MEASURE_COLUMNS),
  PULL_REQUESTS,
  INJECTED_NAMES,
  UNREAD,
  WRITTEN_BYTES,
  OPENINGS,
  ATTRIBUTE_ANEW,
  packAttribution,
] as const;

/** Calls of a strand: cheap to keep, as strands come in order, and some batches of a first import ask for it. */
export const STRAND_INDEX = 'CREATE INDEX IF NOT EXISTS call_strand ON call (strand, at);';

/** Left out while a first import fills the tables, made once it is done: inserting in order is three times as fast. */
export const LATE_INDEXES = `${STRAND_INDEX}
CREATE UNIQUE INDEX IF NOT EXISTS word_text ON word (text);
CREATE UNIQUE INDEX IF NOT EXISTS call_identity ON call (identity, agent, variant);
CREATE INDEX IF NOT EXISTS call_at ON call (at);
CREATE INDEX IF NOT EXISTS prompt_session ON prompt (session);
CREATE INDEX IF NOT EXISTS prompt_at ON prompt (at);
`;
