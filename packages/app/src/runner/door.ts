/**
 * A door to a run that a command follows: a socket in the data directory, of the same user alone, at which others ask for
 * it to be stopped, with or without a server. The runs of a machine are those whose doors answer.
 */
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Longest path of a Unix socket on the systems we know; a longer one has no door. */
const LONGEST_SOCKET_PATH = 100;
const DOOR = /^run-([0-9a-f]+)\.sock$/;
const PATIENCE_MS = 2_000;

export interface Door {
  close(): void;
}

/** Undefined where the system has no such thing: the run can then be stopped by its own terminal or the server. */
export async function openDoor(dataDir: string, runId: string, onStop: () => void): Promise<Door | undefined> {
  const path = doorPath(dataDir, runId);
  if (path === undefined) return undefined;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setEncoding('utf8');
    socket.once('data', (text: string) => {
      if (text.startsWith('stop\n')) onStop();
      socket.end('ok\n');
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    if (process.platform !== 'win32') chmodSync(path, 0o600);
  } catch {
    return undefined;
  }
  server.unref();
  return { close: () => server.close() };
}

/** Ids of runs with a door. One whose command died without a word has left its door behind: knocking takes it away. */
export function doorsIn(dataDir: string): readonly string[] {
  try {
    return readdirSync(dataDir).flatMap((name) => DOOR.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Asks for a run to be stopped. False where nobody opened. */
export function knock(dataDir: string, runId: string): Promise<boolean> {
  const path = doorPath(dataDir, runId);
  if (path === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    let isHeard = false;
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write('stop\n'));
    socket.on('data', () => {
      isHeard = true;
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') rmSync(path, { force: true });
    });
    socket.on('close', () => resolve(isHeard));
  });
}

function doorPath(dataDir: string, runId: string): string | undefined {
  if (process.platform === 'win32') return `\\\\.\\pipe\\tokenmeter-run-${runId}`;
  const path = join(dataDir, `run-${runId}.sock`);
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH ? path : undefined;
}
