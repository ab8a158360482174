/**
 * The words of attribution: what stands in a prompt (pieces, each with an owner), and what one call's tokens were spent
 * on (parts). Sizes are tokens, whole; nothing here knows a text.
 */
import type { ToolKind } from '../event.ts';

/** What a piece is: a tool's kind, or what is no tool. `tools` are definitions of tools, by MCP server. */
export type PieceKind =
  | ToolKind
  | 'system'
  | 'tools'
  | 'memory'
  | 'skill'
  | 'reminder'
  | 'user'
  | 'model_text'
  | 'reasoning'
  | 'summary'
  | 'unattributed';

/** Whose a piece is. `name` is the tool's own name, an MCP server of definitions, a skill, or '' where there is one of the kind. */
export interface Owner {
  readonly kind: PieceKind;
  readonly name: string;
}

/** Whether a kind stands in every prompt, used or not, and outlives a compaction. */
export function isFixed(kind: PieceKind): boolean {
  return kind === 'system' || kind === 'tools' || kind === 'memory' || kind === 'skill';
}

/** A stretch of the prompt. Neighbours of one owner and item are one piece. */
export interface Piece {
  /** Index into the state's owners. */
  readonly owner: number;
  /** What it is one of (a tool call's id), '' where nobody asks for items. */
  readonly item: string;
  readonly size: number;
  /** False where its size is a share of a measured sum, split by estimate. */
  readonly isMeasured: boolean;
}

/** Pieces are made here alone: objects of one shape are what the engine is quick with. */
export function newPiece(owner: number, item: string, size: number, isMeasured: boolean): Piece {
  return { owner, item, size, isMeasured };
}

/** What is known of one thread's context after a call: plain JSON, small, enough to go on from. */
export interface ContextState {
  readonly owners: readonly Owner[];
  /** The latest prompt, from its beginning. Their sizes add up to `prompt`. */
  readonly pieces: readonly Piece[];
  /** Tokens of the latest prompt; -1 before the first call. */
  readonly prompt: number;
  /** What the latest call wrote, which goes into the next prompt. */
  readonly written: readonly Piece[];
  /** Sizes of the pieces by owner, so that a prompt that only grew need not be walked; undefined where items are told. */
  readonly sums?: readonly OwnerSum[] | undefined;
}

/** At the owner's index. */
export interface OwnerSum {
  readonly size: number;
  readonly measured: number;
}

/** A state that one walk alone holds, and may go on writing to. */
export interface OwnedState extends ContextState {
  readonly owners: Owner[];
  readonly pieces: Piece[];
  readonly sums?: GrowingSum[] | undefined;
}

export type GrowingSum = { -readonly [K in keyof OwnerSum]: OwnerSum[K] };

export function ownCopy({ owners, pieces, prompt, written, sums }: ContextState): OwnedState {
  return { owners: [...owners], pieces: [...pieces], prompt, written, sums: sums?.map((sum) => ({ ...sum })) };
}

export const NO_CONTEXT: ContextState = { owners: [], pieces: [], prompt: -1, written: [] };

/** Something new in a prompt. `estimate` in tokens; undefined where nobody told its size. */
export interface NewPiece {
  readonly owner: Owner;
  readonly item?: string | undefined;
  readonly estimate: number | undefined;
}

/** How a provider builds its prompts: data of each agent's folder. */
export interface ContextHabits {
  /** Whether what the model reasoned is sent back with the next prompt. */
  readonly reasoningReenters: boolean;
  /** Whether the cache holds a beginning of the prompt, so that positions tell what was read and what written. */
  readonly prefixCache: boolean;
  /** True where one usage is told for a whole turn of many calls, so that nothing tells what a single prompt held. */
  readonly tellsTurns?: boolean | undefined;
}

/** Of an agent nobody has described: nothing is taken for sure. */
export const UNKNOWN_HABITS: ContextHabits = { reasoningReenters: false, prefixCache: false };

/** `entered`: first time in a prompt; `carried`: every later time; `output`: written by the model. */
export type Phase = 'entered' | 'carried' | 'output';

/** What one owner had of one call. The parts of a call add up to its usage in every bucket, and to its cost. */
export interface Part {
  readonly owner: Owner;
  readonly item: string;
  readonly phase: Phase;
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
  /** Tokens of it that were measured, not split by estimate. */
  measured: number;
  costNano: number;
}

export function newPart(owner: Owner, item: string, phase: Phase): Part {
  return {
    owner,
    item,
    phase,
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    measured: 0,
    costNano: 0,
  };
}

export function partTokens(
  part: Pick<Part, 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output'>,
): number {
  return part.input + part.cacheRead + part.cacheWrite5m + part.cacheWrite1h + part.output;
}
