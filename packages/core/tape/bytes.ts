/**
 * Bytes of a line as JSON: where a string closes, where a nested value ends, sixteen bytes at a time. It knows the line's
 * end and never answers a place behind it as one within.
 */

const NEWLINE: u8 = 10;
/** What is below is a control character, which JSON does not have within strings. */
const FIRST_LETTER: u8 = 32;
export const QUOTE: u8 = 34;
export const COMMA: u8 = 44;
export const COLON: u8 = 58;
export const BACKSLASH: u8 = 92;
export const OPEN_LIST: u8 = 91;
export const CLOSE_LIST: u8 = 93;
export const OPEN_OBJECT: u8 = 123;
export const CLOSE_OBJECT: u8 = 125;
/** Set, it makes a list's bracket an object's, and leaves an object's as it is. */
export const BRACE_BIT: u8 = 0x20;

const PLUS: u8 = 43;
const MINUS: u8 = 45;
const POINT: u8 = 46;
const ZERO: u8 = 48;
/** Makes a capital letter small. */
const LOWER_BIT: u8 = 0x20;
/** Four letters as a number: `true`, `null`, and those of `false` behind its first. */
const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const ALSE: u32 = 0x65736c61;

/** What strings have in them: escapes, bytes beyond ASCII. */
export const ESCAPED: i32 = 1;
export const HIGH: i32 = 2;

/** Where the line ends. */
let end: usize = 0;
/** What `stringEnd` saw. */
let seen: i32 = 0;

export function setEnd(to: usize): void {
  end = to;
}

/** ESCAPED and HIGH of the string whose end was asked for last. */
export function lastSeen(): i32 {
  return seen;
}

/**
 * Address of the quote that closes the string whose first byte is at `at`; 0 where none does, and where a byte comes first
 * that JSON has within no string.
 */
export function stringEnd(at: usize): usize {
  const quotes = i8x16.splat(QUOTE);
  const slashes = i8x16.splat(BACKSLASH);
  const letters = i8x16.splat(FIRST_LETTER);
  let next = at;
  let found: i32 = 0;
  let high = i8x16.splat(0);
  while (next < end) {
    const bytes = v128.load(next);
    const controls = i8x16.lt_u(bytes, letters);
    let marks = i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, slashes)), controls));
    let after = next + 16;
    while (marks !== 0) {
      const first = ctz(marks);
      const mark = next + first;
      const code = load<u8>(mark);
      if (code === QUOTE) {
        if (mark >= end) return 0;
        const ahead = i8x16.bitmask(bytes) & ((1 << first) - 1);
        seen = ahead !== 0 || i8x16.bitmask(high) !== 0 ? found | HIGH : found;
        return mark;
      }
      if (code !== BACKSLASH) return 0;
      // What a backslash stands before closes nothing; it may be the first byte of the next sixteen.
      found = ESCAPED;
      if (first === 15) after = mark + 2;
      marks &= ~(3 << first);
    }
    high = v128.or(high, bytes);
    next = after;
  }
  return 0;
}

export function skipValue(at: usize): usize {
  const code = load<u8>(at);
  if (code === QUOTE) {
    const close = stringEnd(at + 1);
    return close === 0 ? 0 : close + 1;
  }
  return code === OPEN_OBJECT || code === OPEN_LIST ? nestEnd(at) : scalarEnd(at);
}

/** Address after the object or list that opens at `at`, 0 where it does not end. Which bracket closes which is not asked. */
export function nestEnd(at: usize): usize {
  const quotes = i8x16.splat(QUOTE);
  const opens = i8x16.splat(OPEN_OBJECT);
  const closes = i8x16.splat(CLOSE_OBJECT);
  const braces = i8x16.splat(BRACE_BIT);
  let depth: i32 = 0;
  let next = at;
  while (next < end) {
    const bytes = v128.load(next);
    const bent = v128.or(bytes, braces);
    let marks = i8x16.bitmask(v128.or(v128.or(i8x16.eq(bent, opens), i8x16.eq(bent, closes)), i8x16.eq(bytes, quotes)));
    let after = next + 16;
    while (marks !== 0) {
      const mark = next + ctz(marks);
      if (mark >= end) return 0;
      const code = load<u8>(mark);
      if (code === QUOTE) {
        const close = stringEnd(mark + 1);
        if (close === 0) return 0;
        after = close + 1;
        break;
      }
      if ((code | BRACE_BIT) === OPEN_OBJECT) depth++;
      else if (--depth === 0) return mark + 1;
      marks &= marks - 1;
    }
    next = after;
  }
  return 0;
}

/** Address after the number, true, false or null at `at`, 0 where none of them ends within the line. */
export function scalarEnd(at: usize): usize {
  const code = load<u8>(at);
  let next: usize = 0;
  if (code === 116) next = load<u32>(at) === TRUE ? at + 4 : 0;
  else if (code === 110) next = load<u32>(at) === NULL ? at + 4 : 0;
  else if (code === 102) next = load<u32>(at, 1) === ALSE ? at + 5 : 0;
  else next = numberEnd(at);
  return next >= end ? 0 : next;
}

function numberEnd(at: usize): usize {
  let next = load<u8>(at) === MINUS ? at + 1 : at;
  // No other digit stands behind a zero at the front.
  next = load<u8>(next) === ZERO ? next + 1 : digitsEnd(next);
  if (next !== 0 && load<u8>(next) === POINT) next = digitsEnd(next + 1);
  if (next === 0 || (load<u8>(next) | LOWER_BIT) !== 101) return next;
  const sign = load<u8>(next, 1);
  return digitsEnd(sign === MINUS || sign === PLUS ? next + 2 : next + 1);
}

/** Address after the digits at `at`, 0 where there is none. */
function digitsEnd(at: usize): usize {
  let next = at;
  while (load<u8>(next) - ZERO <= 9) next++;
  return next === at ? 0 : next;
}

export function skipSpace(at: usize): usize {
  let next = at;
  let code = load<u8>(next);
  while (code === 32 || code === 13 || code === 9) code = load<u8>(++next);
  return next;
}

/** Ones in so many of the lower bytes, fewer than eight. */
export function below(bytes: i32): u64 {
  return ((<u64>1) << (<u64>bytes * 8)) - 1;
}

export function same(a: usize, b: usize, length: i32): bool {
  let next: i32 = 0;
  for (; next + 8 <= length; next += 8) if (load<u64>(a + next) !== load<u64>(b + next)) return false;
  return next === length || ((load<u64>(a + next) ^ load<u64>(b + next)) & below(length - next)) === 0;
}

/** Writes down where lines end between two addresses, as offsets from the first; answers how many there are, `most` at most. */
export function newlines(from: usize, to: usize, into: usize, most: i32): i32 {
  const ends = i8x16.splat(NEWLINE);
  let count: i32 = 0;
  for (let next = from; next < to; next += 16) {
    let marks = i8x16.bitmask(i8x16.eq(v128.load(next), ends));
    while (marks !== 0) {
      const mark = next + ctz(marks);
      if (mark >= to || count === most) return count;
      store<u32>(into + 4 * <usize>count, <u32>(mark - from));
      count++;
      marks &= marks - 1;
    }
  }
  return count;
}
