/**
 * Which models an agent may call while nobody has told which: all that the sellers it buys from list. It refuses to guess
 * among them, and has none for an agent that buys anywhere.
 */
import type { PriceBook } from '../price/price.ts';

export interface Candidate {
  readonly seller: string;
  readonly model: string;
}

/** An agent that is not here can be set to any seller. */
const SELLERS: Readonly<Record<string, readonly string[]>> = {
  'claude-code': ['anthropic'],
  codex: ['openai'],
  'gemini-cli': ['google'],
  'copilot-cli': ['github-copilot', 'anthropic', 'openai', 'google'],
  cursor: ['cursor', 'anthropic', 'openai', 'google', 'x-ai'],
};

/** A book never changes, and a bound is asked at every frame. */
const known = new WeakMap<PriceBook, Map<string, readonly Candidate[]>>();

/** Empty: any model at all. */
export function candidatesOf(book: PriceBook, agent: string): readonly Candidate[] {
  const sellers = Object.hasOwn(SELLERS, agent) ? SELLERS[agent] : undefined;
  if (!sellers) return [];
  const byAgent = known.get(book) ?? new Map<string, readonly Candidate[]>();
  known.set(book, byAgent);
  const found = byAgent.get(agent);
  if (found) return found;
  const models = new Map<string, Candidate>();
  for (const { seller, model } of book.list())
    if (sellers.includes(seller)) models.set(`${seller}/${model}`, { seller, model });
  const candidates = [...models.values()];
  byAgent.set(agent, candidates);
  return candidates;
}
