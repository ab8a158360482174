/**
 * Members of JSON objects as bytes, one after the other. Records of one kind have the same keys in the same order nearly
 * always, so the way through them is learnt: where a known key is expected and stands, nothing is searched and no string
 * is made. It refuses to take the expected for the real: a key that is not there in full is read as it is.
 */
import { instantOf } from '../json.ts';
import type { Scan } from './scan.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const ZERO = 48;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Files whose keys vary without end must not be learnt by heart. */
const MOST_KEYS = 500;
const MOST_WAYS = 12;

/** A key where it came in an object, and the keys that came after it. The root of all ways has no text. */
export class Shape {
  /** From the end of the value before, or the bracket, up to the colon. */
  readonly text: string;
  readonly key: string;
  /** A letter of the text, the key's first where nothing is spaced out, by which most other ways are told apart. */
  readonly letter: number;
  next: Shape | undefined;
  other: Shape | undefined;
  readonly #root: Shape;
  #keys = 0;

  constructor(text = '', key = '', root?: Shape) {
    this.text = text;
    this.key = key;
    this.letter = text.charCodeAt(2);
    this.#root = root ?? this;
  }

  /** The way on from here over a new key, which is kept unless there are too many. */
  follow(text: string, key: string): Shape {
    // A property's name is the one copy that the engine keeps of a string: comparing it is comparing addresses.
    const [name = key] = Object.keys({ [key]: true });
    const shape = new Shape(text, name, this.#root);
    let ways = 0;
    for (let way = this.next; way; way = way.other) ways++;
    if (ways >= MOST_WAYS || this.#root.#keys >= MOST_KEYS) return shape;
    this.#root.#keys++;
    shape.other = this.next;
    this.next = shape;
    return shape;
  }
}

/** The members of one object, one after the other. What is asked of the current value is asked once. */
export class Members {
  key = '';
  /** Where the member's value starts. */
  value = 0;
  /** After the object, once `next` said that there is no more; -1 where it broke off. */
  end = -1;
  readonly #scan: Scan;
  /** After the current value, or -1 where nobody has looked yet. */
  #after = -1;
  #isFirst = true;
  #shape: Shape;

  /** The object at an offset; `shape` is kept for all objects of its kind. */
  constructor(scan: Scan, at: number, shape: Shape) {
    this.#scan = scan;
    this.value = at;
    this.#shape = shape;
  }

  /** Goes to the next member. False at the end, and where the line is not what an object looks like. */
  next(): boolean {
    const scan = this.#scan;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const at = isFirst ? this.value : this.#after < 0 ? scan.valueEnd(this.value) : this.#after;
    if (at < 0) return false;
    this.#after = -1;
    const letter = scan.code(at + 2);
    const before = this.#shape;
    let last: Shape | undefined;
    for (let shape = before.next; shape; shape = shape.other) {
      if (shape.letter === letter && scan.startsWith(shape.text, at)) {
        if (last) {
          // The way just taken is likely the next one too.
          last.other = shape.other;
          shape.other = before.next;
          before.next = shape;
        }
        this.#shape = shape;
        this.key = shape.key;
        this.value = scan.skipSpace(at + shape.text.length);
        return true;
      }
      last = shape;
    }
    return this.#learn(at, isFirst);
  }

  /** The end, or a key that did not come here before. `from` is at the object's bracket, or after the last value. */
  #learn(from: number, isFirst: boolean): boolean {
    const scan = this.#scan;
    const at = isFirst ? from : scan.skipSpace(from);
    const code = scan.code(at);
    if (!isFirst && code === CLOSE_OBJECT) return this.#finish(at + 1);
    if (code !== (isFirst ? OPEN_OBJECT : COMMA)) return false;
    const key = scan.skipSpace(at + 1);
    if (isFirst && scan.code(key) === CLOSE_OBJECT) return this.#finish(key + 1);
    const keyEnd = scan.stringEnd(key);
    if (keyEnd < 0) return false;
    const colon = scan.skipSpace(keyEnd);
    if (scan.code(colon) !== COLON) return false;
    this.value = scan.skipSpace(colon + 1);
    this.#shape = this.#shape.follow(scan.latin1(from, colon + 1), scan.latin1(key + 1, keyEnd - 1));
    this.key = this.#shape.key;
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

  /** The current value and what stands after it up to an offset are dealt with; `shape` is kept for what comes there. */
  goOn(offset: number, shape: Shape): void {
    this.#after = offset;
    this.#shape = shape;
  }

  /** The value if it is a string, else ''. `known` is handed back where it is the same: no new string is made. */
  string(known = ''): string {
    if (this.#scan.code(this.value) !== QUOTE) return '';
    if (known !== '' && this.#is(known)) return known;
    const end = this.valueEnd();
    return end < 0 ? '' : this.#scan.text(this.value, end);
  }

  /** The value if it is one of a few strings, each without anything to escape; else as `string`. */
  word(likely: readonly string[]): string {
    if (this.#scan.code(this.value) !== QUOTE) return '';
    for (const word of likely) if (this.#is(word)) return word;
    return this.string();
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

  /** The value if it is a plain whole number of fewer than thirteen digits, as no count has more, else as JSON. */
  number(): unknown {
    let next = this.value;
    let number = 0;
    for (let digit = this.#scan.code(next) - ZERO; digit >= 0 && digit <= 9; digit = this.#scan.code(next) - ZERO) {
      number = number * 10 + digit;
      next++;
    }
    const code = this.#scan.code(next);
    const length = next - this.value;
    if (length === 0 || length > 12 || (code !== COMMA && code !== CLOSE_OBJECT)) return this.json();
    this.#after = next;
    return number;
  }

  /** The value as JSON, undefined where the line breaks off. */
  json(): unknown {
    const end = this.valueEnd();
    return end < 0 ? undefined : this.#scan.json(this.value, end);
  }

  #is(text: string): boolean {
    if (!this.#scan.startsWith(text, this.value + 1)) return false;
    const end = this.value + 1 + text.length;
    if (this.#scan.code(end) !== QUOTE) return false;
    this.#after = end + 1;
    return true;
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
