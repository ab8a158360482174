/**
 * `tokenmeter prices set`, `remove`, `update`, `import`: a user's own prices. Calls are priced again at once, and the
 * change to the total is told. Nothing here goes to the network.
 */
import { parseDay, TokenmeterError } from '@tokenmeter/core';
import { formatCount, formatMoney, formatPlural } from '@tokenmeter/core/format';
import { CATALOGUE_DATE, importPrices, type PriceNote } from '@tokenmeter/core/price';
import type { ArgsDef } from 'citty';
import { moneyFormat } from '../figures.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

const MODEL = {
  model: { type: 'positional', required: true, description: 'Name of the model as the agent writes it' },
} satisfies ArgsDef;
const WHERE = {
  seller: { type: 'string', valueHint: 'ID', description: 'Only as this seller sells it; default any' },
  from: { type: 'string', valueHint: 'DATE', description: 'From this day on (UTC); default all past calls too' },
} satisfies ArgsDef;

export const set = defineVerb({
  name: 'prices set',
  summary: 'Give a model a price of your own',
  args: {
    ...MODEL,
    input: { type: 'string', required: true, valueHint: 'USD', description: 'Dollars per million input tokens' },
    output: { type: 'string', required: true, valueHint: 'USD', description: 'Dollars per million output tokens' },
    'cache-read': { type: 'string', valueHint: 'USD', description: 'Cache reads; default the input price' },
    'cache-write': {
      type: 'string',
      valueHint: 'USD',
      description: 'Cache writes for 5 minutes; default the input price',
    },
    'cache-write-1h': { type: 'string', valueHint: 'USD', description: 'Cache writes for 1 hour' },
    ...WHERE,
    ...COMMON,
  },
  examples: [
    'tokenmeter prices set my-model --input 1.25 --output 10',
    'tokenmeter prices set my-model --input 1 --output 8 --from 2026-06-01',
  ],
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      await visit.house.ledger.setPriceOverride({
        seller: args.seller ?? '',
        model: args.model,
        from: readFrom(args.from),
        inputPerMillion: args.input,
        outputPerMillion: args.output,
        cacheReadPerMillion: args['cache-read'],
        cacheWrite5mPerMillion: args['cache-write'],
        cacheWrite1hPerMillion: args['cache-write-1h'],
      });
      await visit.say(`Set the price of ${args.model}.\n${await repriced(visit)}`);
      return EXIT.ok;
    }),
});

export const remove = defineVerb({
  name: 'prices remove',
  summary: 'Take back a price of your own',
  args: { ...MODEL, ...WHERE, ...COMMON },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const from = args.from === undefined ? undefined : readFrom(args.from);
      const removed = await visit.house.ledger.removePriceOverride(args.seller ?? '', args.model, from);
      if (removed === 0)
        throw new TokenmeterError(
          'no-data',
          `Cannot remove the price of "${args.model}": you have set none${args.seller ? ` for ${args.seller}` : ''}`,
        );
      await visit.say(`Removed ${formatPlural(removed, 'price')} of ${args.model}.\n${await repriced(visit)}`);
      return EXIT.ok;
    }),
});

export const importFile = defineVerb({
  name: 'prices import',
  summary: 'Read prices of your own from a file',
  args: {
    file: {
      type: 'positional',
      required: true,
      description: 'JSON: [{"model", "input", "output", "cache_read", "seller", "from"}]',
    },
    force: { type: 'boolean', description: 'Take prices that move more than threefold too' },
    ...COMMON,
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, now, say } = visit;
      const json = await readJson(io, args.file);
      const found = importPrices(json, house.ledger.prices(), { asOf: now, isForced: args.force === true });
      for (const price of found.overrides) await house.ledger.setPriceOverride(price);
      const lines = [
        `Set ${formatPlural(found.overrides.length, 'price')}, ${formatCount(found.unchanged)} were the same.`,
        ...notes('Skipped', found.skipped),
        ...notes('Refused', found.refused),
        ...(found.refused.length > 0 ? ['A slipped decimal point looks like that. --force takes them'] : []),
        await repriced(visit),
      ];
      await say(lines);
      // A script must see that its prices were not taken.
      return found.refused.length > 0 ? EXIT.error : EXIT.ok;
    }),
});

async function readJson(io: Visit['io'], file: string): Promise<unknown> {
  const text = await io.readText(file);
  if (text === undefined)
    throw new TokenmeterError('not-found', `Cannot read prices from "${file}": there is no such file`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TokenmeterError('bad-price', `Cannot read prices from "${file}": it is not JSON`, { cause: error });
  }
}

const MOST_NOTES = 10;

function notes(word: string, list: readonly PriceNote[]): string[] {
  const lines = list.slice(0, MOST_NOTES).map(({ model, reason }) => `${word} ${model}: ${reason}`);
  return list.length > MOST_NOTES ? [...lines, `${word} ${list.length - MOST_NOTES} more`] : lines;
}

export const update = defineVerb({
  name: 'prices update',
  summary: 'How prices are renewed',
  args: COMMON,
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const missing = (await visit.house.ledger.models()).filter(({ unpricedTokens }) => unpricedTokens > 0);
      const lines = [
        `The price catalogue is from ${CATALOGUE_DATE}. It ships with each release and is never fetched: npm install -g tokenmeter@latest brings the newest.`,
        'A price it does not have yet: tokenmeter prices set MODEL --input USD --output USD',
        'Many at once, from a file: tokenmeter prices import FILE',
        ...missing.map(({ model }) => `? ${model || 'An unnamed model'} has no price`),
      ];
      await visit.say(`${lines.join('\n')}\n${await repriced(visit)}`);
      return EXIT.ok;
    }),
});

/** Prices all calls anew and says what that changed. */
async function repriced({ house }: Visit): Promise<string> {
  const { changed, before, after } = await house.ledger.reprice();
  if (changed === 0) return 'No call changed.';
  const money = moneyFormat(house.config);
  return `Total of all time: ${formatMoney(before, money)} to ${formatMoney(after, money)} (${formatPlural(changed, 'call')} priced again).`;
}

/** A day as UTC ms; absent is as long as known. */
function readFrom(text: string | undefined): number {
  if (text === undefined) return 0;
  const day = parseDay(text);
  if (day === undefined)
    throw new TokenmeterError('usage', `Cannot use "${text}" as --from, write a day as 2026-06-01`);
  return day * 86_400_000;
}
