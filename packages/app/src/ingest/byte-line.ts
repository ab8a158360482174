/**
 * A line of a log as the agents read it: bytes of a reused buffer, decoded only where somebody asks. It refuses to own
 * memory: the next line, or the next chunk, overwrites it.
 */
import type { Line, Plan, Tape, Walker } from '@tokenmeter/core/agents';

/** Needles are ASCII and few: their bytes are kept. */
const needles = new Map<string, Buffer>();

function bytesOf(needle: string): Buffer {
  let bytes = needles.get(needle);
  if (!bytes) {
    bytes = Buffer.from(needle, 'latin1');
    needles.set(needle, bytes);
  }
  return bytes;
}

/** Node's buffers have these without the detour over an encoding's name; its types do not tell. */
interface Slicing extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

export class ByteLine implements Line {
  readonly #walker: Walker | undefined;
  #buffer = Buffer.alloc(0) as Slicing; // -- see Slicing
  /** Where the buffer begins in the walker's memory. */
  #base = 0;
  #start = 0;
  #end = 0;

  /** `walker`: whose room the buffers are that the line will be pointed at. */
  constructor(walker?: Walker) {
    this.#walker = walker;
  }

  /** Points the line at [start, end) of a buffer, newline not included. */
  set(buffer: Buffer, start: number, end: number): this {
    if (buffer !== this.#buffer) {
      this.#buffer = buffer as Slicing; // -- see Slicing
      this.#base = buffer.byteOffset;
    }
    this.#start = start;
    this.#end = end;
    return this;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  find(needle: string, from = 0, to: number = this.length): number {
    const first = this.#start + Math.max(0, from);
    const last = Math.min(this.#end, this.#start + to);
    if (last - first < needle.length) return -1;
    const at = this.#buffer.subarray(first, last).indexOf(bytesOf(needle));
    return at < 0 ? -1 : at + first - this.#start;
  }

  byte(at: number): number {
    return this.#buffer[this.#start + at] ?? 0;
  }

  latin1(from: number, to: number): string {
    return this.#buffer.latin1Slice(this.#start + from, Math.min(this.#end, this.#start + to));
  }

  text(from: number, to: number): string {
    return this.#buffer.utf8Slice(this.#start + from, Math.min(this.#end, this.#start + to));
  }

  json(): unknown {
    return JSON.parse(this.#buffer.utf8Slice(this.#start, this.#end));
  }

  walk(plan: Plan, from = 0): Tape | undefined {
    return this.#walker?.walk(plan, this, this.#base + this.#start, this.#base + this.#end, from);
  }
}
