/** `tokenmeter completions SHELL`: made from the commands themselves, so that it cannot lag behind them. */
import { TokenmeterError } from '@tokenmeter/core';
import { agents } from '@tokenmeter/core/agents';
import { COMPLETIONS } from '../completion-script.ts';
import type { CommandWords, Words } from '../completion-words.ts';
import { type Choices, defineVerb, EXIT, type Verb } from '../verb.ts';
import { VERBS, type VerbEntry } from '../verbs.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completions = defineVerb({
  name: 'completions',
  summary: 'Shell completions for bash, zsh or fish',
  args: { shell: { type: 'positional', required: true, description: 'bash, zsh or fish' } },
  choices: { shell: { words: SHELLS } },
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

/** What options can be whose name means the same in every command that does not say otherwise. */
const SHARED: Readonly<Record<string, Choices>> = {
  color: { words: ['auto', 'always', 'never'] },
  period: { words: ['day', 'week', 'month', 'all'] },
  agent: { words: agents.map(({ id }) => id), isList: true },
};

async function words(): Promise<Words> {
  const verbs = VERBS.map(({ name, summary, usual = '', parts = {} }) => ({
    name,
    summary,
    usual,
    parts: Object.entries(parts).map(([part, { summary: about }]) => ({ name: part, summary: about })),
  }));
  return { verbs, commands: (await Promise.all(VERBS.map(commandsOf))).flat() };
}

async function commandsOf({ name, load, parts = {} }: VerbEntry): Promise<CommandWords[]> {
  if (load) return [commandOf(name, await load())];
  return Promise.all(Object.entries(parts).map(async ([part, one]) => commandOf(`${name} ${part}`, await one.load())));
}

function commandOf(path: string, { args, choices }: Verb): CommandWords {
  const defs = Object.entries(args);
  return {
    path,
    options: defs
      .filter(([, def]) => def.type !== 'positional')
      .map(([name, def]) => ({
        name: def.default === true ? `--no-${name}` : `--${name}`,
        summary: def.description ?? '',
        takesValue: def.type === 'string',
        choices: choices[name] ?? SHARED[name],
      })),
    places: defs.filter(([, def]) => def.type === 'positional').map(([name]) => choices[name]?.words ?? []),
  };
}
