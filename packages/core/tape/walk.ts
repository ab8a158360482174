/**
 * Walks one line of JSON in memory and writes down where the wanted values lie: the inner loop of reading logs, in
 * AssemblyScript, compiled to WebAssembly (`scripts/build-walker.mjs`), because sixteen bytes at a time is what three
 * quarters of a log, which nobody wants, should cost. Numbers and times come read, words that repeat come numbered.
 *
 * It trusts brackets, quotes and commas only as far as it goes, never looks for a name inside a text, and answers
 * `BROKEN` for whatever it does not expect: the line is then read as JSON. All positions are addresses of this memory; the
 * layouts below are those of `src/tape/layout.ts`, which says what they mean.
 */

import {
  below,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  lastSeen,
  nestEnd,
  newlines,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  same,
  scalarEnd,
  setEnd,
  skipSpace,
  skipValue,
  stringEnd,
} from './bytes';
import {
  COUNT,
  emit,
  FALSE,
  FIRST_KEY,
  FIRST_VALUE,
  isTapeFull,
  keepTape,
  LIST,
  NULL,
  OBJECT,
  OTHER,
  PAUSED_AT,
  patch,
  rewind,
  STRING,
  TRUE,
  tapeAt,
} from './entries';
import { instant } from './instant';
import { areWordsFull, keepWords, SLOT_BYTES, wordId } from './words';

const WANTED: u8 = 1;
const WORD: u8 = 2;
const STEADY: u8 = 4;
const TIME: u8 = 8;
const PAUSE: u8 = 16;
const GATE: u8 = 32;
const INNER: u8 = 64;
const FIRST: u8 = 128;

const ROOT: i32 = 1;

const BROKEN: i32 = -1;
const STOPPED: i32 = -2;
const PAUSED: i32 = -3;

const WORD_SHIFT: i32 = 8;
/** Longer texts are not compared with those of lines before. */
const LAST_TEXT_BYTES: i32 = 504;
/** What is longer is no count of ours. */
const COUNT_DIGITS: usize = 12;

// The plan being walked.
let keys: usize = 0;
let keyMask: u32 = 0;
let flags: usize = 0;
let items: usize = 0;
let lasts: usize = 0;
let gate: usize = 0;

/** 0 while the walk goes on. */
let status: i32 = 0;

/** Tells where the tape and the words are kept. Forgets all words. */
export function setUp(tape: usize, tapeTo: usize, table: usize, mask: u32, most: i32, from: usize, to: usize): void {
  keepTape(tape, tapeTo);
  keepWords(table, mask, most, from, to);
}

/**
 * Walks the object that begins at `from`, in a line that ends at `to`, by a plan. Answers the address after the object, or
 * why there is none. The tape is then as far as the walk came.
 */
export function walk(plan: usize, from: usize, to: usize): i32 {
  keys = load<u32>(plan);
  keyMask = load<u32>(plan, 4);
  flags = load<u32>(plan, 8);
  items = load<u32>(plan, 12);
  lasts = load<u32>(plan, 16);
  gate = load<u32>(plan, 20);
  setEnd(to);
  rewind();
  status = 0;
  if (from >= to || load<u8>(from) !== OPEN_OBJECT) return BROKEN;
  const after = object(ROOT, from + 1);
  if (isTapeFull()) return BROKEN;
  if (status !== 0) return status;
  return after === 0 || after > to ? BROKEN : <i32>after;
}

/** Where lines end: see `newlines` in bytes.ts. */
export function lineEnds(from: usize, to: usize, into: usize, most: i32): i32 {
  return newlines(from, to, into, most);
}

/** Where the tape ends. */
export function tapeEnd(): usize {
  return tapeAt();
}

/** The slot of a plan's table where the search for a key begins. */
export function keySlot(node: i32, at: usize, length: i32, mask: u32): u32 {
  return keyHash(node, at, length) & mask;
}

/** The number of a word, 0 where there is no room for it. */
export function numberOf(at: usize, length: i32): i32 {
  return wordId(at, length);
}

/** Whether a word found no room since `setUp`. */
export function isFullOfWords(): bool {
  return areWordsFull();
}

/** Walks the members from `at` on, just behind the brace. Answers the address after the object, 0 where it broke off. */
function object(node: i32, at: usize): usize {
  let next = skipSpace(at);
  if (load<u8>(next) === CLOSE_OBJECT) return next + 1;
  while (true) {
    if (load<u8>(next) !== QUOTE) return 0;
    const keyEnd = stringEnd(next + 1);
    if (keyEnd === 0) return 0;
    const child = childOf(node, next + 1, <i32>(keyEnd - next) - 1);
    next = skipSpace(keyEnd + 1);
    if (load<u8>(next) !== COLON) return 0;
    next = skipSpace(next + 1);
    if (child === 0) next = skipValue(next);
    else if (load<u8>(flags + child) & PAUSE) {
      emit(child, PAUSED_AT, next, next, 0, 0);
      status = PAUSED;
    } else next = value(child, next);
    if (next === 0 || status !== 0) return 0;
    next = skipSpace(next);
    const code = load<u8>(next);
    if (code === CLOSE_OBJECT) return next + 1;
    if (code !== COMMA) return 0;
    next = skipSpace(next + 1);
  }
  return 0;
}

function list(item: i32, at: usize): usize {
  let next = skipSpace(at);
  if (load<u8>(next) === CLOSE_LIST) return next + 1;
  while (true) {
    next = value(item, next);
    if (next === 0 || status !== 0) return 0;
    next = skipSpace(next);
    const code = load<u8>(next);
    if (code === CLOSE_LIST) return next + 1;
    if (code !== COMMA) return 0;
    next = skipSpace(next + 1);
  }
  return 0;
}

