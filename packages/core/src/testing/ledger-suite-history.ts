/** Cases of the ledger suite on changing history: prices, folding, forgetting, rebuilding. Totals keep their word. */
import type { Ledger } from '../ledger.ts';
import type { LedgerCases } from './ledger-suite.ts';
import {
  batch,
  call,
  everything,
  log,
  MINUTE,
  NOON,
  randomHistory,
  reported,
  result,
  tool,
  use,
} from './ledger-world.ts';

const HOUR = 60 * MINUTE;
const ALL = { by: [], tz: 'UTC' } as const;

/** What folding must not change. */
async function totals(ledger: Ledger): Promise<unknown> {
  const groups = [
    ['day', 'model'],
    ['session', 'thread', 'branch'],
    ['hour', 'project', 'caller'],
    ['day', 'session'],
    ['tool'],
    ['day', 'tool', 'model'],
  ] as const;
  const answers = [];
  for (const by of groups) answers.push(await ledger.query({ by, tz: 'Asia/Kathmandu' }));
  const { sessions } = await ledger.sessions({ sort: 'started', descending: true, limit: 99 });
  return [
    answers,
    sessions,
    await ledger.models(),
    await ledger.activity(undefined, undefined),
    (await ledger.facts()).calls,
  ];
}

export const historyCases: LedgerCases = {
  "a price of one's own mends what had none, from its day on, and back": async (ledger, expect) => {
    await ledger.append(
      batch({ calls: [call('a', { model: 'unpriced-x' }), call('b', { model: 'unpriced-x', at: NOON + HOUR })] }),
    );
    const price = { seller: '', model: 'unpriced-x', from: NOON + 1, inputPerMillion: '2', outputPerMillion: '10' };
    await ledger.setPriceOverride(price);
    expect((await ledger.priceOverrides()).map((one) => [one.model, one.from, one.inputPerMillion])).toEqual([
      ['unpriced-x', NOON + 1, '2'],
    ]);
    expect(await ledger.reprice()).toEqual({ changed: 1, before: 0n, after: 300_000n });
    expect([(await ledger.query(ALL)).totals.costNano, (await ledger.query(ALL)).totals.unpricedTokens]).toEqual([
      300_000n,
      110,
    ]);
    await ledger.append(batch({ calls: [call('c', { model: 'unpriced-x', at: NOON + 2 * HOUR })] }));
    expect((await ledger.query(ALL)).totals.costNano).toEqual(600_000n);
    expect(await ledger.removePriceOverride('', 'unpriced-x')).toEqual(1);
    expect((await ledger.reprice()).after).toEqual(0n);
    expect((await ledger.query(ALL)).totals.costNano).toEqual(null);
  },

  'folding old calls keeps every total, and their copies never count again': async (ledger, expect) => {
    const history = randomHistory('fold');
    for (const one of history) await ledger.append(one);
    const before = await totals(ledger);
    const { calls } = await ledger.retain(NOON + 5 * HOUR);
    expect(calls > 0).toEqual(true);
    expect(await totals(ledger)).toEqual(before);
    for (const one of history) await ledger.append(one);
    expect((await ledger.query(ALL)).totals.calls).toEqual((await ledger.facts()).calls);
    await ledger.rebuild();
    await ledger.retain(NOON + 100 * HOUR);
    expect(((await totals(ledger)) as unknown[])[4]).toEqual((before as unknown[])[4]);
    expect((await ledger.retain(NOON + 100 * HOUR)).calls).toEqual(0);
  },

  'what was reported of folded calls does not come back as a remainder': async (ledger, expect) => {
    const told = reported('p', NOON, { sonnet: { input: 100, output: 10 } });
    await ledger.append(batch({ calls: [call('a')], reportedTotals: [told] }));
    await ledger.retain(NOON + HOUR);
    const fork = call('a', { sessionId: 's2', source: log('/logs/s2', NOON + HOUR) });
    await ledger.append(
      batch({
        calls: [fork, call('b', { at: NOON + 9 * HOUR })],
        reportedTotals: [told, { ...told, sessionId: 's2' }],
      }),
    );
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(200);
  },

  'forgetting a session takes its rows and totals, and nothing of it is learnt again': async (ledger, expect) => {
    const secret = batch({
      calls: [call('a'), call('d', { sessionId: 's9', rootSessionId: 's1' })],
      toolCalls: [tool('t', 'a')],
      toolResults: [result('t')],
      prompts: [{ type: 'prompt', agent: 'claude-code', id: 'p', sessionId: 's1', threadId: 's1', at: NOON, bytes: 1 }],
    });
    const copy = call('a', { sessionId: 's2', source: log('/logs/s2', NOON + MINUTE) });
    await ledger.append(batch({ calls: [call('b', { sessionId: 's2', usage: use({ output: 3 }) })] }));
    const without = await everything(ledger);
    await ledger.append(secret);
    expect(await ledger.forget('s1')).toEqual({ calls: 2 });
    expect(await everything(ledger)).toEqual(without);
    await ledger.append(secret);
    await ledger.append(batch({ calls: [copy] }));
    expect(await everything(ledger)).toEqual(without);
    expect(await ledger.forget('nobody')).toEqual({ calls: 0 });
  },

  'what was forgotten does not come back as what a fork told': async (ledger, expect) => {
    const file = log('/logs/fork', NOON);
    const own = call('c', { sessionId: 'fork', at: NOON + 2 * HOUR, source: file });
    const told = (input: number, at: number) => [
      reported('p', NOON + HOUR, { sonnet: { input, output: 20 } }, { sessionId: 'fork', source: file, at }),
    ];
    await ledger.append(batch({ calls: [call('a')] }));
    await ledger.append(batch({ calls: [call('a', { source: file })], reportedTotals: told(100, NOON + HOUR) }));
    await ledger.forget('s1');
    await ledger.append(batch({ calls: [own], reportedTotals: told(200, NOON + 3 * HOUR) }));
    expect((await ledger.query(ALL)).totals.usage.input).toEqual(100);
  },

  'a fork read after what it copied was forgotten or folded tells only its own': async (ledger, expect) => {
    const fork = (name: string, at: number) => {
      const source = log(`/logs/${name}`, NOON);
      return batch({
        calls: [call('a', { source }), call('b', { source, sessionId: 's2', rootSessionId: 's2' })],
        reportedTotals: [reported('p', at, { sonnet: { input: 200, output: 20 } }, { sessionId: name, source, at })],
      });
    };
    await ledger.append(batch({ calls: [call('a'), call('b', { sessionId: 's2' })] }));
    await ledger.forget('s1');
    await ledger.retain(NOON + HOUR);
    const { totals } = await ledger.query(ALL);
    await ledger.append(fork('f1', NOON + HOUR));
    await ledger.append({ ...fork('f2', NOON + HOUR), reportedTotals: [] });
    await ledger.append({ ...fork('f2', NOON + HOUR), calls: [] });
    expect((await ledger.query(ALL)).totals).toEqual(totals);
  },

  'forgetting takes folded calls as well': async (ledger, expect) => {
    await ledger.append(batch({ calls: [call('a'), call('b', { sessionId: 's2' })] }));
    await ledger.retain(NOON + HOUR);
    await ledger.forget('s1');
    expect(
      (await ledger.query({ by: ['session'], tz: 'UTC' })).rows.map((row) => [row.key.session, row.calls]),
    ).toEqual([['s2', 1]]);
    expect((await ledger.query({ ...ALL, since: 0 })).totals.calls).toEqual(1);
  },

  'rebuilding changes nothing where nothing was wrong': async (ledger, expect) => {
    for (const one of randomHistory('rebuild')) await ledger.append(one);
    const before = await everything(ledger);
    await ledger.rebuild();
    expect(await everything(ledger)).toEqual(before);
    await ledger.tidy();
    expect(await everything(ledger)).toEqual(before);
  },
};
