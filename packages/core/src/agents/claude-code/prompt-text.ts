/** What a person asked, in a record that told of a prompt; see `Agent.promptText`. */
import type { Line } from '../agent.ts';
import { listOf, objectOf, textOf } from '../json.ts';

export function promptText(line: Line): string {
  const content = objectOf(objectOf(line.json())?.message)?.content;
  const texts = typeof content === 'string' ? [content] : listOf(content).map((block) => textOf(objectOf(block)?.text));
  // What editors and the program add stands in blocks of its own, in tags.
  const told = texts.find((text) => text !== '' && !/^<(?!command-)/.test(text)) ?? '';
  if (!told.startsWith('<command-')) return told;
  const name = /<command-name>([^<]*)/.exec(told)?.[1] ?? '';
  const words = /<command-args>([^<]*)/.exec(told)?.[1] ?? '';
  return `${name} ${words}`;
}
