/** What the engine's own errors mean to a person: what we were doing, to which file, and what would mend it. */
import { TokenmeterError } from '@tokenmeter/core';

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** An engine's error as ours where it has a meaning of its own; anything else is a fault of ours and stays as it is. */
export function asLedgerError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const primary = error.errcode & 0xff;
  if (primary === CORRUPT || primary === NOTADB) return damaged(file, error.message, error);
  if (primary === BUSY || primary === LOCKED)
    return new TokenmeterError(
      'ledger-locked',
      `Cannot write the ledger "${file}": another process has been writing it for more than 5 seconds, try again when it is done`,
      { cause: error },
    );
  if (primary === READONLY || primary === CANTOPEN || primary === FULL || primary === IOERR)
    return new TokenmeterError(
      'ledger-unwritable',
      `Cannot use the ledger "${file}" (${error.message}): check that its directory exists, is yours to write and has free space`,
      { cause: error },
    );
  return error;
}

export function damaged(file: string, detail: string, cause?: unknown): TokenmeterError {
  return new TokenmeterError(
    'ledger-damaged',
    `Cannot read the ledger "${file}" (${detail}); it was left as it is: put a backup back with "tokenmeter restore FILE", or move it away and let the logs be read again`,
    cause === undefined ? undefined : { cause },
  );
}

export function newer(file: string, found: number, known: number): TokenmeterError {
  return new TokenmeterError(
    'ledger-newer',
    `Cannot open the ledger "${file}": its schema is version ${found} and this program knows version ${known}; it was left as it is: update tokenmeter, or choose another directory with --data`,
  );
}
