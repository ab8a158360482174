/**
 * What the command palette offers and in which order: the entries that match what was typed, the best match of each group
 * first. Pure; where entries come from and what choosing one does is the dialog's.
 */
export const GROUPS = ['Pages', 'Actions', 'Sessions', 'Repos'] as const;
export type CommandGroup = (typeof GROUPS)[number];

export interface Command {
  readonly id: string;
  readonly group: CommandGroup;
  readonly name: string;
  /** Beside the name: a key, a place, an amount. */
  readonly hint?: string | undefined;
  /** Found by these words too, which are not shown. */
  readonly also?: string | undefined;
  run(): void;
}

/** Entries of one group on screen at once. */
const MOST = 6;

/** Matches, group by group in the palette's order. Everything matches nothing typed; then each group keeps its own order. */
export function matchCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return GROUPS.flatMap((group) =>
    commands
      .filter((command) => command.group === group)
      .map((command) => ({ command, score: scoreOf(command, words) }))
      .filter(({ score }) => score !== undefined)
      .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
      .slice(0, MOST)
      .map(({ command }) => command),
  );
}

/** How well all words match: beginnings of the name, of a word, then anywhere; undefined where one matches nowhere. */
function scoreOf({ name, also = '' }: Command, words: readonly string[]): number | undefined {
  const title = name.toLowerCase();
  let score = 0;
  for (const word of words) {
    if (title.startsWith(word)) score += 4;
    else if (beginsWord(title, word)) score += 3;
    else if (title.includes(word)) score += 2;
    else if (also.toLowerCase().includes(word)) score += 1;
    else return undefined;
  }
  return score;
}

function beginsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  return false;
}

/** The entry that the arrow keys lead to; the list is a ring. */
export function stepThrough(index: number, step: number, length: number): number {
  return length === 0 ? -1 : (((index + step) % length) + length) % length;
}
