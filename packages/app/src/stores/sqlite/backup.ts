/** A copy of a whole ledger beside a running writer: replaced only when it is whole, and the owner's alone. */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Driver } from './driver.ts';

/** Writes the ledger as it is now to `file`. */
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
