/**
 * The walk's step where an agent tells one usage for a whole turn of many model calls (Cursor). What stood in the turn's
 * prompts weighs its estimate times the steps it stood through; what stands there afterwards goes on into the next turn.
 * It refuses to call any size measured.
 */
import { totalTokens } from '../usage.ts';
import type { ContextCall } from './advance.ts';
import { ownerIndex } from './enter.ts';
import { writtenPieces } from './output.ts';
import type { NewPiece, OwnedState, Owner, Part, Piece } from './piece.ts';
import { isFixed } from './piece.ts';
import { attributeRunTotal, type RunPiece, usualSize } from './run-total.ts';

/** A result of a tool that the turn itself asked for. */
export interface TurnResult extends NewPiece {
  /** When it was there; undefined: nobody told, so at the end. */
  readonly at: number | undefined;
}

export interface SettledTurn {
  readonly state: OwnedState;
  readonly parts: readonly Part[];
}

const SYSTEM: Owner = { kind: 'system', name: '' };
const SUMMARY: Owner = { kind: 'summary', name: '' };

/** `fresh` stood in the turn from its first call on, `results` from the call after each. */
export function settleTurn(
  state: OwnedState,
  call: ContextCall,
  fresh: readonly NewPiece[],
  results: readonly TurnResult[],
): SettledTurn {
  const { owners } = state;
  const steps = [...new Set(results.map(({ at }) => at ?? Number.POSITIVE_INFINITY))].sort((a, b) => a - b);
  const calls = steps.length + 1;
  const pieces: RunPiece[] = state.pieces.map(({ owner, item, size }) => ({
    ...{ owner: owners[owner] ?? SYSTEM, item, estimate: size, calls, isOld: true },
  }));
  // Beside what is told there is what nobody tells the size of: the program's own words stand in every prompt.
  if (pieces.length === 0 && fresh.length + results.length > 0)
    pieces.push({ owner: SYSTEM, estimate: undefined, calls });
  for (const piece of fresh) pieces.push({ ...piece, calls });
  for (const { at, ...piece } of results)
    pieces.push({ ...piece, calls: calls - 1 - steps.indexOf(at ?? Number.POSITIVE_INFINITY) });
  const parts = attributeRunTotal(call, pieces);
  // Counts beyond exact integers are a source's nonsense: nothing of them stands anywhere.
  if (!Number.isSafeInteger(totalTokens(call.usage))) return { state, parts };
  const guess = usualSize(pieces);
  const standing = pieces.map(
    ({ owner, item, estimate }): Piece => ({
      ...{ owner: ownerIndex(owners, owner), item: item ?? '', size: estimate ?? guess, isMeasured: false },
    }),
  );
  const written = writtenPieces(call.usage, call.wrote, owners).filter(
    ({ owner }) => owners[owner]?.kind !== 'reasoning',
  );
  return { state: stateAfter(owners, [...standing, ...written], call.isBoundary === true, guess), parts };
}

/** After a compaction what is fixed stays, and a summary of a size that nobody told. One piece an owner and item. */
function stateAfter(owners: Owner[], pieces: readonly Piece[], isBoundary: boolean, guess: number): OwnedState {
  const kept = isBoundary ? pieces.filter(({ owner }) => isFixed(owners[owner]?.kind ?? 'other')) : pieces;
  const summary = { owner: ownerIndex(owners, SUMMARY), item: '', size: guess, isMeasured: false };
  const byKey = new Map<string, Piece>();
  for (const piece of isBoundary ? [...kept, summary] : kept) {
    const key = `${piece.owner}\0${piece.item}`;
    const size = piece.size + (byKey.get(key)?.size ?? 0);
    if (size > 0) byKey.set(key, { ...piece, size, isMeasured: false });
  }
  const merged = [...byKey.values()];
  return { owners, pieces: merged, prompt: merged.reduce((sum, { size }) => sum + size, 0), written: [] };
}
