/**
 * Where lines end in a stretch of a buffer, one after the other: from the walker, which finds all of a stretch at once,
 * or, where there is none, by a search each.
 */
import type { Walker } from '@tokenmeter/core/agents';

const NEWLINE = 10;
const NONE = new Uint32Array(0);

export class Newlines {
  readonly #walker: Walker | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #ends: Uint32Array = NONE;
  #next = 0;

  /** `walker`: whose room the buffers are. */
  constructor(walker: Walker | undefined) {
    this.#walker = walker;
  }

  /** The stretch [from, to) of a buffer is next. */
  over(buffer: Buffer, from: number, to: number): void {
    this.#buffer = buffer;
    this.#from = from;
    this.#to = to;
    this.#ends = NONE;
    this.#next = 0;
  }

  /** Offset in the buffer of the next newline of the stretch, -1 after the last one. */
  next(): number {
    if (!this.#walker) return this.#search();
    if (this.#next === this.#ends.length && !this.#more(this.#walker)) return -1;
    return this.#from + (this.#ends[this.#next++] ?? 0);
  }

  #more(walker: Walker): boolean {
    const last = this.#ends.at(-1);
    if (last !== undefined) this.#from += last + 1;
    const { byteOffset } = this.#buffer;
    this.#ends = walker.lineEnds(byteOffset + this.#from, byteOffset + this.#to);
    this.#next = 0;
    return this.#ends.length > 0;
  }

  #search(): number {
    const at = this.#buffer.indexOf(NEWLINE, this.#from);
    if (at < 0 || at >= this.#to) return -1;
    this.#from = at + 1;
    return at;
  }
}
