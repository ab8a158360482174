import { fixedClock } from '@tokenmeter/core';
import { eventOf, plainBook, workSuite } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../ledger.ts';

workSuite({
  name: 'in memory',
  open: () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(1_780_000_000_000) }),
  test,
  expect,
});

test('an event is found by its key through the index, however many there are', async () => {
  const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(0) });
  const events = (from: number) =>
    Array.from({ length: 2_000 }, (_, index) => eventOf(`e${from + index}`, { key: `k${from + index}` }));
  const time = async (from: number) => {
    const start = process.cpuUsage();
    await ledger.work.addEvents(events(from));
    return process.cpuUsage(start).user;
  };
  const first = await time(0);
  for (let from = 2_000; from < 18_000; from += 2_000) await time(from);
  // A search through all events would take ten times as long by now.
  expect(await time(18_000)).toBeLessThan(4 * first + 100_000);
  await ledger.close();
});
