/** Bare `tokenmeter`: one screen. Today, this week, this month; this month by agent and model; what has no price. */
import { type PeriodKind, parseNanoDecimal, periodAt, type QueryResult, totalTokens } from '@tokenmeter/core';
import {
  capLevel,
  formatClockMinute,
  formatCount,
  formatDate,
  formatDay,
  formatMoney,
  formatPercent,
  formatTokens,
  levelMark,
  modelNames,
} from '@tokenmeter/core/format';
import { costCell, moneyFormat } from '../figures.ts';
import { emptyNotes, unpricedNotes } from '../notes.ts';
import { periodHeading, readPeriod } from '../period.ts';
import { type Cell, renderTable } from '../table.ts';
import { usageJson } from '../usage-data.ts';
import { nameCells, sortedRows, usageTable } from '../usage-report.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { type Visit, withHouse } from '../with-house.ts';

/** Rows of each table, so that all fits one screen. */
const MOST_ROWS = 6;

export const summary = defineVerb({
  name: 'tokenmeter',
  summary: 'One screen: today, this month, by agent and model',
  args: {
    ...COMMON,
    scan: FIGURES.scan,
    json: FIGURES.json,
    tz: { type: 'string', valueHint: 'ZONE', description: 'IANA zone in which days begin' },
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const period = readPeriod({ tz: args.tz }, visit.house, 'month');
      const query = { by: ['agent', 'model'], since: period.since, until: period.until, tz: period.tz } as const;
      const month = await visit.house.ledger.query(query);
      if (args.json) {
        await visit.io.out(`${JSON.stringify(await usageJson(visit, query, month, period))}\n`);
        return month.rows.length === 0 ? EXIT.noData : EXIT.ok;
      }
      const { calls } = await visit.house.ledger.facts();
      const lines =
        calls === 0
          ? await emptyNotes(visit, period)
          : await screenful(visit, period.tz, month, await cli.findServer(visit.house.dataDir));
      await visit.say(lines);
      return calls === 0 ? EXIT.noData : EXIT.ok;
    }),
});

async function screenful(visit: Visit, tz: string, month: QueryResult, server: string | undefined): Promise<string[]> {
  const { house, screen, now } = visit;
  const { locale } = house.config;
  const day = formatDay(now, { tz, locale }).replace(`, ${tz}`, '');
  const lines = [screen.paint('bold', screen.plain(`${day}, ${formatClockMinute(now, tz)}, ${tz}`)), ''];
  lines.push(...(await spans(visit, tz, month)));
  const period = readPeriod({ tz }, house, 'month');
  if (month.rows.length > 0) {
    lines.push('', screen.paint('bold', screen.plain(periodHeading(period, now, locale))));
    for (const key of ['agent', 'model'] as const)
      lines.push('', ...(await ranked(visit, key, period.since, period.until, tz)));
  } else {
    const { lastCallAt } = await house.ledger.facts();
    const last = lastCallAt === null ? undefined : formatDate(lastCallAt, { now, tz, locale });
    if (last) lines.push('', `The last call was on ${last}. tokenmeter usage --period all shows everything.`);
  }
  const unpriced = await unpricedNotes(house.ledger);
  if (unpriced.length > 0) lines.push('', ...unpriced.map(screen.plain));
  lines.push(
    '',
    screen.paint(
      'dim',
      `Dashboard: ${server ?? `tokenmeter serve, then http://${house.config.host}:${house.config.port}`}`,
    ),
  );
  return lines;
}

/** Today, this week, this month: cost, tokens, calls. */
async function spans(visit: Visit, tz: string, month: QueryResult): Promise<string[]> {
  const { house, screen, now } = visit;
  const at = async (kind: Exclude<PeriodKind, 'all'>) => {
    const { since, until } = periodAt(kind, now, tz, house.config.weekStart);
    return house.ledger.query({ by: [], since, until, tz });
  };
  const rows: [string, QueryResult, Cell | undefined][] = [
    ['Today', await at('day'), undefined],
    ['This week', await at('week'), undefined],
    ['This month', month, capCell(visit, month)],
  ];
  const count = (value: number) => (screen.isPiped ? String(value) : formatTokens(value));
  return renderTable(
    {
      columns: [
        { title: '', align: 'left', shrinkTo: 8 },
        { title: 'Calls', align: 'right' },
        { title: 'Tokens', align: 'right' },
        { title: 'Cost', align: 'right' },
        { title: '', align: 'left', from: 56 },
      ],
      rows: rows.map(([name, { totals }, cap]) => [
        { text: name },
        { text: screen.isPiped ? String(totals.calls) : formatCount(totals.calls) },
        { text: count(totalTokens(totals.usage)) },
        { ...costCell(totals, moneyFormat(house.config)), role: 'bold' },
        cap ?? { text: '' },
      ]),
    },
    screen,
  );
}

function capCell({ house: { config } }: Visit, { totals }: QueryResult): Cell | undefined {
  const cap = config.monthlyCapUsd === undefined ? undefined : parseNanoDecimal(config.monthlyCapUsd);
  if (!cap) return undefined;
  const ratio = Number(totals.costNano ?? 0n) / Number(cap);
  const level = capLevel(ratio);
  const mark = levelMark(level);
  return {
    text: `${mark ? `${mark} ` : ''}${formatPercent(ratio)} of ${formatMoney(cap, moneyFormat(config))}`,
    role: level === 'ok' ? undefined : level === 'critical' ? 'over' : 'watch',
  };
}

async function ranked(
  visit: Visit,
  key: 'agent' | 'model',
  since: number | undefined,
  until: number | undefined,
  tz: string,
): Promise<string[]> {
  const result = await visit.house.ledger.query({ by: [key], since, until, tz });
  const names = modelNames(result.rows.map((row) => row.key.model ?? ''));
  const rows = sortedRows(result.rows, [key]);
  const shown = rows.slice(0, MOST_ROWS).map((row) => ({ names: nameCells(visit, row, [key], names), totals: row }));
  const table = usageTable(visit, [key], shown, result);
  const rest = rows.length - shown.length;
  return rest > 0 ? [...table, visit.screen.paint('dim', `${rest} more: tokenmeter usage --by ${key}`)] : table;
}
