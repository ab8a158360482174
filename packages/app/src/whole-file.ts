/**
 * Writes a file beside its place and renames it there once it is whole and on the disk, so that a full disk, a fault or an
 * interruption leaves what was there as it was and nothing beside it. What is no regular file (a pipe, /dev/stdout) is
 * written where it is.
 */
import { rmSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';

/** Resolves when more may be written. */
export type WriteData = (data: string | Uint8Array) => Promise<void>;

const PIECE = 1 << 16;

/**
 * Has `fill` write the file. A new one gets mode 0600, one that is replaced keeps its own; a link stays, what it leads to
 * is replaced. Throws what `fill` throws, and where the file cannot be written an error that says why.
 */
export async function writeWhole(path: string, fill: (write: WriteData) => Promise<void>): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) return fillFile(path, path, 'w', 0o600, fill);
  const target = there ? await realpath(path) : path;
  const draft = `${target}.part-${process.pid}`;
  const keep = leaveNothing(draft);
  try {
    await rm(draft, { force: true }).catch(() => {});
    await fillFile(path, draft, 'wx', there ? there.mode & 0o777 : 0o600, fill);
    await rename(draft, target).catch((error: unknown) => Promise.reject(unwritable(path, error)));
  } finally {
    keep();
    await rm(draft, { force: true }).catch(() => {});
  }
}

async function fillFile(
  path: string,
  place: string,
  flags: 'w' | 'wx',
  mode: number,
  fill: (write: WriteData) => Promise<void>,
): Promise<void> {
  const tried = <T>(work: Promise<T>) => work.catch((error: unknown) => Promise.reject(unwritable(path, error)));
  const file: FileHandle = await tried(open(place, flags, 0o600));
  try {
    let waiting: Buffer[] = [];
    let size = 0;
    const flush = async () => {
      const piece = Buffer.concat(waiting);
      [waiting, size] = [[], 0];
      await tried(file.appendFile(piece));
    };
    await fill(async (data) => {
      waiting.push(Buffer.from(data));
      size += data.length;
      if (size >= PIECE) await flush();
    });
    await flush();
    if (flags === 'w') return;
    await tried(file.chmod(mode));
    await tried(file.sync());
  } finally {
    await file.close();
  }
}

/** Takes the draft away where the process is told to end meanwhile, and ends it. Returns how to stop watching for that. */
function leaveNothing(draft: string): () => void {
  const end = (signal: NodeJS.Signals) => {
    rmSync(draft, { force: true });
    process.kill(process.pid, signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

function unwritable(path: string, cause: unknown): Error {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split(', ');
  return new Error(
    `"${path}" cannot be written (${reason}), check that its folder exists, is yours to write and has free space`,
    { cause },
  );
}
