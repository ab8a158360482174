/**
 * What lies where in a walker's memory, as `packages/core/tape` has it too: an entry of the tape, the kinds of values, how
 * a walk ends.
 */

/** 32-bit words of an entry: node and kind, from, to, info; then a double. */
export const ENTRY_WORDS = 6;
export const ENTRY_BYTES = 24;

/** What stands at an entry's place. */
export const STRING = 1;
/** A whole number of at most twelve digits. */
export const COUNT = 2;
// 3 is any other number, or no JSON at all.
export const TRUE = 4;
export const FALSE = 5;
export const NULL = 6;
export const OBJECT = 7;
export const LIST = 8;
/** A value that was not walked: the walk ended before it. */
export const PAUSED_AT = 9;
/** The key of an object's first member, and its value, where that is a string. They follow the object's own entry. */
export const FIRST_KEY = 10;
export const FIRST_VALUE = 11;

/** Answers of a walk that are no address. */
export const STOPPED = -2;
export const PAUSED = -3;

/** What an entry's info tells of a string; behind these bits, the number of its word. */
export const ESCAPED = 1;
export const HIGH = 2;
export const WORD_SHIFT = 8;

/** The root of every plan. */
export const ROOT = 1;
/** Bytes for the last text of a steady node. */
export const LAST_BYTES = 512;
export const SLOT_BYTES = 16;
