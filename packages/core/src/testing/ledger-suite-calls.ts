/** Cases of the ledger suite on calls and their tools: what counts once, who owns it, what it costs. */
import type { LedgerCases } from './ledger-suite.ts';
import { AGENT, batch, call, cells, everything, log, MINUTE, NOON, result, thread, tool, use } from './ledger-world.ts';

const ALL = { by: [], tz: 'UTC' } as const;

export const callCases: LedgerCases = {
  'a ledger without calls answers with zeros, not with unknowns': async (ledger, expect) => {
    const { totals, rows } = await ledger.query({ by: ['day'], tz: 'UTC' });
    expect(rows).toEqual([]);
    expect([totals.calls, totals.costNano, totals.unpricedTokens, totals.reasoningComplete]).toEqual([0, 0n, 0, true]);
    expect((await ledger.facts()).firstCallAt).toEqual(null);
  },

  'saying a thing twice changes nothing and says so': async (ledger, expect) => {
    const told = batch({
      calls: [call('a'), call('b', { at: NOON + MINUTE })],
      toolCalls: [tool('t', 'a')],
      toolResults: [result('t')],
    });
    expect(await ledger.append(told)).toEqual({ inserted: 2, changed: 0, sessions: ['s1'] });
    const before = await everything(ledger);
    expect(await ledger.append(told)).toEqual({ inserted: 0, changed: 0, sessions: [] });
    expect(await everything(ledger)).toEqual(before);
  },

  'a growing snapshot of a call replaces what was known of it': async (ledger, expect) => {
    await ledger.append(batch({ calls: [call('a', { usage: use({ input: 9, output: 1 }), certainty: 'at_least' })] }));
    const grown = call('a', { usage: use({ input: 9, output: 40 }), at: NOON + 20 * MINUTE });
    expect(await ledger.append(batch({ calls: [grown] }))).toEqual({ inserted: 0, changed: 1, sessions: ['s1'] });
    const { totals } = await ledger.query(ALL);
    expect([totals.calls, totals.usage.output, totals.inexactTokens]).toEqual([1, 40, 0]);
    const hours = await ledger.query({ by: ['hour'], tz: 'UTC', since: NOON + 15 * MINUTE });
    expect(hours.rows.map((row) => row.calls)).toEqual([1]);
  },

  'the earliest file owns a call, whichever was read first; the others are sightings': async (ledger, expect) => {
    const copy = call('a', { sessionId: 's2', cwd: '/work/fork', source: log('/logs/s2', NOON + MINUTE) });
    await ledger.append(batch({ calls: [copy] }));
    await ledger.append(batch({ calls: [call('a')] }));
    expect(cells(await ledger.query({ by: ['session', 'project'], tz: 'UTC' }))).toEqual({
      's1 /work/app': { calls: 1, ...use({ input: 100, output: 10 }), reasoning: undefined, tools: 0, cost: 450_000n },
    });
    const [view] = (await ledger.calls('s1', { limit: 5 })).calls;
    const detail = await ledger.call(view?.id ?? '');
    expect(detail?.sightings.map((sighting) => [sighting.source, sighting.sessionId])).toEqual([
      ['/logs/s1', 's1'],
      ['/logs/s2', 's2'],
    ]);
    await ledger.append(batch({ calls: [copy, call('a')] }));
    expect((await ledger.query(ALL)).totals.calls).toEqual(1);
  },

  'a second request of one identity is a second call, in either order': async (ledger, expect) => {
    const first = call('a', { requestId: 'r1', usage: use({ output: 1 }) });
    const second = call('a', { requestId: 'r2', usage: use({ output: 20 }) });
    await ledger.append(batch({ calls: [second] }));
    await ledger.append(batch({ calls: [first], toolCalls: [tool('t', 'a')] }));
    await ledger.append(batch({ calls: [second, first], toolCalls: [tool('t', 'a')] }));
    const { totals } = await ledger.query(ALL);
    expect([totals.calls, totals.usage.output, totals.toolCalls]).toEqual([2, 21, 1]);
    await ledger.append(batch({ calls: [call('b', { requestId: '' }), call('b', { requestId: 'r9' })] }));
    expect((await ledger.query(ALL)).totals.calls).toEqual(3);
  },

  'a side chain never owns a call of the main chain nor raises it under another request': async (ledger, expect) => {
    const side = call('a', {
      chain: 'side',
      requestId: 'other',
      usage: use({ output: 999 }),
      sessionId: 's0',
      source: log('/logs/s0', NOON - 100 * MINUTE),
    });
    const main = call('a', { usage: use({ output: 7 }) });
    await ledger.append(batch({ calls: [side] }));
    await ledger.append(batch({ calls: [main] }));
    await ledger.append(batch({ calls: [side] }));
    const { rows } = await ledger.query({ by: ['session'], tz: 'UTC' });
    expect(rows.map((row) => [row.key.session, row.calls, row.usage.output])).toEqual([['s1', 1, 7]]);
  },

  'the same identity told by two agents is two calls': async (ledger, expect) => {
    await ledger.append(
      batch({ calls: [call('a'), call('a', { agent: 'codex', source: { ...log('/c'), agent: 'codex' } })] }),
    );
    expect((await ledger.query({ by: ['agent'], tz: 'UTC' })).rows.map((row) => [row.key.agent, row.calls])).toEqual([
      [AGENT, 1],
      ['codex', 1],
    ]);
  },

  "a sub-agent without a name takes its thread's once that is learnt, in every total": async (ledger, expect) => {
    const sub = call('a', { threadId: 's1:x', caller: 'subagent:unknown' });
    await ledger.append(batch({ calls: [sub, call('b')], toolCalls: [tool('t', 'a')] }));
    await ledger.append(
      batch({ threads: [thread('s1:x', { name: 'Explore', parentThreadId: 's1', spawnedBy: 'tu1' })] }),
    );
    await ledger.append(batch({ calls: [sub] }));
    for (const query of [{ tz: 'UTC' }, { tz: 'UTC', since: 0 }])
      expect(
        (await ledger.query({ by: ['caller'], ...query })).rows.map((row) => [
          row.key.caller,
          row.calls,
          row.toolCalls,
        ]),
      ).toEqual([
        ['lead', 1, 0],
        ['subagent:Explore', 1, 1],
      ]);
  },

  'tool calls count where their call is, and follow it to its owner': async (ledger, expect) => {
    const late = call('a', { sessionId: 's2', source: log('/logs/s2', NOON + MINUTE) });
    await ledger.append(
      batch({
        calls: [late],
        toolCalls: [
          tool('t', 'a', { sessionId: 's2' }),
          tool('u', 'a', { sessionId: 's2', name: 'Bash', kind: 'shell' }),
        ],
      }),
    );
    await ledger.append(batch({ calls: [call('a')], toolCalls: [tool('t', 'a')] }));
    expect(
      (await ledger.query({ by: ['session'], tz: 'UTC' })).rows.map((row) => [row.key.session, row.toolCalls]),
    ).toEqual([['s1', 2]]);
    expect(
      (await ledger.query({ by: ['session', 'tool'], tz: 'UTC', since: NOON })).rows.map((row) => [
        row.key,
        row.toolCalls,
      ]),
    ).toEqual([
      [{ session: 's1', tool: 'Bash', kind: 'shell' }, 1],
      [{ session: 's1', tool: 'Read', kind: 'read' }, 1],
    ]);
  },

  'a tool call waits for a call that is not there yet': async (ledger, expect) => {
    await ledger.append(
      batch({ toolCalls: [tool('t', 'a'), tool('n', '', { at: NOON - 1 })], toolResults: [result('t')] }),
    );
    expect((await ledger.query(ALL)).totals.toolCalls).toEqual(0);
    await ledger.append(batch({ calls: [call('a')] }));
    await ledger.append(batch({ toolCalls: [tool('t', 'a'), tool('n', '', { at: NOON - 1 })] }));
    const [view] = (await ledger.calls('s1', { limit: 1 })).calls;
    expect(view?.tools.map((one) => [one.id, one.endedAt, one.resultBytes])).toEqual([
      ['n', null, null],
      ['t', NOON + 5000, 300],
    ]);
  },

  'a result joins its tool call of an earlier batch, once': async (ledger, expect) => {
    await ledger.append(batch({ calls: [call('a')], toolCalls: [tool('t', 'a')] }));
    expect((await ledger.append(batch({ toolResults: [result('t', { isError: true })] }))).changed).toEqual(1);
    expect((await ledger.append(batch({ toolResults: [result('t', { at: NOON + 9000 })] }))).changed).toEqual(0);
    await ledger.append(batch({ toolResults: [result('t', { sessionId: 'elsewhere' })] }));
    const [view] = (await ledger.calls('s1', { limit: 1 })).calls;
    expect(view?.tools).toEqual([
      {
        id: 't',
        name: 'Read',
        kind: 'read',
        at: NOON,
        endedAt: NOON + 5000,
        argumentBytes: 20,
        resultBytes: 300,
        isError: true,
      },
    ]);
  },

  'searches told by usage and by tools are the same searches, the larger count is billed': async (ledger, expect) => {
    const searching = call('a', { webSearches: 1, usage: use({ input: 1 }) });
    await ledger.append(
      batch({
        calls: [searching],
        toolCalls: [tool('t', 'a'), tool('u', 'a')],
        toolResults: [result('t', { webSearches: 1 })],
      }),
    );
    expect((await ledger.query(ALL)).totals.cost.other).toEqual(10_000_000n);
    await ledger.append(batch({ toolResults: [result('u', { webSearches: 2 })] }));
    await ledger.append(batch({ calls: [searching] }));
    expect((await ledger.query(ALL)).totals.cost.other).toEqual(30_000_000n);
  },

  'what has no price has no cost, and says how many tokens that is': async (ledger, expect) => {
    await ledger.append(
      batch({ calls: [call('a', { model: 'unpriced-x' }), call('z', { model: 'unpriced-x', usage: use({}) })] }),
    );
    const alone = (await ledger.query(ALL)).totals;
    expect([alone.costNano, alone.unpricedTokens]).toEqual([null, 110]);
    await ledger.append(batch({ calls: [call('b')] }));
    const mixed = (await ledger.query(ALL)).totals;
    expect([mixed.costNano, mixed.unpricedTokens, mixed.cost.input, mixed.cost.output]).toEqual([
      450_000n,
      110,
      300_000n,
      150_000n,
    ]);
    const views = (await ledger.calls('s1', { limit: 9 })).calls;
    expect(Object.fromEntries(views.map((view) => [view.identity, view.costNano]))).toEqual({
      a: null,
      b: 450_000,
      z: 0,
    });
  },

  'reasoning nobody told stays unknown, and a mixed sum says that it lacks some': async (ledger, expect) => {
    await ledger.append(batch({ calls: [call('a')] }));
    const untold = (await ledger.query(ALL)).totals;
    expect([untold.usage.reasoning, untold.reasoningComplete]).toEqual([undefined, false]);
    await ledger.append(batch({ calls: [call('b', { usage: use({ output: 9, reasoning: 4 }) })] }));
    const mixed = (await ledger.query(ALL)).totals;
    expect([mixed.usage.reasoning, mixed.reasoningComplete]).toEqual([4, false]);
  },

  'sums of nano-dollars stay exact beyond what a number holds': async (ledger, expect) => {
    for (let index = 0; index < 5; index++)
      await ledger.append(
        batch({ calls: [call(`d${index}`, { usage: use({ output: 400_000_000_001 }), at: NOON + index })] }),
      );
    const { totals, rows } = await ledger.query({ by: ['model'], tz: 'UTC' });
    expect(totals.costNano).toEqual(5n * 400_000_000_001n * 15_000n);
    expect(rows[0]?.costNano).toEqual(totals.costNano);
  },
};
