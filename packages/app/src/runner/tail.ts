/**
 * Follows the log files of a folder while their agent writes them, so that what its stream leaves out is known at once: the
 * agent's own log reader makes events of each new line. It refuses to keep cursors: a run reads its files once.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit } from '@tokenmeter/core';
import type { Agent } from '@tokenmeter/core/agents';
import { type LineTail, tailLines } from './tail-lines.ts';

const LOOK_EVERY_MS = 100;

export interface TailOptions {
  readonly agent: Agent;
  /** The folder with its path below the log root; asked again until there is one. */
  readonly folder: () => { readonly path: string; readonly relativePath: string } | undefined;
  readonly accepts: (name: string) => boolean;
  readonly emit: Emit;
}

/** `close()` reads what is there to the end and stops. */
export function tailFolder({ agent, folder, accepts, emit }: TailOptions): LineTail {
  const files = new Map<string, LineTail>();
  let found: ReturnType<TailOptions['folder']>;

  const look = (isLast = false) => {
    found ??= folder();
    if (!found) return;
    for (const name of namesIn(found.path)) {
      if (!accepts(name) || files.has(name)) continue;
      const tail = open(join(found.path, name), `${found.relativePath}/${name}`, isLast);
      if (tail) files.set(name, tail);
    }
  };
  const open = (path: string, relativePath: string, isLast: boolean): LineTail | undefined => {
    try {
      const bornAt = Math.floor(statSync(path).birthtimeMs);
      const name = agent.sidecar?.(relativePath);
      const sidecar = name === undefined ? undefined : textOf(join(path, '..', name), isLast);
      const source = { agent: agent.id, path, bornAt, startedAt: undefined };
      const reader = agent.open({ source, relativePath, sidecar, rootOf: (id) => id }, undefined);
      return tailLines(path, (line) => {
        reader.read(line, emit);
        reader.settle?.(emit);
      });
    } catch {
      return undefined; // -- gone, or what stands beside it is not written yet: the next look
    }
  };

  const timer = setInterval(() => look(), LOOK_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      look(true);
      for (const tail of files.values()) await tail.close();
    },
  };
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** What stands beside a file is written a moment after it; older versions of the agent write none. */
function textOf(path: string, mayBeMissing: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (mayBeMissing) return undefined;
    throw error;
  }
}
