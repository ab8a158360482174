/**
 * Reads what is new of one log: bytes after the cursor become lines, the agent's reader makes them events, the meter
 * folds them. A bad line is skipped and counted. It refuses to write: it tells the cursor to be stored with the fold.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cursor, Emit, Meter, SourceRef, Unread } from '@tokenmeter/core';
import { type Agent, firstLine, type LogReader, type Skip } from '@tokenmeter/core/agents';
import type { ByteLine } from './byte-line.ts';
import type { FoundFile } from './discover.ts';
import type { LineHandlers, LineReader } from './lines.ts';
import { openLog } from './open-log.ts';
import { type Unpack, whyUnread } from './unpacked.ts';

const CLOSING_BRACE = 125;
const SIDECAR_LIMIT_BYTES = 64 << 10;

export interface FileReading {
  readonly file: FoundFile;
  readonly cursor: Cursor | undefined;
  readonly lineage: { readonly id: string; readonly parentId: string } | undefined;
  readonly rootOf: (sessionId: string) => string;
  readonly lines: LineReader;
  /** How a compressed log is unpacked; undefined where it cannot be. */
  readonly unpack: Unpack | undefined;
  readonly meter: Meter;
  /** Whether names of files and commands may be told. */
  readonly withNames: boolean;
  /** Whether first lines of prompts may be told. */
  readonly withOpenings: boolean;
  /** Called between chunks with a cursor that says how far the meter has been told, and the bytes on disk that took. */
  readonly onProgress: (cursor: () => Cursor, bytes: number) => Promise<void>;
}

/**
 * Reads to the file's end as it was when it was found; of a compressed one that is damaged, what comes before that. Throws
 * where the file cannot be read; nothing is lost then.
 */
export async function readFile(reading: FileReading): Promise<Cursor> {
  const { file, lines, meter } = reading;
  const log = await openLog(file, reading.cursor, reading.unpack);
  try {
    const { from, headBytes, headHash } = log;
    const source: SourceRef = {
      agent: file.agent.id,
      path: file.path,
      bornAt: from?.source.bornAt ?? file.bornAt,
      startedAt: from?.source.startedAt,
    };
    const reader = file.agent.open(
      {
        source,
        relativePath: file.relativePath,
        sidecar: readSidecar(file),
        rootOf: reading.rootOf,
        withNames: reading.withNames,
      },
      from && from.state !== '' ? JSON.parse(from.state) : undefined,
    );
    const emit: Emit = (event) => {
      if (source.startedAt === undefined && 'at' in event) source.startedAt = event.at;
      if (source.startedAt === undefined && event.type === 'call') source.startedAt = event.call.at;
      meter.apply(event, source);
    };
    let offset = from?.offset ?? 0;
    let lineCount = from?.lines ?? 0;
    let damaged = from?.skippedDamaged ?? 0;
    let unknown = from?.skippedUnknown ?? 0;
    let told = log.taken(offset);
    let unread: Unread | undefined;
    const cursorAt = (reader: LogReader): Cursor => {
      reader.settle?.(emit);
      return cursorOf(reader.state());
    };
    const cursorOf = (state: unknown): Cursor => ({
      source,
      fileId: file.fileId,
      offset,
      size: file.size,
      mtimeMs: file.mtimeMs,
      headHash,
      headBytes,
      state: JSON.stringify(state ?? null),
      lineageId: reading.lineage?.id ?? from?.lineageId ?? '',
      lineageParent: reading.lineage?.parentId ?? from?.lineageParent ?? '',
      lines: lineCount,
      skippedDamaged: damaged,
      skippedUnknown: unknown,
      unread,
    });
    const count = (skip: Skip | undefined) => {
      lineCount++;
      if (skip === 'damaged') damaged++;
      else if (skip === 'unknown') unknown++;
    };
    const handlers: LineHandlers = {
      onLine: (line, after) => {
        count(reader.read(line, reading.withOpenings ? telling(file.agent, line, emit) : emit));
        offset = after;
      },
      onTooLong: (after) => {
        count('damaged');
        offset = after;
      },
      onChunk: () => {
        const taken = log.taken(offset);
        const bytes = taken - told;
        told = taken;
        return reading.onProgress(() => partial(cursorAt(reader)), bytes);
      },
    };
    const result = await lines.read(log.bytes, offset, log.end, handlers).catch((error: unknown) => {
      unread = whyUnread(error);
      return undefined;
    });
    if (unread !== undefined && unread !== 'unsupported') count('damaged');
    const cursor = cursorAt(reader);
    // A whole last record without its newline counts now; it is read again, to no effect, once its newline is there.
    if (result?.rest && isWhole(result.rest)) {
      reader.read(result.rest, emit);
      reader.settle?.(emit);
    }
    return unread === undefined || unread === 'unsupported' ? cursor : fromTheStart(cursor);
  } finally {
    log.close();
  }
}

/** Tells of prompts with their first line, which is read while the line is there. */
function telling(agent: Agent, line: ByteLine, emit: Emit): Emit {
  return (event) => emit(event.type === 'prompt' ? { ...event, opening: openingOf(agent, line) } : event);
}

function openingOf(agent: Agent, line: ByteLine): string | undefined {
  try {
    return firstLine(agent.promptText?.(line) ?? '') || undefined;
  } catch {
    return undefined;
  }
}

/** Once a damaged log is another, nothing that was read of it tells where to go on. */
function fromTheStart(cursor: Cursor): Cursor {
  return { ...cursor, offset: 0, headHash: '', headBytes: 0, state: '' };
}

/** A cursor in mid-file must not look like the whole file was read. */
function partial(cursor: Cursor): Cursor {
  return { ...cursor, size: cursor.offset, mtimeMs: 0 };
}

function isWhole(line: ByteLine): boolean {
  if (line.byte(line.length - 1) !== CLOSING_BRACE) return false;
  try {
    line.json();
    return true;
  } catch {
    return false;
  }
}

function readSidecar(file: FoundFile): string | undefined {
  const name = file.agent.sidecar?.(file.relativePath);
  if (name === undefined) return undefined;
  try {
    const path = join(dirname(file.path), name);
    return statSync(path).size <= SIDECAR_LIMIT_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
