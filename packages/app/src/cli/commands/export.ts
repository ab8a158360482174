/** `tokenmeter export`: every call, or totals by keys, as csv, json, ndjson or parquet. It streams: memory does not grow. */
import { type CallView, GROUP_KEYS, type LedgerReader, TokenmeterError } from '@tokenmeter/core';
import { csvLine } from '../csv.ts';
import { CALL_COLUMNS, type ExportColumn, spelled, usageColumns } from '../export-columns.ts';
import type { Write } from '../io.ts';
import { writeParquet } from '../parquet.ts';
import { PERIOD, type Period, readPeriod } from '../period.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { withHouse } from '../with-house.ts';
import { FILTERS, readFilters, readKeys } from './usage.ts';

const PAGE = 500;
const FORMATS = ['csv', 'json', 'ndjson', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

export const exportData = defineVerb({
  name: 'export',
  summary: 'Calls or totals as csv, json, ndjson or parquet',
  args: {
    format: {
      type: 'string',
      valueHint: 'WORD',
      description: `${FORMATS.join(', ')}; default by the name of --output, else csv`,
    },
    by: { type: 'string', valueHint: 'KEYS', description: 'Totals by these keys instead of single calls' },
    output: { type: 'string', valueHint: 'FILE', description: 'Write there instead of to stdout' },
    ...PERIOD,
    ...FILTERS,
    scan: FIGURES.scan,
    ...COMMON,
  },
  choices: { format: { words: FORMATS }, by: { words: GROUP_KEYS, isList: true } },
  examples: ['tokenmeter export --output calls.parquet', 'tokenmeter export --by day,model --format csv > days.csv'],
  run: (args, cli) => {
    const format = readFormat(args.format, args.output);
    if (format === 'parquet' && args.output === undefined && cli.io.isOutTty)
      throw new TokenmeterError('usage', 'Cannot print parquet on a terminal, add --output FILE');
    return withHouse(cli, args, async ({ house, io }) => {
      const period = readPeriod(args, house, 'all');
      const only = readFilters(args, house);
      let count = 0;
      const counted = async function* <T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
        for await (const item of items) {
          count++;
          yield item;
        }
      };
      const fill = async (write: Write) => {
        if (args.by === undefined)
          return writeAs(format, CALL_COLUMNS, counted(calls(house.ledger, period, only)), write);
        const by = readKeys(args.by);
        const { rows } = await house.ledger.query({
          by,
          since: period.since,
          until: period.until,
          tz: period.tz,
          only,
        });
        return writeAs(format, usageColumns(by), counted(rows), write);
      };
      await (args.output === undefined ? fill(io.out) : io.create(args.output, fill));
      return count === 0 ? EXIT.noData : EXIT.ok;
    });
  },
});

function readFormat(text: string | undefined, output: string | undefined): Format {
  const word = text ?? FORMATS.find((known) => output?.endsWith(`.${known}`)) ?? 'csv';
  const format = FORMATS.find((known) => known === word);
  if (!format) throw new TokenmeterError('usage', `Cannot export as "${word}", write ${FORMATS.join(', ')}`);
  return format;
}

/** Every call in order of time, a page in memory. */
async function* calls(
  ledger: LedgerReader,
  { since, until }: Period,
  only: ReturnType<typeof readFilters>,
): AsyncGenerator<CallView> {
  let after: string | undefined;
  do {
    const page = await ledger.calls(undefined, { since, until, only, limit: PAGE, after });
    yield* page.calls;
    after = page.next;
  } while (after !== undefined);
}

async function writeAs<T>(
  format: Format,
  columns: readonly ExportColumn<T>[],
  items: AsyncIterable<T>,
  write: Write,
): Promise<void> {
  if (format === 'parquet') {
    const rows = (async function* () {
      for await (const item of items) yield columns.map((column) => column.of(item));
    })();
    for await (const piece of writeParquet(columns, rows)) await write(piece);
    return;
  }
  if (format === 'csv') {
    await write(csvLine(columns.map(({ name }) => name)));
    for await (const item of items) await write(csvLine(columns.map((column) => spelled(column, item))));
    return;
  }
  const json = (item: T) =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, jsonValue(spelled(column, item))])));
  if (format === 'ndjson') {
    for await (const item of items) await write(`${json(item)}\n`);
    return;
  }
  let lead = '[\n';
  for await (const item of items) {
    await write(`${lead}${json(item)}`);
    lead = ',\n';
  }
  await write(lead === '[\n' ? '[]\n' : '\n]\n');
}

function jsonValue(value: ReturnType<typeof spelled>): string | number | boolean | null {
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}
