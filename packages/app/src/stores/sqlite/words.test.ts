import { fixedClock } from '@tokenmeter/core';
import { batch, call, plainBook } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

test('branches cut within a character are told as one, in a ledger that is filled and in one that grows', async () => {
  const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(0) });
  const on = (id: string, branch: string) => call(id, { at: 1, branch, usage: { ...call('x').usage, output: 1 } });
  const marked = 'feature/\ufffd';
  await ledger.append(batch({ calls: [on('a', 'feature/\ud83d'), on('b', 'feature/\ud83e'), on('c', marked)] }));
  await ledger.append(batch({ calls: [on('d', 'feature/\udc00'), on('e', 'main')] }));
  const { rows } = await ledger.query({ by: ['branch'], tz: 'UTC' });
  expect(rows.map(({ key, calls }) => [key.branch, calls])).toEqual([
    [marked, 4],
    ['main', 1],
  ]);
  expect((await ledger.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
  await ledger.close();
});
