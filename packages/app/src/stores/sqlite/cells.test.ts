/** Sums of a batch whose logs tell times that no clock will. */
import { fixedClock } from '@tokenmeter/core';
import { batch, call, log, plainBook, use } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

test.each(['2088-12-31T00:00:00Z', '2089-12-31T00:00:00Z', '9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z'])(
  'calls of many sessions at %s are each its own',
  async (time) => {
    const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(0) });
    const at = Date.parse(time);
    const calls = Array.from({ length: 40 }, (_, index) => {
      const sessionId = `s${index}`;
      const of = { sessionId, rootSessionId: sessionId, threadId: sessionId, source: log(`/logs/${sessionId}`, 1) };
      return call(`c${index}`, { ...of, at, usage: use({ input: index + 1 }) });
    });
    await ledger.append(batch({ calls }));
    const { rows } = await ledger.query({ by: ['session'], tz: 'UTC' });
    expect(Object.fromEntries(rows.map(({ key, usage }) => [key.session, usage.input]))).toEqual(
      Object.fromEntries(calls.map(({ sessionId, usage }) => [sessionId, usage.input])),
    );
    expect((await ledger.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
    await ledger.close();
  },
);
