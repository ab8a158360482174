/** What `--help` prints, within the screen. In the order a reader needs it: what it does, how to call it, examples, options. */
import type { ArgDef } from 'citty';
import type { Verb } from './verb.ts';
import type { VerbEntry } from './verbs.ts';
import { wrap } from './width.ts';

export function mainHelp(entries: readonly VerbEntry[], version: string, width: number): string {
  return page(width, [
    `tokenmeter ${version}: what your AI agents used, what it cost, and what consumed it`,
    '',
    'Usage: tokenmeter [COMMAND] [OPTIONS]',
    '',
    'Without a command: one screen of today and this month.',
    '',
    'Commands',
    ...listing(
      entries.map(({ name, summary }) => [name, summary]),
      width,
    ),
    '',
    'tokenmeter COMMAND --help lists the options of a command.',
    'Exit codes: 0 ok, 1 error, 2 wrong usage, 3 budget exceeded, 4 no data.',
    '',
  ]);
}

export function groupHelp(entry: VerbEntry, width: number): string {
  const parts = Object.entries(entry.parts ?? {});
  return page(width, [
    entry.summary,
    '',
    `Usage: tokenmeter ${entry.name} ${parts.map(([name]) => name).join('|')} [OPTIONS]`,
    '',
    ...listing(
      parts.map(([name, { summary }]) => [name, summary]),
      width,
    ),
    '',
  ]);
}

export function verbHelp(verb: Verb, width: number): string {
  const args = Object.entries(verb.args);
  const places = args.filter(([, def]) => def.type === 'positional');
  const options = args
    .filter(([, def]) => def.type !== 'positional')
    .map(([name, def]) => [spelling(name, def), words(def)] as const);
  const placeholders = places.map(([name, def]) =>
    def.required === false ? `[${name.toUpperCase()}]` : name.toUpperCase(),
  );
  return page(width, [
    verb.summary,
    '',
    `Usage: ${['tokenmeter', verb.name, ...placeholders, '[OPTIONS]'].join(' ')}`,
    ...places.map(([name, def]) => `  ${name.toUpperCase()}  ${def.description ?? ''}`),
    '',
    ...(verb.examples.length > 0 ? [...verb.examples.map((line) => `  ${line}`), ''] : []),
    'Options',
    ...listing(options, width),
    '',
  ]);
}

/** A description is no narrower than this: where the screen has less beside the names, it stands below its own. */
const NARROWEST = 24;

/** Names and what they are, in two columns where the screen has room for them. */
function listing(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.max(0, ...pairs.map(([name]) => name.length));
  const left = longest + 4;
  if (width - left < NARROWEST)
    return pairs.flatMap(([name, text]) => [`  ${name}`, ...wrap(`      ${text}`, width, '')]);
  return pairs.flatMap(([name, text]) => {
    const [first = '', ...more] = wrap(text, width - left, '');
    return [`  ${name.padEnd(longest)}  ${first}`.trimEnd(), ...more.map((line) => ' '.repeat(left) + line)];
  });
}

/** Lines that are too long still, broken between words. */
function page(width: number, lines: readonly string[]): string {
  return lines.flatMap((line) => wrap(line, width)).join('\n');
}

function spelling(name: string, def: ArgDef): string {
  if (def.type === 'boolean') return def.default === true ? `--no-${name}` : `--${name}`;
  return `--${name} ${def.valueHint ?? 'VALUE'}`;
}

function words(def: ArgDef): string {
  const negative = 'negativeDescription' in def ? def.negativeDescription : undefined;
  return (def.default === true ? negative : undefined) ?? def.description ?? '';
}
