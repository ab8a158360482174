/**
 * Tables for a terminal (design, 14.2): two spaces between columns, one dim rule, no boxes. A row is never wrapped and a
 * number never cut: as the screen narrows columns give way, then names are shortened, then a row takes two lines. Piped,
 * everything is written in full.
 */
import type { Role, Screen } from './screen.ts';
import { displayWidth, padEnd, padStart, printable, truncate } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Shown on screens from this width on, and below that one. Default: always. */
  readonly from?: number | undefined;
  readonly below?: number | undefined;
  /** A name: it may be cut, down to this many columns. Others are never cut. */
  readonly shrinkTo?: number | undefined;
  readonly cut?: 'end' | 'middle' | undefined;
  readonly isSorted?: boolean | undefined;
  /** A picture, left out of piped output. */
  readonly isPicture?: boolean | undefined;
}

export interface Cell {
  readonly text: string;
  /** A character behind the figure: `?` no price, `!` near a limit. */
  readonly mark?: string | undefined;
  readonly role?: Role | undefined;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly footer?: readonly Cell[] | undefined;
  /** A dim second line below each row, cut to the screen; in the order of the rows. */
  readonly notes?: readonly string[] | undefined;
}

interface Placed {
  readonly index: number;
  readonly column: Column;
  readonly marks: number;
  width: number;
}

/** The narrowest screen on which a row still takes one line. */
const STACKED_BELOW = 40;

/** Lines without newlines. No line is wider than the screen as long as one figure fits into it. */
export function renderTable(table: Table, screen: Screen): string[] {
  if (screen.isPiped) return lines(table, place(table, Number.POSITIVE_INFINITY), screen);
  if (screen.width >= STACKED_BELOW) {
    for (const width of steps(table.columns, screen.width)) {
      const placed = place(table, width);
      if (fit(placed, screen.width)) return lines(table, placed, screen);
    }
  }
  return stacked(table, screen);
}

/** The screen's width, then each narrower one at which the set of columns changes. */
function steps(columns: readonly Column[], width: number): number[] {
  const edges = columns
    .flatMap(({ from, below }) => [from, below])
    .flatMap((edge) => (edge === undefined ? [] : [edge - 1]));
  const narrower = edges.filter((edge) => edge < width && edge >= STACKED_BELOW);
  return [width, ...[...new Set(narrower)].sort((a, b) => b - a)];
}

function place(table: Table, width: number): Placed[] {
  const isPiped = width === Number.POSITIVE_INFINITY;
  return table.columns.flatMap((column, index) => {
    const { from = 0, below = Number.POSITIVE_INFINITY, isPicture = false } = column;
    const isShown = isPiped ? column.below === undefined && !isPicture : width >= from && width < below;
    if (!isShown) return [];
    const cells = [...table.rows, table.footer ?? []].map((row) => row[index]);
    const widest = Math.max(displayWidth(column.title), ...cells.map((cell) => displayWidth(shown(cell))));
    const marks = Math.max(0, ...cells.map((cell) => (cell?.mark ? displayWidth(cell.mark) + 1 : 0)));
    return [{ index, column, width: widest, marks }];
  });
}

/** Shortens names, longest first, until the columns fit; false if they cannot. */
function fit(placed: readonly Placed[], width: number): boolean {
  for (let over = totalWidth(placed) - width; over > 0; over--) {
    const widest = placed
      .filter(({ column, width: own }) => column.shrinkTo !== undefined && own > column.shrinkTo)
      .reduce<Placed | undefined>((most, one) => (most && most.width >= one.width ? most : one), undefined);
    if (!widest) return false;
    widest.width--;
  }
  return true;
}

function totalWidth(placed: readonly Placed[]): number {
  return placed.reduce((sum, { width, marks }) => sum + width + marks, 0) + Math.max(0, placed.length - 1) * 2;
}

function lines(table: Table, placed: readonly Placed[], screen: Screen): string[] {
  const rule = screen.paint('dim', screen.plain('─'.repeat(totalWidth(placed))));
  const title = ({ column, width, marks }: Placed) => {
    const text = pad(column.title, width, column.align) + ' '.repeat(marks);
    return screen.paint(column.isSorted ? 'sorted' : 'dim', text);
  };
  const row = (cells: readonly Cell[], role?: Role) =>
    placed
      .map(({ index, column, width, marks }) => {
        const cell = cells[index];
        const text = pad(truncate(shown(cell), width, column.cut), width, column.align);
        const mark = cell?.mark ? ` ${cell.mark}` : '';
        return screen.paint(cell?.role ?? role, screen.plain(text + padEnd(mark, marks)));
      })
      .join('  ')
      .trimEnd();
  return [
    placed.map(title).join('  ').trimEnd(),
    rule,
    ...table.rows.flatMap((cells, index) => [row(cells), ...note(table.notes?.[index], screen)]),
    ...(table.footer ? [rule, row(table.footer, 'bold')] : []),
  ];
}

/** Two lines a row: the names, then the figures that are never dropped, indented by two. */
function stacked(table: Table, screen: Screen): string[] {
  const placed = place(table, Math.min(screen.width, STACKED_BELOW - 1));
  const isName = ({ column }: Placed) => column.shrinkTo !== undefined;
  return [...table.rows, ...(table.footer ? [table.footer] : [])].flatMap((cells) => {
    const text = ({ index }: Placed) => {
      const cell = cells[index];
      return cell?.mark ? `${shown(cell)} ${cell.mark}` : shown(cell);
    };
    const names = placed.filter(isName).map(text).filter(Boolean).join(', ');
    let figures = placed
      .filter((column) => !isName(column))
      .map(text)
      .filter(Boolean);
    while (figures.length > 1 && displayWidth(figures.join('  ')) + 2 > screen.width) figures = figures.slice(1);
    return [truncate(names, screen.width), `  ${figures.join('  ')}`].map((line) => screen.plain(line));
  });
}

function note(text: string | undefined, screen: Screen): string[] {
  return text ? [screen.paint('dim', screen.plain(truncate(`  ${printable(text)}`, screen.width)))] : [];
}

function shown(cell: Cell | undefined): string {
  return printable(cell?.text ?? '');
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'left' ? padEnd(text, width) : padStart(text, width);
}
