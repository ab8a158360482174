/**
 * Bytes of a file as whole lines, in chunks of a reused buffer: a character is never split, a cut last line is left for
 * the next time, a line longer than the buffer makes it grow up to a wall. It refuses to know what a line says.
 */
import { readSync } from 'node:fs';
import { Walker } from '@tokenmeter/core/agents';
import { ByteLine } from './byte-line.ts';
import { Newlines } from './newlines.ts';

/** Small enough to stay in a processor's own memory between the file, the search for lines and the walk. */
const CHUNK_BYTES = 256 << 10;
/** A longer line is no record of any agent: it is passed over and counted as damaged. */
const LONGEST_LINE_BYTES = 256 << 20;

/** Bytes that come in order, from elsewhere than an open file. */
export interface ByteStream {
  /** Fills `into` from `at` on. Answers how many bytes it took, 0 at the end. Throws where no more can be had. */
  fill(into: Buffer, at: number): Promise<number>;
}

export interface LineHandlers {
  /** A whole line (without its newline), and the offset in the file just after its newline. */
  onLine(line: ByteLine, offsetAfter: number): void;
  /** A line over the wall was passed over. */
  onTooLong(offsetAfter: number): void;
  /** After each chunk: time to hand over what was gathered. */
  onChunk(): Promise<void> | void;
}

export interface LinesResult {
  /** Offset after the last newline read. */
  readonly offset: number;
  /** Bytes after it: a last line without its newline, whole or cut. Valid until the next call. */
  readonly rest: ByteLine | undefined;
  readonly bytesRead: number;
}

/** Reads lines of open files. Keeps one buffer for all of them, so reading many files allocates once. */
export class LineReader {
  readonly #chunkBytes: number;
  #walker: Walker | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #line = new ByteLine();
  #newlines = new Newlines(undefined);

  constructor(chunkBytes: number = CHUNK_BYTES) {
    this.#chunkBytes = chunkBytes;
  }

  /**
   * Reads `bytes` from `from` up to `end` (a file's size when it was looked at; what grows later is the next time's). A
   * stream stands at `from` already, and ends by itself.
   */
  async read(bytes: number | ByteStream, from: number, end: number, handlers: LineHandlers): Promise<LinesResult> {
    if (this.#buffer.length === 0) this.#open();
    let position = from;
    let held = 0;
    let lineStart = from;
    let skipping = false;
    while (position < end) {
      if (held === this.#buffer.length) {
        if (this.#buffer.length >= LONGEST_LINE_BYTES) {
          skipping = true;
          lineStart += held;
          held = 0;
        } else this.#grow();
      }
      const got =
        typeof bytes === 'number'
          ? readSync(bytes, this.#buffer, held, Math.min(this.#buffer.length - held, end - position), position)
          : await bytes.fill(this.#buffer, held);
      if (got === 0) break;
      position += got;
      const filled = held + got;
      let start = 0;
      this.#newlines.over(this.#buffer, held, filled);
      for (let newline = this.#newlines.next(); newline >= 0; newline = this.#newlines.next()) {
        const after = lineStart + newline + 1 - start;
        if (skipping) {
          skipping = false;
          handlers.onTooLong(after);
        } else if (newline > start) handlers.onLine(this.#line.set(this.#buffer, start, newline), after);
        lineStart = after;
        start = newline + 1;
      }
      held = filled - start;
      if (start > 0 && held > 0) this.#buffer.copyWithin(0, start, filled);
      if (skipping) {
        lineStart += held;
        held = 0;
      }
      await handlers.onChunk();
    }
    const rest = held > 0 && !skipping ? this.#line.set(this.#buffer, 0, held) : undefined;
    return { offset: lineStart, rest, bytesRead: position - from };
  }

  /** Only what reads lines has the memory for it. */
  #open(): void {
    this.#walker = Walker.open();
    this.#line = new ByteLine(this.#walker);
    this.#newlines = new Newlines(this.#walker);
    this.#buffer = this.#room(this.#chunkBytes);
  }

  #grow(): void {
    const larger = this.#room(Math.min(this.#buffer.length * 2, LONGEST_LINE_BYTES));
    // The walker's own room holds what it held.
    if (!this.#walker) this.#buffer.copy(larger);
    this.#buffer = larger;
  }

  #room(bytes: number): Buffer {
    if (!this.#walker) return Buffer.allocUnsafeSlow(bytes);
    const { buffer, byteOffset, byteLength } = this.#walker.room(bytes);
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
