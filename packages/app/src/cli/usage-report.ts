/** Usage as a person reads it: the period first, one table, what has no price. */
import {
  type GroupKey,
  parseNanoDecimal,
  type Query,
  type QueryResult,
  type Row,
  type Totals,
  totalTokens,
} from '@tokenmeter/core';
import {
  agentName,
  callerName,
  capLevel,
  formatCount,
  formatMoney,
  formatPercent,
  formatTimeKey,
  formatTokens,
  levelMark,
  modelName,
  modelNames,
  UNKNOWN,
} from '@tokenmeter/core/format';
import { costCell, figureTable, moneyFormat, type NamedTotals } from './figures.ts';
import { emptyNotes, unpricedNotes } from './notes.ts';
import { type Period, periodHeading, shortHeading } from './period.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import { kindOf } from './usage-data.ts';
import { displayWidth } from './width.ts';
import type { Visit } from './with-house.ts';

export async function usageReport(
  visit: Visit,
  query: Query,
  result: QueryResult,
  period: Period,
  withModels: boolean,
): Promise<void> {
  const { house, screen, say } = visit;
  if (result.rows.length === 0) {
    const notes = await emptyNotes(visit, period);
    await say(notes.map(screen.plain));
    return;
  }
  const lines = [...heading(visit, result.totals, period, query.only), ''];
  if (query.by.includes('tool')) lines.push(...toolTable(visit, query.by, result.rows));
  else {
    const notes = withModels ? await modelNotes(visit, query) : new Map<string, string>();
    const named = sortedRows(result.rows, query.by).map((row) => ({
      names: nameCells(visit, row, query.by, modelNames(result.rows.map(({ key }) => key.model ?? ''))),
      totals: row,
      note: notes.get(rowId(row, query.by)),
    }));
    lines.push(...usageTable(visit, query.by, named, result));
    const unpriced =
      result.totals.unpricedTokens > 0 ? await unpricedNotes(house.ledger, query.since, query.until) : [];
    if (unpriced.length > 0) lines.push('', ...unpriced.map(screen.plain));
  }
  await say(lines);
}

/** Period and zone on the left, the figure on the right where there is room: with its cap, if this is the capped month. */
export function heading(visit: Visit, totals: Totals, period: Period, only: Query['only']): string[] {
  const { house, screen, now } = visit;
  const { config } = house;
  const money = moneyFormat(config);
  const cost = costCell(totals, money);
  const figure = cost.mark ? `${cost.text} ${cost.mark}` : cost.text;
  const cap = config.monthlyCapUsd === undefined ? undefined : parseNanoDecimal(config.monthlyCapUsd);
  const isCapped = cap && cap > 0n && period.kind === 'month' && Object.keys(only ?? {}).length === 0;
  const ratio = isCapped ? Number(totals.costNano ?? 0n) / Number(cap) : undefined;
  const level = ratio === undefined ? 'ok' : capLevel(ratio);
  const role = level === 'ok' ? undefined : level === 'critical' ? 'over' : 'watch';
  const mark = levelMark(level);
  const used = ratio === undefined ? '' : `${mark ? `${mark} ` : ''}${formatPercent(ratio)}`;
  const left = screen.plain(periodHeading(period, now, config.locale));
  const long = used ? `${used} of ${formatMoney(cap, money)}` : '';
  const right = [figure, long].filter(Boolean).join('  ');
  const paint = (text: string, tail: string) =>
    screen.paint('bold', text) + (tail ? `  ${screen.paint(role, tail)}` : '');
  if (screen.isPiped) return [`${left}  ${right}`];
  const gap = Math.min(screen.width, 100) - displayWidth(left) - displayWidth(right);
  if (gap >= 2) return [left + ' '.repeat(gap) + paint(screen.plain(figure), long)];
  const short = `${screen.plain(shortHeading(period, now, config.locale))} ${screen.plain('·')} ${screen.plain(figure)}`;
  const fits = used && displayWidth(short) + 1 + displayWidth(used) <= screen.width;
  return [fits ? `${short} ${screen.paint(role, used)}` : short];
}

export function usageTable(
  visit: Visit,
  by: readonly GroupKey[],
  rows: readonly NamedTotals[],
  whole: QueryResult,
): string[] {
  return renderTable(
    figureTable(by.map(nameColumn), rows, whole.totals, visit.screen, moneyFormat(visit.house.config)),
    visit.screen,
  );
}

