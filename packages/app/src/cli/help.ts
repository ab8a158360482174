/** What `--help` prints. Plain text in the order a reader needs it: what it does, how to call it, examples, options. */
import type { ArgDef } from 'citty';
import type { Verb } from './verb.ts';
import type { VerbEntry } from './verbs.ts';

export function mainHelp(entries: readonly VerbEntry[], version: string): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return [
    `tokenmeter ${version}: what your AI agents used, what it cost, and what consumed it`,
    '',
    'Usage: tokenmeter [COMMAND] [OPTIONS]',
    '',
    'Without a command: one screen of today and this month.',
    '',
    'Commands',
    ...entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'tokenmeter COMMAND --help lists the options of a command.',
    'Exit codes: 0 ok, 1 error, 2 wrong usage, 3 budget exceeded, 4 no data.',
    '',
  ].join('\n');
}

export function groupHelp(entry: VerbEntry): string {
  const parts = Object.entries(entry.parts ?? {});
  const width = Math.max(...parts.map(([name]) => name.length));
  return [
    entry.summary,
    '',
    `Usage: tokenmeter ${entry.name} ${parts.map(([name]) => name).join('|')} [OPTIONS]`,
    '',
    ...parts.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
  ].join('\n');
}

export function verbHelp(verb: Verb): string {
  const args = Object.entries(verb.args);
  const places = args.filter(([, def]) => def.type === 'positional');
  const options = args
    .filter(([, def]) => def.type !== 'positional')
    .map(([name, def]) => [spelling(name, def), words(def)]);
  const width = Math.max(0, ...options.map(([text = '']) => text.length));
  const placeholders = places.map(([name, def]) =>
    def.required === false ? `[${name.toUpperCase()}]` : name.toUpperCase(),
  );
  return [
    verb.summary,
    '',
    `Usage: ${['tokenmeter', verb.name, ...placeholders, '[OPTIONS]'].join(' ')}`,
    ...places.map(([name, def]) => `  ${name.toUpperCase()}  ${def.description ?? ''}`),
    '',
    ...(verb.examples.length > 0 ? [...verb.examples.map((line) => `  ${line}`), ''] : []),
    'Options',
    ...options.map(([text = '', description]) => `  ${text.padEnd(width)}  ${description}`),
    '',
  ].join('\n');
}

function spelling(name: string, def: ArgDef): string {
  if (def.type === 'boolean') return def.default === true ? `--no-${name}` : `--${name}`;
  return `--${name} ${def.valueHint ?? 'VALUE'}`;
}

function words(def: ArgDef): string {
  const negative = 'negativeDescription' in def ? def.negativeDescription : undefined;
  return (def.default === true ? negative : undefined) ?? def.description ?? '';
}
