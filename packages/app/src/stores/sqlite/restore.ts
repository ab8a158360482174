/**
 * Puts a backup in the place of a ledger: first a checked copy beside it, then a swap in one rename, the old one kept
 * aside. It refuses a file that is not a sound ledger, and a ledger somebody has open: whoever has it would go on with
 * what it remembers. A server swaps its own (`replaceBy`), so that only the copy takes time.
 */
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import { settle } from './backup.ts';
import { openDriver } from './driver.ts';
import { asLedgerError, damaged } from './failure.ts';
import { inspectLedger } from './inspect.ts';
import { migrate } from './migrate.ts';

/**
 * Makes a checked copy of a backup beside the ledger `to`, its tables brought up to date, has `swap` put it in place, and
 * takes it away where that failed. Throws `not-found`, `ledger-damaged` or `ledger-newer` for a backup that cannot be
 * used, and what `swap` throws; nothing is changed then.
 */
export async function restoreSqliteLedger<T>(
  from: string,
  to: string,
  swap: (draft: string) => Promise<T>,
): Promise<T> {
  const draft = `${to}.part-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    if (stateOf(from) === 'absent')
      throw new TokenmeterError('not-found', `Cannot restore from "${from}": there is no backup in this file`);
    copyChecked(from, draft);
    return await swap(draft);
  } catch (error) {
    throw error instanceof TokenmeterError && error.code === 'ledger-damaged' ? unsound(from, error) : error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function stateOf(from: string): 'absent' | 'ledger' {
  try {
    return inspectLedger(from);
  } catch (error) {
    if (!(error instanceof TokenmeterError && error.code === 'ledger-unwritable')) throw error;
    throw new TokenmeterError(
      'ledger-unwritable',
      `Cannot restore from "${from}": check that it is a file and yours to read`,
      { cause: error },
    );
  }
}

/** A backup's damage needs other advice than the ledger's own. */
function unsound(from: string, error: TokenmeterError): TokenmeterError {
  const [reason = ''] = error.message.split('; ');
  return new TokenmeterError('ledger-damaged', `${reason}; "${from}" is no sound backup, nothing was changed`, {
    cause: error,
  });
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
  const driver = openDriver(draft, { readOnly: false });
  try {
    migrate(driver);
  } finally {
    driver.close();
  }
  settle(draft);
}

/**
 * Puts a checked copy in the place of the ledger in one rename. Answers where the old one went (`keepAs`, or a name beside
 * it), undefined where there was none. Throws `ledger-locked`, with nothing changed, while anybody has the ledger open.
 */
export function swapIn(draft: string, to: string, keepAs?: string): string | undefined {
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
    database = new DatabaseSync(file, { timeout: 2_000 });
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
        `Cannot restore into "${file}": another process has it open, try again when it is done`,
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
