/**
 * Codex's own token counts: cumulative and last usage as the log words them, and their one conversion to our buckets.
 * Input contains what was cached and what was written to the cache; output contains reasoning. It refuses totals: the
 * log's `total_tokens` counts nothing.
 */
import { readCount, type TokenUsage } from '../../usage.ts';
import type { COUNTS } from './wishes.ts';

/** Counts in the log's convention. `reasoning` is undefined where the log does not tell it. */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning?: number | undefined;
}

export const NO_TOKENS: Tokens = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };

/** A JSON object, or an empty one in place of anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return value as Readonly<Record<string, unknown>>; // as -- an object that is no list is a record of unknowns
}

/** Counts under any of the names the versions and gateways use; undefined where none of them is there. */
export function readTokens(value: unknown): Tokens | undefined {
  const usage = record(value);
  return tokensBy((key) => readCount(usage[key]));
}

/** The same of counts that are had by their name. */
export function tokensBy(countOf: (key: (typeof COUNTS)[number]) => number | undefined): Tokens | undefined {
  const input = countOf('input_tokens') ?? countOf('prompt_tokens');
  const output = countOf('output_tokens') ?? countOf('completion_tokens');
  const reasoning = countOf('reasoning_output_tokens');
  const cached = largest(countOf('cached_input_tokens'), countOf('cache_read_input_tokens'));
  const written = largest(countOf('cache_write_input_tokens'), countOf('cache_creation_input_tokens'));
  if (input === undefined && output === undefined && cached === undefined) return undefined;
  return { input: input ?? 0, cached: cached ?? 0, written: written ?? 0, output: output ?? 0, reasoning };
}

/** The five buckets. A sum that its parts exceed is the sum of its parts: a count is never negative. */
export function usageOf(tokens: Tokens): TokenUsage {
  return {
    input: Math.max(0, tokens.input - tokens.cached - tokens.written),
    cacheRead: tokens.cached,
    cacheWrite5m: tokens.written,
    cacheWrite1h: 0,
    output: tokens.output,
    reasoning: tokens.reasoning === undefined ? undefined : Math.min(tokens.reasoning, tokens.output),
  };
}

export function sumOf(tokens: Tokens): number {
  return tokens.input + tokens.output;
}

export function isNothing(tokens: Tokens): boolean {
  return tokens.input === 0 && tokens.cached === 0 && tokens.written === 0 && tokens.output === 0;
}

export function sameTokens(a: Tokens, b: Tokens): boolean {
  return (
    a.input === b.input &&
    a.cached === b.cached &&
    a.written === b.written &&
    a.output === b.output &&
    (a.reasoning ?? 0) === (b.reasoning ?? 0)
  );
}

/** Whether some count of `a` is below that of `b`: a cumulative counter that went back. */
export function isBelow(a: Tokens, b: Tokens): boolean {
  return (
    a.input < b.input ||
    a.cached < b.cached ||
    a.written < b.written ||
    a.output < b.output ||
    (a.reasoning ?? 0) < (b.reasoning ?? 0)
  );
}

export function plus(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    written: a.written + b.written,
    output: a.output + b.output,
    reasoning:
      a.reasoning === undefined && b.reasoning === undefined ? undefined : (a.reasoning ?? 0) + (b.reasoning ?? 0),
  };
}

/** `a` less `b`, each count at least 0. */
export function minus(a: Tokens, b: Tokens): Tokens {
  return {
    input: Math.max(0, a.input - b.input),
    cached: Math.max(0, a.cached - b.cached),
    written: Math.max(0, a.written - b.written),
    output: Math.max(0, a.output - b.output),
    reasoning: a.reasoning === undefined ? undefined : Math.max(0, a.reasoning - (b.reasoning ?? 0)),
  };
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : Math.max(a, b ?? 0);
}
