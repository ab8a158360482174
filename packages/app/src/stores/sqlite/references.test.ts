import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fixedClock } from '@tokenmeter/core';
import { plainBook, randomHistory } from '@tokenmeter/core/testing';
import { afterAll, expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { REFERRING } from './references.ts';

const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-references-'));
const file = join(folder, 'ledger.db');
const open = () => openSqliteLedger({ file, book: plainBook, clock: fixedClock(1_780_000_000_000) });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('verify() says of which tables the rows are that name what is not there', async () => {
  const ledger = await open();
  for (const batch of randomHistory('references')) await ledger.append(batch);
  expect((await ledger.verify()).ok).toBe(true);
  await ledger.close();
  const planted = new DatabaseSync(file);
  const tools = planted.prepare('SELECT count(*) AS n FROM tool_call').get()?.n;
  planted.exec('UPDATE tool_call SET kind = 99999; UPDATE session SET agent = 99999 WHERE id = 1');
  planted.close();
  const again = await open();
  const [found] = (await again.verify()).checks.filter(({ ok }) => !ok);
  expect(found).toEqual({
    name: 'rows name only calls, sessions, threads, sources and words that exist',
    ok: false,
    detail: `not so: 1 of session, ${tools} of tool_call`,
    mendedBy: 'restore',
  });
  await again.close();
});

test('every column of the ledger that holds a number of something else is known', async () => {
  await (await open()).close();
  const database = new DatabaseSync(file, { readOnly: true });
  const names = new Set(['agent', 'session', 'thread', 'source', 'strand', 'call', 'name', 'kind', 'target', 'stop']);
  const derived = ['rollup', 'total'];
  const columns = database
    .prepare(
      "SELECT s.name AS of_table, c.name AS name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' AND c.type = 'INTEGER'",
    )
    .all()
    .map(({ of_table: table, name }) => ({ table: String(table), column: String(name) }))
    .filter(({ table, column }) => names.has(column) && !derived.includes(table));
  database.close();
  expect(columns.length).toBeGreaterThan(30);
  const isAsked = ({ table, column }: (typeof columns)[number]) =>
    REFERRING.some((one) => one.table === table && one.broken.includes(`t.${column} `));
  expect(columns.filter((column) => !isAsked(column))).toEqual([]);
});
