/**
 * One writer at a time: a running server answers on a socket in the data directory, and a command that finds it asks it
 * to read, or to put a backup in place, instead of doing it itself. Same user only (the directory is 0700). It speaks one
 * line of JSON each way.
 */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ErrorCode, TokenmeterError } from '@tokenmeter/core';
import type { House, Restored, ScanReport } from '../house.ts';

/** Longest path of a Unix socket on the systems we know; a longer one has no resident. */
const LONGEST_SOCKET_PATH = 100;
const LONGEST_REQUEST = 64 << 10;

const UNKNOWN = 'unknown request';

/** How the first line of a connection begins that is not for questions but for a run. */
const TELLS_A_RUN = '{"ask":"run"';

export interface Resident {
  readonly url: string;
  scan(): Promise<ScanReport>;
  /** Has the server put a checked copy of a backup in the place of its ledger. Throws what it says. */
  replaceLedger(draft: string): Promise<Restored>;
  /** Has the server do a tool for agents. Undefined from one that is too old for it; throws where it fails. */
  tool(name: string, asked: unknown): Promise<unknown>;
  /** Tells that this process wrote something that no log told, so that open pages hear of it. */
  moved(): Promise<void>;
  close(): void;
}

/** What a server does when asked. */
export interface Answers extends Pick<House, 'ingest' | 'replaceLedger'> {
  readonly tool: (name: string, asked: unknown) => Promise<unknown>;
}

function socketPath(dataDir: string): string | undefined {
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\tokenmeter-${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`;
  }
  const path = join(dataDir, 'serve.sock');
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH ? path : undefined;
}

/** The server that holds this data directory, undefined where none answers. */
export async function findResident(dataDir: string): Promise<Resident | undefined> {
  const path = socketPath(dataDir);
  if (path === undefined) return undefined;
  const socket = await open(path);
  if (!socket) return undefined;
  const ask = asker(socket);
  try {
    const { url } = (await ask({ ask: 'who' })) as { url: string }; // -- our own server's answer, same version or newer
    return {
      url,
      scan: async () => {
        const answer = (await ask({ ask: 'scan' })) as { report?: ScanReport; error?: string }; // -- as above
        if (!answer.report)
          throw new Error(`Cannot let the running server read the logs: ${answer.error ?? 'no answer'}`);
        return answer.report;
      },
      replaceLedger: async (draft) => {
        const answer = (await ask({ ask: 'restore', file: draft })) as {
          restored?: Restored;
          error?: string;
          code?: ErrorCode;
        }; // -- as above
        if (answer.restored) return answer.restored;
        if (answer.code !== undefined) throw new TokenmeterError(answer.code, answer.error ?? '');
        throw new Error(
          `the server on ${url} says: ${answer.error ?? 'nothing'}; where it is of another version, end it first`,
        );
      },
      tool: async (name, asked) => {
        const answer = (await ask({ ask: 'tool', name, asked })) as { result?: unknown; error?: string }; // -- as above
        if (answer.result !== undefined) return answer.result;
        if (answer.error?.startsWith(UNKNOWN)) return undefined;
        throw new Error(`Cannot let the running server do it: ${answer.error ?? 'no answer'}`);
      },
      moved: async () => void (await ask({ ask: 'moved' })),
      close: () => socket.destroy(),
    };
  } catch {
    socket.destroy();
    return undefined;
  }
}

/** A connection to the server that holds this data directory, for a longer talk. Undefined where none answers. */
export async function connectResident(dataDir: string): Promise<Socket | undefined> {
  const path = socketPath(dataDir);
  return path === undefined ? undefined : open(path);
}

/** Takes over a connection that a command will tell a run on: its first line, and what came behind it. */
export type TakeRun = (socket: Socket, first: string, rest: string) => void;

/** Answers on the socket until closed. Undefined where the path is too long for one: commands then write themselves. */
export async function becomeResident(
  dataDir: string,
  url: string,
  house: Answers,
  takeRun: TakeRun,
): Promise<{ close(): void } | undefined> {
  const path = socketPath(dataDir);
  if (path === undefined) return undefined;
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.startsWith(TELLS_A_RUN)) {
        const end = text.indexOf('\n');
        if (end >= 0) return takeRun(socket, text.slice(0, end), text.slice(end + 1));
      }
      if (text.length > LONGEST_REQUEST) return void socket.destroy();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 1);
        void answer(request, url, house).then((reply) => socket.writable && socket.write(`${JSON.stringify(reply)}\n`));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  server.unref();
  return {
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function answer(request: string, url: string, house: Answers): Promise<unknown> {
  try {
    const { ask, file, name, asked } = JSON.parse(request) as Readonly<Record<string, unknown>>; // -- checked below
    if (ask === 'who') return { url };
    if (ask === 'scan') return { report: await house.ingest.scan() };
    if (ask === 'restore' && typeof file === 'string') return { restored: await house.replaceLedger(file) };
    if (ask === 'moved') {
      house.ingest.announce(1);
      return {};
    }
    if (ask === 'tool' && typeof name === 'string') return { result: await house.tool(name, asked) };
    return { error: `${UNKNOWN} "${String(ask)}"` };
  } catch (error) {
    const code = error instanceof TokenmeterError ? error.code : undefined;
    return { error: error instanceof Error ? error.message : String(error), code };
  }
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

function asker(socket: Socket): (request: unknown) => Promise<unknown> {
  socket.setEncoding('utf8');
  return (request) =>
    new Promise((resolve, reject) => {
      let text = '';
      const done = () => {
        socket.off('data', onData);
        socket.off('close', onClose);
        socket.off('error', onClose);
      };
      const onData = (chunk: string) => {
        text += chunk;
        const end = text.indexOf('\n');
        if (end < 0) return;
        done();
        resolve(JSON.parse(text.slice(0, end)));
      };
      const onClose = () => {
        done();
        reject(new Error('The running server hung up'));
      };
      socket.on('data', onData);
      socket.on('close', onClose);
      socket.on('error', onClose);
      socket.write(`${JSON.stringify(request)}\n`);
    });
}
