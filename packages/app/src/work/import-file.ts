/**
 * Bulk import: entities or token events from JSON (a list, or `{"tasks": [...]}`) or from CSV with a line of names. What
 * is imported again is the same. A thing that is wrong is told with its path and holds back no other.
 */
import type { WireTokenEventBatch } from '@tokenmeter/core';
import type { EntityKind } from '@tokenmeter/core/work';
import { tellEntity } from './entities.ts';
import { badField } from './fault.ts';
import { CREATE, firstIssue } from './shapes.ts';
import { MOST_EVENTS, rejection, type Telling, tellEvents } from './token-events.ts';

export const IMPORT_KINDS = ['repos', 'workplans', 'tasks', 'commits', 'releases', 'token-events'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

const KINDS: Readonly<Record<Exclude<ImportKind, 'token-events'>, EntityKind>> = {
  repos: 'repo',
  workplans: 'workplan',
  tasks: 'task',
  commits: 'commit',
  releases: 'release',
};
/** Columns that are numbers; everything else of a CSV is text. */
const NUMBERS = new Set(['tokens_in', 'tokens_out', 'cache_read', 'cache_write_5m', 'cache_write_1h']);

type Result = WireTokenEventBatch['results'][number];

export async function importRecords(
  telling: Telling,
  kind: ImportKind,
  records: readonly unknown[],
): Promise<WireTokenEventBatch> {
  if (kind === 'token-events') return importEvents(telling, records);
  const results: Result[] = [];
  const known = new Map<string, string>();
  for (const [index, record] of records.entries()) {
    try {
      const { id, isNew } = await importEntity({ ...telling, known }, KINDS[kind], record, `${kind}.${index}.`);
      results.push({ index, status: isNew ? 'accepted' : 'duplicate', id, message: null, path: null });
    } catch (error) {
      results.push(rejection(index, error));
    }
  }
  return counted(results);
}

async function importEntity(
  telling: Telling & { readonly known: Map<string, string> },
  kind: EntityKind,
  record: unknown,
  prefix: string,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const read = CREATE[kind].safeParse(named(kind, record));
  if (!read.success) {
    const { path, why } = firstIssue(read.error, prefix);
    throw badField(path.replace(/\.$/, ''), why);
  }
  const { entity, status } = await tellEntity({ ...telling, prefix }, kind, read.data);
  return { id: entity.id, isNew: status === 'created' };
}

/** A task without an id goes by its title, so that importing twice makes one. */
function named(kind: EntityKind, record: unknown): unknown {
  if (kind !== 'task' || typeof record !== 'object' || record === null || !('title' in record) || 'id' in record)
    return record;
  return { ...record, id: record.title };
}

async function importEvents(telling: Telling, records: readonly unknown[]): Promise<WireTokenEventBatch> {
  const results: Result[] = [];
  for (let start = 0; start < records.length; start += MOST_EVENTS) {
    const part = await tellEvents(telling, records.slice(start, start + MOST_EVENTS), 'token-events', start);
    results.push(...part.results);
  }
  return counted(results);
}

function counted(results: readonly Result[]): WireTokenEventBatch {
  const count = (status: Result['status']) => results.filter((one) => one.status === status).length;
  return { accepted: count('accepted'), duplicate: count('duplicate'), rejected: count('rejected'), results };
}

/** The records of a file's text. Throws a fault where it is neither. */
export function readRecords(text: string, format: 'csv' | 'json'): unknown[] {
  return format === 'csv' ? readCsv(text) : readJson(text);
}

function readJson(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badField('body', 'it is not JSON');
  }
  if (Array.isArray(value)) return value;
  const lists = typeof value === 'object' && value !== null ? Object.values(value).filter(Array.isArray) : [];
  const [only] = lists;
  if (lists.length === 1 && only) return only;
  throw badField('body', 'it must be a list, or an object with one list in it');
}

function readCsv(text: string): unknown[] {
  const [head, ...rows] = csvRows(text.replace(/^\uFEFF/, ''));
  if (!head) throw badField('body', 'it has no line of names');
  const names = head.map((name) => name.trim());
  return rows.map((row) =>
    Object.fromEntries(
      // An empty cell tells nothing.
      names.flatMap((name, index) => (row[index] ? [[name, cellValue(name, row[index])]] : [])),
    ),
  );
}

function cellValue(name: string, cell: string): unknown {
  if (name === 'sessions') return cell.split(/[ ;]+/).filter((id) => id !== '');
  return NUMBERS.has(name) && /^-?\d+(\.\d+)?$/.test(cell.trim()) ? Number(cell) : cell;
}

const CELL = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r?\n|$)/y;

/** RFC 4180: quotes around a cell, doubled inside it; lines end with LF or CR LF. Empty lines are none. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const finish = () => {
    if (row.some((cell) => cell !== '')) rows.push(row);
    row = [];
  };
  let position = 0;
  while (position < text.length) {
    CELL.lastIndex = position;
    const match = CELL.exec(text);
    if (!match) throw badField('body', `line ${rows.length + 1} has a quote where none can be`);
    row.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    if (match[3] !== ',') finish();
    position = CELL.lastIndex;
  }
  finish();
  return rows;
}
