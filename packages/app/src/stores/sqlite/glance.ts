/**
 * A few sums for a status line, from a connection that cannot write, in a few milliseconds whatever the history: rollups
 * of this month, one session's totals, the calls of the last minutes. It migrates nothing and refuses only a newer schema:
 * what its columns mean is not known here.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Glance, GlanceQuestion } from '../../glance.ts';
import { readingPlace } from './reading-place.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** Calls of 15 minutes are one rollup. */
const BUCKET_MS = 900_000;

const COST = 'cost_input + cost_cache_read + cost_cache_write + cost_output + cost_other';

/** Undefined where there is no ledger yet. Throws for a ledger of a newer schema, and what the engine throws. */
export async function glanceSqlite(dataDir: string, question: GlanceQuestion): Promise<Glance | undefined> {
  const file = `${dataDir}/ledger.db`;
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(readingPlace(file), { readOnly: true, timeout: 200 });
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (version > SCHEMA_VERSION)
      throw new Error(
        `Cannot read the ledger "${file}": its schema is version ${version} and this program knows version ${SCHEMA_VERSION}`,
      );
    const span = (since: number) => {
      const row = database
        .prepare(
          `SELECT total(${COST}) AS cost, total(priced) AS priced, total(unpriced_tokens) AS unpriced FROM rollup WHERE bucket >= ?`,
        )
        .get(Math.floor(since / BUCKET_MS));
      return Number(row?.priced) === 0 && Number(row?.unpriced) > 0 ? null : whole(row?.cost);
    };
    const recent = database.prepare(`SELECT total(${COST}) AS cost FROM call WHERE at >= ?`).get(question.rateSince);
    return {
      today: span(question.today),
      week: span(question.week),
      month: span(question.month),
      recent: whole(recent?.cost),
      run: question.sessionId === '' ? null : runOf(database, question.sessionId),
    };
  } finally {
    database.close();
  }
}

function runOf(database: DatabaseSync, sessionId: string): Glance['run'] {
  const row = database
    .prepare(
      `SELECT count(*) AS strands, total(${COST}) AS cost, total(priced) AS priced, total(unpriced_tokens) AS unpriced,
         total(input) AS input, total(cache_read) AS cache_read, total(cache_write_5m) AS cache_write_5m,
         total(cache_write_1h) AS cache_write_1h, total(output) AS output
       FROM total JOIN strand ON strand.id = total.strand JOIN session ON session.id = strand.session
       WHERE session.session_id = ?`,
    )
    .get(sessionId);
  if (!row || Number(row.strands) === 0) return null;
  return {
    cost: Number(row.priced) === 0 && Number(row.unpriced) > 0 ? null : whole(row.cost),
    usage: {
      input: Number(row.input),
      cacheRead: Number(row.cache_read),
      cacheWrite5m: Number(row.cache_write_5m),
      cacheWrite1h: Number(row.cache_write_1h),
      output: Number(row.output),
    },
  };
}

/** `total()` gives a double: exact to nine million dollars, and a status line shows cents. */
function whole(value: unknown): bigint {
  return BigInt(Math.round(Number(value ?? 0)));
}
