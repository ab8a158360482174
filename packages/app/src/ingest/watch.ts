/**
 * Follows the logs: one watch per folder (recursive where the system has it natively), so that an appended line is read
 * within milliseconds and an idle machine costs nothing. A slow rescan catches what a file system does not tell. It
 * refuses to watch single files: twenty thousand logs must not mean twenty thousand watches.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import type { Agent, LogRoot, Machine } from '@tokenmeter/core/agents';
import { discover, type FoundFile, findLog, logName } from './discover.ts';

/** Missing roots are looked for, and everything is looked at again, this often. */
const MISSING_ROOT_MS = 2_000;
const RESCAN_MS = 60_000;
/** Writers write a record in several pieces: wait this long for the rest before reading. */
const SETTLE_MS = 8;

export interface WatchOptions {
  readonly agents: readonly Agent[];
  readonly machine: Machine;
  readonly read: (files: readonly FoundFile[]) => Promise<unknown>;
  readonly scan: () => Promise<unknown>;
}

export function watchLogs(options: WatchOptions): { close(): Promise<void> } {
  const watchers = new Map<string, FSWatcher>();
  const touched = new Map<string, { agent: Agent; root: LogRoot; relativePath: string }>();
  const recursive = options.machine.platform === 'darwin' || options.machine.platform === 'win32';
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<unknown> = Promise.resolve();
  let closed = false;

  const flush = () => {
    timer = undefined;
    const files: FoundFile[] = [];
    for (const [path, { agent, root, relativePath }] of touched) {
      try {
        // Deleted or moved before we looked: what was read of it stays counted.
        const file = findLog(agent, root, path, relativePath);
        if (file) files.push(file);
      } catch {
        // Closed to us: the rescan tells.
      }
    }
    touched.clear();
    if (files.length > 0) reading = reading.then(() => options.read(files)).catch(() => undefined);
  };
  const touch = (agent: Agent, root: LogRoot, path: string, relativePath: string) => {
    touched.set(path, { agent, root, relativePath });
    timer ??= setTimeout(flush, SETTLE_MS);
  };

  const watchFolder = (agent: Agent, root: LogRoot, folder: string, relative: string) => {
    const key = `${agent.id}\0${folder}`;
    if (closed || watchers.has(key)) return;
    try {
      const isDeep = root.maxDepth > 0;
      const watcher = watch(folder, { persistent: true, recursive: recursive && isDeep }, (_, name) => {
        if (name === null) return void refresh();
        // A folder that goes is told by its own name, and its watch hears nothing more: one that comes again is another.
        if (name === basename(folder)) {
          watchers.delete(key);
          watcher.close();
          missing = Number.POSITIVE_INFINITY;
          return void refresh();
        }
        const below = logName(root, join(relative, name.replaceAll('\\', '/')));
        const path = `${folder}/${name}`;
        if (root.accepts(below)) touch(agent, root, logName(root, path), below);
        else if (isDeep && isFolder(path)) refresh();
      });
      watcher.on('error', () => {
        watchers.delete(key);
        watcher.close();
      });
      watchers.set(key, watcher);
    } catch {
      // No watches left, or the folder went: the rescan still reads it.
    }
  };

  /** Looks for folders that are not watched yet; whatever they hold already is read. */
  const refresh = () => {
    if (closed) return;
    const found = discover(options.agents, options.machine);
    const before = watchers.size;
    for (const { agent, root, path, relativePath } of found.folders) {
      if (!recursive || relativePath === '') watchFolder(agent, root, path, relativePath);
    }
    if (watchers.size !== before) reading = reading.then(() => options.read(found.files)).catch(() => undefined);
  };

  let missing = missingRoots(options);
  const lookForMissing = setInterval(() => {
    const now = missingRoots(options);
    if (now < missing) refresh();
    missing = now;
  }, MISSING_ROOT_MS);
  const rescan = setInterval(() => {
    refresh();
    reading = reading.then(options.scan).catch(() => undefined);
  }, RESCAN_MS);
  refresh();

  return {
    close: async () => {
      closed = true;
      clearInterval(lookForMissing);
      clearInterval(rescan);
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
      await reading;
    },
  };
}

function missingRoots({ agents, machine }: WatchOptions): number {
  let missing = 0;
  for (const agent of agents) for (const root of agent.roots(machine)) if (!isFolder(root.path)) missing++;
  return missing;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function join(relative: string, name: string): string {
  return relative === '' ? name : `${relative}/${name}`;
}
