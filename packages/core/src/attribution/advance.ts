/**
 * One step of the positional ledger: what a call's tokens were spent on, from what stood in its thread's context and what
 * is new, and what stands there now (decisions/008). Pure; the parts equal the usage in every bucket, always.
 */
import type { TokenUsage } from '../usage.ts';
import { inputTokens, totalTokens } from '../usage.ts';
import type { BucketCost } from './cost.ts';
import { costParts } from './cost.ts';
import { enter } from './enter.ts';
import type { Writing } from './output.ts';
import { writtenPieces } from './output.ts';
import type { ContextHabits, ContextState, NewPiece, Owner, Part, Phase, Piece } from './piece.ts';
import { newPart, partTokens } from './piece.ts';
import { layByPosition, layByProportion } from './tiers.ts';

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
  const { usage } = call;
  // Counts beyond exact integers are a source's nonsense: nothing can be split exactly, so nothing is.
  if (!Number.isSafeInteger(totalTokens(usage)))
    return { state, parts: wholeCall(call, { kind: 'unattributed', name: '' }) };
  const owners: Owner[] = [...state.owners];
  const prompt = inputTokens(usage);
  const { cacheRead } = usage;
  const isBoundary = call.isBoundary === true;
  const { pieces, firstNew } = enter({ state, owners, prompt, cacheRead, fresh, isBoundary, habits });
  const parts = new Parts(owners);
  const lay = habits.prefixCache ? layByPosition : layByProportion;
  const isOneTier = [usage.input, cacheRead, usage.cacheWrite5m, usage.cacheWrite1h].filter((n) => n > 0).length <= 1;
  lay(pieces, usage, (piece, index, [read, write1h, write5m, input]) => {
    const part = parts.of(piece, index < firstNew ? 'carried' : 'entered');
    part.cacheRead += read;
    part.cacheWrite1h += write1h;
    part.cacheWrite5m += write5m;
    part.input += input;
    if (piece.isMeasured && (habits.prefixCache || isOneTier)) part.measured += piece.size;
  });
  const written = writtenPieces(usage, call.wrote, owners);
  for (const piece of written) {
    const part = parts.of(piece, 'output');
    part.output += piece.size;
    if (piece.isMeasured) part.measured += piece.size;
  }
  if (call.cost) costParts(parts.all, call.cost, call.feeItem);
  return { state: { owners, pieces: joined(pieces), prompt, written }, parts: parts.all };
}

/** A call that stands apart from its thread's context (a title, a compaction, a remainder): all of it is one owner's. */
export function wholeCall(
  { usage, cost }: Pick<ContextCall, 'usage' | 'cost'>,
  owner: Owner,
  isMeasured = false,
): Part[] {
  const sent = { ...newPart(owner, '', 'entered'), ...inputOf(usage) };
  const wrote = { ...newPart(owner, '', 'output'), output: usage.output };
  const parts = [sent, wrote].filter((part) => partTokens(part) > 0);
  if (isMeasured) for (const part of parts) part.measured = partTokens(part);
  if (cost) costParts(parts, cost);
  return parts;
}

function inputOf({ input, cacheRead, cacheWrite5m, cacheWrite1h }: TokenUsage) {
  return { input, cacheRead, cacheWrite5m, cacheWrite1h };
}

/** Parts by owner, item and phase, in the order they were first met. */
class Parts {
  readonly all: Part[] = [];
  readonly #owners: readonly Owner[];
  readonly #byKey = new Map<string, Part>();
  /** Without items an owner's number is all there is to tell, which is cheaper to find. */
  readonly #plain: (Part | undefined)[] = [];

  constructor(owners: readonly Owner[]) {
    this.#owners = owners;
  }

  of({ owner, item }: Piece, phase: Phase): Part {
    const slot = owner * 3 + (phase === 'carried' ? 0 : phase === 'entered' ? 1 : 2);
    const key = item === '' ? '' : `${slot}\0${item}`;
    const known = item === '' ? this.#plain[slot] : this.#byKey.get(key);
    if (known) return known;
    const part = newPart(this.#owners[owner] ?? { kind: 'unattributed', name: '' }, item, phase);
    if (item === '') this.#plain[slot] = part;
    else this.#byKey.set(key, part);
    this.all.push(part);
    return part;
  }
}

/** Neighbours of one owner and item as one piece: a state stays small. */
function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    const isSame = last?.owner === piece.owner && last.item === piece.item && last.isMeasured === piece.isMeasured;
    if (last && isSame) out[out.length - 1] = { ...last, size: last.size + piece.size };
    else out.push(piece);
  }
  return out;
}
