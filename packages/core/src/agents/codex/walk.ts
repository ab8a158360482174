/**
 * Finds where the values of a JSON object lie in a line, without building them: tool results are most of a log's bytes
 * and only their length is wanted. It refuses to judge what is between quotes; anything but plain JSON structure is
 * undefined or -1, and the caller falls back to a full parse.
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

/**
 * The spans of the wanted keys of the object that starts at `from` (its brace). With `all`, the walk ends as soon as every
 * wanted key was found. `head` is the beginning of the line as Latin-1, as much as there is: looking there is cheaper.
 */
export function spansOf(
  line: Line,
  head: string,
  from: number,
  wanted: readonly string[],
  all = false,
): Spans | undefined {
  const spans = new Array<number>(wanted.length * 2).fill(-1);
  let missing = wanted.length;
  if (byteAt(line, head, from) !== OPEN_OBJECT) return undefined;
  let at = afterSpace(line, head, from + 1);
  if (byteAt(line, head, at) === CLOSE_OBJECT) return spans;
  for (;;) {
    if (byteAt(line, head, at) !== QUOTE) return undefined;
    const keyEnd = stringEnd(line, head, at + 1);
    if (keyEnd === -1) return undefined;
    const index = wanted.indexOf(slice(line, head, at + 1, keyEnd));
    const colon = afterSpace(line, head, keyEnd + 1);
    if (byteAt(line, head, colon) !== COLON) return undefined;
    const start = afterSpace(line, head, colon + 1);
    const end = valueEnd(line, head, start);
    if (end === -1) return undefined;
    if (index !== -1 && spans[2 * index] === -1) {
      spans[2 * index] = start;
      spans[2 * index + 1] = end;
      if (--missing === 0 && all) return spans;
    }
    at = afterSpace(line, head, end);
    const byte = byteAt(line, head, at);
    if (byte === CLOSE_OBJECT) return spans;
    if (byte !== COMMA) return undefined;
    at = afterSpace(line, head, at + 1);
  }
}

/** UTF-8 bytes of a value as the line spells it: a string without its quotes, anything else whole, 0 where missing. */
export function spelledBytes(line: Line, from: number, to: number): number {
  if (from < 0) return 0;
  return line.byte(from) === QUOTE ? to - from - 2 : to - from;
}

/** The text of a string value; '' for anything else, for one that is missing or that cannot be decoded. */
export function stringAt(line: Line, head: string, from: number, to: number): string {
  if (from < 0 || byteAt(line, head, from) !== QUOTE) return '';
  const plain = slice(line, head, from + 1, to - 1);
  if (isPlain(plain)) return plain;
  const value = parseAt(line, from, to);
  return typeof value === 'string' ? value : '';
}

/** Whether the characters of a string are what the line spells: ASCII without escapes. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === BACKSLASH) return false;
  }
  return true;
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
function valueEnd(line: Line, head: string, from: number): number {
  const first = byteAt(line, head, from);
  if (first === QUOTE) {
    const end = valueStringEnd(line, head, from + 1);
    return end === -1 ? -1 : end + 1;
  }
  if (first === OPEN_OBJECT || first === OPEN_LIST) return nestEnd(line, head, from);
  let at = from;
  for (; at < line.length; at++) {
    const byte = byteAt(line, head, at);
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= 32) break;
  }
  return at === from || at === line.length ? -1 : at;
}

function nestEnd(line: Line, head: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const byte = byteAt(line, head, at);
    if (byte === QUOTE) {
      at = stringEnd(line, head, at + 1);
      if (at === -1) return -1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Position of the quote that closes the string whose first byte is at `from`, -1 if none does. */
function stringEnd(line: Line, head: string, from: number): number {
  for (let at = find(line, head, '"', from); at !== -1; at = find(line, head, '"', at + 1))
    if (isClosing(line, head, from, at)) return at;
  return -1;
}

/**
 * The same for a string that is a value, in one search where it is laid out as Codex lays it out, without spaces. A quote
 * behind a comma cannot be escaped, so what comes first of `,"` behind the string, `},"` behind it and the line's end
 * settles where it ends; anything else is left to the search quote by quote.
 */
function valueStringEnd(line: Line, head: string, from: number): number {
  const next = find(line, head, ',"', from);
  if (next === -1) {
    const end = line.length - 3;
    const closes = line.byte(end + 1) === CLOSE_OBJECT && line.byte(end + 2) === CLOSE_OBJECT;
    return closes && end >= from && isClosing(line, head, from, end) ? end : stringEnd(line, head, from);
  }
  if (next > from && isClosing(line, head, from, next - 1)) return next - 1;
  const braced = next - 1 > from && byteAt(line, head, next - 1) === CLOSE_OBJECT;
  return braced && isClosing(line, head, from, next - 2) ? next - 2 : stringEnd(line, head, from);
}

/** Whether an unescaped quote is at `at`, in a string whose first byte is at `from`. */
function isClosing(line: Line, head: string, from: number, at: number): boolean {
  if (byteAt(line, head, at) !== QUOTE) return false;
  let slash = at;
  while (slash > from && byteAt(line, head, slash - 1) === BACKSLASH) slash--;
  return ((at - slash) & 1) === 0;
}

function afterSpace(line: Line, head: string, from: number): number {
  let at = from;
  for (let byte = byteAt(line, head, at); byte === 32 || byte === 9 || byte === 13; byte = byteAt(line, head, at)) at++;
  return at;
}

function byteAt(line: Line, head: string, at: number): number {
  if (at < head.length) return head.charCodeAt(at);
  return at < line.length ? line.byte(at) : -1;
}

function find(line: Line, head: string, needle: string, from: number): number {
  const near = from < head.length ? head.indexOf(needle, from) : -1;
  if (near !== -1) return near;
  // What is sought may begin with the last character of the head.
  return line.find(needle, Math.max(from, head.length - needle.length + 1));
}

function slice(line: Line, head: string, from: number, to: number): string {
  return to <= head.length ? head.slice(from, to) : line.latin1(from, to);
}
