/**
 * What stands in a call's prompt: what stood there before, what the model wrote since, and what is new, each with the
 * size that the measured prompt leaves it. It refuses to invent: the sizes always add up to the prompt, and what nobody
 * told is `unattributed`.
 */
import type { ContextHabits, ContextState, NewPiece, OwnedState, Owner, Piece } from './piece.ts';
import { isFixed } from './piece.ts';
import { split } from './split.ts';

/** Pieces in order; those from `firstNew` on are in a prompt for the first time. */
export interface Prompt {
  /** Made for this prompt: nobody else holds the list. */
  readonly pieces: Piece[];
  readonly firstNew: number;
  /** True where all that stood there before stands there still, as it was. */
  readonly hasGrown: boolean;
}

export interface Entering {
  /** Its list of pieces is used up by a prompt that only grew. */
  readonly state: OwnedState;
  readonly owners: Owner[];
  readonly prompt: number;
  /** Tokens read from the cache: with a cache of beginnings they are what certainly did not change. */
  readonly cacheRead: number;
  readonly fresh: readonly NewPiece[];
  readonly isBoundary: boolean;
  readonly habits: ContextHabits;
}

export function enter(entering: Entering): Prompt {
  const { state, prompt, isBoundary } = entering;
  if (state.prompt < 0) return begin(entering);
  if (isBoundary || prompt * 2 < state.prompt) return rebase(entering);
  return prompt < state.prompt ? shrink(entering) : grow(entering);
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
function begin({ owners, prompt, fresh }: Entering): Prompt {
  const known = fitted(fresh, prompt);
  const system = prompt - sum(known);
  const isMeasured = fresh.length === 0;
  const fixed: Piece[] = [];
  const others: Piece[] = [];
  if (system > 0) fixed.push(piece(owners, { kind: 'system', name: '' }, '', system, isMeasured));
  fresh.forEach(({ owner, item }, index) => {
    (isFixed(owner.kind) ? fixed : others).push(piece(owners, owner, item, known[index] ?? 0, false));
  });
  return { pieces: present([...fixed, ...others]), firstNew: 0, hasGrown: false };
}

/** The usual case: nothing is lost, and the growth is what was written and what is new. */
function grow({ state, owners, prompt, fresh, habits }: Entering): Prompt {
  const growth = prompt - state.prompt;
  const back = reentering(state, habits, growth);
  const rest = growth - sumSizes(back);
  const news = shareOut(rest, owners, fresh);
  const { pieces } = state;
  const firstNew = pieces.length;
  for (const one of back) if (one.size > 0) pieces.push(one);
  for (const one of news) if (one.size > 0) pieces.push(one);
  return { pieces, firstNew, hasGrown: true };
}

/** What was written comes back as large as it was; where it does not fit, reasoning gives way first. */
function reentering(state: ContextState, { reasoningReenters }: ContextHabits, growth: number): Piece[] {
  if (reasoningReenters && sumSizes(state.written) <= growth) return [...state.written];
  const words = state.written.filter((one) => !isReasoning(state, one));
  return sumSizes(words) <= growth ? words : scaled(words, growth);
}

function isReasoning(state: ContextState, { owner }: Piece): boolean {
  return state.owners[owner]?.kind === 'reasoning';
}

/** New material by its estimates, as much as there is of it. One new piece is thereby measured. */
function shareOut(rest: number, owners: Owner[], fresh: readonly NewPiece[]): Piece[] {
  if (rest === 0) return [];
  if (fresh.length === 0) return [piece(owners, { kind: 'unattributed', name: '' }, '', rest, false)];
  const known = fresh.reduce((all, one) => all + (one.estimate ?? 0), 0);
  const untold = fresh.filter((one) => one.estimate === undefined).length;
  // Of what nobody told the size, each has an even share of what the estimates leave.
  const guess = untold === 0 ? 0 : Math.max(1, Math.floor((rest - known) / untold));
  const sizes = split(
    rest,
    fresh.map((one) => one.estimate ?? guess),
  );
  const isMeasured = fresh.length === 1;
  return fresh.map(({ owner, item }, index) => piece(owners, owner, item, sizes[index] ?? 0, isMeasured));
}

/**
 * A smaller prompt that nobody announced and that kept more than half: old results were cleared, reasoning dropped or a
 * few turns taken back. What the cache held stands as it was; what is behind it shrank together, and keeps its owners.
 */
function shrink({ state, owners, prompt, cacheRead, fresh, habits }: Entering): Prompt {
  const kept: Piece[] = [];
  const moved: Piece[] = [];
  let left = habits.prefixCache ? cacheRead : 0;
  for (const old of state.pieces) {
    const isKept = habits.prefixCache ? left > 0 : isFixed(state.owners[old.owner]?.kind ?? 'other');
    const size = !isKept ? 0 : habits.prefixCache ? Math.min(old.size, left) : old.size;
    left -= size;
    if (size > 0) kept.push({ ...old, size });
    if (old.size > size) moved.push({ ...old, size: old.size - size });
  }
  const room = prompt - sumSizes(kept);
  if (room < 0) return rebase({ state, owners, prompt, cacheRead, fresh, habits, isBoundary: false });
  const sizes = fitted(fresh, room);
  const news = fresh.map(({ owner, item }, index) => piece(owners, owner, item, sizes[index] ?? 0, false));
  const back = habits.reasoningReenters ? state.written : state.written.filter((one) => !isReasoning(state, one));
  const rest = scaled([...moved, ...back], room - sum(sizes));
  const old = [...kept, ...present(rest.slice(0, moved.length))];
  const untold = moved.length + back.length === 0 ? room - sum(sizes) : 0;
  const lost = piece(owners, { kind: 'unattributed', name: '' }, '', untold, false);
  return {
    pieces: [...old, ...present([...rest.slice(moved.length), ...news, lost])],
    firstNew: old.length,
    hasGrown: false,
  };
}

/** After a compaction: what is fixed stays, what is new is estimated, one summary is the rest. Old pieces end. */
function rebase({ state, owners, prompt, fresh }: Entering): Prompt {
  const fixed: Piece[] = [];
  let room = prompt;
  for (const old of state.pieces) {
    if (!isFixed(state.owners[old.owner]?.kind ?? 'other')) continue;
    const size = Math.min(old.size, room);
    room -= size;
    if (size > 0) fixed.push({ ...old, size, isMeasured: old.isMeasured && size === old.size });
  }
  const sizes = fitted(fresh, room);
  const summary = room - sum(sizes);
  const news = fresh.map(({ owner, item }, index) => piece(owners, owner, item, sizes[index] ?? 0, false));
  const left = piece(owners, { kind: 'summary', name: '' }, '', summary, false);
  return { pieces: [...fixed, ...present([left, ...news])], firstNew: fixed.length, hasGrown: false };
}

/** Estimates as they are where there is room for them, scaled down to it where there is not; untold sizes are 0. */
function fitted(fresh: readonly NewPiece[], room: number): number[] {
  const estimates = fresh.map((one) => one.estimate ?? 0);
  return sum(estimates) <= room ? estimates : split(room, estimates);
}

function scaled(pieces: readonly Piece[], whole: number): Piece[] {
  const sizes = split(
    whole,
    pieces.map((one) => one.size),
  );
  return pieces.map((one, index) => ({ ...one, size: sizes[index] ?? 0, isMeasured: false }));
}

function piece(owners: Owner[], owner: Owner, item: string | undefined, size: number, isMeasured: boolean): Piece {
  return { owner: ownerIndex(owners, owner), item: item ?? '', size, isMeasured };
}

const present = (pieces: readonly Piece[]): Piece[] => pieces.filter((one) => one.size > 0);
const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
const sumSizes = (pieces: readonly Piece[]): number => pieces.reduce((all, one) => all + one.size, 0);
