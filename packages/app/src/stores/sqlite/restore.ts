/**
 * Puts a backup in the place of a ledger: checked first, swapped in one rename, the old one kept aside. It refuses a file
 * that is not a sound ledger, and a ledger somebody has open: whoever has it would go on with what it remembers.
 */
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import { settle } from './backup.ts';
import { asLedgerError, damaged } from './failure.ts';
import { inspectLedger } from './inspect.ts';

/**
 * Answers where the old ledger went (`keepAs`, or a name beside it), undefined where there was none. Throws `not-found`,
 * `ledger-damaged` or `ledger-newer` for a backup that cannot be used and `ledger-locked` while a process has the ledger
 * open; nothing is changed then.
 */
export async function restoreSqliteLedger(from: string, to: string, keepAs?: string): Promise<string | undefined> {
  if (inspectLedger(from) === 'absent')
    throw new TokenmeterError('not-found', `Cannot restore from "${from}": there is no backup in this file`);
  const draft = `${to}.part-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    copyChecked(from, draft);
    return swap(draft, to, keepAs);
  } finally {
    rmSync(draft, { force: true });
  }
}

function copyChecked(from: string, draft: string): void {
  closeSync(openSync(draft, 'wx', 0o600));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
    const said = database.prepare('PRAGMA integrity_check').all();
    if (said.length !== 1 || said[0]?.integrity_check !== 'ok')
      throw damaged(from, String(said[0]?.integrity_check ?? 'it fails its check'));
    database.prepare('VACUUM INTO ?').run(draft);
  } catch (error) {
    throw asLedgerError(error, from);
  } finally {
    database?.close();
  }
  settle(draft);
}

function swap(draft: string, to: string, keepAs: string | undefined): string | undefined {
  if (!existsSync(to)) {
    renameSync(draft, to);
    return undefined;
  }
  const release = holdAlone(to);
  try {
    const kept = keepAs ?? freeName(to);
    linkSync(to, kept);
    for (const suffix of ['-wal', '-shm'])
      if (existsSync(`${to}${suffix}`)) renameSync(`${to}${suffix}`, `${kept}${suffix}`);
    renameSync(draft, to);
    return kept;
  } finally {
    release();
  }
}

/** Leaving the log mode works only where no other connection is open: that is the lock. Damage holds nobody back. */
function holdAlone(file: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 500 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    const held = database;
    return () => held.close();
  } catch (error) {
    database?.close();
    const ours = asLedgerError(error, file);
    if (ours instanceof TokenmeterError && ours.code === 'ledger-damaged') return () => {};
    if (ours instanceof TokenmeterError && ours.code === 'ledger-locked')
      throw new TokenmeterError(
        'ledger-locked',
        `Cannot restore into "${file}": another process (such as "tokenmeter serve") has it open, stop it first`,
        { cause: error },
      );
    throw ours;
  }
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.before-restore-${number}`;
    if (!existsSync(name)) return name;
  }
}
