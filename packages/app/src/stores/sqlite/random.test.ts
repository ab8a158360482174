/** The ledger against a reckoning by hand: whatever is said, in whatever order and batches, the sums are those. */
import type { CallRecord, GroupKey, Ledger } from '@tokenmeter/core';
import { fixedClock, maxUsage, timeKey, totalTokens } from '@tokenmeter/core';
import { batch, call, log, plainBook, tool, use } from '@tokenmeter/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const START = Date.UTC(2026, 2, 28, 20);
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const SESSIONS = ['s0', 's1', 's2'];

interface Told {
  readonly identity: number;
  readonly session: number;
  readonly second: boolean;
  readonly side: boolean;
  readonly output: number;
  readonly reasoning: number | undefined;
}

const tellings = fc.array(
  fc.record({
    identity: fc.nat(11),
    session: fc.nat(2),
    second: fc.boolean(),
    side: fc.boolean(),
    output: fc.nat(50),
    reasoning: fc.option(fc.nat(5), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** What is not drawn follows from the identity and the session, as it does in logs. */
function recordOf({ identity, session, second, side, output, reasoning }: Told): CallRecord {
  const sessionId = SESSIONS[session] ?? '';
  return call(`m${identity}`, {
    sessionId,
    rootSessionId: sessionId,
    threadId: sessionId,
    requestId: side ? 'side' : second ? 'r2' : 'r1',
    chain: side ? 'side' : 'main',
    model: identity % 4 === 0 ? 'unpriced-x' : `model-${identity % 3}`,
    caller: identity % 5 === 0 ? 'subagent:Explore' : 'lead',
    cwd: `/home/dev/${session}`,
    branch: `b${session}`,
    at: START + identity * 47 * 60_000,
    usage: use({ input: identity, output: output + 5, reasoning }),
    source: log(`/logs/${sessionId}`, START + session),
  });
}

/** The calls that these sightings are of, by the rules in words: main before side, earliest file, larger counts. */
function reckon(records: readonly CallRecord[]): CallRecord[] {
  const calls: CallRecord[] = [];
  for (const identity of new Set(records.map((record) => record.identity))) {
    const same = records.filter((record) => record.identity === identity);
    const mains = same.filter((record) => record.chain === 'main');
    for (const request of new Set((mains.length > 0 ? mains : same).map((record) => record.requestId))) {
      const own = (mains.length > 0 ? mains : same).filter((record) => record.requestId === request);
      const [owner] = [...own].sort((a, b) => (a.source.startedAt ?? 0) - (b.source.startedAt ?? 0));
      if (owner) calls.push({ ...owner, usage: own.map((record) => record.usage).reduce(maxUsage) });
    }
  }
  return calls;
}

function keyOf(record: CallRecord, key: GroupKey, tz: string): string {
  switch (key) {
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return timeKey(key, record.at, tz);
    case 'session':
      return record.sessionId;
    case 'thread':
      return record.threadId;
    case 'project':
      return record.cwd;
    case 'tool':
      return '';
    default:
      return record[key];
  }
}

function summed(calls: readonly CallRecord[], by: readonly GroupKey[], tz: string): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const one of calls) {
    const key = by.map((part) => keyOf(one, part, tz)).join(' ');
    const known = sums[key] ?? [0, 0, 0, 0, 0];
    const price = plainBook([]).rate({ ...one });
    const add = [
      1,
      totalTokens(one.usage),
      one.usage.reasoning ?? 0,
      price?.totalNano ?? 0,
      price ? 0 : totalTokens(one.usage),
    ];
    sums[key] = known.map((value, index) => value + (add[index] ?? 0));
  }
  return sums;
}

async function asked(ledger: Ledger, by: readonly GroupKey[], tz: string, since?: number, until?: number) {
  const { rows, totals } = await ledger.query({ by, tz, since, until });
  const sums = rows.map(({ key, ...row }) => [
    by.map((part) => key[part]).join(' '),
    [row.calls, totalTokens(row.usage), row.usage.reasoning ?? 0, Number(row.costNano ?? 0n), row.unpricedTokens],
  ]);
  expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(totals.calls);
  return Object.fromEntries(sums);
}

test('any sightings in any batches sum to what a reckoning by hand gives, by every key', {
  timeout: 120_000,
}, async () => {
  const keys = fc.uniqueArray(
    fc.constantFrom<GroupKey>(
      'hour',
      'day',
      'week',
      'month',
      'agent',
      'model',
      'project',
      'session',
      'thread',
      'caller',
      'branch',
    ),
    { minLength: 1, maxLength: 3 },
  );
  const bounds = fc.option(fc.tuple(fc.nat(600), fc.nat(600)), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      tellings,
      fc.integer({ min: 1, max: 9 }),
      keys,
      fc.constantFrom(...ZONES),
      bounds,
      async (told, size, by, tz, span) => {
        const records = told.map(recordOf);
        const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(START) });
        try {
          for (let at = 0; at < records.length; at += size)
            await ledger.append(batch({ calls: records.slice(at, at + size) }));
          const calls = reckon(records);
          expect(await asked(ledger, by, tz)).toEqual(summed(calls, by, tz));
          const since = span && START + Math.min(...span) * 61_000;
          const until = span && START + Math.max(...span) * 61_000;
          const within = calls.filter((one) => one.at >= (since ?? 0) && one.at < (until ?? Number.POSITIVE_INFINITY));
          expect(await asked(ledger, by, tz, since, until)).toEqual(summed(within, by, tz));
          expect((await ledger.verify()).checks.filter((check) => !check.ok)).toEqual([]);
        } finally {
          await ledger.close();
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('folding and forgetting at any moment leave sums that are still those of what was said', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(tellings, fc.nat(12), fc.nat(40), fc.boolean(), async (told, foldAt, stepAt, wishes) => {
      const records = told.map((one) => recordOf({ ...one, side: false, second: false, reasoning: 1 }));
      const tools = records.map((record) =>
        tool(`t-${record.identity}`, record.identity, { sessionId: record.sessionId }),
      );
      const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(START) });
      try {
        const cut = Math.min(stepAt, records.length);
        await ledger.append(batch({ calls: records.slice(0, cut), toolCalls: tools.slice(0, cut) }));
        const limit = START + foldAt * 47 * 60_000;
        const before = await asked(ledger, ['day', 'model'], 'Asia/Kathmandu');
        await ledger.retain(limit);
        expect(await asked(ledger, ['day', 'model'], 'Asia/Kathmandu')).toEqual(before);
        // Only a session the ledger knows of can be forgotten.
        const forgets = wishes && records.slice(0, cut).some((record) => record.sessionId === 's1');
        if (forgets) await ledger.forget('s1');
        await ledger.append(batch({ calls: records, toolCalls: tools }));
        expect((await ledger.verify()).checks.filter((check) => !check.ok)).toEqual([]);
        const { totals } = await ledger.query({ by: [], tz: 'UTC' });
        const { rows } = await ledger.query({ by: ['tool'], tz: 'UTC' });
        expect(rows.reduce((sum, row) => sum + row.toolCalls, 0)).toBe(totals.toolCalls);
        if (!forgets) expect(totals.calls).toBe(new Set(records.map((record) => record.identity)).size);
        if (forgets) expect(Object.keys(await asked(ledger, ['session'], 'UTC'))).not.toContain('s1');
      } finally {
        await ledger.close();
      }
    }),
    { numRuns: 100 },
  );
});
