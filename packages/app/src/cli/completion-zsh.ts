/** Completion for zsh. */
import type { Described, Values, Words } from './completion-words.ts';

export function zsh({ verbs, commands }: Words, values: readonly Values[]): string {
  const groups = verbs
    .filter(({ parts }) => parts.length > 0)
    .map(({ name, parts, usual }) => {
      const names = parts.map((part) => part.name).join(' ');
      return `    ${name}) parts=(${names}) usual=${usual} entries=(${parts.map(entry).join(' ')}) ;;`;
    });
  const after = values.map(({ after, choices }) => {
    const name = choices?.isList ? 'each' : 'known';
    const action = choices ? `${name}=(${choices.words.join(' ')})` : '_files; return';
    return `    ${after.map((text) => `'${text}'`).join('|')}) ${action} ;;`;
  });
  const places = commands.flatMap(({ path, places: all }) =>
    all.flatMap((words, index) => (words.length > 0 ? [`    '${path} ${index}') known=(${words.join(' ')}) ;;`] : [])),
  );
  const options = commands.map(({ path, options: all }) => `    '${path}') entries+=(${all.map(entry).join(' ')}) ;;`);
  return `#compdef tokenmeter
_tokenmeter() {
  local verb="$words[2]" before="$words[CURRENT-1]" usual=""
  local -i at=3
  local -a entries known each parts
  if (( CURRENT == 2 )); then
    entries=(${verbs.map(entry).join(' ')})
    _describe 'tokenmeter' entries
    return
  fi
  case "$verb" in
${groups.join('\n')}
  esac
  if (( $#parts )); then
    if (( CURRENT > 3 && $parts[(Ie)$words[3]] )); then
      verb="$verb $words[3]" at=4 entries=()
    else
      verb="$verb $usual"
      (( CURRENT > 3 )) && entries=()
    fi
  fi
  compset -P 1 '--*=' && before="\${IPREFIX%=}"
  case "$verb $before" in
${after.join('\n')}
  esac
  if (( $#each )); then
    # A comma may follow, and what stands before one is not offered again.
    if compset -P '*,'; then parts=(\${(s:,:)IPREFIX#--*=}); each=(\${each:|parts}); fi
    compadd -S '' -a each
    return
  fi
  if (( $#known )); then
    compadd -a known
    return
  fi
  case "$verb $((CURRENT - at))" in
${places.join('\n')}
  esac
  (( $#known )) && compadd -a known
  case "$verb" in
${options.join('\n')}
    help) entries=(${verbs.map(entry).join(' ')}) ;;
  esac
  _describe 'tokenmeter' entries || (( $#known )) || _files
}
if [ "$funcstack[1]" = "_tokenmeter" ]; then _tokenmeter "$@"; else compdef _tokenmeter tokenmeter; fi
`;
}

function entry({ name, summary }: Described): string {
  const text = summary.replaceAll("'", "'\\''").replaceAll(':', '\\:').replaceAll('[', '\\[').replaceAll(']', '\\]');
  return `'${name}:${text}'`;
}
