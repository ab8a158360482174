/** Tables of what consumed the tokens of calls: sums by owner, and how far each thread has been attributed. */
import { ATTRIBUTION_SUMS } from '@tokenmeter/core';
import { columnOf } from '../column.ts';

/** Columns of the sums, in the order of ATTRIBUTION_SUMS. */
export const ATTRIBUTION_COLUMNS = ATTRIBUTION_SUMS.map(columnOf);

export const ATTRIBUTION_TABLES = `
-- kind and name (words) are the owner; a sum by strand, so that every filter of a call's holds here too.
CREATE TABLE attribution (
  strand INTEGER NOT NULL, bucket INTEGER NOT NULL, kind INTEGER NOT NULL, name INTEGER NOT NULL,
  ${ATTRIBUTION_COLUMNS.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
  PRIMARY KEY (strand, bucket, kind, name)
) STRICT, WITHOUT ROWID;
-- progress: where its walk stands. base: where it stood at the last call that was folded away, '' none; sums of buckets
-- before final_bucket stay as they are.
CREATE TABLE attribution_thread (
  thread INTEGER PRIMARY KEY, at INTEGER NOT NULL, progress TEXT NOT NULL, base TEXT NOT NULL,
  final_bucket INTEGER NOT NULL
) STRICT;
-- What an agent itself put into a prompt; kind is a word. A fork's copies are before its walk begins.
CREATE TABLE injected (
  thread INTEGER NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (thread, at, id)
) STRICT, WITHOUT ROWID;
-- Threads with something new, and since when. Written with what is new, in the same transaction.
CREATE TABLE attribution_due (thread INTEGER PRIMARY KEY, since INTEGER NOT NULL) STRICT;
-- target: the word that names what a tool call was about, where names are kept.
ALTER TABLE tool_call ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pending_tool ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
`;
