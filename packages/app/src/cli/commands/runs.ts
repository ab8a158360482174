/** `tokenmeter runs`: runs that were started here, newest first: what each worked on, how it ended, what it used. */
import {
  RUN_STATUSES,
  type Run,
  type RunStatus,
  TokenmeterError,
  totalTokens,
  wireInstant,
  wireRunRow,
} from '@tokenmeter/core';
import {
  agentName,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatStopTime,
  formatTokens,
  type MoneyFormat,
  projectName,
  UNKNOWN,
} from '@tokenmeter/core/format';
import { csvLine } from '../csv.ts';
import { moneyFormat } from '../figures.ts';
import { PERIOD, periodDates, periodHeading, readPeriod } from '../period.ts';
import { type Cell, renderTable } from '../table.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';
import { readFilters } from './usage.ts';

const PAGE = 500;

export const runs = defineVerb({
  name: 'runs',
  summary: 'Runs that were started here, with status, task, cost and tokens',
  args: {
    ...PERIOD,
    status: { type: 'string', valueHint: 'WORD', description: `Only these: ${RUN_STATUSES.join(', ')}` },
    agent: { type: 'string', valueHint: 'ID', description: 'Only these agents' },
    task: { type: 'string', valueHint: 'ID', description: 'Only runs on this task' },
    limit: { type: 'string', valueHint: 'N', description: 'How many rows, 0 for all; 20 on a terminal, else all' },
    ...COMMON,
    json: FIGURES.json,
    csv: FIGURES.csv,
  },
  choices: { status: { words: RUN_STATUSES, isList: true } },
  examples: ['tokenmeter runs --status running', 'tokenmeter runs --task T-1 --json', 'tokenmeter stop RUN'],
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async (visit) => {
      const { house, io, screen, now, say } = visit;
      const isData = args.json === true || args.csv === true;
      const period = readPeriod(args, house, isData ? 'all' : 'month');
      const { found, hasMore } = await collect(visit, {
        since: period.since,
        until: period.until,
        status: readStatuses(args.status),
        agent: readFilters({ agent: args.agent }, house)?.agent,
        taskId: args.task,
        limit: readLimit(args.limit, screen.isPiped || isData ? 0 : 20),
      });
      if (args.json) {
        const document = {
          schema: 'tokenmeter.runs/1',
          generated_at: wireInstant(now),
          ...periodDates(period),
          tz: period.tz,
          runs: found.map(wireRunRow),
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else if (args.csv) for (const line of csv(found)) await io.out(line);
      else {
        const head = screen.plain(periodHeading(period, now, house.config.locale));
        const rest = hasMore ? ['', 'There are more: --limit 0 shows all'] : [];
        const isAll = !(args.status || args.agent || args.task) && period.since === undefined;
        const body = found.length === 0 ? [isAll ? NONE : NONE_SUCH] : [...table(visit, found, period.tz), ...rest];
        await say([head, '', ...body]);
      }
      return found.length === 0 ? EXIT.noData : EXIT.ok;
    }),
});

const NONE_SUCH = 'No such runs. Of all time: tokenmeter runs --period all';
const NONE = 'No runs were started here. Start one: tokenmeter run --budget 2.50 -- "Fix it"';

interface Wanted {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly status: readonly RunStatus[] | undefined;
  readonly agent: readonly string[] | undefined;
  readonly taskId: string | undefined;
  /** 0 is all. */
  readonly limit: number;
}

async function collect({ house }: Visit, wanted: Wanted): Promise<{ found: readonly Run[]; hasMore: boolean }> {
  const found: Run[] = [];
  const most = wanted.limit || Number.POSITIVE_INFINITY;
  let after: string | undefined;
  do {
    const page = await house.runs?.runs({ ...wanted, limit: Math.min(PAGE, most - found.length), after });
    found.push(...(page?.runs ?? []));
    after = page?.next;
  } while (after !== undefined && found.length < most);
  return { found, hasMore: after !== undefined };
}

function table(visit: Visit, found: readonly Run[], tz: string): string[] {
  const { house, screen, now } = visit;
  const { isPiped } = screen;
  const money = moneyFormat(house.config);
  return renderTable(
    {
      columns: [
        { title: 'Started', align: 'left', from: 60 },
        { title: 'Run', align: 'left', shrinkTo: 8 },
        { title: 'Status', align: 'left', shrinkTo: 8 },
        { title: 'Title', align: 'left', shrinkTo: 8, from: 90 },
        { title: 'Task', align: 'left', shrinkTo: 6, from: 80 },
        { title: 'Agent', align: 'left', from: 70 },
        { title: 'Lasted', align: 'right', from: 80 },
        { title: 'Stop took', align: 'right', from: 100 },
        { title: 'Tokens', align: 'right' },
        { title: 'Cost', align: 'right' },
        { title: 'Cap', align: 'right', from: 90 },
      ],
      rows: found.map((run) => [
        {
          text: isPiped
            ? wireInstant(run.startedAt)
            : formatDateTime(run.startedAt, { now, tz, locale: house.config.locale }),
        },
        { text: isPiped ? run.id : run.id.slice(0, 8), role: 'dim' },
        { text: isPiped ? run.status : statusWords(run), role: run.status === 'error' ? 'over' : undefined },
        { text: run.title || projectName(run.cwd) },
        { text: run.taskId },
        { text: isPiped ? run.agent : agentName(run.agent) },
        { text: formatDuration((run.endedAt ?? now) - run.startedAt) },
        { text: run.stopMs === null ? '' : formatStopTime(run.stopMs) },
        tokensCell(run, isPiped),
        runCostCell(run, money),
        { text: run.budgetNano === null ? '' : formatMoney(run.budgetNano, money) },
      ]),
    },
    screen,
  );
}

const STOPPED: Readonly<Record<NonNullable<Run['stopReason']>, string>> = {
  user: 'stopped by you',
  budget_capped: 'stopped by cap',
  token_capped: 'token limit',
  turn_capped: 'turn limit',
};

/** Why it was stopped says more than that it was. */
function statusWords({ status, stopReason }: Run): string {
  if (stopReason === null || status === 'success') return status;
  return status === 'running' ? 'stopping' : STOPPED[stopReason];
}

/** Where no usage was ever told there is none to show. */
function tokensCell({ usage }: Run, isPiped: boolean): Cell {
  if (usage === null) return { text: UNKNOWN, role: 'dim' };
  const tokens = totalTokens(usage);
  return { text: isPiped ? String(tokens) : formatTokens(tokens) };
}

function runCostCell({ costNano, unpricedTokens }: Run, money: MoneyFormat): Cell {
  const mark = unpricedTokens > 0 ? '?' : undefined;
  if (costNano === null) return { text: UNKNOWN, mark, role: 'dim' };
  return { text: formatMoney(costNano, money), mark };
}

function readStatuses(text: string | undefined): readonly RunStatus[] | undefined {
  return text?.split(',').map((word) => {
    const status = RUN_STATUSES.find((known) => known === word);
    if (status) return status;
    throw new TokenmeterError('usage', `Cannot use "${word}" as --status, write one of ${RUN_STATUSES.join(', ')}`);
  });
}

function readLimit(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new TokenmeterError('usage', `Cannot use "${text}" as --limit, write a whole number`);
}

const CSV = [
  'run_id',
  'agent',
  'status',
  'stop_reason',
  'task_id',
  'title',
  'project',
  'session_id',
  'model',
  'started_at',
  'ended_at',
  'stop_ms',
  'exit_code',
  'calls',
  'input_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'output_tokens',
  'budget_usd',
  'overshoot_usd',
] as const;

function* csv(found: readonly Run[]): Generator<string> {
  yield csvLine([...CSV, 'tokens', 'cost_usd', 'unpriced_tokens']);
  for (const run of found) {
    const row = wireRunRow(run);
    const tokens = row.usage?.tokens ?? null;
    yield csvLine([...CSV.map((column) => row[column]), tokens, row.spend.cost_usd, row.spend.unpriced_tokens]);
  }
}
