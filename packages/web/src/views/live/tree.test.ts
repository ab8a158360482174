import { describe, expect, it } from 'vitest';
import { ago, makeThread, spend } from './run-fixture.ts';
import { treeRows } from './tree.ts';

const thread = (id: string, parent: string | null, seconds: number, usd = '0.1') =>
  makeThread({ thread_id: id, parent_thread_id: parent, started_at: ago(seconds), spend: spend(usd) });
const drawn = (threads: Parameters<typeof treeRows>[0], opened: string[] = []) =>
  treeRows(threads, new Set(opened)).map((row) => [
    'thread' in row ? row.thread.thread_id : `+${row.folded.length}`,
    row.level,
    row.connectors.join(' '),
  ]);

describe('treeRows()', () => {
  it('goes depth first in the order of beginning, and draws the lines', () => {
    const threads = [thread('main', null, 100), thread('c', 'main', 10), thread('a', 'main', 90), thread('b', 'a', 80)];
    expect(drawn(threads)).toEqual([
      ['a', 1, 'fork'],
      ['b', 2, 'through end'],
      ['c', 1, 'end'],
    ]);
  });

  it('puts an agent whose parent is unknown, or itself, at the top', () => {
    expect(drawn([thread('main', null, 9), thread('x', 'gone', 8), thread('y', 'y', 7)])).toEqual([
      ['x', 1, 'fork'],
      ['y', 1, 'end'],
    ]);
  });

  it('shows agents that are each other’s parent at the top', () => {
    expect(drawn([thread('main', null, 9), thread('x', 'y', 8), thread('y', 'x', 7)])).toEqual([
      ['x', 1, 'end'],
      ['y', 1, 'end'],
    ]);
  });

  it('lists no agent that nobody started, however many a run has', () => {
    const threads = [
      thread('first', null, 99),
      thread('again', null, 50),
      thread('a', 'first', 90),
      thread('b', 'again', 40),
    ];
    expect(drawn(threads)).toEqual([
      ['a', 1, 'fork'],
      ['b', 1, 'end'],
    ]);
  });

  it('draws deeper levels at the fourth', () => {
    const chain = [
      thread('main', null, 99),
      ...[1, 2, 3, 4, 5].map((at) => thread(`t${at}`, at === 1 ? 'main' : `t${at - 1}`, 50 - at)),
    ];
    const rows = treeRows(chain, new Set());
    expect(rows.map(({ level }) => level)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map(({ connectors }) => connectors.length)).toEqual([1, 2, 3, 4, 4]);
  });

  it('shows the eight dearest of many, until somebody wants all', () => {
    const threads = [
      thread('main', null, 99),
      ...Array.from({ length: 20 }, (_, at) => thread(`t${at}`, 'main', 50 - at, String(at))),
    ];
    const names = (opened: string[]) => drawn(threads, opened).map(([name]) => name);
    expect(names([])).toEqual(['t12', 't13', 't14', 't15', 't16', 't17', 't18', 't19', '+12']);
    expect(names([''])).toHaveLength(20);
  });
});
