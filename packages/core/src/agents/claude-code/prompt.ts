/**
 * Which user records are a person's (or a script's) prompt, and which are the program speaking under that name: command
 * output, notices, summaries. It refuses to look further into a text than its opening.
 */
import { type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';

/** Openings of records that the program writes in the user's name, or of what the user did without the model. */
const NOT_ASKED = [
  '[Request interrupted by user',
  '<local-command-',
  '<bash-input>',
  '<bash-stdout>',
  '<bash-stderr>',
  '<task-notification>',
  '<teammate-message',
  '<user-memory-input>',
] as const;

/** Commands that the program carries out itself. Others hand the model a prompt. */
const OWN_COMMANDS: ReadonlySet<string> = new Set(
  (
    'add-dir agents bashes bug clear color compact config context copy cost desktop diff doctor effort exit export ' +
    'extra-usage fast feedback fork help hooks ide install-github-app keybindings login logout mcp memory mobile model ' +
    'output-style permissions plan plugin privacy-settings quit release-notes reload-plugins remote-control rename ' +
    'resume rewind sandbox skills stats status statusline stickers tasks terminal-setup theme todos upgrade usage vim'
  ).split(' '),
);

/** Bytes of the prompt as spelled, undefined where the record is none. */
export function promptBytes(record: Json): number | undefined {
  if (record.isMeta === true || record.isCompactSummary === true || record.promptSource === 'system') return undefined;
  if (objectOf(record.origin)?.kind === 'task-notification') return undefined;
  const content = objectOf(record.message)?.content;
  const blocks = listOf(content).map(objectOf);
  if (typeof content !== 'string' && blocks.length === 0) return undefined;
  if (blocks.some((block) => block?.type === 'tool_result')) return undefined;
  const text = typeof content === 'string' ? content : textOf(blocks.find((block) => block?.type === 'text')?.text);
  if (NOT_ASKED.some((opening) => text.startsWith(opening))) return undefined;
  const command = /^<command-(?:name|message)>[\s\S]{0,300}?<command-name>\/?([\w:-]+)/.exec(text)?.[1];
  const name = command ?? /^<command-name>\/?([\w:-]+)/.exec(text)?.[1];
  return name !== undefined && OWN_COMMANDS.has(name) ? undefined : spelledBytes(content);
}
