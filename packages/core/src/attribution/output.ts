/**
 * What a call's output was: reasoning as reported, the rest over its text and its tools' arguments in proportion to their
 * bytes. Arguments are their tool's: an edit's price is mainly its arguments at the output price.
 */
import type { TokenUsage } from '../usage.ts';
import { ownerIndex } from './enter.ts';
import type { Owner, Piece } from './piece.ts';
import { newPiece } from './piece.ts';
import { split } from './split.ts';

/** What the log tells of what a call wrote: sizes in bytes. */
export interface Writing {
  /** Visible text; undefined where not told. */
  readonly textBytes?: number | undefined;
  /** Reasoning in the log, where the usage does not count it. */
  readonly reasoningBytes?: number | undefined;
  readonly tools: readonly { readonly owner: Owner; readonly item?: string | undefined; readonly bytes: number }[];
}

/** Pieces whose sizes add up to the output. */
export function writtenPieces(usage: TokenUsage, writing: Writing, owners: Owner[]): Piece[] {
  const { textBytes, reasoningBytes, tools } = writing;
  const told = usage.reasoning === undefined ? undefined : Math.min(usage.reasoning, usage.output);
  const rest = usage.output - (told ?? 0);
  const guessed = told === undefined ? (reasoningBytes ?? 0) : 0;
  // Most answers are one thing: nothing to weigh.
  if (guessed === 0 && (tools.length === 0 || (tools.length === 1 && !textBytes))) {
    const tool = tools[0];
    const reasoning = told ? newPiece(ownerIndex(owners, REASONING), '', told, true) : undefined;
    if (rest === 0) return reasoning ? [reasoning] : [];
    const one = tool
      ? newPiece(ownerIndex(owners, tool.owner), tool.item ?? '', rest, textBytes !== undefined)
      : newPiece(ownerIndex(owners, TEXT), '', rest, true);
    return reasoning ? [reasoning, one] : [one];
  }
  const pieces: Piece[] = [];
  // Where nobody told of text, tools take all there is; where there is no tool either, it is text.
  const text = textBytes ?? (tools.length === 0 ? 1 : 0);
  const weights = weighed(guessed, text, tools);
  const sizes = split(rest, weights);
  let some = 0;
  for (let index = 0; index < weights.length; index++) if ((weights[index] ?? 0) > 0) some++;
  const isSure = some === 1 && (textBytes !== undefined || tools.length === 0);
  add(pieces, owners, REASONING, '', (told ?? 0) + (sizes[0] ?? 0), told !== undefined);
  add(pieces, owners, TEXT, '', sizes[1] ?? 0, isSure);
  for (let index = 0; index < tools.length; index++) {
    const tool = tools[index];
    if (tool) add(pieces, owners, tool.owner, tool.item, sizes[index + 2] ?? 0, isSure);
  }
  return pieces;
}

function add(
  pieces: Piece[],
  owners: Owner[],
  owner: Owner,
  item: string | undefined,
  size: number,
  isMeasured: boolean,
): void {
  if (size > 0) pieces.push(newPiece(ownerIndex(owners, owner), item ?? '', size, isMeasured));
}

const REASONING: Owner = { kind: 'reasoning', name: '' };
const TEXT: Owner = { kind: 'model_text', name: '' };

/** Reasoning, text, then each tool; where nothing has a size, tools share evenly, and without any it is all text. */
function weighed(reasoning: number, text: number, tools: Writing['tools']): number[] {
  const weights = [reasoning, text];
  let sum = reasoning + text;
  for (let index = 0; index < tools.length; index++) {
    const bytes = tools[index]?.bytes ?? 0;
    sum += bytes;
    weights.push(bytes);
  }
  if (sum > 0) return weights;
  return tools.length === 0 ? [0, 1] : [0, 0, ...tools.map(() => 1)];
}