/** Writes down the value of a node of the plan. Answers the address after it, 0 where it broke off. */
function value(node: i32, at: usize): usize {
  const flag = load<u8>(flags + node);
  const code = load<u8>(at);
  if (code === QUOTE) return text(node, flag, at);
  if (code === OPEN_OBJECT) {
    if (flag & INNER) return inner(node, flag, OBJECT, at);
    const after = nestEnd(at);
    if (after !== 0 && flag & WANTED) {
      emit(node, OBJECT, at, after, 0, flag & STEADY ? <f64>generation(node, at, <i32>(after - at)) : 0);
      if (flag & FIRST) firstMember(node, at);
    }
    return after;
  }
  if (code === OPEN_LIST) {
    if (flag & INNER && load<u16>(items + 2 * <usize>node) !== 0) return inner(node, flag, LIST, at);
    const after = nestEnd(at);
    if (after !== 0 && flag & WANTED) emit(node, LIST, at, after, 0, 0);
    return after;
  }
  const after = scalarEnd(at);
  if (after !== 0 && flag & WANTED) scalar(node, code, at, after);
  return after;
}

/** A container of which something is wanted: its entry comes before those of what is in it, and knows where they end. */
function inner(node: i32, flag: u8, kind: i32, at: usize): usize {
  const entry = flag & WANTED ? emit(node, kind, at, at, 0, 0) : 0;
  const after = kind === OBJECT ? object(node, at + 1) : list(load<u16>(items + 2 * <usize>node), at + 1);
  if (entry !== 0) patch(entry, after);
  return after;
}

/** The first member of an object where its value is a string, as two entries. The object is known to be whole. */
function firstMember(node: i32, at: usize): void {
  const key = skipSpace(at + 1);
  if (load<u8>(key) !== QUOTE) return;
  const keyEnd = stringEnd(key + 1);
  if (keyEnd === 0) return;
  const keyInfo = lastSeen() | (wordId(key + 1, <i32>(keyEnd - key) - 1) << WORD_SHIFT);
  const colon = skipSpace(keyEnd + 1);
  const first = skipSpace(colon + 1);
  if (load<u8>(colon) !== COLON || load<u8>(first) !== QUOTE) return;
  const close = stringEnd(first + 1);
  if (close === 0) return;
  emit(node, FIRST_KEY, key + 1, keyEnd, keyInfo, 0);
  emit(node, FIRST_VALUE, first + 1, close, lastSeen(), 0);
}

function text(node: i32, flag: u8, at: usize): usize {
  const close = stringEnd(at + 1);
  if (close === 0) return 0;
  if (flag & WANTED) {
    const from = at + 1;
    const length = <i32>(close - from);
    let info = lastSeen();
    let number: f64 = 0;
    if (flag & WORD) info |= wordId(from, length) << WORD_SHIFT;
    else if (flag & STEADY) number = <f64>generation(node, from, length);
    else if (flag & TIME) number = instant(from, length);
    emit(node, STRING, from, close, info, number);
    if (flag & GATE && !passes(info >> WORD_SHIFT)) status = STOPPED;
  }
  return close + 1;
}

/** How often the text of a node has changed so far, by which the same text is known; 0 where it is too long to compare. */
function generation(node: i32, at: usize, length: i32): u32 {
  if (length > LAST_TEXT_BYTES) return 0;
  const last = <usize>load<u32>(lasts + 4 * <usize>node);
  const count = load<u32>(last, 4);
  if (count !== 0 && load<i32>(last) === length && same(at, last + 8, length)) return count;
  store<i32>(last, length);
  store<u32>(last, count + 1, 4);
  memory.copy(last + 8, at, length);
  return count + 1;
}

/** Whether a word is one of those with which the walk goes on. */
function passes(word: i32): bool {
  const count = load<i32>(gate);
  for (let index = 1; index <= count; index++) if (load<i32>(gate + 4 * index) === word) return word !== 0;
  return false;
}

function scalar(node: i32, code: u8, from: usize, to: usize): void {
  let kind = code === 116 ? TRUE : code === 102 ? FALSE : code === 110 ? NULL : OTHER;
  let number: u64 = 0;
  const length = to - from;
  if (kind === OTHER && length <= COUNT_DIGITS && (code !== 48 || length === 1)) {
    kind = COUNT;
    for (let at = from; at < to; at++) {
      const digit = load<u8>(at) - 48;
      if (digit > 9) {
        kind = OTHER;
        break;
      }
      number = number * 10 + digit;
    }
  }
  emit(node, kind, from, to, 0, <f64>number);
}

function childOf(node: i32, at: usize, length: i32): i32 {
  let slot = keyHash(node, at, length) & keyMask;
  while (true) {
    const place = keys + <usize>slot * SLOT_BYTES;
    const child = load<i32>(place, 4);
    if (child === 0) return 0;
    if (load<i32>(place) === node && load<i32>(place, 12) === length && same(at, load<u32>(place, 8), length)) {
      return child;
    }
    slot = (slot + 1) & keyMask;
  }
  return 0;
}

function keyHash(node: i32, at: usize, length: i32): u32 {
  const head = load<u64>(at) & (length < 8 ? below(length) : -1);
  const middle: u64 = length > 8 ? load<u64>(at + ((length - 8) >> 1) + 1) : 0;
  const mixed = head ^ (middle * 0xff51afd7ed558ccd) ^ ((<u64>node) << 56) ^ <u64>length;
  return <u32>((mixed * 0x9e3779b97f4a7c15) >> 32);
}
