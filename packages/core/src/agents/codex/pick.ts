/**
 * The two ways of reading a record's payload: whole, for small records of which much is wanted, or only the places of a
 * few values. It refuses lines that do not end as an object does.
 */
import type { Line } from '../agent.ts';
import { record } from './tokens.ts';
import type { Reader, Told } from './told.ts';
import { spansOf } from './walk.ts';

const CLOSE_OBJECT = 125;

/** Where the wanted value of an index lies, `[-1, -1]` where it is missing. */
export type SpanOf = (index: number) => readonly [from: number, to: number];

export function whole(is: 'meta' | 'usage' | 'settings'): Reader {
  return (line) => {
    try {
      return { is, payload: record(line.json()).payload };
    } catch {
      return undefined;
    }
  };
}

/** `make` gets the spans of the wanted values. `all`: the rest of the payload need not be looked at once they are found. */
export function pick(
  wanted: readonly string[],
  make: (line: Line, span: SpanOf) => Told | 'nothing' | 'unknown',
  all = false,
): Reader {
  return (line, payload, head) => {
    if (!endsWhole(line)) return undefined;
    const spans = spansOf(line, head, payload, wanted, all);
    return spans && make(line, (index) => [spans[2 * index] ?? -1, spans[2 * index + 1] ?? -1]);
  };
}

/** Whether the line ends as a whole record does; a cheap sign that it was not cut. */
export function endsWhole(line: Line): boolean {
  return line.byte(line.length - 1) === CLOSE_OBJECT;
}
