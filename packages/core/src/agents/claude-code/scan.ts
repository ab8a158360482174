/**
 * Walks JSON as bytes, so that a long line need not become a value: where members lie, where a string ends, what a short
 * string says. It trusts brackets and commas only as far as it goes; whatever it does not expect ends the walk, and the
 * caller then reads the whole line as JSON. It never looks for a name inside text: it counts quotes and brackets.
 */
import type { Line } from '../agent.ts';
import { instantOf, type Json, objectOf } from '../json.ts';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const ZERO = 48;

/** Short lines are looked at whole; of long ones first the head, which is often all that is read, then long stretches. */
const WHOLE_BYTES = 4096;
const HEAD_BYTES = 1024;
const STRETCH_BYTES = 8192;
/** Texts from here on are compared as strings of their own. */
const SHORT = 20;
const NEEDS_DECODING = /[\\\x80-\xff]/;

/** One line under the eye. Offsets are bytes within it; -1 means that the line does not go on as JSON does. */
export class Scan {
  #line: Line;
  /** The bytes from `#base` on, one character each. */
  #window = '';
  #base = 0;
  #length = 0;

  constructor(line: Line) {
    this.#line = line;
    this.set(line);
  }

  set(line: Line): void {
    this.#line = line;
    this.#length = line.length;
    this.#load(0, line.length <= WHOLE_BYTES ? WHOLE_BYTES : HEAD_BYTES);
  }

  /** The byte at an offset, NaN outside the line. */
  code(at: number): number {
    const index = at - this.#base;
    if (index >= 0 && index < this.#window.length) return this.#window.charCodeAt(index);
    if (at >= this.#length || at < 0) return Number.NaN;
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
      if (index > 0 && this.#window.charCodeAt(index - 1) !== BACKSLASH) return this.#base + index + 1;
      if (index < 0) {
        from = this.#base + this.#window.length;
        if (from >= this.#length) return -1;
        this.#load(from, STRETCH_BYTES);
        continue;
      }
      const quote = this.#base + index;
      if (!this.#isEscaped(quote)) return quote + 1;
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
    return end > at && end < this.#length ? end : -1;
  }

  /** Whether `text` stands at an offset, as far as the eye sees: false says nothing. */
  startsWith(text: string, at: number): boolean {
    const index = at - this.#base;
    if (index < 0) return false;
    // The engine compares `startsWith` letter by letter, two strings of one length eight at a time.
    return text.length < SHORT
      ? this.#window.startsWith(text, index)
      : this.#window.slice(index, index + text.length) === text;
  }

  /** What a sticky pattern finds at an offset, as far as the eye sees: null says nothing. */
  match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at - this.#base;
    return at < this.#base ? null : pattern.exec(this.#window);
  }

  /** The bytes between two offsets, one character each. */
  latin1(from: number, to: number): string {
    return this.#line.latin1(from, to);
  }

  /** The string between an opening quote and the offset after the closing one. */
  text(at: number, end: number): string {
    const text = this.#line.latin1(at + 1, end - 1);
    if (!NEEDS_DECODING.test(text)) return text;
    const value = this.json(at, end);
    return typeof value === 'string' ? value : '';
  }

  /** Whether `text` stands somewhere between two offsets. */
  includes(text: string, from: number, to: number): boolean {
    const index = from - this.#base;
    if (index < 0 || to - this.#base > this.#window.length) return this.#line.find(text, from, to) >= 0;
    const found = this.#window.indexOf(text, index);
    return found >= 0 && found + text.length <= to - this.#base;
  }

  json(from: number, to: number): unknown {
    try {
      return JSON.parse(this.#line.text(from, to));
    } catch {
      return undefined;
    }
  }

  /** Members that stand between two offsets, as an object. */
  members(from: number, to: number): Json | undefined {
    try {
      return objectOf(JSON.parse(`{${this.#line.text(from, to)}}`));
    } catch {
      return undefined;
    }
  }

  /** UTC ms of a timestamp as this agent writes it (`2026-06-01T10:00:00.000Z`), or of another kind of instant. */
  instant(at: number, end: number): number | undefined {
    const index = at + 1 - this.#base;
    const window = this.#window;
    if (end - at === 26 && index >= 0 && window.charCodeAt(index + 23) === 90 && window.charCodeAt(index + 19) === 46) {
      const hour = this.#digits(index + 11, 2);
      const minute = this.#digits(index + 14, 2);
      const second = this.#digits(index + 17, 2);
      const day = hour < 24 && minute < 60 && second < 60 ? this.#day(index) : undefined;
      const millis = this.#digits(index + 20, 3);
      if (day !== undefined && millis >= 0 && hour >= 0 && minute >= 0 && second >= 0)
        return day + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    }
    return instantOf(this.text(at, end));
  }

  #lastDay = '';
  #lastDayStart: number | undefined;

  /** Start of the day written at an index of the window: records of one day follow one another. */
  #day(index: number): number | undefined {
    if (this.#lastDay !== '' && this.#window.startsWith(this.#lastDay, index)) return this.#lastDayStart;
    const day = this.#window.slice(index, index + 11);
    this.#lastDayStart = /^\d{4}-\d\d-\d\dT$/.test(day) ? instantOf(`${day}00:00:00.000Z`) : undefined;
    this.#lastDay = this.#lastDayStart === undefined ? '' : day;
    return this.#lastDayStart;
  }

  /** So many digits at an index of the window as a number, negative where there is something else. */
  #digits(index: number, count: number): number {
    let value = 0;
    for (let next = index; next < index + count; next++) {
      const digit = this.#window.charCodeAt(next) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return -1e9;
      value = value * 10 + digit;
    }
    return value;
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

  #isEscaped(quote: number): boolean {
    let before = quote - 1;
    while (this.#line.byte(before) === BACKSLASH) before--;
    return (quote - before) % 2 === 0;
  }

  #load(at: number, bytes: number): void {
    this.#window = this.#line.latin1(at, Math.min(at + bytes, this.#length));
    this.#base = at;
  }
}
