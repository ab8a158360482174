/** The completion scripts of three shells, from plain words. It refuses to run the program while someone types. */
import { bash } from './completion-bash.ts';
import { fish } from './completion-fish.ts';
import type { Values, Words } from './completion-words.ts';
import { zsh } from './completion-zsh.ts';
import type { Choices } from './verb.ts';

export const COMPLETIONS: Readonly<Record<string, (words: Words) => string>> = {
  bash: (words) => bash(words, valuesOf(words)),
  zsh: (words) => zsh(words, valuesOf(words)),
  fish,
};

function valuesOf({ commands }: Words): Values[] {
  const found = new Map<string, { after: string[]; choices: Choices | undefined }>();
  for (const { path, options } of commands) {
    for (const { name, takesValue, choices } of options) {
      if (!takesValue) continue;
      const id = JSON.stringify(choices ?? null);
      const values = found.get(id) ?? { after: [], choices };
      values.after.push(`${path} ${name}`);
      found.set(id, values);
    }
  }
  return [...found.values()];
}
