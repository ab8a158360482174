/**
 * What one record of a rollout tells, in one shape whatever the version that wrote it. It has no place for text: of what
 * people, models and tools say there is the length.
 */
import type { Line } from '../agent.ts';
import type { Found } from './found.ts';
import type { Injected } from './injected.ts';
import type { Tokens } from './tokens.ts';

/** How a tool's run ended, as far as a record tells. */
export interface Ending {
  readonly isError?: boolean | undefined;
  readonly durationMs?: number | undefined;
}

export type Told =
  | { readonly is: 'meta' | 'usage' | 'settings'; readonly payload: unknown }
  | Count
  | { readonly is: 'turn'; readonly turnId: string; readonly model: string; readonly cwd: string }
  | { readonly is: 'task'; readonly turnId: string; readonly startedAt: number | undefined; readonly window: unknown }
  | { readonly is: 'turn-end' | 'trigger' }
  | { readonly is: 'prompt'; readonly by: 'message' | 'item'; readonly bytes: number }
  | { readonly is: 'injected'; readonly id: string; readonly parts: readonly Injected[] }
  /** Words of an answer. */
  | { readonly is: 'words'; readonly bytes: number }
  | {
      readonly is: 'tool';
      readonly id: string;
      readonly name: string;
      readonly bytes: number;
      readonly searches: number | undefined;
      /** Name in its arguments, '' none. */
      readonly target: string;
    }
  | ({ readonly is: 'result'; readonly id: string; readonly bytes: number; readonly spawned: string } & Ending)
  | ({ readonly is: 'ending'; readonly id: string; readonly name: string; readonly bytes: number } & Ending)
  | { readonly is: 'spawn'; readonly id: string; readonly threadId: string; readonly name: string }
  | { readonly is: 'compacted'; readonly responseId: string }
  | { readonly is: 'title'; readonly title: string }
  | { readonly is: 'model'; readonly model: string };

/** A `token_count`. Neither `total` nor `last`: it told of limits only. */
export interface Count {
  readonly is: 'count';
  readonly total: Tokens | undefined;
  readonly last: Tokens | undefined;
  /** Tokens of the model's window, 0 unknown. */
  readonly window: number;
  readonly model: string;
  /** Tokens in context as counted after a compaction, when `last` is empty but for its total; 0 unknown. */
  readonly context: number;
  readonly limits: SpelledLimits | undefined;
}

/** Rate limits as a line spells them. */
export interface SpelledLimits {
  /** Whose they are, '' where the version does not say. */
  readonly id: string;
  /** Which windows the line tells. */
  readonly hasPrimary: boolean;
  readonly hasSecondary: boolean;
  readonly json: string;
}

/** A line that tells us something, with its time. */
export interface Entry {
  readonly at: number | undefined;
  readonly told: Told;
}

/** `nothing`: a line of which we need nothing; `damaged`, `unknown`: see `Skip`. */
export type Decoded = Entry | 'nothing' | 'damaged' | 'unknown';

/**
 * Reads one kind of record, whose payload's brace is at `payload`: by what a walk found in the line, or, without that, by
 * the line itself. Undefined: not laid out as this kind of record is.
 */
export type Reader = (
  line: Line,
  payload: number,
  found: Found | undefined,
) => Told | 'nothing' | 'unknown' | undefined;
