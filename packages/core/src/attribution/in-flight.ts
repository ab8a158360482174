/**
 * The second method, which needs no positions: a tool is in flight until the call that consumes its result closes, and
 * that whole call is charged to the tools in flight, in proportion to their results' sizes. It sums as well, and it
 * charges late cheap tools with the whole history; the ledger is what to decide by.
 */
import type { ContextCall } from './advance.ts';
import { costParts } from './cost.ts';
import type { NewPiece, Owner, Part } from './piece.ts';
import { newPart } from './piece.ts';
import { split } from './split.ts';

/** Who pays for calls in which no tool was in flight. */
const MODEL_AND_SYSTEM: Owner = { kind: 'system', name: '' };

/** `fresh` is what is new in the call's prompt; only results of tools count. Equal shares where a size is unknown. */
export function chargeInFlight(
  { usage, cost, feeItem }: Pick<ContextCall, 'usage' | 'cost' | 'feeItem'>,
  fresh: readonly NewPiece[],
): readonly Part[] {
  const open = fresh.filter((piece) => isTool(piece.owner));
  const isTold = open.every((piece) => piece.estimate !== undefined);
  const weights = open.map((piece) => (isTold ? (piece.estimate ?? 0) : 1));
  const payers = open.length === 0 ? [{ owner: MODEL_AND_SYSTEM, item: '' }] : open;
  const parts = payers.map(({ owner, item }) => newPart(owner, item ?? '', 'entered'));
  for (const bucket of ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const)
    split(usage[bucket], open.length === 0 ? [1] : weights).forEach((tokens, index) => {
      const part = parts[index];
      if (part) part[bucket] = tokens;
    });
  if (cost) costParts(parts, cost, usage, feeItem);
  return parts;
}

const NO_TOOLS: ReadonlySet<string> = new Set(
  'system tools memory skill reminder user model_text reasoning summary unattributed'.split(' '),
);

export function isTool({ kind }: Owner): boolean {
  return !NO_TOOLS.has(kind);
}
