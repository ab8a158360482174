/** `tokenmeter cost`: what the work cost, by any scope. What was measured and what was told are one sum, never twice. */
import {
  NO_COST,
  parseNanoDecimal,
  TokenmeterError,
  type Totals,
  type WireCost,
  type WireCostFigures,
} from '@tokenmeter/core';
import { formatDate, formatMoney, formatPlural, formatTokens, modelNames } from '@tokenmeter/core/format';
import type { ParsedArgs } from 'citty';
import { COST_FILTERS, type CostFilter, readCost } from '../../work/cost.ts';
import { csvLine } from '../csv.ts';
import { figureTable, moneyFormat } from '../figures.ts';
import { PERIOD, type Period, periodHeading, readPeriod } from '../period.ts';
import { renderTable } from '../table.ts';
import { type Cli, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

const KEYS = [
  'repo',
  'workplan',
  'task',
  'commit',
  'release',
  'pull_request',
  'outcome',
  'model',
  'agent',
  'branch',
] as const;
type Key = (typeof KEYS)[number];
/** As many as the page shows. */
const MOST_TASKS = '10';

const FILTERS = {
  ...PERIOD,
  repo: { type: 'string', valueHint: 'NAME', description: 'Only these repositories' },
  workplan: { type: 'string', valueHint: 'NAME', description: 'Only these workplans' },
  task: { type: 'string', valueHint: 'ID', description: 'Only these tasks' },
  agent: { type: 'string', valueHint: 'ID', description: 'Only these agents' },
  model: { type: 'string', valueHint: 'NAME', description: 'Only these models' },
  limit: { type: 'string', valueHint: 'N', description: 'At most so many rows, the rest as one' },
  ...FIGURES,
} as const;

export const cost = defineVerb({
  name: 'cost',
  summary: 'What the work cost, by repository, workplan, task, commit or release',
  args: {
    by: { type: 'string', valueHint: 'KEY', description: `One of ${KEYS.join(', ')}; repo if absent` },
    ...FILTERS,
  },
  choices: { by: { words: KEYS } },
  examples: ['tokenmeter cost', 'tokenmeter cost --by task --since 7d', 'tokenmeter cost --by release --json'],
  run: (args, cli) => tell(args, cli, readKey(args.by ?? 'repo'), readLimit(args.limit)),
});

export const tasks = defineVerb({
  name: 'tasks',
  summary: 'The tasks that cost most',
  args: FILTERS,
  examples: ['tokenmeter tasks --since 30d', 'tokenmeter tasks --limit 50 --json'],
  run: (args, cli) => tell(args, cli, 'task', readLimit(args.limit ?? MOST_TASKS)),
});

function tell(args: ParsedArgs<typeof FILTERS>, cli: Cli, by: Key, limit: number | undefined): Promise<number> {
  return withHouse(cli, args, async (visit) => {
    const { house, io, now, say } = visit;
    if (args.scan) await house.linkWork();
    const period = readPeriod(args, house, args.json || args.csv ? 'all' : 'month');
    const result = await readCost(
      { ledger: house.ledger, work: house.work },
      { by, since: period.since, until: period.until, tz: period.tz, only: readOnly(args), except: {}, limit, now },
    );
    if (args.json) await io.out(`${JSON.stringify({ schema: 'tokenmeter.cost/1', ...result })}\n`);
    else if (args.csv) await writeCsv(visit, result);
    else {
      const head = periodHeading(period, now, house.config.locale);
      await say(isEmpty(result) ? nothing(visit, result, period) : [head, '', ...report(visit, result, by)]);
    }
    return result.rows.some((row) => row.tokens > 0 || row.events > 0) ? EXIT.ok : EXIT.noData;
  });
}

function readKey(text: string): Key {
  const word = text === 'workstream' ? 'workplan' : text.replaceAll('-', '_');
  const key = KEYS.find((known) => known === word);
  if (key) return key;
  throw new TokenmeterError('usage', `Cannot show cost by "${text}", write one of ${KEYS.join(', ')} after --by`);
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new TokenmeterError('usage', `Cannot show "${text}" rows, write a whole number after --limit`);
}

function readOnly(args: Partial<Record<CostFilter, string>>): Partial<Record<CostFilter, readonly string[]>> {
  return Object.fromEntries(COST_FILTERS.flatMap((key) => (args[key] ? [[key, args[key].split(',')]] : [])));
}

function isEmpty({ totals }: WireCost): boolean {
  return totals.tokens === 0 && totals.events === 0;
}

/** What to say instead of an empty table: a period without spend is not a ledger without any. */
function nothing({ house, now }: Visit, { by, last_event_at: last }: WireCost, period: Period): string[] {
  const head = periodHeading(period, now, house.config.locale);
  if (last === null) return [head, '', EMPTY[by] ?? 'No token events recorded yet.'];
  if (period.since === undefined && period.until === undefined)
    return [
      'Nothing that was recorded is of what was asked for: check --repo, --workplan, --task, --agent and --model.',
    ];
  const day = formatDate(Date.parse(last), { now, tz: period.tz, locale: house.config.locale });
  return [`No spend in ${head}. The last event was on ${day}.`, 'Show everything: --period all'];
}

/** Empty sections say so in the words of the page. */
const EMPTY: Readonly<Partial<Record<Key, string>>> = {
  workplan: 'No workstream data yet.',
  model: 'No model data yet.',
  task: 'No task-level data yet.',
};

function report({ house, screen }: Visit, result: WireCost, by: Key): string[] {
  const rows = result.rows.filter((row) => row.tokens > 0 || row.events > 0 || by === 'outcome');
  const money = moneyFormat(house.config);
  const models = modelNames(rows.map((row) => (by === 'model' ? row.id : '')));
  const listed = rows.map((row) => ({
    names: [
      { text: by === 'model' && row.id !== '' && !screen.isPiped ? (models.get(row.id) ?? row.name) : row.name },
      { text: detailOf(row, by) },
    ],
    totals: totalsOfWire(row),
  }));
  const rest = result.rest
    ? [{ names: [{ text: `${result.rest.count} more` }, { text: '' }], totals: totalsOfWire(result.rest) }]
    : [];
  const table = figureTable(
    [
      { title: titleOf(by), align: 'left', shrinkTo: 12 },
      { title: DETAIL[by], align: 'left', from: 70 },
    ],
    [...listed, ...rest],
    totalsOfWire(result.totals),
    screen,
    money,
  );
  return [...renderTable(table, screen), '', ...notes(result, by).map((line) => screen.plain(line))];
}

function titleOf(by: Key): string {
  return by.charAt(0).toUpperCase() + by.slice(1).replaceAll('_', ' ');
}

const DETAIL: Readonly<Record<Key, string>> = {
  repo: 'Runs',
  workplan: 'Tasks done',
  task: 'Ended in',
  commit: 'Ended in',
  release: 'Commits',
  pull_request: 'Runs',
  outcome: 'Commits',
  model: 'Per million',
  agent: 'Runs',
  branch: 'Runs',
};

function detailOf(row: WireCost['rows'][number], by: Key): string {
  if (by === 'workplan') return row.tasks_total === null ? '' : `${row.tasks_done} of ${row.tasks_total}`;
  if (by === 'task' || by === 'commit') return row.ended ? (row.ended.name ?? ENDINGS[row.ended.kind]) : '';
  if (by === 'release' || by === 'outcome') return String(row.commits ?? '');
  if (by === 'model') return row.price ? `$${row.price.input} / $${row.price.output}` : '';
  return String(row.runs);
}

const ENDINGS = { running: 'Running', release: '', commit: '', reverted: 'Reverted', none: 'No commit' } as const;

function notes({ totals, repos, runs }: WireCost, by: Key): string[] {
  const lines = [`Across ${formatPlural(repos, 'repo')}, ${formatPlural(runs, 'run')}.`];
  const told = totals.reported.tokens + totals.estimated.tokens;
  if (told > 0) lines.push(`${formatTokens(told)} tokens are reported by agents, not measured.`);
  if (totals.superseded.count > 0)
    lines.push(
      `${formatPlural(totals.superseded.count, 'event')} told of work that was measured as well: not counted twice.`,
    );
  if (by === 'pull_request')
    lines.push('What a session did is in the pull request that its log tells next, else in the last one before.');
  if (by === 'commit' || by === 'release' || by === 'outcome')
    lines.push('A call belongs to the first commit on its branch within a week after it.');
  return lines;
}

function totalsOfWire(figures: WireCostFigures): Totals {
  return {
    calls: figures.calls,
    usage: {
      input: figures.input,
      cacheRead: figures.cache_read,
      cacheWrite5m: figures.cache_write_5m,
      cacheWrite1h: figures.cache_write_1h,
      output: figures.output,
      reasoning: figures.reasoning ?? undefined,
    },
    reasoningComplete: figures.reasoning !== null,
    toolCalls: 0,
    costNano: figures.cost_usd === null ? null : (parseNanoDecimal(figures.cost_usd) ?? null),
    cost: NO_COST,
    unpricedTokens: figures.unpriced_tokens,
    inexactTokens: figures.inexact_tokens,
  };
}

const CSV = [
  'id',
  'name',
  'tokens_in',
  'tokens_out',
  'tokens',
  'calls',
  'events',
  'cost_usd',
  'unpriced_tokens',
] as const;

async function writeCsv({ io }: Visit, result: WireCost): Promise<void> {
  await io.out(csvLine([...CSV, 'measured_tokens', 'reported_tokens', 'estimated_tokens', 'superseded_tokens']));
  for (const row of result.rows)
    await io.out(
      csvLine([
        ...CSV.map((column) => row[column]),
        row.measured.tokens,
        row.reported.tokens,
        row.estimated.tokens,
        row.superseded.tokens,
      ]),
    );
}

/** Money of a figure as the terminal writes it; a dash where nothing has a price. */
export function dollarsOf(figures: WireCostFigures, { house }: Visit): string {
  const nano = figures.cost_usd === null ? undefined : parseNanoDecimal(figures.cost_usd);
  return nano === undefined ? '—' : formatMoney(nano, moneyFormat(house.config));
}
