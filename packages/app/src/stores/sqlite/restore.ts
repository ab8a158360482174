/**
 * Puts a backup in the place of a ledger, page by page under the engine's own locks, so that whoever has the file open
 * sees the old one or the new one. The old ledger is kept beside it. It refuses a file that is not a sound ledger.
 */
import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import { inspectLedger } from './inspect.ts';

/** Answers where the old ledger went, undefined where there was none. Throws `not-found`, `ledger-damaged`, `ledger-newer`. */
export async function restoreSqliteLedger(from: string, to: string, keepAs: string): Promise<string | undefined> {
  if (inspectLedger(from) === 'absent')
    throw new TokenmeterError('not-found', `Cannot restore "${from}": there is no such file, or it is empty`);
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    const verdict = source.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (verdict !== 'ok')
      throw new TokenmeterError('ledger-damaged', `Cannot restore "${from}": the file is damaged (${String(verdict)})`);
    const kept = existsSync(to) ? keepAs : undefined;
    if (kept !== undefined) keep(to, kept);
    // One huge step: a stepwise copy begins anew whenever somebody writes.
    await backup(source, to, { rate: 0x7fffffff });
    return kept;
  } finally {
    source.close();
  }
}

function keep(file: string, copy: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.prepare('VACUUM INTO ?').run(copy);
  } finally {
    database.close();
  }
}
