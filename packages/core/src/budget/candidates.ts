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

/** Short names that clients know and no catalogue lists, and what the models they may stand for have in theirs. */
const SHORT_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'claude-code': { default: '', best: '', opus: 'opus', opusplan: 'opus', sonnet: 'sonnet', haiku: 'haiku' },
};

/** What a model's name narrows the candidates to: '' to nothing; undefined where it is the name of one model. */
export function shortName(agent: string, model: string): string | undefined {
  const name = model.toLowerCase().replace(/\[[^\]]*\]$/, '');
  if (name === '') return '';
  const known = Object.hasOwn(SHORT_NAMES, agent) ? SHORT_NAMES[agent] : undefined;
  return known && Object.hasOwn(known, name) ? known[name] : undefined;
}

/** Empty: any model at all. A model whose window no catalogue tells is from before agents and none of them. */
export function candidatesOf(book: PriceBook, agent: string, part = ''): readonly Candidate[] {
  const all = allOf(book, agent);
  const narrowed = part === '' ? all : all.filter(({ model }) => model.includes(part));
  return narrowed.length > 0 ? narrowed : all;
}

function allOf(book: PriceBook, agent: string): readonly Candidate[] {
  const sellers = Object.hasOwn(SELLERS, agent) ? SELLERS[agent] : undefined;
  if (!sellers) return [];
  const byAgent = known.get(book) ?? new Map<string, readonly Candidate[]>();
  known.set(book, byAgent);
  const found = byAgent.get(agent);
  if (found) return found;
  const models = new Map<string, Candidate>();
  for (const { seller, model } of book.list())
    if (sellers.includes(seller) && book.contextWindow(agent, seller, model) !== undefined)
      models.set(`${seller}/${model}`, { seller, model });
  const candidates = [...models.values()];
  byAgent.set(agent, candidates);
  return candidates;
}
