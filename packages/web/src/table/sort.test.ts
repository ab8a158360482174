import { describe, expect, it } from 'vitest';
import { askedOrder, clickedOrder, orderToSort, type SortColumn, sortRows } from './sort.ts';

interface Row {
  readonly name: string;
  readonly cost: bigint | null;
  readonly runs: number;
}
const rows: Row[] = [
  { name: 'b', cost: 5n, runs: 2 },
  { name: 'c', cost: null, runs: 9 },
  { name: 'a', cost: 5n, runs: 1 },
  { name: 'd', cost: 80n, runs: 1 },
];
const name: SortColumn<Row> = { id: 'name', value: (row) => row.name, isText: true };
const cost: SortColumn<Row> = { id: 'cost', value: (row) => row.cost };
const columns = [name, cost, { id: 'runs', value: (row: Row) => row.runs }];
const names = (sorted: Row[]) => sorted.map((row) => row.name).join('');

describe('sortRows()', () => {
  it('puts unknown values last in both directions', () => {
    const ties = [{ column: 'name', ascending: true }];
    expect(names(sortRows(rows, columns, { column: 'cost', ascending: false }, ties))).toBe('dabc');
    expect(names(sortRows(rows, columns, { column: 'cost', ascending: true }, ties))).toBe('abdc');
  });

  it('breaks ties by cost, then by name', () => {
    const ties = [
      { column: 'cost', ascending: false },
      { column: 'name', ascending: true },
    ];
    expect(names(sortRows(rows, columns, { column: 'runs', ascending: true }, ties))).toBe('dabc');
  });
});

describe('clickedOrder()', () => {
  it('begins with the largest number and with A, then turns round', () => {
    const byCost = { column: 'cost', ascending: false };
    expect(clickedOrder(name, byCost)).toEqual({ column: 'name', ascending: true });
    expect(clickedOrder(name, { column: 'name', ascending: true })).toEqual({ column: 'name', ascending: false });
    expect(clickedOrder(cost, byCost)).toEqual({ column: 'cost', ascending: true });
  });
});

describe('askedOrder()', () => {
  const fallback = { column: 'cost', ascending: false };

  it('keeps the fallback for a column that is not there', () => {
    expect(askedOrder(columns, { column: 'weight', direction: 'asc' }, fallback)).toBe(fallback);
    expect(askedOrder(columns, undefined, fallback)).toBe(fallback);
  });

  it('is undone by orderToSort() for every column and direction', () => {
    for (const { id } of columns) {
      for (const ascending of [true, false]) {
        const order = { column: id, ascending };
        expect(askedOrder(columns, orderToSort(columns, order, fallback), fallback)).toEqual(order);
      }
    }
    expect(orderToSort(columns, fallback, fallback)).toBeUndefined();
    expect(orderToSort(columns, { column: 'name', ascending: true }, fallback)).toEqual({
      column: 'name',
      direction: undefined,
    });
  });
});
