/** Completion for bash, 3.2 (of macOS) and newer. */
import type { Values, Words } from './completion-words.ts';

export function bash({ verbs, commands }: Words, values: readonly Values[]): string {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(' ');
  const groups = verbs
    .filter(({ parts }) => parts.length > 0)
    .map(({ name, parts, usual }) => `    ${name}) parts="${names(parts)}" usual=${usual} ;;`);
  const after = values.map(({ after, choices }) => {
    const name = choices?.isList ? 'each' : 'words';
    const action = choices ? `${name}="${choices.words.join(' ')}"` : 'return';
    return `    ${after.map((text) => `"${text}"`).join('|')}) ${action} ;;`;
  });
  const places = commands.flatMap(({ path, places: all }) =>
    all.flatMap((words, index) => (words.length > 0 ? [`    "${path} ${index}") words="${words.join(' ')}" ;;`] : [])),
  );
  const options = commands.map(({ path, options: all }) => `    "${path}") words="$words ${names(all)}" ;;`);
  return `_tokenmeter() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  local words="" each="" lead="" parts="" usual="" at=2
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names(verbs)} help --help --version" -- "$word"))
    return
  fi
  # --by=day is three words to bash.
  if [ "$word" = "=" ]; then
    word=""
  elif [ "$before" = "=" ]; then
    before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$verb" in
${groups.join('\n')}
  esac
  if [ -n "$parts" ]; then
    if [ "$COMP_CWORD" -gt 2 ] && [[ " $parts " == *" \${COMP_WORDS[2]} "* ]]; then
      verb="$verb \${COMP_WORDS[2]}" parts="" at=3
    else
      verb="$verb $usual"
      if [ "$COMP_CWORD" -gt 2 ]; then parts=""; fi
    fi
  fi
  case "$verb $before" in
${after.join('\n')}
  esac
  if [ -n "$each" ]; then
    lead="\${word%"\${word##*,}"}"
    for each in $each; do
      case ",$lead" in *",$each,"*) ;; *) words="$words $lead$each" ;; esac
    done
    # A comma may follow.
    compopt -o nospace 2>/dev/null
  fi
  if [ -z "$words" ]; then
    case "$verb $((COMP_CWORD - at))" in
${places.join('\n')}
    esac
    case "$verb" in
${options.join('\n')}
    help) words="${names(verbs)}" ;;
    esac
    words="$parts $words --help"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _tokenmeter tokenmeter
`;
}
