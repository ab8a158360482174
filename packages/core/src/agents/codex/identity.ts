/**
 * Names calls that Codex itself left without a name: a fingerprint of where the counter stood, within a lineage. Copies
 * of a call in forks and archives get the same name in any order of files, and a lost line changes no other name.
 */
import type { Tokens } from './tokens.ts';

/** Hashes of a scope (a session's id), to be made once: see `fingerprint`. */
export interface Scope {
  readonly id: string;
  readonly lanes: readonly number[];
}

export function scopeOf(id: string): Scope {
  const lanes = SEEDS.map((seed) => {
    let hash: number = seed;
    for (let index = 0; index < id.length; index++) hash = mix(hash, id.charCodeAt(index));
    return hash;
  });
  return { id, lanes };
}

/** Two independent 32-bit hashes of (scope, epoch, position, usage) in hexadecimal: 16 characters. */
export function fingerprint(scope: Scope, epoch: number, position: Tokens, usage: Tokens): string {
  let print = '';
  for (const lane of scope.lanes) {
    const hash = finish(mixTokens(mixTokens(mix(lane, epoch), position), usage));
    print += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return print;
}

const SEEDS = [0x6a09e667, 0x3c6ef372] as const;

function mixTokens(hash: number, tokens: Tokens): number {
  let mixed = mixCount(hash, tokens.input);
  mixed = mixCount(mixed, tokens.cached);
  mixed = mixCount(mixed, tokens.written);
  mixed = mixCount(mixed, tokens.output);
  return mixCount(mixed, tokens.reasoning ?? 0);
}

function mixCount(hash: number, value: number): number {
  const mixed = mix(hash, value | 0);
  return value < 0x1_0000_0000 ? mixed : mix(mixed, Math.floor(value / 0x1_0000_0000));
}

/** The step and the end of MurmurHash3, 32 bits (public domain). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
