/**
 * Lines for tests: a pure `Line` over bytes in memory. The app has its own, faster one; both must behave the same. It
 * refuses to guess: bytes after the last newline are a line only when the caller says so.
 */
import type { Line } from '../agents/agent.ts';
import type { Plan } from '../tape/plan.ts';
import type { Tape } from '../tape/tape.ts';
import { Walker } from '../tape/walker.ts';

const NEWLINE = 10;
const CLOSE_OBJECT = 125;
/** One for all lines: each is copied into its room to be walked. */
const walker = Walker.open();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** One line, its newline not included, over the bytes given (not copied). */
export class ByteLine implements Line {
  readonly length: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  find(needle: string, from = 0, to = this.length): number {
    const last = Math.min(to, this.length) - needle.length;
    for (let at = Math.max(0, from); at <= last; at++) {
      let same = 0;
      while (same < needle.length && this.#bytes[at + same] === needle.charCodeAt(same)) same++;
      if (same === needle.length) return at;
    }
    return -1;
  }

  /** The byte at a position, -1 outside the line. */
  byte(at: number): number {
    return this.#bytes[at] ?? -1;
  }

  latin1(from: number, to: number): string {
    let text = '';
    for (const byte of this.#bytes.subarray(from, to)) text += String.fromCharCode(byte);
    return text;
  }

  text(from: number, to: number): string {
    return decoder.decode(this.#bytes.subarray(from, to));
  }

  json(): unknown {
    return JSON.parse(this.text(0, this.length));
  }

  walk(plan: Plan, from = 0): Tape | undefined {
    if (!walker) return undefined;
    const room = walker.room(this.length + 1);
    room.set(this.#bytes);
    // What stands behind a line is another one: no reader may take it for a part of this.
    room[this.length] = CLOSE_OBJECT;
    return walker.walk(plan, this, room.byteOffset, room.byteOffset + this.length, from);
  }
}

export function lineOf(text: string): Line {
  return new ByteLine(new TextEncoder().encode(text));
}

/** Every whole line of the bytes; what follows the last newline too if `unfinished` is true and it is not empty. */
export function linesOf(bytes: Uint8Array, unfinished = false): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(new ByteLine(bytes.subarray(start, end)));
    start = end + 1;
  }
  if (unfinished && start < bytes.length) lines.push(new ByteLine(bytes.subarray(start)));
  return lines;
}

/**
 * Cuts a stream of chunks into lines. Each line is handed over in a buffer that is overwritten as soon as `use` returns,
 * so that a reader which keeps a line is caught.
 */
export class LineSplitter {
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array, use: (line: Line) => void): void {
    const joined = new Uint8Array(this.#rest.length + chunk.length);
    joined.set(this.#rest);
    joined.set(chunk, this.#rest.length);
    let start = 0;
    for (let end = joined.indexOf(NEWLINE); end !== -1; end = joined.indexOf(NEWLINE, start)) {
      const bytes = joined.slice(start, end);
      use(new ByteLine(bytes));
      bytes.fill(0);
      start = end + 1;
    }
    this.#rest = joined.slice(start);
  }

  /** Bytes after the last newline, as a line. */
  end(use: (line: Line) => void): void {
    if (this.#rest.length > 0) use(new ByteLine(this.#rest));
    this.#rest = new Uint8Array(0);
  }
}
