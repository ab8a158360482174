/**
 * What a walk found in a line, entry after entry, in the order of the line. Valid until the next walk of the same walker:
 * whoever needs more of it takes it at once.
 */
import type { Line } from '../agents/agent.ts';
import { readCount } from '../usage.ts';
import {
  COUNT,
  ENTRY_WORDS,
  ESCAPED,
  FALSE,
  FIRST_KEY,
  HIGH,
  LIST,
  NULL,
  OBJECT,
  PAUSED,
  STOPPED,
  STRING,
  TRUE,
  WORD_SHIFT,
} from './layout.ts';

/** What a plan's steady nodes said, and how often they had changed by then. */
export class Steady {
  readonly values: unknown[] = new Array<unknown>(256).fill(undefined);
  readonly counts: number[] = new Array<number>(256).fill(0);
}

export class Tape {
  /** Words by their number. */
  #words: (string | undefined)[] = [];
  #cells: Int32Array = new Int32Array(0);
  #numbers: Float64Array = new Float64Array(0);
  #line: Line | undefined;
  #steady: Steady = new Steady();
  /** Address of the line's first byte. */
  #base = 0;
  /** The first entry, and the one after the last. */
  start = 0;
  end = 0;
  /** How the walk ended: STOPPED, PAUSED, or the offset in the line behind its object. */
  outcome = 0;

  /** Points the tape at a memory, which may have moved. */
  look(memory: ArrayBuffer, start: number): void {
    this.#cells = new Int32Array(memory);
    this.#numbers = new Float64Array(memory);
    this.start = start >> 2;
  }

  forgetWords(): void {
    this.#words = [];
  }

  /** Points it at what a walk over a line has written up to an address. */
  tell(line: Line, base: number, end: number, outcome: number, steady: Steady): this {
    this.#line = line;
    this.#base = base;
    this.#steady = steady;
    this.end = end >> 2;
    this.outcome = outcome === STOPPED || outcome === PAUSED ? outcome : outcome - base;
    return this;
  }

  /** The next entry, which is the first one of what is in it where the entry is a list's or an object's. */
  next(entry: number): number {
    return entry + ENTRY_WORDS;
  }

  node(entry: number): number {
    return (this.#cells[entry] ?? 0) & 0xffff;
  }

  kind(entry: number): number {
    return (this.#cells[entry] ?? 0) >> 16;
  }

  /** Offset of the value in the line; of a string, of its first letter. */
  from(entry: number): number {
    return (this.#cells[entry + 1] ?? 0) - this.#base;
  }

  /** Offset behind the value; of a string, of its closing quote. */
  to(entry: number): number {
    return (this.#cells[entry + 2] ?? 0) - this.#base;
  }

  /** Bytes of the value as spelled, the quotes of a string not counted. */
  bytes(entry: number): number {
    return (this.#cells[entry + 2] ?? 0) - (this.#cells[entry + 1] ?? 0);
  }

  /** The entry behind this one and what is in it. */
  after(entry: number): number {
    const kind = this.kind(entry);
    const after = kind === OBJECT || kind === LIST ? (this.#cells[entry + 3] ?? 0) >> 2 : 0;
    return after === 0 ? entry + ENTRY_WORDS : after;
  }

  /** A count's value, a time's UTC ms (not a number where it is written in another way). */
  number(entry: number): number {
    return this.#numbers[(entry + 4) >> 1] ?? 0;
  }

  /** UTC ms of a time that the walker read, undefined where it is written in another way: see `value`. */
  time(entry: number): number | undefined {
    const at = this.kind(entry) === STRING ? this.number(entry) : Number.NaN;
    return at > 0 ? at : undefined;
  }

  /** True or false, undefined for everything else. */
  flag(entry: number): boolean | undefined {
    const kind = this.kind(entry);
    return kind === TRUE ? true : kind === FALSE ? false : undefined;
  }

  /** The string or first key, '' for everything else and for what cannot be decoded. */
  text(entry: number): string {
    const kind = this.kind(entry);
    if (kind !== STRING && kind !== FIRST_KEY) return '';
    const word = (this.#cells[entry + 3] ?? 0) >> WORD_SHIFT;
    if (word > 0) {
      const known = this.#words[word];
      if (known !== undefined) return known;
      const text = this.spelled(entry);
      this.#words[word] = text;
      return text;
    }
    const count = this.number(entry);
    const { values, counts } = this.#steady;
    const node = this.node(entry);
    const known = count > 0 && counts[node] === count ? values[node] : undefined;
    if (typeof known === 'string') return known;
    const text = this.spelled(entry);
    if (count > 0) {
      values[node] = text;
      counts[node] = count;
    }
    return text;
  }

  /** The letters between the quotes of a string, a first key or a first value. */
  spelled(entry: number): string {
    const line = this.#line;
    if (!line) return '';
    const info = this.#cells[entry + 3] ?? 0;
    const from = this.from(entry);
    const to = this.to(entry);
    if ((info & ESCAPED) !== 0) {
      const value = parse(line.text(from - 1, to + 1));
      return typeof value === 'string' ? value : '';
    }
    return (info & HIGH) !== 0 ? line.text(from, to) : line.latin1(from, to);
  }

  /** The value as JSON, undefined for what is none. */
  value(entry: number): unknown {
    switch (this.kind(entry)) {
      case COUNT:
        return this.number(entry);
      case STRING:
        return this.text(entry);
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case OBJECT:
        return this.#object(entry);
      default:
        return this.#parsed(entry);
    }
  }

  #object(entry: number): unknown {
    const count = this.number(entry);
    if (!(count > 0)) return this.#parsed(entry);
    const { values, counts } = this.#steady;
    const node = this.node(entry);
    if (counts[node] === count) return values[node];
    const value = this.#parsed(entry);
    values[node] = value;
    counts[node] = count;
    return value;
  }

  #parsed(entry: number): unknown {
    return parse(this.json(entry));
  }

  /** The value of an object, a list or a number as the line spells it. */
  json(entry: number): string {
    return this.#line?.text(this.from(entry), this.to(entry)) ?? '';
  }

  /** The value as a count of tokens and the like, undefined for what is none. */
  count(entry: number): number | undefined {
    return this.kind(entry) === COUNT ? this.number(entry) : readCount(this.value(entry));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
