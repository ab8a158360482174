/**
 * Loosely typed JSON as agents' versions spell it: null, absent and odd are all "not told". It refuses to guess.
 */

export type Json = Readonly<Record<string, unknown>>;

/** The value as an object, undefined for everything else (lists too). */
export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined; // as -- an object, its members stay unknown
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const LAST_INSTANT = 8.64e15;

/** UTC ms of an ISO timestamp or of a number of ms; undefined for what is no instant of our era. */
export function instantOf(value: unknown): number | undefined {
  const instant = typeof value === 'string' ? Date.parse(value) : value;
  return typeof instant === 'number' && instant > 0 && instant <= LAST_INSTANT ? Math.floor(instant) : undefined;
}

/** UTF-8 bytes of a value as JSON spells it, the quotes of a string not counted. */
export function spelledBytes(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  return utf8Bytes(text) - (typeof value === 'string' ? 2 : 0);
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // A pair of surrogates is two units and four bytes, every other unit above 0x7ff is three; JSON escapes lone ones.
    if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) bytes += 1;
    else bytes += 2;
  }
  return bytes;
}
