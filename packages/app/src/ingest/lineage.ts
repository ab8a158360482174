/**
 * Who descends from whom among an agent's sessions, from the first lines of its logs: forks and sub-agents copy their
 * parent's history, so parents are read first and a copy is known by its root. It reads heads, nothing more.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Cursor } from '@tokenmeter/core';
import type { Lineage } from '@tokenmeter/core/agents';
import { ByteLine } from './byte-line.ts';
import type { FoundFile } from './discover.ts';
import { type Unpack, Unpacked } from './unpacked.ts';

const FIRST_READ_BYTES = 64 << 10;
/** First lines hold whole system prompts; one longer than this has no lineage for us. */
const LONGEST_HEAD_BYTES = 4 << 20;

export class LineageTable {
  readonly #parents = new Map<string, string>();

  add(agent: string, lineage: Lineage): void {
    if (lineage.id !== '' && lineage.parentId !== '') this.#parents.set(`${agent}\0${lineage.id}`, lineage.parentId);
  }

  addCursors(cursors: Iterable<Cursor>): void {
    for (const { source, lineageId, lineageParent } of cursors) {
      if (lineageParent !== '') this.add(source.agent, { id: lineageId, parentId: lineageParent });
    }
  }

  /** The topmost known ancestor; a circle (damaged logs) ends where it closes. */
  rootOf(agent: string, id: string): string {
    const seen = new Set<string>();
    let current = id;
    for (;;) {
      const parent = this.#parents.get(`${agent}\0${current}`);
      if (parent === undefined || seen.has(parent)) return current;
      seen.add(current);
      current = parent;
    }
  }

  /** How many known ancestors a session has: files are read in this order. */
  depthOf(agent: string, id: string): number {
    const seen = new Set<string>();
    let current = id;
    for (let depth = 0; ; depth++) {
      const parent = this.#parents.get(`${agent}\0${current}`);
      if (parent === undefined || seen.has(parent)) return depth;
      seen.add(current);
      current = parent;
    }
  }
}

/** The lineage a file's first line tells, undefined where it tells none (or its agent has none). */
export async function readLineage(file: FoundFile, unpack: Unpack | undefined): Promise<Lineage | undefined> {
  if (!file.agent.lineage) return undefined;
  if (file.compressedPath !== undefined) return readUnpacked(file, file.compressedPath, unpack);
  let fd: number;
  try {
    fd = openSync(file.path, 'r');
  } catch {
    return undefined;
  }
  try {
    let head = Buffer.alloc(0);
    for (let size = FIRST_READ_BYTES; head.length < file.size && size <= LONGEST_HEAD_BYTES; size *= 4) {
      const buffer = Buffer.allocUnsafe(Math.min(size, file.size));
      head = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
      const newline = head.indexOf(10);
      if (newline >= 0) return file.agent.lineage(new ByteLine().set(head, 0, newline));
      if (head.length < buffer.length) break;
    }
    return head.length > 0 ? file.agent.lineage(new ByteLine().set(head, 0, head.length)) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

async function readUnpacked(file: FoundFile, path: string, unpack: Unpack | undefined): Promise<Lineage | undefined> {
  const bytes = new Unpacked(path, file.size, unpack);
  try {
    for (let size = FIRST_READ_BYTES; size <= LONGEST_HEAD_BYTES; size *= 4) {
      const head = await bytes.head(size);
      const newline = head.indexOf(10);
      if (newline < 0 && head.length === size) continue;
      return file.agent.lineage?.(new ByteLine().set(head, 0, newline < 0 ? head.length : newline));
    }
    return undefined;
  } finally {
    bytes.close();
  }
}
