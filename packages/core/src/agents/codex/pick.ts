/**
 * The two ways of reading a record's payload: whole, for small records of which much is wanted, or only the places of a
 * few values, as a walk over the line found them or as a slower look at it does. It refuses lines that are not whole.
 */
import type { Line } from '../agent.ts';
import type { Found } from './found.ts';
import { record } from './tokens.ts';
import type { Reader, Told } from './told.ts';
import { parseAt, type Spans, spansOf, spelledBytes, stringAt } from './walk.ts';
import { nodeOf } from './wishes.ts';

/** The wanted values of a payload, by their index. A value that is missing is '' as text, 0 bytes, undefined. */
export interface Fields {
  readonly line: Line;
  /** Where a value lies in the line, a string with its quotes; -1 where it is missing. */
  from(index: number): number;
  to(index: number): number;
  /** '' for anything but a string. */
  text(index: number): string;
  /** UTF-8 bytes as the line spells them, the quotes of a string not counted. */
  bytes(index: number): number;
  value(index: number): unknown;
}

class FoundFields implements Fields {
  readonly line: Line;
  readonly #found: Found;
  readonly #nodes: readonly number[];

  constructor(line: Line, found: Found, nodes: readonly number[]) {
    this.line = line;
    this.#found = found;
    this.#nodes = nodes;
  }

  from(index: number): number {
    return this.#found.from(this.#node(index));
  }

  to(index: number): number {
    return this.#found.to(this.#node(index));
  }

  text(index: number): string {
    return this.#found.text(this.#node(index));
  }

  bytes(index: number): number {
    return this.#found.bytes(this.#node(index));
  }

  value(index: number): unknown {
    return this.#found.value(this.#node(index));
  }

  #node(index: number): number {
    return this.#nodes[index] ?? 0;
  }
}

export class SpanFields implements Fields {
  readonly line: Line;
  readonly #spans: Spans;

  constructor(line: Line, spans: Spans) {
    this.line = line;
    this.#spans = spans;
  }

  from(index: number): number {
    return this.#spans[2 * index] ?? -1;
  }

  to(index: number): number {
    return this.#spans[2 * index + 1] ?? -1;
  }

  text(index: number): string {
    return stringAt(this.line, this.from(index), this.to(index));
  }

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

/** A reader of a few values, by their paths in the payload. */
export function pick(
  wanted: readonly string[],
  make: (fields: Fields) => Told | 'nothing' | 'unknown' | undefined,
): Reader {
  const nodes = wanted.map(nodeOf);
  return (line, payload, found) => {
    if (found) return make(new FoundFields(line, found, nodes));
    const spans = spansOf(line, payload, wanted);
    return spans && make(new SpanFields(line, spans));
  };
}
