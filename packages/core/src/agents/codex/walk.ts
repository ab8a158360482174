/**
 * Finds where the values of a JSON object lie in a line, without building them, for lines that the walker left and engines
 * that have none: of what people and tools say only the length is wanted. It refuses to judge what is between quotes;
 * anything but plain JSON structure is undefined or -1, and the caller falls back to a full parse.
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

/** Where values lie: `[from, to)` of wanted key i at 2i and 2i+1, -1 where the key is missing. */
export type Spans = readonly number[];

/** The spans of the wanted keys of the object that starts at `from` (its brace); of a key that comes twice, the last one's. */
export function spansOf(line: Line, from: number, wanted: readonly string[]): Spans | undefined {
  const spans = new Array<number>(wanted.length * 2).fill(-1);
  if (line.byte(from) !== OPEN_OBJECT) return undefined;
  let at = afterSpace(line, from + 1);
  if (line.byte(at) === CLOSE_OBJECT) return spans;
  for (;;) {
    if (line.byte(at) !== QUOTE) return undefined;
    const keyEnd = stringEnd(line, at + 1);
    if (keyEnd === -1) return undefined;
    const index = wanted.indexOf(line.latin1(at + 1, keyEnd));
    const colon = afterSpace(line, keyEnd + 1);
    if (line.byte(colon) !== COLON) return undefined;
    const start = afterSpace(line, colon + 1);
    const end = valueEnd(line, start);
    if (end === -1) return undefined;
    if (index !== -1) {
      spans[2 * index] = start;
      spans[2 * index + 1] = end;
    }
    at = afterSpace(line, end);
    const byte = line.byte(at);
    if (byte === CLOSE_OBJECT) return spans;
    if (byte !== COMMA) return undefined;
    at = afterSpace(line, at + 1);
  }
}

/** UTF-8 bytes of a value as the line spells it: a string without its quotes, anything else whole, 0 where missing. */
export function spelledBytes(line: Line, from: number, to: number): number {
  if (from < 0) return 0;
  return line.byte(from) === QUOTE ? to - from - 2 : to - from;
}

/** The text of a string value; '' for anything else, for one that is missing or that cannot be decoded. */
export function stringAt(line: Line, from: number, to: number): string {
  const value = from >= 0 && line.byte(from) === QUOTE ? parseAt(line, from, to) : '';
  return typeof value === 'string' ? value : '';
}

/** A value built from its span, undefined where it is missing or no JSON. */
export function parseAt(line: Line, from: number, to: number): unknown {
  if (from < 0) return undefined;
  try {
    return JSON.parse(line.text(from, to));
  } catch {
    return undefined;
  }
}

/** The byte after the value that starts at `from`, -1 where it does not end within the line. */
function valueEnd(line: Line, from: number): number {
  const first = line.byte(from);
  if (first === QUOTE) {
    const end = stringEnd(line, from + 1);
    return end === -1 ? -1 : end + 1;
  }
  if (first === OPEN_OBJECT || first === OPEN_LIST) return nestEnd(line, from);
  let at = from;
  for (; at < line.length; at++) {
    const byte = line.byte(at);
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= 32) break;
  }
  return at === from || at === line.length ? -1 : at;
}

function nestEnd(line: Line, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const byte = line.byte(at);
    if (byte === QUOTE) {
      at = stringEnd(line, at + 1);
      if (at === -1) return -1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Position of the quote that closes the string whose first byte is at `from`, -1 if none does. */
function stringEnd(line: Line, from: number): number {
  for (let at = line.find('"', from); at !== -1; at = line.find('"', at + 1)) {
    let slash = at;
    while (slash > from && line.byte(slash - 1) === BACKSLASH) slash--;
    if (((at - slash) & 1) === 0) return at;
  }
  return -1;
}

function afterSpace(line: Line, from: number): number {
  let at = from;
  for (let byte = line.byte(at); byte === 32 || byte === 9 || byte === 13; byte = line.byte(at)) at++;
  return at;
}
