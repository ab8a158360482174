/** The columns of every table of totals, from the whole breakdown down to tokens and cost (design, 14.2). */
import { type Totals, totalTokens } from '@tokenmeter/core';
import {
  cacheHit,
  formatMoney,
  formatPercent,
  formatShares,
  formatTokens,
  type MoneyFormat,
  totalsMark,
  UNKNOWN,
} from '@tokenmeter/core/format';
import type { Config } from '../config.ts';
import type { Screen } from './screen.ts';
import type { Cell, Column, Table } from './table.ts';

/** How the configured currency is written. */
export function moneyFormat(config: Config): MoneyFormat {
  return { currency: config.currency, rate: config.currencyRate, locale: config.locale };
}

export interface NamedTotals {
  readonly names: readonly Cell[];
  readonly totals: Totals;
  readonly note?: string | undefined;
}

const BAR = 10;

const FIGURES: readonly Column[] = [
  { title: 'Calls', align: 'right', from: 62 },
  { title: 'Input', align: 'right', from: 54 },
  { title: 'Output', align: 'right', from: 54 },
  { title: 'Cache', align: 'right', from: 54, below: 76 },
  { title: 'Cache rd', align: 'right', from: 76 },
  { title: 'Cache wr', align: 'right', from: 76 },
  { title: 'Hit', align: 'right', from: 84 },
  { title: 'Share', align: 'left', from: 92, isPicture: true },
  { title: '', align: 'right', from: 92, isPicture: true },
  { title: 'Tokens', align: 'right', below: 54 },
  { title: 'Cost', align: 'right' },
];

/** A table of names and figures with its total. The total is `whole`, not the sum of what is listed. */
export function figureTable(
  names: readonly Column[],
  rows: readonly NamedTotals[],
  whole: Totals,
  screen: Screen,
  money: MoneyFormat,
): Table {
  const byCost = whole.costNano !== null && whole.costNano > 0n;
  const weights = rows.map(({ totals }) => (byCost ? (totals.costNano ?? 0n) : BigInt(totalTokens(totals.usage))));
  const shares = formatShares(weights);
  const sum = weights.reduce((a, b) => a + b, 0n);
  const isAlone = rows.length === 1;
  return {
    columns: [...names, ...FIGURES],
    rows: rows.map((row, index) => [
      ...row.names,
      ...figures(row.totals, screen, money, {
        ratio: sum === 0n ? 0 : Number(weights[index] ?? 0n) / Number(sum),
        // Unknown is not nothing.
        text: byCost && row.totals.costNano === null ? UNKNOWN : (shares[index] ?? ''),
      }),
    ]),
    notes: rows.map((row) => row.note ?? ''),
    footer: isAlone
      ? undefined
      : [{ text: 'Total' }, ...names.slice(1).map(() => ({ text: '' })), ...figures(whole, screen, money)],
  };
}

function figures(totals: Totals, screen: Screen, money: MoneyFormat, share?: { ratio: number; text: string }): Cell[] {
  const { usage } = totals;
  const count = screen.isPiped ? (value: number) => String(value) : formatTokens;
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const tokens = totalTokens(usage);
  return [
    { text: String(totals.calls) },
    { text: count(usage.input) },
    { text: count(usage.output) },
    { text: count(usage.cacheRead + written) },
    { text: count(usage.cacheRead) },
    { text: count(written) },
    { text: formatPercent(cacheHit(usage)) },
    { text: share ? screen.bar(share.ratio, BAR) : '' },
    { text: share?.text ?? '' },
    { text: totalsMark(totals.inexactTokens, tokens) + count(tokens) },
    costCell(totals, money),
  ];
}

/** The cost of totals: `~` where not exact, `?` behind it where a part has no price, a dash where nothing has. */
export function costCell(totals: Totals, money: MoneyFormat): Cell {
  if (totals.costNano === null) return { text: UNKNOWN, mark: '?', role: 'dim' };
  const tilde = totalsMark(totals.inexactTokens, totalTokens(totals.usage));
  return { text: tilde + formatMoney(totals.costNano, money), mark: totals.unpricedTokens > 0 ? '?' : undefined };
}
