/**
 * Where a connection that only reads finds a ledger. The engine writes lock files beside a file even to read it; where it
 * may not, and no log lies beside the file, the file alone is the truth and is opened as one that nobody changes.
 */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isWritable } from '../../writable.ts';

export function readingPlace(file: string): string | URL {
  if (isWritable(dirname(file)) || hasLog(file)) return file;
  return unchanging(file);
}

/** Opened so, not even a lock file is left behind. */
export function unchanging(file: string): URL {
  const url = pathToFileURL(file);
  url.search = '?immutable=1';
  return url;
}

/** Whether a log lies beside it that may hold what the file does not have yet. */
export function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
