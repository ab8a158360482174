import { fixedClock, type LedgerBatch } from '@tokenmeter/core';
import { batch, call, plainBook } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { withWholeNames } from './whole-names.ts';

const { source } = call('any');
const on = (id: string, sessionId: string) => call(id, { sessionId, source });
const first = batch({ calls: [on('a', 's\ud83d'), on('b', 's\ud83e'), on('c\ud83d', 's'), on('c\ud83e', 's')] });
const second = batch({ calls: [on('a', 's\udc00'), on('c\ufffd', 's'), on('d', 's\ufffd')] });

async function filled(...batches: readonly LedgerBatch[]) {
  const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(0) });
  for (const one of batches) await ledger.append(one);
  return ledger;
}

test('calls and sessions whose names were cut within a character are one, and stop no command', async () => {
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const ledger = await filled(...order);
    const { rows } = await ledger.query({ by: ['session'], tz: 'UTC' });
    const calls = new Map(rows.map(({ key, calls }) => [key.session, calls]));
    expect(calls).toEqual(
      new Map([
        ['s\ufffd', 3],
        ['s', 1],
      ]),
    );
    expect((await ledger.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
    await ledger.close();
  }
});

test('withWholeNames() hands a batch of whole names on as it is', () => {
  const whole = batch({ calls: [on('a 😀', 'ü')] });
  expect(withWholeNames(whole)).toBe(whole);
});
