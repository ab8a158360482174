/**
 * Walks JSON as bytes, so that a long line need not become a value: where members lie, where a string ends, what a short
 * string says. It trusts brackets and commas only as far as it goes; whatever it does not expect ends the walk, and the
 * caller then reads the whole line as JSON. It never looks for a name inside text: it counts quotes and brackets.
 */
import type { Line } from '../agent.ts';
import { instantOf } from './json.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
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
const NEEDS_DECODING = /[\\\x80-\xff]/;

/** Names by their length and their first and last letter, so that a name in a line is known without making a string. */
export class Names {
  readonly #slots: string[][] = Array.from({ length: 256 }, () => []);

  constructor(names: Iterable<string>) {
    for (const name of names) this.#slot(name).push(name);
  }

  like(length: number, first: number, last: number): readonly string[] {
    return this.#slots[slotOf(length, first, last)] ?? [];
  }

  same(name: string): string {
    return this.#slot(name).find((known) => known === name) ?? '';
  }

  #slot(name: string): string[] {
    return this.#slots[slotOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))] ?? [];
  }
}

function slotOf(length: number, first: number, last: number): number {
  return (length * 37 + first * 11 + last * 3) & 255;
}

/** One line under the eye. Offsets are bytes within it; -1 means that the line does not go on as JSON does. */
export class Scan {
  #line: Line;
  /** The bytes from `#base` on, one character each. */
  #window = '';
  #base = 0;
  #length = 0;
  readonly #names: Names;

  /** `names` are the keys and words that the caller looks for: they are handed out without making new strings. */
  constructor(line: Line, names: Names) {
    this.#line = line;
    this.#names = names;
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

  /** The name between two offsets if it is one that the caller looks for, else ''. */
  name(from: number, to: number): string {
    const index = from - this.#base;
    if (index < 0) return this.#names.same(this.#line.latin1(from, to));
    if (to <= from) return '';
    const window = this.#window;
    const last = window.charCodeAt(index + to - from - 1);
    for (const name of this.#names.like(to - from, window.charCodeAt(index), last))
      if (name.length === to - from && window.startsWith(name, index)) return name;
    return '';
  }

  /** Whether `text` and a quote stand at an offset. */
  holds(text: string, from: number): boolean {
    const index = from - this.#base;
    return index >= 0 && this.#window.startsWith(text, index) && this.#window.charCodeAt(index + text.length) === QUOTE;
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

/** The members of one object, one after the other. What is asked of the current value is asked once. */
export class Members {
  /** The member's name if the scan's caller looks for it, else ''. */
  key = '';
  /** Where the member's value starts. */
  value = 0;
  /** After the object, once `next` said that there is no more; -1 where it broke off. */
  end = -1;
  readonly #scan: Scan;
  /** After the current value, or -1 where nobody has looked yet. */
  #after = -1;
  #isFirst = true;

  constructor(scan: Scan, at: number) {
    this.#scan = scan;
    this.value = at;
  }

  /** Goes to the next member. False at the end, and where the line is not what an object looks like. */
  next(): boolean {
    const scan = this.#scan;
    let at: number;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (scan.code(this.value) !== OPEN_OBJECT) return false;
      at = scan.skipSpace(this.value + 1);
      if (scan.code(at) === CLOSE_OBJECT) return this.#finish(at + 1);
    } else {
      at = this.#after < 0 ? scan.valueEnd(this.value) : this.#after;
      if (at < 0) return false;
      at = scan.skipSpace(at);
      const code = scan.code(at);
      if (code === CLOSE_OBJECT) return this.#finish(at + 1);
      if (code !== COMMA) return false;
      at = scan.skipSpace(at + 1);
    }
    const keyEnd = scan.stringEnd(at);
    if (keyEnd < 0) return false;
    this.key = scan.name(at + 1, keyEnd - 1);
    const colon = scan.skipSpace(keyEnd);
    if (scan.code(colon) !== COLON) return false;
    this.value = scan.skipSpace(colon + 1);
    this.#after = -1;
    return true;
  }

  /** After the current value, -1 where the line breaks off within it. */
  valueEnd(): number {
    if (this.#after < 0) this.#after = this.#scan.valueEnd(this.value);
    return this.#after;
  }

  /** Tells where the current value ends, where the caller has walked it anyway. */
  endsAt(offset: number): void {
    this.#after = offset;
  }

  /** The value if it is a string, else ''. `known` is handed back where it is the same: no new string is made. */
  string(known = ''): string {
    const scan = this.#scan;
    if (scan.code(this.value) !== QUOTE) return '';
    if (known !== '' && scan.holds(known, this.value + 1)) {
      this.#after = this.value + known.length + 2;
      return known;
    }
    const end = this.valueEnd();
    return end < 0 ? '' : scan.text(this.value, end);
  }

  /** The value if it is a string that the scan's caller looks for, '' for every other. */
  word(): string {
    if (this.#scan.code(this.value) !== QUOTE) return '';
    const end = this.valueEnd();
    return end < 0 ? '' : this.#scan.name(this.value + 1, end - 1);
  }

  /** The value as UTC ms. */
  instant(): number | undefined {
    if (this.#scan.code(this.value) !== QUOTE) return instantOf(this.json());
    const end = this.valueEnd();
    return end < 0 ? undefined : this.#scan.instant(this.value, end);
  }

  /** The value if it is a boolean. */
  flag(): boolean | undefined {
    const code = this.#scan.code(this.value);
    return code === 116 ? true : code === 102 ? false : undefined;
  }

  /** The value if it is a plain whole number of fewer than sixteen digits, else as JSON. */
  number(): unknown {
    let next = this.value;
    let number = 0;
    for (let digit = this.#scan.code(next) - ZERO; digit >= 0 && digit <= 9; digit = this.#scan.code(next) - ZERO) {
      number = number * 10 + digit;
      next++;
    }
    const code = this.#scan.code(next);
    const length = next - this.value;
    if (length === 0 || length > 15 || (code !== COMMA && code !== CLOSE_OBJECT)) return this.json();
    this.#after = next;
    return number;
  }

  /** The value as JSON, undefined where the line breaks off. */
  json(): unknown {
    const end = this.valueEnd();
    return end < 0 ? undefined : this.#scan.json(this.value, end);
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