/** Rows by time in their order; others with the dearest first, ties by tokens, then by name. */
export function sortedRows(rows: readonly Row[], by: readonly GroupKey[]): readonly Row[] {
  const first = by[0];
  const isTime = first === 'hour' || first === 'day' || first === 'week' || first === 'month';
  const byWorth = (a: Row, b: Row) => {
    const cost = (b.costNano ?? -1n) - (a.costNano ?? -1n);
    if (cost !== 0n) return cost > 0n ? 1 : -1;
    return totalTokens(b.usage) - totalTokens(a.usage) || (rowId(a, by) < rowId(b, by) ? -1 : 1);
  };
  return [...rows].sort((a, b) => {
    const order = isTime ? (a.key[first] ?? '').localeCompare(b.key[first] ?? '') : 0;
    return order || byWorth(a, b);
  });
}

const TITLES: Readonly<Record<GroupKey, string>> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  agent: 'Agent',
  model: 'Model',
  project: 'Project',
  session: 'Session',
  thread: 'Thread',
  caller: 'Caller',
  tool: 'Tool',
  branch: 'Branch',
};

function nameColumn(key: GroupKey): Column {
  return { title: TITLES[key], align: 'left', shrinkTo: 8, cut: key === 'project' ? 'middle' : 'end' };
}

/** A row's names: as people say them on a screen, raw where another program reads. */
export function nameCells(
  visit: Visit,
  row: Row,
  by: readonly GroupKey[],
  models: ReadonlyMap<string, string>,
): Cell[] {
  return by.map((key) => {
    const value = row.key[key] ?? '';
    return { text: visit.screen.isPiped ? value : nameOf(visit, key, value, models) };
  });
}

function nameOf({ house, now }: Visit, key: GroupKey, value: string, models: ReadonlyMap<string, string>): string {
  switch (key) {
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return formatTimeKey(value, { now, tz: house.config.tz, locale: house.config.locale });
    case 'agent':
      return agentName(value);
    case 'model':
      return models.get(value) ?? modelName(value);
    case 'project':
      return value === '' ? 'No project' : shortPath(value, house.machine.home);
    case 'caller':
      return callerName(value);
    case 'branch':
      return value || 'No branch';
    default:
      return value;
  }
}

/** `~/code/app` for what lies in the home directory. */
export function shortPath(path: string, home: string): string {
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function toolTable({ house, screen }: Visit, by: readonly GroupKey[], rows: readonly Row[]): string[] {
  const sorted = [...rows].sort((a, b) => b.toolCalls - a.toolCalls || (rowId(a, by) < rowId(b, by) ? -1 : 1));
  const money = moneyFormat(house.config);
  const tokens = (row: Row) => totalTokens(row.usage);
  return renderTable(
    {
      columns: [
        ...by.map(nameColumn),
        { title: 'Kind', align: 'left', from: 50 },
        { title: 'Tool calls', align: 'right' },
        { title: 'Tokens', align: 'right', from: 62 },
        { title: 'Cost', align: 'right', from: 74 },
      ],
      rows: sorted.map((row) => [
        ...by.map((key) => ({ text: row.key[key] ?? '' })),
        { text: row.key.kind ?? kindOf(house.agents, row.key.tool ?? '', row.key.agent) },
        { text: screen.isPiped ? String(row.toolCalls) : formatCount(row.toolCalls) },
        { text: tokens(row) === 0 ? UNKNOWN : screen.isPiped ? String(tokens(row)) : formatTokens(tokens(row)) },
        tokens(row) === 0 ? { text: UNKNOWN } : costCell(row, money),
      ]),
    },
    screen,
  );
}

async function modelNotes({ house }: Visit, query: Query): Promise<ReadonlyMap<string, string>> {
  if (query.by.includes('model')) return new Map();
  const { rows } = await house.ledger.query({ ...query, by: [...query.by, 'model'] });
  const models = new Map<string, Set<string>>();
  for (const row of rows) {
    const id = rowId(row, query.by);
    models.set(id, (models.get(id) ?? new Set()).add(modelName(row.key.model ?? '')));
  }
  return new Map([...models].map(([id, names]) => [id, [...names].join(', ')]));
}

function rowId(row: Row, by: readonly GroupKey[]): string {
  return by.map((key) => row.key[key] ?? '').join('\0');
}
