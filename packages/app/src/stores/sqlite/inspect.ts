/**
 * Looks at a ledger file before anything may write to it: is it ours, whole and not newer than us? It refuses with what
 * to do and leaves every byte as it was.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TokenmeterError } from '@tokenmeter/core';
import { asLedgerError, damaged, newer } from './failure.ts';
import { hasLog, unchanging } from './reading-place.ts';
import { APPLICATION_ID } from './schema.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

const MAGIC = 'SQLite format 3\0';

/** While another process makes or writes it, a look may see half of something: it is looked at again this often. */
const LOOKS = 20;
const PAUSE_MS = 25;

/** `absent`: nothing there yet (no file, an empty one, or a database without a table). Throws `ledger-damaged` or `ledger-newer`. */
export function inspectLedger(file: string): 'absent' | 'ledger' {
  for (let look = 1; ; look++) {
    const before = stampOf(file);
    try {
      return lookAt(file);
    } catch (error) {
      const isMoving = before !== stampOf(file);
      if (!isMoving || look === LOOKS || !(error instanceof TokenmeterError)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function lookAt(file: string): 'absent' | 'ledger' {
  const size = sizeOf(file);
  if (size === 0) return 'absent';
  const isLogged = hasLog(file);
  const state = inspectHeader(file, size, isLogged);
  return state === 'absent' ? state : inspectTables(file, isLogged);
}

function inspectHeader(file: string, size: number, isLogged: boolean): 'absent' | 'unknown' {
  const header = readStart(file);
  if (header.toString('latin1', 0, 16) !== MAGIC) throw damaged(file, 'it is not a database');
  const version = header.readUInt32BE(60);
  const application = header.readUInt32BE(68);
  const pages = header.readUInt32BE(28);
  const isNew = application === 0 && version === 0;
  // What is left where making the tables was broken off: one page with nothing in it.
  if (isNew && !isLogged && pages <= 1 && tableCount(header) === 0) return 'absent';
  // A log beside it may hold what the header does not have yet; the tables are asked below then.
  if (application !== APPLICATION_ID && !(isLogged && isNew)) throw anothers(file);
  if (version > SCHEMA_VERSION) throw newer(file, version, SCHEMA_VERSION);
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  if (!isLogged && size < pages * pageSize)
    throw damaged(file, `it is cut off after ${size} of ${pages * pageSize} bytes`);
  return 'unknown';
}

/** Whether a file says of itself that it is a ledger, whole or not. Throws where it cannot be read. */
export function isOurs(file: string): boolean {
  const header = readStart(file);
  return header.toString('latin1', 0, 16) === MAGIC && header.readUInt32BE(68) === APPLICATION_ID;
}

/** Entries of the schema on the first page: its tree begins behind the header of 100 bytes. */
function tableCount(start: Buffer): number {
  return start.readUInt16BE(103);
}

function anothers(file: string): TokenmeterError {
  return damaged(file, 'it is a database of another program');
}

function readStart(file: string): Buffer {
  const header = Buffer.alloc(108);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    readSync(descriptor, header, 0, header.length, 0);
    return header;
  } catch (error) {
    throw new TokenmeterError(
      'ledger-unwritable',
      `Cannot read the ledger "${file}": check that it is a file and yours to read, or choose another with --data`,
      { cause: error },
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads the root of every table, through a connection that cannot write. */
function inspectTables(file: string, isLogged: boolean): 'absent' | 'ledger' {
  let database: DatabaseSync | undefined;
  try {
    // Without a log beside it the file alone is the truth.
    database = new DatabaseSync(isLogged ? file : unchanging(file), { readOnly: true, timeout: 5_000 });
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (version > SCHEMA_VERSION) throw newer(file, version, SCHEMA_VERSION);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const application = Number(database.prepare('PRAGMA application_id').get()?.application_id ?? 0);
    if (application === 0 && version === 0 && tables.length === 0) return 'absent';
    if (application !== APPLICATION_ID) throw anothers(file);
    for (const { name } of tables) database.prepare(`SELECT 1 FROM "${String(name)}" LIMIT 1`).get();
    return 'ledger';
  } catch (error) {
    throw asLedgerError(error, file);
  } finally {
    database?.close();
  }
}

/** Changes whenever the file or its log does. */
function stampOf(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((stats) => (stats ? `${stats.size} ${stats.mtimeMs}` : ''))
    .join();
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
