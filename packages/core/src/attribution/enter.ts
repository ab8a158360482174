/**
 * What stands in a call's prompt: what stood there before, what the model wrote since, and what is new, each with the
 * size that the measured prompt leaves it. It refuses to invent: the sizes always add up to the prompt, and what nobody
 * told is `unattributed`.
 */
import type { ContextHabits, ContextState, NewPiece, OwnedState, Owner, Piece } from './piece.ts';
import { isFixed, newPiece } from './piece.ts';
import { split } from './split.ts';

/** Pieces in order; those from `firstNew` on are in a prompt for the first time. */
export interface Prompt {
  /** Made for this prompt: nobody else holds the list. */
  readonly pieces: Piece[];
  readonly firstNew: number;
  /** True where all that stood there before stands there still, as it was. */
  readonly hasGrown: boolean;
}

/** What enters a prompt. */
export interface Entering {
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Of them read from the cache: with a cache of beginnings they are what certainly did not change. */
  readonly cacheRead: number;
  readonly fresh: readonly NewPiece[];
  readonly isBoundary: boolean;
}

/** The list of pieces of `state` is used up by a prompt that only grew. */
export function enter(state: OwnedState, entering: Entering, habits: ContextHabits): Prompt {
  const { prompt } = entering;
  if (state.prompt < 0) return begin(state, entering);
  if (entering.isBoundary || prompt * 2 < state.prompt) return rebase(state, entering);
  return prompt < state.prompt ? shrink(state, entering, habits) : grow(state, entering, habits);
}

/** The number of an owner, given one if it has none. */
export function ownerIndex(owners: Owner[], { kind, name }: Owner): number {
  for (let index = 0; index < owners.length; index++) {
    const owner = owners[index];
    if (owner?.kind === kind && owner.name === name) return index;
  }
  return owners.push({ kind, name }) - 1;
}

/** The first call: what is known is estimated, the system prompt is the rest. */
function begin({ owners }: OwnedState, { prompt, fresh }: Entering): Prompt {
  const known = fitted(fresh, prompt);
  const system = prompt - sum(known);
  const pieces: Piece[] = [];
  const others: Piece[] = [];
  if (system > 0) add(pieces, ownerIndex(owners, SYSTEM), '', system, fresh.length === 0);
  for (let index = 0; index < fresh.length; index++) {
    const one = fresh[index];
    if (!one) continue;
    const list = isFixed(one.owner.kind) ? pieces : others;
    add(list, ownerIndex(owners, one.owner), one.item ?? '', known[index] ?? 0, false);
  }
  for (const other of others) pieces.push(other);
  return { pieces, firstNew: 0, hasGrown: false };
}

/** The usual case: nothing is lost, and the growth is what was written and what is new. */
function grow(state: OwnedState, { prompt, fresh }: Entering, habits: ContextHabits): Prompt {
  const growth = prompt - state.prompt;
  const { pieces, owners } = state;
  const firstNew = pieces.length;
  const back = reentering(state, habits, growth);
  let rest = growth;
  for (let index = 0; index < back.length; index++) {
    const one = back[index];
    if (!one || one.size <= 0) continue;
    rest -= one.size;
    pieces.push(one);
  }
  shareOut(pieces, rest, owners, fresh);
  return { pieces, firstNew, hasGrown: true };
}

/** What was written comes back as large as it was; where it does not fit, reasoning gives way first. */
function reentering(state: ContextState, { reasoningReenters }: ContextHabits, growth: number): readonly Piece[] {
  if (reasoningReenters && sumSizes(state.written) <= growth) return state.written;
  const words = wordsOf(state);
  return sumSizes(words) <= growth ? words : scaled(words, growth);
}

/** What was written without the reasoning. */
function wordsOf({ written, owners }: ContextState): readonly Piece[] {
  return written.filter(({ owner }) => owners[owner]?.kind !== 'reasoning');
}

/** New material by its estimates, as much as there is of it. One new piece is thereby measured. */
function shareOut(pieces: Piece[], rest: number, owners: Owner[], fresh: readonly NewPiece[]): void {
  if (rest === 0) return;
  const only = fresh[0];
  if (!only) {
    add(pieces, ownerIndex(owners, UNATTRIBUTED), '', rest, false);
    return;
  }
  if (fresh.length === 1) {
    add(pieces, ownerIndex(owners, only.owner), only.item ?? '', rest, true);
    return;
  }
  let known = 0;
  let untold = 0;
  for (let index = 0; index < fresh.length; index++) {
    const estimate = fresh[index]?.estimate;
    if (estimate === undefined) untold++;
    else known += estimate;
  }
  // Of what nobody told the size, each has an even share of what the estimates leave.
  const guess = untold === 0 ? 0 : Math.max(1, Math.floor((rest - known) / untold));
  addAll(pieces, owners, fresh, split(rest, estimatesOf(fresh, guess)));
}

