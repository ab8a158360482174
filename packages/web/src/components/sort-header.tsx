/** A column's header that sorts by it: a button in the cell, the direction for the eye and for `aria-sort`. */
import type { ComponentChildren } from 'preact';
import type { Order } from '../table/sort.ts';
import '../styles/table.css';

interface Properties {
  readonly column: string;
  readonly order: Order;
  readonly onSort: (column: string) => void;
  readonly isEnd?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function SortHeader({ column, order, onSort, isEnd, class: extra = '', children }: Properties) {
  const isSorted = order.column === column;
  const sorted = order.ascending ? 'ascending' : 'descending';
  return (
    <th scope="col" class={`${isEnd ? 'end' : ''} ${extra}`} aria-sort={isSorted ? sorted : undefined}>
      <button type="button" class={isSorted ? 'sort-button is-sorted' : 'sort-button'} onClick={() => onSort(column)}>
        {children}
        {isSorted && <span aria-hidden="true"> {order.ascending ? '↑' : '↓'}</span>}
      </button>
    </th>
  );
}
