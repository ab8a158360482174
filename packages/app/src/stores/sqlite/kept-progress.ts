/** Where a thread's walk stands, as the ledger keeps it: lists of numbers, a tenth of the same with names. */
import type { ContextState, PieceKind, Progress } from '@tokenmeter/core';
import { BEGINNING } from '@tokenmeter/core';

type Piece = ContextState['pieces'][number];

type Kept = readonly [
  ...[at: number, id: number, contextAt: number, contextId: number, waiting: readonly number[], prompt: number],
  owners: readonly string[],
  ...[pieces: readonly number[], written: readonly number[], sums: readonly number[] | null],
];

/** Of a walk without items: no piece has one. */
export function packProgress({ context, at, id, contextAt, contextId, waiting }: Progress): string {
  const { owners, pieces, prompt, written, sums } = context;
  const names: string[] = [];
  for (const { kind, name } of owners) names.push(kind, name);
  const standing: number[] | null = sums ? [] : null;
  for (const { size, measured } of sums ?? []) standing?.push(size, measured);
  const kept: Kept = [
    ...([at, id, contextAt, contextId, waiting, prompt, names] as const),
    ...([numbersOf(pieces), numbersOf(written), standing] as const),
  ];
  return JSON.stringify(kept);
}

/** Programs before schema 11 kept it with names. */
export function readProgress(text: string): Progress {
  if (text === '') return BEGINNING;
  const kept = JSON.parse(text) as Kept | Progress; // as -- written above, or by them
  if (!isKept(kept)) return kept;
  const [at, id, contextAt, contextId, waiting, prompt, names, pieces, written, sums] = kept;
  const owners = pairs(names, (kind, name) => ({ kind: kind as PieceKind, name })); // as -- written from a PieceKind
  const context: ContextState = {
    ...{ owners, pieces: pairs(pieces, pieceOf), prompt, written: pairs(written, pieceOf) },
    ...(sums === null ? {} : { sums: pairs(sums, (size, measured) => ({ size, measured })) }),
  };
  return { context, at, id, contextAt, contextId, waiting };
}

function isKept(kept: Kept | Progress): kept is Kept {
  return Array.isArray(kept);
}

/** Owner and whether it is measured in one number, then the size. */
function numbersOf(pieces: readonly Piece[]): number[] {
  const numbers: number[] = [];
  for (const { owner, size, isMeasured } of pieces) numbers.push(owner * 2 + (isMeasured ? 1 : 0), size);
  return numbers;
}

function pieceOf(whose: number, size: number): Piece {
  return { owner: whose >> 1, item: '', size, isMeasured: whose % 2 === 1 };
}

function pairs<T, Made>(list: readonly T[], make: (first: T, second: T) => Made): Made[] {
  const made: Made[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) made.push(make(list[index] as T, list[index + 1] as T)); // as -- within the list
  return made;
}
