/**
 * Finds log files: asks each agent where its logs lie and walks there. Follows symbolic links (project folders often are
 * links), visits no folder twice, and tells of each place whether it exists and what in it is closed to us. It refuses to
 * open a log.
 */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import type { Agent, LogRoot, Machine } from '@tokenmeter/core/agents';
import type { FoundRoot } from '../house.ts';

export interface FoundFile {
  readonly agent: Agent;
  readonly path: string;
  /** Where its bytes lie, compressed; `path` is the name it had before and, to the ledger, keeps. */
  readonly compressedPath?: string | undefined;
  readonly relativePath: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly bornAt: number;
  /** Device and inode. */
  readonly fileId: string;
}

export interface Discovery {
  readonly files: readonly FoundFile[];
  readonly roots: readonly FoundRoot[];
  /** Every folder that was walked: what a watcher must watch. */
  readonly folders: readonly {
    readonly agent: Agent;
    readonly root: LogRoot;
    readonly path: string;
    readonly relativePath: string;
  }[];
  /** What lies there and cannot be looked at: it may hold logs that are in no sum. */
  readonly closed: readonly Closed[];
}

export interface Closed {
  readonly path: string;
  readonly reason: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

export function discover(agents: readonly Agent[], machine: Machine): Discovery {
  const found: Mutable<Discovery> = { files: [], roots: [], folders: [], closed: [] };
  for (const agent of agents) {
    const visited = new Set<string>();
    for (const root of agent.roots(machine)) found.roots.push(walkRoot(agent, root, visited, found));
  }
  return found;
}

function walkRoot(agent: Agent, root: LogRoot, visited: Set<string>, found: Mutable<Discovery>): FoundRoot {
  const { path, because } = root;
  try {
    const real = realpathSync(path);
    if (!visited.has(real)) {
      visited.add(real);
      walk(agent, root, path, '', 0, visited, found);
    }
    return { agent: agent.id, path, because, exists: true };
  } catch (error) {
    if (isGone(error)) return { agent: agent.id, path, because, exists: false };
    found.closed.push({ path, reason: whyClosed(error) });
    return { agent: agent.id, path, because, exists: true };
  }
}

/** Nothing lies there, or a link that leads nowhere. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException; // as -- node's file errors carry a code
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

/** Why a file or folder cannot be read, without the path that whoever tells it names anyway. */
export function whyClosed(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException; // as -- node's file errors carry a code
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? message);
}

function walk(
  agent: Agent,
  root: LogRoot,
  folder: string,
  relative: string,
  depth: number,
  visited: Set<string>,
  found: Mutable<Discovery>,
): void {
  const entries = readdirSync(folder, { withFileTypes: true });
  found.folders.push({ agent, root, path: folder, relativePath: relative });
  const names = root.compresses ? new Set(entries.map(({ name }) => name)) : undefined;
  const take = (name: string, path: string, below: string, stats: () => Stats) => {
    const log = logName(root, below);
    if (!root.accepts(log)) return;
    if (log === below) found.files.push(describe(agent, path, below, stats()));
    // While both lie there, the one that may grow is the log.
    else if (!names?.has(logName(root, name)))
      found.files.push({ ...describe(agent, logName(root, path), log, stats()), compressedPath: path });
  };
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
    try {
      if (entry.isDirectory()) {
        if (depth < root.maxDepth && (root.enters?.(below) ?? true))
          walk(agent, root, path, below, depth + 1, visited, found);
      } else if (entry.isFile()) {
        take(entry.name, path, below, () => statSync(path));
      } else if (entry.isSymbolicLink()) {
        const stats = statSync(path);
        if (stats.isFile()) take(entry.name, path, below, () => stats);
        if (!stats.isDirectory() || depth >= root.maxDepth || !(root.enters?.(below) ?? true)) continue;
        const real = realpathSync(path);
        if (visited.has(real)) continue;
        visited.add(real);
        walk(agent, root, path, below, depth + 1, visited, found);
      }
    } catch (error) {
      // Gone between the listing and the look: the next scan sees it, if it is there.
      if (!isGone(error)) found.closed.push({ path, reason: whyClosed(error) });
    }
  }
}

const COMPRESSED = '.zst';

/** The name a log has, or had before it was compressed: of a file's name, or of a path that ends with it. */
export function logName(root: LogRoot, name: string): string {
  return root.compresses && name.endsWith(COMPRESSED) ? name.slice(0, -COMPRESSED.length) : name;
}

/** A log by its name, whichever way it lies there now. Undefined where it does not. */
export function findLog(agent: Agent, root: LogRoot, path: string, relativePath: string): FoundFile | undefined {
  for (const compressedPath of root.compresses ? [undefined, path + COMPRESSED] : [undefined]) {
    const stats = statSync(compressedPath ?? path, { throwIfNoEntry: false });
    if (stats?.isFile()) return { ...describe(agent, path, relativePath, stats), compressedPath };
  }
  return undefined;
}

function describe(agent: Agent, path: string, relativePath: string, stats: Stats): FoundFile {
  return {
    agent,
    path,
    relativePath,
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    bornAt: Math.floor(stats.birthtimeMs),
    fileId: `${stats.dev}:${stats.ino}`,
  };
}
