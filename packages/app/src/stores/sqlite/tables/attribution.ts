/** Tables of what consumed the tokens of calls: sums by owner, and how far each thread has been attributed. */
import { ATTRIBUTION_SUMS } from '@tokenmeter/core';
import { columnOf } from '../column.ts';
import type { Driver } from '../driver.ts';
import { SumsPacker } from '../packed-sums.ts';

/** Columns of the sums, in the order of ATTRIBUTION_SUMS. */
const ATTRIBUTION_COLUMNS = ATTRIBUTION_SUMS.map(columnOf);

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

/** Sums of all owners of a place in one row, packed (packed-sums.ts). late: 1 where they are of what came once it was final. */
const PACKED = `ALTER TABLE attribution RENAME TO attribution_apart;
CREATE TABLE attribution (
  strand INTEGER NOT NULL, bucket INTEGER NOT NULL, late INTEGER NOT NULL, sums BLOB NOT NULL,
  PRIMARY KEY (strand, bucket, late)
) STRICT, WITHOUT ROWID;`;

/** Nothing is attributed anew for it: what was folded could not be. */
export function packAttribution(driver: Driver): void {
  driver.exec(PACKED);
  const owners = driver.prepare(
    `SELECT bucket, name = (SELECT id FROM word WHERE text = 'late') AS late, kind, name,
      ${ATTRIBUTION_COLUMNS.join(', ')} FROM attribution_apart WHERE strand = ? ORDER BY bucket, late`,
  );
  const put = driver.prepare('INSERT INTO attribution VALUES (?, ?, ?, ?)');
  const packer = new SumsPacker();
  for (const { strand } of driver
    .prepare('SELECT DISTINCT strand FROM attribution_apart ORDER BY strand')
    .all<{ strand: number }>()) {
    packer.clear();
    let place: Record<string, number | null> | undefined;
    const write = () => {
      if (place && !packer.isEmpty) put.run(strand, Number(place.bucket), Number(place.late ?? 0), packer.take());
    };
    for (const row of owners.all<Record<string, number | null>>(strand)) {
      if (place?.bucket !== row.bucket || place?.late !== row.late) write();
      place = row;
      packer.add(
        Number(row.kind),
        Number(row.name),
        ATTRIBUTION_COLUMNS.map((column) => Number(row[column])),
      );
    }
    write();
  }
  driver.exec('DROP TABLE attribution_apart');
}
