/** Copies of a whole ledger: out beside a running writer, and back in when nobody holds it. Files are the owner's alone. */
import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import { asLedgerError, damaged } from './failure.ts';
import { inspectLedger } from './inspect.ts';

/** Writes a copy of the ledger as it is now. `file` is replaced only when the copy is whole. */
export function backupLedger(driver: Driver, file: string): void {
  const draft = `${file}.part-${process.pid}`;
  rmSync(draft, { force: true });
  // Made empty first, so that it is never readable by others.
  closeSync(openSync(draft, 'wx', 0o600));
  try {
    driver.prepare('VACUUM INTO ?').run(draft);
    settle(draft);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Puts a backup in the place of a ledger and answers where the old one was kept. Throws `ledger-damaged` or `ledger-newer`
 * for a backup that cannot be used and `ledger-locked` while a process has the ledger open; nothing is changed then.
 */
export function restoreSqliteLedger(from: string, to: string): { readonly kept: string | undefined } {
  if (inspectLedger(from) === 'absent')
    throw new TokenmeterError('not-found', `Cannot restore from "${from}": there is no backup in this file`);
  const draft = `${to}.part-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    copyChecked(from, draft);
    return { kept: swap(draft, to) };
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

function swap(draft: string, to: string): string | undefined {
  if (!existsSync(to)) {
    renameSync(draft, to);
    return undefined;
  }
  const release = holdAlone(to);
  try {
    const kept = freeName(to);
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

function settle(file: string): void {
  chmodSync(file, 0o600);
  for (const path of [file, dirname(file)]) {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}
