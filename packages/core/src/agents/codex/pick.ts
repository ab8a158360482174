/**
 * The two ways of reading a record's payload: whole, for small records of which much is wanted, or only the places of a
 * few values. It refuses lines that do not end as an object does.
 */
import type { Line } from '../agent.ts';
import { record } from './tokens.ts';
import type { Reader, Told } from './told.ts';
import { parseAt, type Spans, spansOf, spelledBytes, stringAt } from './walk.ts';

const CLOSE_OBJECT = 125;

/** The wanted values of a payload, by their index. A value that is missing is '' as text, 0 bytes, undefined. */
export class Fields {
  readonly line: Line;
  readonly #head: string;
  readonly #spans: Spans;

  constructor(line: Line, head: string, spans: Spans) {
    this.line = line;
    this.#head = head;
    this.#spans = spans;
  }

  from(index: number): number {
    return this.#spans[2 * index] ?? -1;
  }

  to(index: number): number {
    return this.#spans[2 * index + 1] ?? -1;
  }

  /** '' for anything but a string. */
  text(index: number): string {
    return stringAt(this.line, this.#head, this.from(index), this.to(index));
  }

  /** UTF-8 bytes as the line spells them. */
  bytes(index: number): number {
    return spelledBytes(this.line, this.from(index), this.to(index));
  }

  value(index: number): unknown {
    return parseAt(this.line, this.from(index), this.to(index));
  }
}

export function whole(is: 'meta' | 'usage' | 'settings'): Reader {
  return (line) => {
    try {
      return { is, payload: record(line.json()).payload };
    } catch {
      return undefined;
    }
  };
}

/** `all`: the rest of the payload need not be looked at once the wanted values are found. */
export function pick(
  wanted: readonly string[],
  make: (fields: Fields) => Told | 'nothing' | 'unknown' | undefined,
  all = false,
): Reader {
  return (line, payload, head) => {
    if (!endsWhole(line)) return undefined;
    const spans = spansOf(line, head, payload, wanted, all);
    return spans && make(new Fields(line, head, spans));
  };
}

/** Whether the line ends as a whole record does; a cheap sign that it was not cut. */
export function endsWhole(line: Line): boolean {
  return line.byte(line.length - 1) === CLOSE_OBJECT;
}
