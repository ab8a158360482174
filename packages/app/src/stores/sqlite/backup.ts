/**
 * A copy of a whole ledger beside a running writer, the owner's alone. An older backup of the same name is replaced once
 * the copy is whole; it refuses to replace anything else, the ledger itself before all.
 */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import type { Driver } from './driver.ts';
import { isOurs } from './inspect.ts';

/** Writes the ledger as it is now to `file`. Throws `usage` where something else is there. Answers what is in it. */
export function backupLedger(driver: Driver, file: string): { calls: number } {
  refuseOther(driver.file, file);
  const draft = `${file}.part-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    // Made empty first, so that it is never readable by others.
    closeSync(openSync(draft, 'wx', 0o600));
    driver.prepare('VACUUM INTO ?').run(draft);
    settle(draft);
    const calls = countCalls(draft);
    renameSync(draft, file);
    return { calls };
  } catch (error) {
    throw isDamage(error) ? error : unwritable(file, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseOther(ledger: string, file: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  const own = statSync(ledger, { throwIfNoEntry: false });
  if (!there) return;
  if (own && there.ino === own.ino && there.dev === own.dev)
    throw new TokenmeterError(
      'usage',
      `Cannot write a backup to "${file}": it is the ledger itself, choose another file`,
    );
  const isBackup = there.isFile() && (there.size === 0 || isOurs(file));
  if (!isBackup)
    throw new TokenmeterError(
      'usage',
      `Cannot write a backup to "${file}": something is there that is no backup, choose another file`,
    );
}

function isDamage(error: unknown): boolean {
  return error instanceof TokenmeterError && error.code === 'ledger-damaged';
}

function unwritable(file: string, cause: unknown): TokenmeterError {
  return new TokenmeterError(
    'ledger-unwritable',
    `Cannot write a backup to "${file}": check that its directory exists, is yours to write and has free space`,
    { cause },
  );
}

function countCalls(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare('SELECT coalesce(sum(calls), 0) AS calls FROM total').get()?.calls);
  } finally {
    database.close();
  }
}

/** On the disk, and nobody else's. */
export function settle(file: string): void {
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
