/**
 * What a run was spent on where only its total is told, when it settles (Cursor). Each piece weighs its estimate times
 * the prompts it stood in, and the settled buckets are split by that. It refuses to call any of it measured.
 */
import { BUCKETS, totalTokens } from '../usage.ts';
import type { ContextCall } from './advance.ts';
import { wholeCall } from './advance.ts';
import { costParts } from './cost.ts';
import { writtenPieces } from './output.ts';
import type { NewPiece, Owner, Part, Phase } from './piece.ts';
import { newPart } from './piece.ts';
import { split } from './split.ts';

/** Something that stood in prompts of the run. */
export interface RunPiece extends NewPiece {
  /** In how many model calls' prompts it stood, as far as steps were seen; at least the one it entered. */
  readonly calls: number;
  /** True where an earlier turn had it already: none of the calls is the one it entered. */
  readonly isOld?: boolean | undefined;
}

const UNATTRIBUTED: Owner = { kind: 'unattributed', name: '' };
const SENT = BUCKETS.filter((bucket) => bucket !== 'output');

/** Parts that equal the total in every bucket and in cost. What nobody told of is unattributed. */
export function attributeRunTotal(
  { usage, cost, wrote, feeItem }: Pick<ContextCall, 'usage' | 'cost' | 'wrote' | 'feeItem'>,
  pieces: readonly RunPiece[],
): Part[] {
  if (!Number.isSafeInteger(totalTokens(usage))) return wholeCall({ usage, cost }, UNATTRIBUTED);
  const standing = weighed(pieces);
  for (const bucket of SENT) {
    const shares = split(
      usage[bucket],
      standing.map((one) => one.weight),
    );
    for (const [index, { part }] of standing.entries()) part[bucket] = shares[index] ?? 0;
  }
  const owners: Owner[] = [];
  const written = writtenPieces(usage, wrote, owners).map(({ owner, item, size }) => {
    const part = newPart(owners[owner] ?? UNATTRIBUTED, item, 'output');
    part.output = size;
    return part;
  });
  const parts = [...standing.map((one) => one.part), ...written];
  if (cost) costParts(parts, cost, usage, feeItem);
  return parts;
}

interface Weighed {
  readonly part: Part;
  readonly weight: number;
}

/** What is taken for the size of a piece that nobody told of: as large as the others are on average. */
export function usualSize(pieces: readonly NewPiece[]): number {
  const told = pieces.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  return told.length === 0 ? 1 : Math.round(told.reduce((sum, size) => sum + size, 0) / told.length);
}

/** Each piece as it entered, and as it was carried through the prompts after that. */
function weighed(pieces: readonly RunPiece[]): Weighed[] {
  const guess = usualSize(pieces);
  const all = pieces.flatMap(({ owner, item, estimate, calls, isOld }) => {
    const size = estimate ?? guess;
    const as = (phase: Phase, times: number): Weighed => ({
      part: newPart(owner, item ?? '', phase),
      weight: size * times,
    });
    const entered = isOld ? 0 : 1;
    return [as('entered', entered), as('carried', Math.max(0, calls - entered))].filter((one) => one.weight > 0);
  });
  return all.length > 0 ? all : [{ part: newPart(UNATTRIBUTED, '', 'entered'), weight: 1 }];
}
