/**
 * A log to read, whichever way its bytes lie: as a file, or compressed under another name. Tells where reading goes on:
 * cursors are places in what a log holds, so a log that was compressed, or unpacked again, goes on where it was.
 */
import { closeSync, openSync } from 'node:fs';
import type { Cursor } from '@tokenmeter/core';
import { HEAD_BYTES, hashHead, hashOf, resumeFrom } from './cursor.ts';
import type { FoundFile } from './discover.ts';
import type { ByteStream } from './lines.ts';
import { type Unpack, Unpacked } from './unpacked.ts';

export interface OpenLog {
  /** The cursor to go on from, undefined to begin at the first byte. */
  readonly from: Cursor | undefined;
  readonly headBytes: number;
  readonly headHash: string;
  readonly bytes: number | ByteStream;
  /** Offset at which to stop at the latest. */
  readonly end: number;
  /** How many bytes on disk it took to come to an offset. */
  taken(offset: number): number;
  close(): void;
}

/** Throws where there is no such file or it is closed to us; whatever is wrong within it is told by reading it. */
export async function openLog(
  file: FoundFile,
  cursor: Cursor | undefined,
  unpack: Unpack | undefined,
): Promise<OpenLog> {
  return file.compressedPath === undefined
    ? openPlain(file, cursor)
    : openCompressed(file, file.compressedPath, cursor, unpack);
}

function openPlain(file: FoundFile, cursor: Cursor | undefined): OpenLog {
  const fd = openSync(file.path, 'r');
  try {
    const from = resumeFrom(fd, file, cursor);
    const headBytes = Math.min(HEAD_BYTES, file.size);
    const headHash = from && from.headBytes === headBytes ? from.headHash : hashHead(fd, headBytes);
    const taken = (offset: number) => offset;
    return { from, headBytes, headHash, bytes: fd, end: file.size, taken, close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

async function openCompressed(
  file: FoundFile,
  path: string,
  cursor: Cursor | undefined,
  unpack: Unpack | undefined,
): Promise<OpenLog> {
  let bytes = new Unpacked(path, file.size, unpack);
  const head = await bytes.head(HEAD_BYTES);
  let from = isHeadOf(head, cursor) || unpack === undefined ? cursor : undefined;
  if (from && unpack && !(await bytes.skip(from.offset))) {
    // It holds less than what was read of another one.
    bytes.close();
    bytes = new Unpacked(path, file.size, unpack);
    from = undefined;
  }
  const told = unpack === undefined && from ? from : { headBytes: head.length, headHash: hashOf(head) };
  const { headBytes, headHash } = told;
  const close = () => bytes.close();
  return { from, headBytes, headHash, bytes, end: Number.POSITIVE_INFINITY, taken: () => bytes.taken, close };
}

function isHeadOf(head: Buffer, cursor: Cursor | undefined): boolean {
  if (!cursor || cursor.offset === 0 || cursor.headBytes > head.length) return false;
  return hashOf(head.subarray(0, cursor.headBytes)) === cursor.headHash;
}
