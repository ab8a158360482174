/** A temporary home with generated logs, and a house on it. Gone when the bench is done. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHouse } from '../packages/app/dist/main.js';
import { generateCorpus } from '../test/corpus/corpus.ts';

export type House = Awaited<ReturnType<typeof openHouse>>;

export async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'tokenmeter-bench-'));
  try {
    return await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export async function withHouse<T>(home: string, data: string, work: (house: House) => Promise<T>): Promise<T> {
  const house = await openHouse({ home, data, resident: true });
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

/** Writes logs of Claude Code and Codex until there are so many bytes; answers how many there are. */
export function fillHome(home: string, bytes: number): number {
  let written = 0;
  for (let seed = 1; written < bytes; seed++) {
    generateCorpus(`bench ${seed}`, { claude: 40, codex: 40 }).writeTo(home);
    written = sizeOf(home);
  }
  return written;
}

/** Bytes of a file, or of all files below a folder but the ledgers. */
export function sizeOf(path: string): number {
  try {
    const stats = statSync(path);
    if (!stats.isDirectory()) return stats.size;
    return readdirSync(path).reduce(
      (sum, name) => (name.startsWith('data-') ? sum : sum + sizeOf(join(path, name))),
      0,
    );
  } catch {
    return 0;
  }
}
