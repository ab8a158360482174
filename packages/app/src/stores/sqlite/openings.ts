/**
 * First lines of sessions' first prompts: there only where the person asked for titles of prompts, and all gone once they
 * no longer do.
 */
import type { PromptEvent } from '@tokenmeter/core';
import type { Driver } from './driver.ts';

/** Of several prompts the first said, in any order. True where it was news. */
export function keepOpening(driver: Driver, session: number, { opening, at }: PromptEvent): boolean {
  if (opening === undefined) return false;
  const kept = driver.prepare(
    `INSERT INTO opening VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, text = excluded.text
      WHERE excluded.at < at OR (excluded.at = at AND excluded.text < text)`,
  );
  return kept.run(session, at, opening) > 0;
}

export function readOpening(driver: Driver, session: number): string {
  return driver.prepare('SELECT text FROM opening WHERE session = ?').get<{ text: string }>(session)?.text ?? '';
}

/** Overwritten, not only unlinked. */
export function dropOpenings(driver: Driver): void {
  if (driver.prepare('SELECT 1 AS some FROM opening LIMIT 1').get() === undefined) return;
  driver.exec('PRAGMA secure_delete = ON');
  driver.write(() => driver.exec('DELETE FROM opening'));
  driver.exec('PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE)');
}
