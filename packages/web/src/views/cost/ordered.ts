/** The order of a table of this page as the address says it, each table with a parameter of its own. */
import type { WireCostRow } from '@tokenmeter/core';
import { navigateSearch, search } from '../../router.ts';
import { askedOrder, clickedOrder, type Order, orderToSort, type SortColumn, sortRows } from '../../table/sort.ts';
import { changeView, readView } from '../../url-state.ts';
import { type CostFigures, readCost } from './figures.ts';

export interface ReadRow {
  readonly row: WireCostRow;
  readonly figures: CostFigures;
}

export interface Ordered {
  readonly rows: readonly ReadRow[];
  readonly order: Order;
  readonly onSort: (column: string) => void;
}

/** `fallback` is the order of an address that says nothing; ties go by cost, then by name. */
export function orderedRows(
  parameter: 'sort' | 'planSort',
  rows: readonly WireCostRow[],
  columns: readonly SortColumn<ReadRow>[],
  fallback: Order,
  ties: readonly Order[],
): Ordered {
  const order = askedOrder(columns, readView(search.value)[parameter], fallback);
  const read = rows.filter(({ id }) => id !== '').map((row) => ({ row, figures: readCost(row) }));
  return {
    rows: sortRows(read, columns, order, ties),
    order,
    onSort: (id) => {
      const column = columns.find((known) => known.id === id);
      if (!column) return;
      const sort = orderToSort(columns, clickedOrder(column, order), fallback);
      navigateSearch(changeView(search.peek(), { [parameter]: sort }), { replace: true });
    },
  };
}
