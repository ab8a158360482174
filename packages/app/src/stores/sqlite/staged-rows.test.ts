import { expect, test } from 'vitest';
import { openDriver } from './driver.ts';
import { StagedRows } from './staged-rows.ts';

test('StagedRows writes every row as it was given, whatever is usual and however many there are', () => {
  for (const count of [0, 1, 4, 7, 15, 16, 17, 32, 50]) {
    const driver = openDriver(':memory:', { readOnly: false });
    driver.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER, kind TEXT NOT NULL)');
    const rows = new StagedRows(driver, 't', { id: undefined, name: "it's", size: null, kind: '' });
    const given = Array.from({ length: count }, (_, index) => ({
      id: index + 1,
      name: index % 20 === 7 ? `n${index}` : "it's",
      size: index > 30 ? index : null,
      kind: index === 40 ? 'late' : '',
    }));
    for (const { id, name, size, kind } of given) {
      const place = rows.next();
      for (const [offset, value] of [id, name, size, kind].entries()) rows.values[place + offset] = value;
    }
    rows.settle();
    expect(driver.prepare('SELECT * FROM t ORDER BY id').all()).toEqual(given);
    driver.close();
  }
});

test('StagedRows says whether a single row was there, after the rows that waited', () => {
  const driver = openDriver(':memory:', { readOnly: false });
  driver.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  const rows = new StagedRows(driver, 't', { id: undefined, name: '' }, 'ON CONFLICT DO NOTHING');
  const place = rows.next();
  rows.values[place] = 1;
  rows.values[place + 1] = 'first';
  expect([rows.insert([1, 'again']), rows.insert([2, 'second'])]).toEqual([false, true]);
  rows.next();
  rows.drop();
  rows.settle();
  expect(driver.prepare('SELECT name FROM t ORDER BY id').all()).toEqual([{ name: 'first' }, { name: 'second' }]);
  driver.close();
});
