/**
 * Sums of cells, kept apart by how sure they are, and how they are spelled on the wire. Measured, reported and estimated
 * make the whole; what was superseded stands beside it and is in no sum.
 */
import { formatNanoDecimal } from '../money.ts';
import { addMeasures, type Measures, noMeasures, totalsOf } from '../rollup.ts';
import { inputTokens, totalTokens } from '../usage.ts';
import type { WireCostFigures, WireCostPart } from '../wire-work.ts';
import type { WorkCell } from './cell.ts';

export const PARTS = ['measured', 'reported', 'estimated', 'superseded'] as const;
export type Part = (typeof PARTS)[number];

export interface Figures {
  /** Everything but what was superseded. */
  readonly sums: Measures;
  /** Token events in `sums`; its calls are in `sums.calls`. */
  events: number;
  readonly parts: Readonly<Record<Part, Measures>>;
}

export function noFigures(): Figures {
  const parts = { measured: noMeasures(), reported: noMeasures(), estimated: noMeasures(), superseded: noMeasures() };
  return { sums: noMeasures(), events: 0, parts };
}

/** Which part a cell is of. */
function partOf(cell: Pick<WorkCell, 'certainty' | 'isSuperseded'>): Part {
  if (cell.isSuperseded) return 'superseded';
  return cell.certainty === 'exact' ? 'measured' : cell.certainty;
}

/** Adds a cell in place. */
export function addCell(figures: Figures, cell: WorkCell): void {
  const part = partOf(cell);
  addMeasures(figures.parts[part], cell.sums);
  if (part === 'superseded') return;
  addMeasures(figures.sums, cell.sums);
  if (cell.origin === 'events') figures.events += cell.sums.entries;
}

export function sumCells(cells: Iterable<WorkCell>): Figures {
  const figures = noFigures();
  for (const cell of cells) addCell(figures, cell);
  return figures;
}

/** Nano-dollars of what has a price; null where there are tokens and none has. */
export function costOf(figures: Figures): bigint | null {
  return totalsOf(figures.sums).costNano;
}

export function tokensOf(figures: Figures): number {
  return totalTokens(figures.sums);
}

export function wireFigures(figures: Figures): WireCostFigures {
  const { usage, costNano, calls, unpricedTokens, inexactTokens } = totalsOf(figures.sums);
  return {
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? null,
    tokens: totalTokens(usage),
    tokens_in: inputTokens(usage),
    tokens_out: usage.output,
    calls,
    events: figures.events,
    cost_usd: costNano === null ? null : formatNanoDecimal(costNano),
    cost_complete: unpricedTokens === 0,
    unpriced_tokens: unpricedTokens,
    inexact_tokens: inexactTokens,
    measured: wirePart(figures.parts.measured),
    reported: wirePart(figures.parts.reported),
    estimated: wirePart(figures.parts.estimated),
    superseded: wirePart(figures.parts.superseded),
  };
}

function wirePart(sums: Measures): WireCostPart {
  const { usage, costNano, unpricedTokens } = totalsOf(sums);
  return {
    tokens_in: inputTokens(usage),
    tokens_out: usage.output,
    tokens: totalTokens(usage),
    count: sums.entries,
    cost_usd: costNano === null ? null : formatNanoDecimal(costNano),
    cost_complete: unpricedTokens === 0,
    unpriced_tokens: unpricedTokens,
  };
}
