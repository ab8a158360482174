/** Batches that share a transaction: seen by whoever asks, lost together, and whoever appended them hears of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fixedClock } from '@tokenmeter/core';
import { batch, call, cursor, log, plainBook } from '@tokenmeter/core/testing';
import { afterAll, expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const root = mkdtempSync(join(tmpdir(), 'tokenmeter-append-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (file: string) => openSqliteLedger({ file, book: plainBook, clock: fixedClock(0) });
const one = (id: string) =>
  batch({
    calls: [call(id, { source: log(`/logs/${id}`, 1) })],
    cursors: [cursor(log(`/logs/${id}`, 1))],
  });
const ALL = { by: [], tz: 'UTC' } as const;

test('append() with more to follow is found by whoever asks, and by another connection once it is finished', async () => {
  const file = join(root, 'asked.db');
  const ledger = await open(file);
  const other = await open(file);
  await ledger.append(one('a'), { more: true });
  expect((await other.query(ALL)).totals.calls).toBe(0);
  await ledger.append(one('b'), { more: true });
  expect((await ledger.query(ALL)).totals.calls).toBe(2);
  await ledger.append(one('c'), { more: true });
  await ledger.finish();
  expect((await other.query(ALL)).totals.calls).toBe(3);
  expect([...(await other.cursors()).keys()]).toEqual(['/logs/a', '/logs/b', '/logs/c']);
  await ledger.close();
  await other.close();
});

test('append() with more to follow keeps nothing where its end fails, and says so to who appends next', async () => {
  const file = join(root, 'lost.db');
  const ledger = await open(file);
  const other = new DatabaseSync(file);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON rollup BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await ledger.append(one('a'), { more: true });
  await ledger.append(one('b'), { more: true });
  await expect(ledger.query(ALL)).rejects.toThrow('no room');
  expect((await ledger.query(ALL)).totals.calls).toBe(0);
  other.exec('DROP TRIGGER full');
  await expect(ledger.append(one('c'), { more: true })).rejects.toThrow('no room');
  expect([...(await ledger.cursors()).keys()]).toEqual([]);
  for (const id of ['a', 'b', 'c']) await ledger.append(one(id), { more: true });
  await ledger.finish();
  expect((await ledger.query(ALL)).totals.calls).toBe(3);
  expect((await ledger.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
  await ledger.close();
  other.close();
});

test('finish() says what was lost when another asked, once', async () => {
  const file = join(root, 'finish.db');
  const ledger = await open(file);
  const other = new DatabaseSync(file);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON rollup BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await ledger.append(one('a'), { more: true });
  await expect(ledger.query(ALL)).rejects.toThrow('no room');
  await expect(ledger.finish()).rejects.toThrow('no room');
  await ledger.finish();
  await ledger.close();
  other.close();
});
