/** Sums as the ledger keeps them: brought over from earlier programs, and checked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '@tokenmeter/core';
import { ATTRIBUTION_SUMS, fixedClock } from '@tokenmeter/core';
import { batch, call, log, plainBook } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { expectBill, expectSound, history, MINUTE, rowsOf, START, sorted } from '../../../test/attributed-history.ts';
import { columnOf } from './column.ts';
import { readProgress } from './kept-progress.ts';
import { openSqliteLedger } from './ledger.ts';
import { FIGURES, SumsPacker, unpackSums } from './packed-sums.ts';

/** What a program before schema 11 left: a row for each owner, and progress with all its names. */
function asBeforePacking(database: DatabaseSync, version: number): void {
  const columns = ATTRIBUTION_SUMS.map(columnOf);
  const rows = database.prepare('SELECT strand, bucket, late, sums FROM attribution').all();
  const late = database.prepare("SELECT id FROM word WHERE text = 'late'").get()?.id;
  database.exec(`DROP TABLE attribution; CREATE TABLE attribution (strand INTEGER NOT NULL, bucket INTEGER NOT NULL,
    kind INTEGER NOT NULL, name INTEGER NOT NULL, ${columns.map((column) => `${column} INTEGER NOT NULL`).join(', ')},
    PRIMARY KEY (strand, bucket, kind, name)) STRICT, WITHOUT ROWID`);
  const put = database.prepare(`INSERT INTO attribution VALUES (?, ?, ?, ?, ${columns.map(() => '?').join(', ')})`);
  for (const { strand, bucket, late: isLate, sums } of rows)
    unpackSums(sums as Uint8Array, (kind, name, figures) => {
      expect(isLate).toBe(name === late ? 1 : 0);
      put.run(Number(strand), Number(bucket), kind, name, ...figures);
    });
  const keep = database.prepare('UPDATE attribution_thread SET progress = ?, base = ? WHERE thread = ?');
  const apart = (kept: unknown) => (kept === '' ? '' : JSON.stringify(readProgress(String(kept))));
  for (const { thread, progress, base } of database.prepare('SELECT * FROM attribution_thread').all())
    keep.run(apart(progress), apart(base), Number(thread));
  database.exec(`PRAGMA user_version = ${version}`);
}

async function inFile(
  work: (open: () => Promise<Ledger>, change: (how: (database: DatabaseSync) => void) => void) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-test-'));
  const file = join(folder, 'ledger.db');
  try {
    await work(
      () => openSqliteLedger({ file, book: plainBook, clock: fixedClock(START) }),
      (how) => {
        const database = new DatabaseSync(file);
        how(database);
        database.close();
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a ledger of a program that attributed otherwise is attributed anew', () =>
  inFile(async (openFile, change) => {
    const first = await openFile();
    for (const one of history('anew', 12)) await first.append(one);
    const rows = await rowsOf(first);
    await first.close();
    change((database) => {
      asBeforePacking(database, 9);
      database.exec('UPDATE attribution SET carried_cache_read = carried_cache_read + 7');
    });
    const again = await openFile();
    expect(await rowsOf(again)).toEqual(rows);
    expect((await again.verify()).ok).toBe(true);
    await again.close();
  }));

test('a ledger whose owners had rows of their own answers the same once they are packed, of folded calls too', () =>
  inFile(async (openFile, change) => {
    const batches = history('apart', 40);
    const first = await openFile();
    for (const one of batches.slice(0, 60)) await first.append(one);
    await rowsOf(first);
    await first.retain(START + 120 * MINUTE);
    await first.append(batch({ calls: [call('late', { at: START + 1, source: log('/logs/s1', START) })] }));
    const rows = sorted(await rowsOf(first));
    await first.close();
    change((database) => asBeforePacking(database, 10));
    const again = await openFile();
    expect(sorted(await rowsOf(again))).toEqual(rows);
    await expectSound(again);
    // What was folded is kept, what came late is counted once, and the walk goes on from where it stood.
    for (const one of batches.slice(60)) await again.append(one);
    await again.rebuild();
    await expectBill(again);
    await expectSound(again);
    expect((await rowsOf(again)).find((row) => row.owner.name === 'late')?.sums.enteredInput).toBe(100);
    await again.close();
  }));

test('verify() finds sums that are not the bill, and owners whose words are not there', () =>
  inFile(async (openFile, change) => {
    const first = await openFile();
    for (const one of history('verify', 12)) await first.append(one);
    await expectSound(first);
    await first.close();
    change((database) => {
      const [row] = database.prepare('SELECT strand, bucket, sums FROM attribution').all();
      const packer = new SumsPacker();
      unpackSums(row?.sums as Uint8Array, (kind, name, figures) =>
        packer.add(
          kind,
          name,
          figures.map((one) => one + 1),
        ),
      );
      packer.add(99_999, 0, new Float64Array(FIGURES).fill(1));
      const update = database.prepare('UPDATE attribution SET sums = ? WHERE strand = ? AND bucket = ?');
      update.run(packer.take(), Number(row?.strand), Number(row?.bucket));
    });
    const again = await openFile();
    const broken = (await again.verify()).checks.filter((check) => !check.ok).map(({ name, detail }) => [name, detail]);
    expect(broken).toEqual([
      ['rows name only calls, sessions, threads, sources and words that exist', 'not so: 1 of attribution'],
      ['what consumed the tokens adds up to the calls, in every bucket and in money', '1 sum differs'],
    ]);
    await again.rebuild();
    await expectSound(again);
    await again.close();
  }));
