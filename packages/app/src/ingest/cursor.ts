/**
 * Where reading goes on: tells a file that only grew from one that was cut, replaced or moved. A wrong guess costs time,
 * never a number, because everything read twice counts once.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Cursor } from '@tokenmeter/core';
import type { FoundFile } from './discover.ts';

export const HEAD_BYTES = 4096;

/** Hash of the first `bytes` bytes of an open file. */
export function hashHead(fd: number, bytes: number): string {
  const head = Buffer.allocUnsafe(bytes);
  let got = 0;
  while (got < bytes) {
    const more = readSync(fd, head, got, bytes - got, got);
    if (more === 0) break;
    got += more;
  }
  return hashOf(head.subarray(0, got));
}

/** The same of bytes that were read already. */
export function hashOf(head: Buffer): string {
  return createHash('sha256').update(head).digest('base64').slice(0, 22);
}

/** True where nothing says that the file was touched since. */
export function isUnchanged(file: FoundFile, cursor: Cursor | undefined): boolean {
  return (
    cursor !== undefined &&
    cursor.size === file.size &&
    Math.abs(cursor.mtimeMs - file.mtimeMs) < 0.001 &&
    cursor.fileId === file.fileId
  );
}

/** The cursor to go on from, or undefined to begin at the first byte. */
export function resumeFrom(fd: number, file: FoundFile, cursor: Cursor | undefined): Cursor | undefined {
  if (!cursor || cursor.offset === 0 || cursor.offset > file.size) return undefined;
  return hashHead(fd, cursor.headBytes) === cursor.headHash ? cursor : undefined;
}
