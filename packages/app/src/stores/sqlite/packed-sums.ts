/**
 * Sums of one place (a strand in a quarter of an hour) as bytes: each owner's kind and name as words' numbers, which of its
 * figures are not nought, and those. A tenth of the rows and half the bytes of a row for each owner. It refuses to know
 * what the figures are: their order is ATTRIBUTION_SUMS, and a change of that is a migration.
 */
import { ATTRIBUTION_SUMS } from '@tokenmeter/core';

export const FIGURES = ATTRIBUTION_SUMS.length;

/** Room for one owner at its largest: four numbers and all figures, of at most ten bytes each. */
const LARGEST = (4 + FIGURES) * 10;
/** A source's nonsense may come to less than nothing: which figures do follows then. */
const HAS_NEGATIVE = 1 << FIGURES;
const LOW = 2 ** 28;

export class SumsPacker {
  #bytes = new Uint8Array(64 * LARGEST);
  #first = 0;
  #end = 0;

  /** Whether nothing was added since the last `take`. */
  get isEmpty(): boolean {
    return this.#end === this.#first;
  }

  /** Adds an owner with the figures that begin at `start`; none where all are nought. */
  add(kind: number, name: number, figures: ArrayLike<number>, start = 0): void {
    let told = 0;
    let negative = 0;
    for (let index = 0; index < FIGURES; index++) {
      const figure = figures[start + index] ?? 0;
      if (figure !== 0) told |= 1 << index;
      if (figure < 0) negative |= 1 << index;
    }
    if (told === 0) return;
    if (this.#end + LARGEST > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#put(kind);
    this.#put(name);
    this.#put(negative === 0 ? told : told | HAS_NEGATIVE);
    if (negative !== 0) this.#put(negative);
    for (let index = 0; index < FIGURES; index++)
      if ((told & (1 << index)) !== 0) this.#put(Math.abs(figures[start + index] ?? 0));
  }

  /** What was added since the last time. Good until `clear`: it is a view of the packer's own memory. */
  take(): Uint8Array {
    const packed = this.#bytes.subarray(this.#first, this.#end);
    this.#first = this.#end;
    return packed;
  }

  /** All that was taken is done with. */
  clear(): void {
    this.#first = 0;
    this.#end = 0;
  }

  /** Seven bits a byte, the lowest first. */
  #put(number: number): void {
    const bytes = this.#bytes;
    let rest = number;
    // Bits are only to be had of small numbers.
    while (rest >= LOW) {
      const high = Math.floor(rest / LOW);
      let low = rest - high * LOW;
      for (let count = 0; count < 4; count++) {
        bytes[this.#end++] = (low & 127) | 128;
        low >>>= 7;
      }
      rest = high;
    }
    for (; rest >= 128; rest >>>= 7) bytes[this.#end++] = (rest & 127) | 128;
    bytes[this.#end++] = rest;
  }
}

/**
 * Adds each owner's figures to a list of its own, which `listOf` gives. This is done for all that a ledger holds: it is
 * written so that it makes nothing.
 */
export function addPacked(packed: Uint8Array, listOf: (kind: number, name: number) => Float64Array): void {
  const reader = new Reader(packed);
  while (!reader.isAtEnd) {
    const kind = reader.next();
    const list = listOf(kind, reader.next());
    const told = reader.next();
    const negative = (told & HAS_NEGATIVE) === 0 ? 0 : reader.next();
    for (let index = 0; index < FIGURES; index++) {
      if ((told & (1 << index)) === 0) continue;
      const figure = reader.next();
      list[index] = (list[index] ?? 0) + ((negative & (1 << index)) === 0 ? figure : -figure);
    }
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? 0;
    let number = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = bytes[this.#at++] ?? 0;
      number = shift < 28 ? number | ((byte & 127) << shift) : number + (byte & 127) * 2 ** shift;
    }
    return number;
  }
}

/** Tells each owner with its figures; the list of them is used again for the next. */
export function unpackSums(
  packed: Uint8Array,
  tell: (kind: number, name: number, figures: Float64Array) => void,
): void {
  const figures = new Float64Array(FIGURES);
  let owner: readonly [kind: number, name: number] | undefined;
  const told = () => {
    if (owner) tell(...owner, figures);
  };
  addPacked(packed, (kind, name) => {
    told();
    owner = [kind, name];
    return figures.fill(0);
  });
  told();
}
