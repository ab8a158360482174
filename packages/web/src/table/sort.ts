/** The order of a table's rows. First click: numbers from the largest, text from A; unknown values are last both ways. */
import type { Sort } from '../url-state.ts';

export type Cell = string | number | bigint | null | undefined;

export interface SortColumn<T> {
  readonly id: string;
  readonly value: (row: T) => Cell;
  /** What the first click gives. */
  readonly isText?: boolean;
}

export interface Order {
  readonly column: string;
  readonly ascending: boolean;
}

/** The order after a click on a header: the column's first direction, then the other, back and forth. */
export function clickedOrder<T>(column: SortColumn<T>, current: Order): Order {
  if (current.column !== column.id) return { column: column.id, ascending: column.isText === true };
  return { column: column.id, ascending: !current.ascending };
}

/** The order that an address asks for; the fallback where it names no column of this table. */
export function askedOrder<T>(columns: readonly SortColumn<T>[], asked: Sort | undefined, fallback: Order): Order {
  const column = columns.find(({ id }) => id === asked?.column);
  if (!column || !asked) return fallback;
  const ascending = asked.direction === undefined ? column.isText === true : asked.direction === 'asc';
  return { column: column.id, ascending };
}

/** How an address says an order: nothing for the table's own, no direction for the column's first. */
export function orderToSort<T>(columns: readonly SortColumn<T>[], order: Order, fallback: Order): Sort | undefined {
  if (order.column === fallback.column && order.ascending === fallback.ascending) return undefined;
  const isFirst = (columns.find(({ id }) => id === order.column)?.isText === true) === order.ascending;
  return { column: order.column, direction: isFirst ? undefined : order.ascending ? 'asc' : 'desc' };
}

/** A sorted copy. `ties` decide between equals, each with its own direction; the order given is the last resort. */
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly SortColumn<T>[],
  order: Order,
  ties: readonly Order[] = [],
): T[] {
  const orders = [order, ...ties].flatMap(({ column: id, ascending }) => {
    const column = columns.find((known) => known.id === id);
    return column ? [{ value: column.value, ascending }] : [];
  });
  return rows.toSorted((a, b) => {
    for (const { value, ascending } of orders) {
      const found = compare(value(a), value(b), ascending);
      if (found !== 0) return found;
    }
    return 0;
  });
}

function compare(a: Cell, b: Cell, ascending: boolean): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  if (a === b) return 0;
  const before = typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b, 'en') < 0 : a < b;
  return before === ascending ? -1 : 1;
}
