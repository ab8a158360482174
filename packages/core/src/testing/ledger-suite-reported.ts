/** Cases of the ledger suite on totals that agents told of themselves: what no call explains, and nothing twice. */
import type { LedgerCases } from './ledger-suite.ts';
import { AGENT, batch, call, log, MINUTE, NOON, reported, use } from './ledger-world.ts';

const HOUR = 60 * MINUTE;
const ALL = { by: [], tz: 'UTC' } as const;
const BY_CALLER = { by: ['caller'], tz: 'UTC' } as const;

export const reportedCases: LedgerCases = {
  'a total told twice is one remainder, and a later snapshot replaces it': async (ledger, expect) => {
    const calls = [call('a', { usage: use({ input: 100, output: 10 }) })];
    await ledger.append(
      batch({ calls, reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 130, output: 5 } })] }),
    );
    await ledger.append(
      batch({ calls, reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 130, output: 5 } })] }),
    );
    const { totals, rows } = await ledger.query(BY_CALLER);
    expect(rows.map((row) => [row.key.caller, row.calls, row.usage.input, row.inexactTokens])).toEqual([
      ['lead', 1, 100, 0],
      ['system:unattributed', 0, 30, 30],
    ]);
    expect([totals.calls, totals.usage.input, totals.usage.output]).toEqual([1, 130, 10]);
    await ledger.append(
      batch({ reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 150 } }, { at: NOON + HOUR })] }),
    );
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(150);
    await ledger.append(batch({ reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 140 } })] }));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(150);
  },

  'a remainder shrinks as calls explain it, and goes': async (ledger, expect) => {
    await ledger.append(
      batch({ reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 100, output: 10 } })] }),
    );
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(100);
    await ledger.append(batch({ calls: [call('a', { usage: use({ input: 60, output: 10 }) })] }));
    const views = (await ledger.calls('s1', { limit: 9 })).calls;
    expect(views.map((view) => [view.caller, view.usage.input, view.certainty, view.counted])).toEqual([
      ['lead', 60, 'exact', true],
      ['system:unattributed', 40, 'reported', false],
    ]);
    await ledger.append(batch({ calls: [call('b', { model: 'sonnet-20260101', usage: use({ input: 40 }) })] }));
    expect((await ledger.query(BY_CALLER)).rows.map((row) => row.key.caller)).toEqual(['lead']);
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(100);
  },

  'a resumed process that carried the counter on is compared with all calls': async (ledger, expect) => {
    const later = call('b', { at: NOON + 2 * HOUR, usage: use({ input: 50 }) });
    await ledger.append(
      batch({
        calls: [call('a', { usage: use({ input: 100 }) }), later],
        reportedTotals: [
          reported('p2', NOON + HOUR, { sonnet: { input: 157 } }, { at: NOON + 3 * HOUR }),
          reported('p1', NOON - MINUTE, { sonnet: { input: 105 } }),
        ],
      }),
    );
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(157);
  },

  'a counter that began again is compared with the calls since, each by itself': async (ledger, expect) => {
    const later = call('b', { at: NOON + 2 * HOUR, usage: use({ input: 50 }) });
    await ledger.append(
      batch({ reportedTotals: [reported('p2', NOON + HOUR, { sonnet: { input: 52 } }, { at: NOON + 3 * HOUR })] }),
    );
    await ledger.append(batch({ calls: [call('a', { usage: use({ input: 100 }) }), later] }));
    await ledger.append(batch({ reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 105 } })] }));
    const { rows } = await ledger.query({ by: ['hour', 'caller'], tz: 'UTC' });
    expect(rows.map((row) => [row.key.hour, row.key.caller, row.usage.input])).toEqual([
      ['2026-06-01T12', 'lead', 100],
      ['2026-06-01T12', 'system:unattributed', 5],
      ['2026-06-01T14', 'lead', 50],
      ['2026-06-01T15', 'system:unattributed', 2],
    ]);
  },

  "copies of an earlier session explain a fork's total": async (ledger, expect) => {
    const copies = ['a', 'b'].map((id) => call(id, { sessionId: 's2', source: log('/logs/s2', NOON + HOUR) }));
    const told = reported('p1', NOON + HOUR, { sonnet: { input: 300, output: 30 } }, { sessionId: 's2' });
    const own = call('c', { sessionId: 's2', at: NOON + HOUR, source: log('/logs/s2', NOON + HOUR) });
    await ledger.append(batch({ calls: [...copies, own], reportedTotals: [told] }));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(300);
    await ledger.append(batch({ calls: [call('a'), call('b')] }));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(300);
    expect((await ledger.query(BY_CALLER)).rows.map((row) => row.key.caller)).toEqual(['lead']);
  },

  'a fork of nothing but copies explains its total, whichever is read first': async (ledger, expect) => {
    const file = log('/logs/fork', NOON);
    // As a fork's log says it: the calls are still the session's they were copied from.
    const copies = batch({ calls: ['a', 'b'].map((id) => call(id, { source: file })) });
    const told = batch({
      reportedTotals: [
        reported('p1', NOON + HOUR, { sonnet: { input: 200, output: 20 } }, { sessionId: 'fork', source: file }),
      ],
    });
    await ledger.append(told);
    expect((await ledger.query(BY_CALLER)).rows.map((row) => row.key.caller)).toEqual(['system:unattributed']);
    await ledger.append(copies);
    expect((await ledger.query(BY_CALLER)).rows.map((row) => row.key.caller)).toEqual(['lead']);
    // The original, read last, takes its calls back and tells more of one.
    const earlier = log('/logs/s1', NOON - MINUTE);
    await ledger.append(
      batch({ calls: [call('a', { source: earlier }), call('b', { source: earlier, usage: use({ input: 150 }) })] }),
    );
    const { totals } = await ledger.query(ALL);
    expect([totals.calls, totals.usage.input, totals.usage.output]).toEqual([2, 250, 20]);
    await ledger.append(told);
    await ledger.append(copies);
    expect((await ledger.query(ALL)).totals).toEqual(totals);
  },

  "a fork's total after its copies is explained by them, and only the rest is told": async (ledger, expect) => {
    const file = log('/logs/fork', NOON);
    await ledger.append(batch({ calls: [call('a'), call('b')] }));
    await ledger.append(batch({ calls: ['a', 'b'].map((id) => call(id, { source: file })) }));
    const total = (input: number, at: number) =>
      batch({
        reportedTotals: [
          reported('p1', NOON + HOUR, { sonnet: { input, output: 20 } }, { sessionId: 'fork', source: file, at }),
        ],
      });
    await ledger.append(total(200, NOON + HOUR));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(200);
    await ledger.append(total(230, NOON + 2 * HOUR));
    expect((await ledger.query(BY_CALLER)).rows.map((row) => [row.key.caller, row.usage.input])).toEqual([
      ['lead', 200],
      ['system:unattributed', 30],
    ]);
    const { rows } = await ledger.query({ by: ['session'], tz: 'UTC' });
    expect(rows.map((row) => [row.key.session, row.usage.input]).sort()).toEqual([
      ['fork', 30],
      ['s1', 200],
    ]);
  },

  'what a fork copied explains its total also where the copy tells more later': async (ledger, expect) => {
    const file = log('/logs/fork', NOON);
    const small = call('a', { source: file, usage: use({ input: 60 }) });
    const told = reported('p1', NOON + HOUR, { sonnet: { input: 100 } }, { sessionId: 'fork', source: file });
    await ledger.append(batch({ calls: [small], reportedTotals: [told] }));
    expect((await ledger.query(BY_CALLER)).rows.map((row) => row.usage.input)).toEqual([60, 40]);
    await ledger.append(batch({ calls: [call('a', { source: log('/logs/s1', NOON - MINUTE) })] }));
    expect((await ledger.query(BY_CALLER)).rows.map((row) => [row.key.caller, row.usage.input])).toEqual([
      ['lead', 100],
    ]);
  },

  'a total told again in a copied log is one total': async (ledger, expect) => {
    const told = (input: number, path: string, at: number) =>
      batch({ reportedTotals: [reported('p1', NOON, { sonnet: { input } }, { source: log(path), at })] });
    await ledger.append(told(80, '/logs/fork', NOON + 2 * HOUR));
    await ledger.append(told(50, '/logs/s1', NOON + HOUR));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(80);
    await ledger.append(batch({ calls: [call('a', { source: log('/logs/fork', NOON + HOUR) })] }));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(100);
  },

  'a boundary makes the remainder a compaction, which is a call': async (ledger, expect) => {
    await ledger.append(
      batch({
        calls: [call('a', { usage: use({ input: 100 }) })],
        reportedTotals: [reported('p1', NOON - MINUTE, { sonnet: { input: 130, output: 20 } })],
      }),
    );
    expect((await ledger.query(ALL)).totals.calls).toEqual(1);
    const boundary = {
      type: 'compaction' as const,
      agent: AGENT,
      id: 'c1',
      sessionId: 's1',
      threadId: 's1',
      at: NOON + MINUTE,
      trigger: 'auto',
    };
    await ledger.append(batch({ compactions: [boundary] }));
    const { totals, rows } = await ledger.query(BY_CALLER);
    expect(rows.map((row) => [row.key.caller, row.calls, row.usage.input])).toEqual([
      ['lead', 1, 100],
      ['system:compaction', 1, 30],
    ]);
    expect(totals.calls).toEqual(2);
  },
};
