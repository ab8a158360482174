/** The tape: entries of what a walk found, in the order of the line. Their layout is that of `src/tape/layout.ts`. */

export const STRING: i32 = 1;
export const COUNT: i32 = 2;
export const OTHER: i32 = 3;
export const TRUE: i32 = 4;
export const FALSE: i32 = 5;
export const NULL: i32 = 6;
export const OBJECT: i32 = 7;
export const LIST: i32 = 8;
export const PAUSED_AT: i32 = 9;
export const FIRST_KEY: i32 = 10;
export const FIRST_VALUE: i32 = 11;

const ENTRY_BYTES: usize = 24;

let start: usize = 0;
let tape: usize = 0;
let tapeEnd: usize = 0;
/** Whether an entry found no room. */
let isFull: bool = false;

/** Tells where the tape lies. */
export function keepTape(from: usize, to: usize): void {
  start = from;
  tapeEnd = to;
}

export function rewind(): void {
  tape = start;
  isFull = false;
}

/** A container's entry learns where it ends, and where the entries of what is in it do. */
export function patch(entry: usize, after: usize): void {
  store<i32>(entry, <i32>after, 8);
  store<i32>(entry, <i32>tape, 12);
}

/** Where the next entry will be. */
export function tapeAt(): usize {
  return tape;
}

export function isTapeFull(): bool {
  return isFull;
}

/** Writes an entry. Answers where it lies, 0 where there was no room. */
export function emit(node: i32, kind: i32, from: usize, to: usize, info: i32, number: f64): usize {
  const at = tape;
  if (at + ENTRY_BYTES > tapeEnd) {
    isFull = true;
    return 0;
  }
  store<i32>(at, node | (kind << 16));
  store<i32>(at, <i32>from, 4);
  store<i32>(at, <i32>to, 8);
  store<i32>(at, info, 12);
  store<f64>(at, number, 16);
  tape = at + ENTRY_BYTES;
  return at;
}
