/** What the table of sources says, and in which order: what fails first, then what is read, then what is not there. Pure. */
import type { WireSource } from '@tokenmeter/core';

const STATES: Readonly<Record<WireSource['state'], { readonly words: string; readonly rank: number }>> = {
  error: { words: 'Error', rank: 0 },
  reading: { words: 'Reading', rank: 1 },
  not_found: { words: 'Not found', rank: 2 },
};

export function stateWords(state: WireSource['state']): string {
  return STATES[state].words;
}

/** Within a state those with most calls first, then by name. */
export function sourceOrder(sources: readonly WireSource[]): WireSource[] {
  return sources.toSorted(
    (a, b) =>
      STATES[a.state].rank - STATES[b.state].rank ||
      b.calls - a.calls ||
      a.agent_name.localeCompare(b.agent_name, 'en'),
  );
}
