/** How a single piece of context is called: a file, a command, a result, or in words what it is. Pure. */
import type { WireItem } from '@tokenmeter/core';
import { kindOf } from '../kinds.ts';

type Item = Pick<WireItem, 'name' | 'tool' | 'kind'>;

/** What stands out among items that are listed by size: a thing one can read less of, not a part of the prompt. */
export function largestNamed<T extends Item>(items: readonly T[]): T | undefined {
  return items.find(({ name, tool }) => name !== null || tool !== null);
}

const UNNAMED: Readonly<Record<string, string>> = {
  user: 'one of your messages',
  model_text: 'one reply',
  reasoning: 'one stretch of reasoning',
  summary: 'a summary',
  system: 'the system prompt',
  tools: 'definitions of tools',
};

/** The words for an item without a name. */
export function unnamedItem({ tool, kind }: Item): string {
  return tool === null ? (UNNAMED[kind] ?? `a piece of ${kindOf(kind).name}`) : `one ${tool} result`;
}

/** The end of a long path, which tells files apart; the whole stands in its title. */
export function shortItem(name: string): string {
  const parts = name.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const isPath = parts.length > 3 && !/\s/.test(parts[0] ?? '');
  return isPath ? `…/${parts.slice(-2).join('/')}` : name;
}
