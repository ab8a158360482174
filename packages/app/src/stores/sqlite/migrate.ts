/**
 * Brings a ledger's tables to the schema of this program before the first question is asked. Only forward; run again it
 * does nothing; killed in the middle it begins again.
 */
import type { Driver } from './driver.ts';
import { newer } from './failure.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

export function schemaVersion(driver: Driver): number {
  return driver.prepare('PRAGMA user_version').get<{ user_version: number }>()?.user_version ?? 0;
}

/** Throws `ledger-newer`, and `ledger-locked` where another process holds the write lock. */
export function migrate(driver: Driver): void {
  if (schemaVersion(driver) === SCHEMA_VERSION) return;
  driver.write(() => {
    // Asked again under the lock: another process may just have done it.
    const found = schemaVersion(driver);
    if (found > SCHEMA_VERSION) throw newer(driver.file, found, SCHEMA_VERSION);
    for (const migration of MIGRATIONS.slice(found))
      if (typeof migration === 'string') driver.exec(migration);
      else migration(driver);
    driver.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    driver.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
  // So that the file's own header says what it is, also to a program that looks before it opens.
  driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
