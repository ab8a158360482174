/** The completion scripts of three shells, from plain words. It refuses to run the program while someone types. */

export interface Word {
  readonly name: string;
  readonly summary: string;
  readonly parts: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly { readonly name: string; readonly summary: string }[];
}

export const COMPLETIONS: Readonly<Record<string, (words: readonly Word[]) => string>> = { bash, zsh, fish };

function bash(words: readonly Word[]): string {
  const cases = words.map(
    ({ name, parts, options }) =>
      `    ${name}) words="${[...parts.map((part) => part.name), ...options.map((option) => option.name), '--help'].join(' ')}" ;;`,
  );
  return `_tokenmeter() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${words.map(({ name }) => name).join(' ')} help --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _tokenmeter tokenmeter
`;
}

function zsh(words: readonly Word[]): string {
  const quote = (text: string) =>
    text.replaceAll("'", "'\\''").replaceAll(':', '\\:').replaceAll('[', '\\[').replaceAll(']', '\\]');
  const entry = ({ name, summary }: { name: string; summary: string }) => `'${name}:${quote(summary)}'`;
  const cases = words.map(
    (word) => `    ${word.name}) entries=(${[...word.parts, ...word.options].map(entry).join(' ')}) ;;`,
  );
  return `#compdef tokenmeter
_tokenmeter() {
  local -a entries
  if (( CURRENT == 2 )); then
    entries=(${words.map(entry).join(' ')})
  else
    case "$words[2]" in
${cases.join('\n')}
    esac
  fi
  _describe 'tokenmeter' entries || _files
}
if [ "$funcstack[1]" = "_tokenmeter" ]; then _tokenmeter "$@"; else compdef _tokenmeter tokenmeter; fi
`;
}

function fish(words: readonly Word[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `${words
    .flatMap(({ name, summary, parts, options }) => [
      `complete -c tokenmeter -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
      ...parts.map(
        (part) =>
          `complete -c tokenmeter -n '__fish_seen_subcommand_from ${name}' -f -a ${part.name} -d ${quote(part.summary)}`,
      ),
      ...options.map(
        (option) =>
          `complete -c tokenmeter -n '__fish_seen_subcommand_from ${name}' -l ${option.name.slice(2)} -d ${quote(option.summary)}`,
      ),
    ])
    .join('\n')}\n`;
}
