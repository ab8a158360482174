/**
 * `tokenmeter profile`: what a run, a session or a period consumed as a profile (agent, thread, tool, item), for speedscope, pprof
 * or a flame graph. Weights are tokens and nano-dollars.
 */
import { profileSamples, TokenmeterError } from '@tokenmeter/core';
import { findAttribution } from '../../ask-attribution.ts';
import { foldedStacks } from '../../exporters/folded.ts';
import { pprofFile } from '../../exporters/pprof.ts';
import { speedscopeFile } from '../../exporters/speedscope.ts';
import type { Write } from '../io.ts';
import { PERIOD, periodHeading, readPeriod } from '../period.ts';
import { startedRun } from '../started-run.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';
import { findSession } from './session.ts';
import { FILTERS, readFilters } from './usage.ts';

const FORMATS = ['speedscope', 'pprof', 'folded'] as const;
const WEIGHTS = ['tokens', 'cost'] as const;

export const profile = defineVerb({
  name: 'profile',
  summary: 'What consumed the tokens as a profile for speedscope, pprof or a flame graph',
  args: {
    id: {
      type: 'positional',
      required: false,
      description: 'A session or a run, or its beginning; without it a period',
    },
    format: { type: 'string', valueHint: 'NAME', description: FORMATS.join(', ') },
    weight: { type: 'string', valueHint: 'WORD', description: 'tokens, or cost (nano-dollars): what is shown first' },
    output: { type: 'string', valueHint: 'FILE', description: 'Write to FILE instead of standard output' },
    ...PERIOD,
    ...FILTERS,
    ...COMMON,
    scan: FIGURES.scan,
  },
  choices: { format: { words: FORMATS }, weight: { words: WEIGHTS } },
  examples: [
    'tokenmeter profile ID --output session.speedscope.json',
    'tokenmeter profile --since 7d --format pprof --output week.pb.gz',
    'tokenmeter profile ID --format folded --weight cost',
  ],
  run: async (args, cli) => {
    const format = oneOf('format', args.format ?? guess(args.output), FORMATS);
    const weight = oneOf('weight', args.weight ?? 'tokens', WEIGHTS);
    if (format === 'pprof' && args.output === undefined && cli.io.isOutTty)
      throw new TokenmeterError('usage', 'Cannot show pprof on a terminal: give --output FILE, or pipe it');
    return withHouse(cli, args, async (visit) => {
      const { house, io, now } = visit;
      const period = readPeriod(args, house, 'all');
      const { scope, id } = await subject(visit, args.id);
      const only = readFilters(args, house);
      const asked = { scope, id, ...period, only, method: 'ledger', withContext: false, runs: house.runs } as const;
      const answer = await findAttribution(house.ledger, asked, { byThread: true, withItems: true });
      const samples = profileSamples(answer, { withNames: house.config.itemNames });
      const name = id === undefined ? periodHeading(period, now, house.config.locale) : `${scope} ${id}`;
      const fill = (write: Write) => {
        if (format === 'pprof') return write(pprofFile(samples, { name, atMs: now, weight }));
        if (format === 'folded') return write(foldedStacks(samples, weight));
        return write(`${JSON.stringify(speedscopeFile(samples, { name, version: house.version, weight }))}\n`);
      };
      await (args.output === undefined ? fill(io.out) : io.create(args.output, fill));
      return samples.length === 0 ? EXIT.noData : EXIT.ok;
    });
  },
});

/** What was named: a run that was started here, else a session; nothing is a period. */
async function subject(visit: Visit, typed: string | undefined) {
  if (typed === undefined) return { scope: 'period', id: undefined } as const;
  const run = await startedRun(visit.house, typed);
  if (run) return { scope: 'run', id: run.id } as const;
  return { scope: 'session', id: (await findSession(visit, typed)).summary.sessionId } as const;
}

function guess(output: string | undefined): string {
  if (output?.endsWith('.pb.gz') || output?.endsWith('.pprof')) return 'pprof';
  return output?.endsWith('.folded') || output?.endsWith('.txt') ? 'folded' : 'speedscope';
}

function oneOf<const T extends readonly string[]>(name: string, word: string, words: T): T[number] {
  const found = words.find((known) => known === word);
  if (found === undefined)
    throw new TokenmeterError('usage', `Cannot use "${word}" as --${name}, write ${words.join(', ')}`);
  return found;
}
