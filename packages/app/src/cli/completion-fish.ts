/** Completion for fish. */
import type { OptionWords, Words } from './completion-words.ts';

export function fish({ verbs, commands }: Words): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const complete = (condition: string, ...rest: readonly string[]) =>
    ['complete -c tokenmeter -n', quote(condition), ...rest].join(' ');
  const groups = verbs.filter(({ parts }) => parts.length > 0);
  return `${[
    ...groups.flatMap(({ name, parts, usual }) => [
      `set -g __tokenmeter_parts_${name} ${parts.map((part) => part.name).join(' ')}`,
      `set -g __tokenmeter_usual_${name} ${usual}`,
    ]),
    WORDS,
    ...verbs.flatMap(({ name, summary, parts }) => [
      complete('__tokenmeter_words 0', '-f', `-a ${name}`, `-d ${quote(summary)}`),
      ...parts.map((part) =>
        complete(`__tokenmeter_words 1 ${name}`, '-f', `-a ${part.name}`, `-d ${quote(part.summary)}`),
      ),
    ]),
    complete('__tokenmeter_words 1 help', '-f', `-a '${verbs.map(({ name }) => name).join(' ')}'`),
    ...commands.flatMap(({ path, options, places }) => [
      ...options.map((option) =>
        complete(
          `__tokenmeter_in ${path}`,
          `-l ${option.name.slice(2)}`,
          ...argumentOf(option),
          `-d ${quote(option.summary)}`,
        ),
      ),
      ...places.flatMap((words, index) =>
        words.length > 0
          ? [complete(`__tokenmeter_words ${path.split(' ').length + index} ${path}`, '-f', `-a '${words.join(' ')}'`)]
          : [],
      ),
    ]),
  ].join('\n')}\n`;
}

function argumentOf({ takesValue, choices }: OptionWords): string[] {
  if (!takesValue) return [];
  if (!choices) return ['-r'];
  if (!choices.isList) return [`-x -a '${choices.words.join(' ')}'`];
  return [`-x -a '(__tokenmeter_list ${choices.words.join(' ')})'`];
}

/**
 * Whether so many words stand there, these first; whether a command does, which of a group is the usual one where none is
 * named; words behind the last comma, but for those before it.
 */
const WORDS = `function __tokenmeter_words
  set -l words (commandline -opc)
  test (math (count $words) - 1) -eq $argv[1]; or return 1
  for index in (seq (count $argv))
    test $index -eq 1; and continue
    test "$words[$index]" = "$argv[$index]"; or return 1
  end
end
function __tokenmeter_in
  set -l words (commandline -opc)
  test "$words[2]" = $argv[1]; or return 1
  set -q argv[2]; or return 0
  set -l parts __tokenmeter_parts_$argv[1]
  set -l usual __tokenmeter_usual_$argv[1]
  if contains -- "$words[3]" $$parts
    test "$words[3]" = $argv[2]
  else
    test "$$usual" = $argv[2]
  end
end
function __tokenmeter_list
  set -l lead (commandline -ct | string replace -r '^--[^=]*=' '' | string replace -r '[^,]*$' '')
  for word in $argv
    string match -q "*,$word,*" ",$lead"; or echo "$lead$word"
  end
end`;
