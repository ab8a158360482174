/**
 * One step of the positional ledger: what a call's tokens were spent on, from what stood in its thread's context and what
 * is new, and what stands there now (decisions/008). Pure; the parts equal the usage in every bucket, always.
 */
import type { TokenUsage } from '../usage.ts';
import { inputTokens, totalTokens } from '../usage.ts';
import type { BucketCost } from './cost.ts';
import { costParts } from './cost.ts';
import type { Prompt } from './enter.ts';
import { enter } from './enter.ts';
import type { Writing } from './output.ts';
import { writtenPieces } from './output.ts';
import { Parts } from './parts.ts';
import type { ContextHabits, ContextState, GrowingSum, NewPiece, OwnedState, Owner, Part, Piece } from './piece.ts';
import { newPart, newPiece, ownCopy, partTokens } from './piece.ts';
import type { Book, Receiver } from './receiver.ts';
import { layByPosition, layByProportion, putRight } from './tiers.ts';

/** A call as far as its context goes. */
export interface ContextCall {
  readonly usage: TokenUsage;
  readonly wrote: Writing;
  /** True for the first call after a compaction that was told. */
  readonly isBoundary?: boolean | undefined;
  /** What it cost by bucket; undefined without a price. */
  readonly cost?: BucketCost | undefined;
  /** The tool call that fees were paid for. */
  readonly feeItem?: string | undefined;
}

export interface Advanced {
  readonly state: ContextState;
  readonly parts: readonly Part[];
}

/** Adds a call to its thread. The first argument of the next call is this one's `state`. */
export function advance(
  state: ContextState,
  call: ContextCall,
  fresh: readonly NewPiece[],
  habits: ContextHabits,
): Advanced {
  return advanceOwned(ownCopy(state), call, fresh, habits);
}

/**
 * The same for whoever keeps no earlier state: the lists of `state` are used up, and go on in the state answered. A call
 * that `book` takes is summed there and has no parts.
 */
export function advanceOwned(
  state: OwnedState,
  call: ContextCall,
  fresh: readonly NewPiece[],
  habits: ContextHabits,
  book?: Book,
): Advanced & { readonly state: OwnedState } {
  const { usage, cost } = call;
  // Counts beyond exact integers are a source's nonsense: nothing can be split exactly, so nothing is.
  if (!Number.isSafeInteger(totalTokens(usage)))
    return { state, parts: wholeCall(call, { kind: 'unattributed', name: '' }) };
  const { owners } = state;
  const prompt = inputTokens(usage);
  const isBoundary = call.isBoundary === true;
  const entered = enter(state, { prompt, cacheRead: usage.cacheRead, fresh, isBoundary }, habits);
  const parts = book?.takes(usage, cost) ? undefined : new Parts(owners);
  const into: Receiver = parts ?? (book as Book); // as -- without a book there are parts
  layOut(state, entered, usage, habits, into);
  const written = writtenPieces(usage, call.wrote, owners);
  for (let index = 0; index < written.length; index++) {
    const piece = written[index];
    if (piece) into.wrote(piece.owner, piece.item, piece.size, piece.isMeasured ? piece.size : 0);
  }
  if (parts && cost) costParts(parts.all, cost, usage, call.feeItem);
  return { state: stateAfter(state, entered, owners, prompt, written, book), parts: parts?.all ?? NONE };
}

const NONE: readonly Part[] = [];

/** A call that stands apart from its thread's context (a title, a compaction, a remainder): all of it is one owner's. */
export function wholeCall(
  { usage, cost }: Pick<ContextCall, 'usage' | 'cost'>,
  owner: Owner,
  isMeasured = false,
): Part[] {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  const sent = { ...newPart(owner, '', 'entered'), input, cacheRead, cacheWrite5m, cacheWrite1h };
  const wrote = { ...newPart(owner, '', 'output'), output };
  const parts = [sent, wrote].filter((part) => partTokens(part) > 0);
  if (isMeasured) for (const part of parts) part.measured = partTokens(part);
  if (cost) costParts(parts, cost, usage);
  return parts;
}

/** Gives out the prompt's tokens. Of one that only grew, and that the cache mostly held, only the end is walked. */
function layOut(
  state: OwnedState,
  { pieces, firstNew, hasGrown }: Prompt,
  usage: TokenUsage,
  { prefixCache }: ContextHabits,
  into: Receiver,
): void {
  if (!prefixCache) layByProportion(pieces, usage, into, firstNew, tiersOf(usage) <= 1);
  else if (hasGrown && state.sums && usage.cacheRead * 2 >= state.prompt) {
    into.carry(state.sums);
    putRight(pieces, usage, into, firstNew, state.prompt);
    layByPosition(pieces, usage, into, firstNew, state.prompt, firstNew);
  } else layByPosition(pieces, usage, into, firstNew);
}

function tiersOf({ input, cacheRead, cacheWrite5m, cacheWrite1h }: TokenUsage): number {
  return (input > 0 ? 1 : 0) + (cacheRead > 0 ? 1 : 0) + (cacheWrite5m > 0 ? 1 : 0) + (cacheWrite1h > 0 ? 1 : 0);
}

function stateAfter(
  state: OwnedState,
  { pieces, firstNew, hasGrown }: Prompt,
  owners: Owner[],
  prompt: number,
  written: readonly Piece[],
  book: Book | undefined,
): OwnedState {
  const goesOn = hasGrown && state.sums !== undefined;
  if (!goesOn) book?.settle(state.sums);
  const sums: GrowingSum[] = goesOn && state.sums ? state.sums : [];
  while (sums.length < owners.length) sums.push({ size: 0, measured: 0 });
  const from = goesOn ? firstNew : 0;
  let hasItems = false;
  let end = from;
  for (let index = from; index < pieces.length; index++) {
    const piece = pieces[index];
    if (!piece) continue;
    const { owner, item, size, isMeasured } = piece;
    hasItems ||= item !== '';
    const sum = sums[owner];
    if (sum) {
      sum.size += size;
      if (isMeasured) sum.measured += size;
      book?.grow(owner, size, isMeasured ? size : 0);
    }
    // Neighbours of one owner and item become one piece, in place: a state stays small.
    const last = end > 0 ? pieces[end - 1] : undefined;
    if (last?.owner === owner && last.item === item && last.isMeasured === isMeasured)
      pieces[end - 1] = newPiece(owner, item, last.size + size, isMeasured);
    else pieces[end++] = piece;
  }
  // To be told its length costs a list more than to give up its last.
  while (pieces.length > end) pieces.pop();
  return hasItems ? { owners, pieces, prompt, written } : { owners, pieces, prompt, written, sums };
}
