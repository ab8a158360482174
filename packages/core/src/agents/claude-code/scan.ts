/**
 * Walks JSON as bytes, so that a long line need not become a value: where members lie, where a string ends, what a short
 * string says. It trusts brackets and commas only as far as it goes; whatever it does not expect ends the walk, and the
 * caller then reads the whole line as JSON. It never looks for a name inside text: it counts quotes and brackets.
 */
import type { Line } from '../agent.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Bytes looked at together: few at the head, which is often all that is read, more within a long string. */
const HEAD_BYTES = 1024;
const STRETCH_BYTES = 4096;
const NEEDS_DECODING = /[\\\x80-\xff]/;

/** One line under the eye. Offsets are bytes within it; -1 means that the line does not go on as JSON does. */
export class Scan {
  readonly line: Line;
  /** The bytes from `#base` on, one character each. */
  #window = '';
  #base = 0;

  constructor(line: Line) {
    this.line = line;
    this.#load(0, HEAD_BYTES);
  }

  /** The byte at an offset, NaN after the end. */
  code(at: number): number {
    const index = at - this.#base;
    if (index >= 0 && index < this.#window.length) return this.#window.charCodeAt(index);
    if (at >= this.line.length || at < 0) return Number.NaN;
    this.#load(at, HEAD_BYTES);
    return this.#window.charCodeAt(0);
  }

  skipSpace(at: number): number {
    let next = at;
    for (let code = this.code(next); code === 32 || code === 13 || code === 9; code = this.code(next)) next++;
    return next;
  }

  /** The offset after the closing quote of the string that opens at `at`. */
  stringEnd(at: number): number {
    if (this.code(at) !== QUOTE) return -1;
    let from = at + 1;
    for (;;) {
      const index = this.#window.indexOf('"', from - this.#base);
      if (index < 0) {
        from = this.#base + this.#window.length;
        if (from >= this.line.length) return -1;
        this.#load(from, STRETCH_BYTES);
        continue;
      }
      const quote = this.#base + index;
      if (!this.#isEscaped(quote, index)) return quote + 1;
      from = quote + 1;
    }
  }

  /** The offset after the value that starts at `at`. */
  valueEnd(at: number): number {
    const first = this.code(at);
    if (first === QUOTE) return this.stringEnd(at);
    if (first === OPEN_OBJECT || first === OPEN_LIST) return this.#closing(at);
    let end = at;
    for (let code = first; code > 32 && code !== COMMA && code !== CLOSE_OBJECT && code !== CLOSE_LIST; )
      code = this.code(++end);
    return end > at && end < this.line.length ? end : -1;
  }

  /** The string that opens at `at`, '' where there is none. `known` is handed back where it is the same: no new string. */
  string(at: number, known = ''): string {
    const end = this.stringEnd(at);
    if (end < 0) return '';
    const from = at + 1;
    if (known !== '' && known.length === end - 1 - from && this.#window.startsWith(known, from - this.#base))
      if (from >= this.#base) return known;
    const text = this.line.latin1(from, end - 1);
    if (!NEEDS_DECODING.test(text)) return text;
    try {
      return String(JSON.parse(this.line.text(at, end)));
    } catch {
      return '';
    }
  }

  /** The value at `at` as JSON, undefined where it is none. */
  json(at: number): unknown {
    const end = this.valueEnd(at);
    if (end < 0) return undefined;
    try {
      return JSON.parse(this.line.text(at, end));
    } catch {
      return undefined;
    }
  }

  isTrue(at: number): boolean {
    return this.code(at) === 116;
  }

  /** The line as a string of bytes from `at`, for as long as the walker's own eye sees. */
  key(from: number, to: number): string {
    const start = from - this.#base;
    return start >= 0 && to - this.#base <= this.#window.length
      ? this.#window.slice(start, to - this.#base)
      : this.line.latin1(from, to);
  }

  #closing(at: number): number {
    let depth = 0;
    for (let next = at; ; ) {
      const code = this.code(next);
      if (code === QUOTE) {
        next = this.stringEnd(next);
        if (next < 0) return -1;
        continue;
      }
      if (Number.isNaN(code)) return -1;
      next++;
      if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
      else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return next;
    }
  }

  #isEscaped(quote: number, index: number): boolean {
    if (index > 0 && this.#window.charCodeAt(index - 1) !== BACKSLASH) return false;
    let before = quote - 1;
    while (this.line.byte(before) === BACKSLASH) before--;
    return (quote - before) % 2 === 0;
  }

  #load(at: number, bytes: number): void {
    this.#window = this.line.latin1(at, Math.min(at + bytes, this.line.length));
    this.#base = at;
  }
}

/** The members of one object, one after the other. */
export class Members {
  key = '';
  /** Where the member's value starts. */
  value = 0;
  /** After the object, once `next` said that there is no more; -1 where it broke off. */
  end = -1;
  readonly #scan: Scan;
  /** After the last value, or -1 where nobody has looked yet. */
  #after: number;
  #started = false;

  constructor(scan: Scan, at: number) {
    this.#scan = scan;
    this.#after = at;
  }

  /** Goes to the next member. False at the end, and where the line is not what an object looks like. */
  next(): boolean {
    const scan = this.#scan;
    let at = this.#after;
    if (!this.#started) {
      if (scan.code(at) !== OPEN_OBJECT) return false;
      this.#started = true;
      at = scan.skipSpace(at + 1);
      if (scan.code(at) === CLOSE_OBJECT) return this.#finish(at + 1);
    } else {
      if (at < 0) at = scan.valueEnd(this.value);
      if (at < 0) return false;
      at = scan.skipSpace(at);
      const code = scan.code(at);
      if (code === CLOSE_OBJECT) return this.#finish(at + 1);
      if (code !== COMMA) return false;
      at = scan.skipSpace(at + 1);
    }
    const keyEnd = scan.stringEnd(at);
    if (keyEnd < 0) return false;
    this.key = scan.key(at + 1, keyEnd - 1);
    const colon = scan.skipSpace(keyEnd);
    if (scan.code(colon) !== COLON) return false;
    this.value = scan.skipSpace(colon + 1);
    this.#after = -1;
    return true;
  }

  /** Tells where the current value ends, where the caller has walked it anyway. */
  endsAt(offset: number): void {
    this.#after = offset;
  }

  #finish(end: number): false {
    this.end = end;
    return false;
  }
}

/** Where each item of the list at `at` starts, to the visitor; answers the offset after the list, -1 where it broke off. */
export function eachItem(scan: Scan, at: number, visit: (item: number) => number): number {
  if (scan.code(at) !== OPEN_LIST) return -1;
  let next = scan.skipSpace(at + 1);
  if (scan.code(next) === CLOSE_LIST) return next + 1;
  for (;;) {
    const end = visit(next);
    if (end < 0) return -1;
    next = scan.skipSpace(end);
    if (scan.code(next) === CLOSE_LIST) return next + 1;
    if (scan.code(next) !== COMMA) return -1;
    next = scan.skipSpace(next + 1);
  }
}
