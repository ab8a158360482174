/**
 * Words that repeat (a session's id, a directory, a model), numbered from 1 in the order in which they come, so that the
 * reader makes each a string once. Bounded: what finds no room has no number.
 */
import { below, same } from './bytes';

export const SLOT_BYTES: usize = 16;
const LONGEST_WORD: i32 = 512;

let words: usize = 0;
let wordMask: u32 = 0;
let wordCount: i32 = 0;
let mostWords: i32 = 0;
let arena: usize = 0;
let arenaEnd: usize = 0;
/** Whether a word found no room. */
let isFull: bool = false;

/** Tells where words are kept: a table of `mask` + 1 slots, and their bytes. Forgets all words. */
export function keepWords(table: usize, mask: u32, most: i32, from: usize, to: usize): void {
  words = table;
  wordMask = mask;
  wordCount = 0;
  mostWords = most;
  arena = from;
  arenaEnd = to;
  isFull = false;
}

export function areWordsFull(): bool {
  return isFull;
}

/** The number of a word, 0 where it is too long or there are too many. */
export function wordId(at: usize, length: i32): i32 {
  if (length > LONGEST_WORD) return 0;
  let mixed: u64 = <u64>length;
  let next: i32 = 0;
  for (; next + 8 <= length; next += 8) {
    mixed = (mixed ^ load<u64>(at + next)) * 0x9e3779b97f4a7c15;
    mixed ^= mixed >> 29;
  }
  if (next < length) mixed = (mixed ^ (load<u64>(at + next) & below(length - next))) * 0x9e3779b97f4a7c15;
  const hash = <u32>(mixed >> 32) | 1;
  let slot = hash & wordMask;
  while (true) {
    const place = words + <usize>slot * SLOT_BYTES;
    const known = load<u32>(place);
    if (known === 0) return addWord(place, hash, at, length);
    if (known === hash && load<i32>(place, 8) === length && same(at, load<u32>(place, 4), length)) {
      return load<i32>(place, 12);
    }
    slot = (slot + 1) & wordMask;
  }
  return 0;
}

function addWord(place: usize, hash: u32, at: usize, length: i32): i32 {
  if (wordCount >= mostWords || arena + length + 8 > arenaEnd) {
    isFull = true;
    return 0;
  }
  memory.copy(arena, at, length);
  store<u32>(place, hash);
  store<u32>(place, <u32>arena, 4);
  store<i32>(place, length, 8);
  store<i32>(place, ++wordCount, 12);
  arena += (length + 7) & ~7;
  return wordCount;
}
