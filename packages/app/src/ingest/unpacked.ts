/**
 * What a compressed log (zstd) holds, as a stream: a chunk at a time, whatever its length. It refuses to keep or to write
 * what it unpacked, and says in one word what is wrong with bytes that cannot be.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Unread } from '@tokenmeter/core';
import type { ByteStream } from './lines.ts';

/** Makes a stream that unpacks one frame. */
export type Unpack = () => zlib.ZstdDecompress;

/** How this Node does it. Before 22.15 it cannot. */
export const nodeUnpack: Unpack | undefined =
  typeof zlib.createZstdDecompress === 'function' ? () => zlib.createZstdDecompress() : undefined;

const NOTHING = Buffer.alloc(0);

class UnreadError extends Error {
  readonly why: Unread;

  constructor(why: Unread, cause?: unknown) {
    super(`Cannot unpack a log: ${why}`, { cause });
    this.why = why;
  }
}

/** What an error of `fill` says of the log. Throws any other error. */
export function whyUnread(error: unknown): Unread {
  if (error instanceof UnreadError) return error.why;
  throw error;
}

interface Frame {
  readonly stream: zlib.ZstdDecompress;
  readonly chunks: AsyncIterator<Buffer>;
}

export class Unpacked implements ByteStream {
  readonly #path: string;
  readonly #size: number;
  readonly #unpack: Unpack | undefined;
  #frame: Frame | undefined;
  /** Where the frame begins. */
  #at = 0;
  #chunk: Buffer = NOTHING;
  #failure: unknown;
  #isClosed = false;

  /** `size` is that of the file when it was found. */
  constructor(path: string, size: number, unpack: Unpack | undefined) {
    this.#path = path;
    this.#size = size;
    this.#unpack = unpack;
  }

  /** Bytes on disk that were unpacked so far. */
  get taken(): number {
    return this.#at + (this.#frame?.stream.bytesWritten ?? 0);
  }

  async fill(into: Buffer, at: number): Promise<number> {
    let filled = at;
    while (filled < into.length && (await this.#more())) {
      const copied = this.#chunk.copy(into, filled);
      this.#chunk = this.#chunk.subarray(copied);
      filled += copied;
    }
    if (filled === at && this.#failure !== undefined) throw this.#failure;
    return filled - at;
  }

  /** The next bytes, which are still to come after it: as many, or as there are. What is wrong is told by `fill`. */
  async head(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let got = 0;
    while (got < bytes && (await this.#more())) {
      parts.push(this.#chunk);
      got += this.#chunk.length;
      this.#chunk = NOTHING;
    }
    const whole = Buffer.concat([...parts, this.#chunk]);
    this.#chunk = whole;
    return whole.subarray(0, bytes);
  }

  /** Passes over bytes. False where there were not as many; true where something is wrong, which `fill` tells then. */
  async skip(bytes: number): Promise<boolean> {
    let left = bytes;
    while (left > 0 && (await this.#more())) {
      const passed = Math.min(left, this.#chunk.length);
      this.#chunk = this.#chunk.subarray(passed);
      left -= passed;
    }
    return left === 0 || this.#failure !== undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#frame?.stream.destroy();
  }

  /** Whether there is something in the chunk, after the next one was fetched if need be. */
  async #more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      if (this.#failure !== undefined || this.#isClosed) return false;
      if (!this.#frame && this.#at > 0 && this.#at >= this.#size) return false;
      try {
        this.#frame ??= this.#open();
        const { done, value } = await this.#frame.chunks.next();
        if (done) this.#endFrame(this.#frame);
        else this.#chunk = value;
      } catch (error) {
        this.#failure = failureOf(error);
      }
    }
    return true;
  }

  #open(): Frame {
    if (!this.#unpack) throw new UnreadError('unsupported');
    if (this.#size === 0) throw new UnreadError('cut');
    const stream = this.#unpack();
    // What goes wrong is heard by whoever asks for the next chunk.
    pipeline(createReadStream(this.#path, { start: this.#at, end: this.#size - 1 }), stream, () => {});
    return { stream, chunks: stream[Symbol.asyncIterator]() };
  }

  /** Node stops after a frame; whoever put two files together made one of two. */
  #endFrame({ stream }: Frame): void {
    this.#frame = undefined;
    if (stream.bytesWritten === 0) throw new UnreadError('damaged');
    this.#at += stream.bytesWritten;
  }
}

/** Errors of the disk stay what they are. */
function failureOf(error: unknown): unknown {
  const code = String((error as NodeJS.ErrnoException).code); // -- node's errors carry a code
  if (code === 'Z_BUF_ERROR') return new UnreadError('cut', error);
  return code.startsWith('ZSTD_') ? new UnreadError('damaged', error) : error;
}
