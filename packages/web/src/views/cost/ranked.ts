/**
 * Rows of the ranked bars, worked out from an answer: their order, how long each bar is, what it is made of. What belongs
 * to nothing comes last, models without a price before it. Pure; it writes no text but names.
 */
import type { WireCost, WireCostRow } from '@tokenmeter/core';
import { type CostFigures, type Measure, readCost, sharesOf, weigh } from './figures.ts';

export interface Ranked {
  readonly id: string;
  readonly name: string;
  readonly figures: CostFigures;
  readonly row: WireCostRow;
  readonly share: string;
  /** 0 to 1 of the longest. */
  readonly length: number;
  readonly parts: readonly BarPart[];
}

export interface BarPart {
  readonly kind: 'measured' | 'in' | 'out' | 'told';
  readonly weight: number;
}

export interface Ranking {
  readonly rows: readonly Ranked[];
  /** What the server did not list, with its share. */
  readonly rest: { readonly count: number; readonly figures: CostFigures; readonly share: string } | undefined;
}

export function rank(answer: WireCost, measure: Measure): Ranking {
  const read = answer.rows.map((row) => ({ row, figures: readCost(row) }));
  const place = ({ row, figures }: (typeof read)[number]) => (row.id === '' ? 2 : figures.cost === null ? 1 : 0);
  const ordered = read
    .map((entry, index) => ({ ...entry, index }))
    .sort(
      (a, b) =>
        (measure === 'cost' ? place(a) - place(b) : Number(a.row.id === '') - Number(b.row.id === '')) ||
        compare(weigh(b.figures, measure), weigh(a.figures, measure)) ||
        a.index - b.index,
    );
  const rest = answer.rest ? { count: answer.rest.count, figures: readCost(answer.rest) } : undefined;
  const shares = sharesOf([...ordered.map(({ figures }) => figures), ...(rest ? [rest.figures] : [])], measure);
  const longest = ordered.reduce((most, { figures }) => max(most, weigh(figures, measure)), 0n);
  return {
    rows: ordered.map(({ row, figures }, index) => ({
      id: row.id,
      name: row.name,
      figures,
      row,
      share: shares[index] ?? '',
      length: longest === 0n ? 0 : Number(weigh(figures, measure)) / Number(longest),
      parts: partsOf(figures, measure),
    })),
    rest: rest && { ...rest, share: shares.at(-1) ?? '' },
  };
}

/** Money is one bar; tokens are what went in and what came out. What was only reported is a part of its own in both. */
export function partsOf(figures: CostFigures, measure: Measure): BarPart[] {
  const { measured, told } = figures;
  const parts: BarPart[] =
    measure === 'tokens'
      ? [
          { kind: 'in', weight: measured.tokensIn },
          { kind: 'out', weight: measured.tokensOut },
        ]
      : [{ kind: 'measured', weight: Number(measured.cost ?? 0n) }];
  return [...parts, { kind: 'told' as const, weight: Number(weigh(told, measure)) }].filter(({ weight }) => weight > 0);
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
