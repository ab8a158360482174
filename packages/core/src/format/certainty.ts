/** How sure a figure is, as a mark and as words (design, 3.4). Unknown is never drawn as zero. */

/** What stands where a figure is not known. */
export const UNKNOWN = '—';

const WORDS: Readonly<Record<string, string>> = {
  exact: '',
  at_least: 'At least this much: the call was cut before its end',
  estimated: 'Estimated from text length',
  reported: 'Told by the agent as a total, not call by call',
};

/** `~` in front of a figure that is not exact, else nothing. Takes a call's certainty. */
export function certaintyMark(certainty: string): '' | '~' {
  return certainty === 'exact' ? '' : '~';
}

/** The tooltip of a call's certainty; empty for exact. */
export function certaintyWords(certainty: string): string {
  return WORDS[certainty] ?? 'Not exact';
}

/**
 * `~` for a sum when what is not exact in it could show in three digits (one part in two thousand); smaller amounts are
 * left to `doctor` and the details, else one cut call in a year would mark every total.
 */
export function totalsMark(inexactTokens: number, tokens: number): '' | '~' {
  return inexactTokens > 0 && inexactTokens * 2000 >= tokens ? '~' : '';
}

/** What to show about missing prices: nothing, a badge beside the figure, or a dash with a badge. */
export type PriceState = 'complete' | 'partial' | 'unknown';

/** `unknown` when nothing has a price, `partial` when some tokens have none. */
export function priceState(costKnown: boolean, unpricedTokens: number): PriceState {
  if (!costKnown) return 'unknown';
  return unpricedTokens > 0 ? 'partial' : 'complete';
}
