/**
 * What a tool call was about, by name only: a file's path, a command's first word, a page's host. It refuses everything
 * else that arguments say, and a command's own arguments first of all.
 */

const LONGEST_PATH = 300;

/** Assignments before a command may hold secrets: they are passed over. What is not plainly a word is no name. */
const COMMAND = /^(?:\w+=[!#-&(-[\]-~]* +)*([\w./+@-]{1,80})(?![\w=./+@-])/;

/** Bytes of a command that are looked at, so that a whole script need not be decoded. */
export const COMMAND_BYTES = 200;

/** The first word of a command, without the folders before it; '' where there is none. */
export function commandName(command: string): string {
  const word = COMMAND.exec(command.slice(0, COMMAND_BYTES))?.[1] ?? '';
  return word.slice(word.lastIndexOf('/') + 1);
}

export function isCommandKey(key: string): boolean {
  return key === 'command' || key === 'cmd';
}

/** The name in one argument, '' where it is none that names something. */
export function targetOf(key: string, value: string): string {
  if (isCommandKey(key)) return commandName(value);
  if (key === 'url') return /^https?:\/\/([\w.:-]{1,120})(?:[/?#]|$)/.exec(value)?.[1] ?? '';
  const isPath = key === 'file_path' || key === 'path' || key === 'notebook_path' || key === 'filePath';
  return isPath && value.length <= LONGEST_PATH && !/[\r\n]/.test(value) ? value : '';
}
