/**
 * Readers of what the model answered and what its tools returned (`response_item`). Results are most of a log's bytes:
 * they are measured, and only their first words are looked at, for an exit code, a time and a spawned agent's id.
 */
import type { Line } from '../agent.ts';
import { commandName, targetOf } from '../target.ts';
import { readInjected } from './injected.ts';
import { text } from './meta.ts';
import { pick } from './pick.ts';
import { record } from './tokens.ts';
import type { Ending, Reader } from './told.ts';
import { fullName } from './tools.ts';

function tool(
  wanted: readonly [id: string, name: string, input: string, namespace: string],
  byDefault: string,
): Reader {
  return pick(wanted, (fields) => ({
    is: 'tool',
    id: fields.text(0),
    name: fullName(fields.text(1), fields.text(3)) || byDefault,
    bytes: fields.bytes(2),
    searches: undefined,
    target: codexTarget(fields.line, fields.from(2), fields.to(2)),
  }));
}

/** Where a name stands, it stands at the beginning: a command, a path, the first file of a patch. */
const NAME_BYTES = 360;
const COMMAND = /^\{(?:"type":"exec",)?"(?:cmd|command)":(?:"([^"]*)|\["([^"]*)"(?:,"-l?c","([^"]*))?)/;
const PATH = /^\{"(?:path|file_path|filePath)":"([^"\\]+)"/;
const PATCH = /^\*\*\* Begin Patch\\n\*\*\* (?:Update|Add|Delete) File: ([^\\]+)\\n/;

/** The name in a tool's arguments, as the log spells them: JSON, JSON within a string, or a patch. */
function codexTarget(line: Line, from: number, to: number): string {
  if (from < 0) return '';
  const isText = line.byte(from) === QUOTE;
  const spelled = line.text(isText ? from + 1 : from, Math.min(isText ? to - 1 : to, from + NAME_BYTES));
  const words = isText ? spelled.replaceAll('\\"', '"') : spelled;
  const command = COMMAND.exec(words);
  if (command) return commandName(command[1] ?? command[3] ?? command[2] ?? '');
  return targetOf('path', (PATH.exec(words) ?? PATCH.exec(words))?.[1] ?? '');
}

const result: Reader = pick(['call_id', 'output'], (fields) => {
  const { line } = fields;
  const [from, to] = [fields.from(1), fields.to(1)];
  const { spawned, isError, durationMs } = line.byte(from) === QUOTE ? endingOf(line, from + 1, to - 1) : NO_ENDING;
  return { is: 'result', id: fields.text(0), bytes: fields.bytes(1), spawned, isError, durationMs };
});

const QUOTE = 34;
const NO_ENDING = { spawned: '', isError: undefined, durationMs: undefined };

/** Exit code, time and a spawned agent's id as a result's own first (or last) words tell them. */
function endingOf(line: Line, from: number, to: number): Ending & { readonly spawned: string } {
  const first = line.byte(from);
  if (first !== 67 && first !== 69 && first !== 80 && first !== 87 && first !== 123) return NO_ENDING;
  const start = line.latin1(from, Math.min(to, from + 130));
  if (first === 123) {
    const spawned = /^\{\\"agent_id\\":\\"([0-9a-f-]{36})\\"/.exec(start)?.[1] ?? '';
    const end = line.latin1(Math.max(from, to - 90), to);
    const told = /\\"metadata\\":\{\\"exit_code\\":(-?\d{1,10}),\\"duration_seconds\\":(\d+(?:\.\d+)?)\}\}$/.exec(end);
    return { spawned, isError: told ? told[1] !== '0' : undefined, durationMs: milliseconds(told?.[2]) };
  }
  const code =
    /^(?:Chunk ID: \w+\\n)?(?:Wall time: [\d.]+ seconds\\n)?(?:Process exited with code|Exit code:) (-?\d{1,10})\\n/.exec(
      start,
    )?.[1];
  const time = /^(?:Chunk ID: \w+\\n|Exit code: -?\d{1,10}\\n)?Wall time: (\d+(?:\.\d+)?) seconds\\n/.exec(start)?.[1];
  return { spawned: '', isError: code === undefined ? undefined : code !== '0', durationMs: milliseconds(time) };
}

const QUOTED_ASSISTANT = '"assistant"';

/** What was said and by whom: an answer's words, or what Codex put in; what a person says comes as a prompt. */
const message: Reader = pick(['role', 'content'], (fields) => {
  const role = fields.line.latin1(fields.from(0), fields.to(0));
  return role === QUOTED_ASSISTANT
    ? { is: 'words', bytes: fields.bytes(1) }
    : readInjected(fields.line, Math.max(0, fields.to(1)));
});

export const ITEM_READERS: readonly (readonly [string, Reader])[] = [
  ['response_item/message', message],
  ['response_item/function_call', tool(['call_id', 'name', 'arguments', 'namespace'], 'function')],
  ['response_item/custom_tool_call', tool(['call_id', 'name', 'input', 'namespace'], 'custom')],
  ['response_item/local_shell_call', tool(['call_id', 'name', 'action', 'namespace'], 'local_shell')],
  ['response_item/tool_search_call', tool(['call_id', 'name', 'arguments', 'namespace'], 'tool_search')],
  ['response_item/image_generation_call', tool(['id', 'name', 'revised_prompt', 'namespace'], 'image_generation')],
  [
    'response_item/web_search_call',
    pick(['id', 'action'], (fields) => {
      const action = text(record(fields.value(1)).type);
      const searches = action === '' || action === 'search' ? 1 : 0;
      return {
        is: 'tool',
        id: fields.text(0),
        name: 'web_search',
        bytes: fields.bytes(1),
        searches,
        target: '',
      };
    }),
  ],
  ['response_item/function_call_output', result],
  ['response_item/custom_tool_call_output', result],
  ['response_item/tool_search_output', result],
];

function milliseconds(seconds: string | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(Math.min(1e10, Number(seconds)) * 1000);
}