/**
 * A smaller prompt that nobody announced and that kept more than half: old results were cleared, reasoning dropped or a
 * few turns taken back. What the cache held stands as it was; what is behind it shrank together, and keeps its owners.
 */
function shrink(state: OwnedState, entering: Entering, habits: ContextHabits): Prompt {
  const { prompt, cacheRead, fresh } = entering;
  const { owners } = state;
  const pieces: Piece[] = [];
  const moved: Piece[] = [];
  let room = prompt;
  let left = habits.prefixCache ? cacheRead : 0;
  for (let index = 0; index < state.pieces.length; index++) {
    const old = state.pieces[index];
    if (!old) continue;
    const size = habits.prefixCache
      ? Math.min(old.size, left)
      : isFixed(owners[old.owner]?.kind ?? 'other')
        ? old.size
        : 0;
    left -= size;
    room -= size;
    if (size === old.size) pieces.push(old);
    else {
      add(pieces, old.owner, old.item, size, old.isMeasured);
      add(moved, old.owner, old.item, old.size - size, old.isMeasured);
    }
  }
  if (room < 0) return rebase(state, entering);
  const sizes = fitted(fresh, room);
  room -= sum(sizes);
  const stays = moved.length;
  for (const one of habits.reasoningReenters ? state.written : wordsOf(state)) moved.push(one);
  const rest = scaled(moved, room);
  addPresent(pieces, rest, 0, stays);
  const firstNew = pieces.length;
  addPresent(pieces, rest, stays, rest.length);
  addAll(pieces, owners, fresh, sizes);
  const lost = ownerIndex(owners, UNATTRIBUTED);
  if (moved.length === 0) add(pieces, lost, '', room, false);
  return { pieces, firstNew, hasGrown: false };
}

/** After a compaction: what is fixed stays, what is new is estimated, one summary is the rest. Old pieces end. */
function rebase(state: OwnedState, { prompt, fresh }: Entering): Prompt {
  const { owners } = state;
  const pieces: Piece[] = [];
  let room = prompt;
  for (const old of state.pieces) {
    if (!isFixed(owners[old.owner]?.kind ?? 'other')) continue;
    const size = Math.min(old.size, room);
    room -= size;
    add(pieces, old.owner, old.item, size, old.isMeasured && size === old.size);
  }
  const firstNew = pieces.length;
  const sizes = fitted(fresh, room);
  add(pieces, ownerIndex(owners, SUMMARY), '', room - sum(sizes), false);
  addAll(pieces, owners, fresh, sizes);
  return { pieces, firstNew, hasGrown: false };
}

const SYSTEM: Owner = { kind: 'system', name: '' };
const SUMMARY: Owner = { kind: 'summary', name: '' };
const UNATTRIBUTED: Owner = { kind: 'unattributed', name: '' };

/** What has no size stands nowhere. */
function add(pieces: Piece[], owner: number, item: string, size: number, isMeasured: boolean): void {
  if (size > 0) pieces.push(newPiece(owner, item, size, isMeasured));
}

function addPresent(pieces: Piece[], more: readonly Piece[], from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const one = more[index];
    if (one && one.size > 0) pieces.push(one);
  }
}

function addAll(pieces: Piece[], owners: Owner[], fresh: readonly NewPiece[], sizes: readonly number[]): void {
  for (let index = 0; index < fresh.length; index++) {
    const one = fresh[index];
    if (one) add(pieces, ownerIndex(owners, one.owner), one.item ?? '', sizes[index] ?? 0, false);
  }
}

/** Estimates as they are where there is room for them, scaled down to it where there is not; untold sizes are 0. */
function fitted(fresh: readonly NewPiece[], room: number): number[] {
  const estimates = estimatesOf(fresh, 0);
  return sum(estimates) <= room ? estimates : split(room, estimates);
}

function estimatesOf(fresh: readonly NewPiece[], untold: number): number[] {
  const estimates: number[] = [];
  for (let index = 0; index < fresh.length; index++) estimates.push(fresh[index]?.estimate ?? untold);
  return estimates;
}

function scaled(pieces: readonly Piece[], whole: number): Piece[] {
  const weights = pieces.map(({ size }) => size);
  const sizes = split(whole, weights);
  return pieces.map(({ owner, item }, index) => newPiece(owner, item, sizes[index] ?? 0, false));
}

function sum(sizes: readonly number[]): number {
  let all = 0;
  for (let index = 0; index < sizes.length; index++) all += sizes[index] ?? 0;
  return all;
}

function sumSizes(pieces: readonly Piece[]): number {
  let all = 0;
  for (let index = 0; index < pieces.length; index++) all += pieces[index]?.size ?? 0;
  return all;
}
