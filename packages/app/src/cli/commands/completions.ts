/** `tokenmeter completions SHELL`: made from the commands themselves, so that it cannot lag behind them. */
import { TokenmeterError } from '@tokenmeter/core';
import { COMPLETIONS, type Word } from '../completion-script.ts';
import { defineVerb, EXIT, type Verb } from '../verb.ts';
import { VERBS } from '../verbs.ts';

export const completions = defineVerb({
  name: 'completions',
  summary: 'Shell completions for bash, zsh or fish',
  args: { shell: { type: 'positional', required: true, description: 'bash, zsh or fish' } },
  examples: [
    'source <(tokenmeter completions bash)',
    'tokenmeter completions zsh > ~/.zfunc/_tokenmeter, with ~/.zfunc in fpath',
    'tokenmeter completions fish > ~/.config/fish/completions/tokenmeter.fish',
  ],
  run: async (args, { io }) => {
    const write = Object.hasOwn(COMPLETIONS, args.shell) ? COMPLETIONS[args.shell] : undefined;
    if (!write) throw new TokenmeterError('usage', `Cannot complete for "${args.shell}", write bash, zsh or fish`);
    await io.out(write(await words()));
    return EXIT.ok;
  },
});

async function words(): Promise<Word[]> {
  return Promise.all(
    VERBS.map(async ({ name, summary, load, parts = {} }): Promise<Word> => {
      const verbs = load ? [await load()] : await Promise.all(Object.values(parts).map((part) => part.load()));
      return {
        name,
        summary,
        parts: Object.entries(parts).map(([part, { summary: words }]) => ({ name: part, summary: words })),
        options: [...new Map(verbs.flatMap(optionsOf))].map(([option, description]) => ({
          name: option,
          summary: description,
        })),
      };
    }),
  );
}

function optionsOf({ args }: Verb): [string, string][] {
  return Object.entries(args)
    .filter(([, def]) => def.type !== 'positional')
    .map(([name, def]) => [def.default === true ? `--no-${name}` : `--${name}`, def.description ?? '']);
}
