/** Cases of the ledger suite on questions: days of zones, filters, sessions page by page, what else a ledger tells. */
import type { CallsOptions } from '../ledger.ts';
import { timeKey } from '../zone.ts';
import type { LedgerCases } from './ledger-suite.ts';
import { AGENT, batch, call, cursor, log, MINUTE, NOON, result, thread, tool, use } from './ledger-world.ts';

const HOUR = 60 * MINUTE;
const session = (sessionId: string, title: string, at = NOON) => ({
  type: 'session' as const,
  agent: AGENT,
  sessionId,
  rootSessionId: sessionId,
  parentSessionId: '',
  title,
  cwd: `/work/${sessionId}`,
  branch: 'main',
  repository: '',
  version: '1',
  at,
});

export const readCases: LedgerCases = {
  'days, weeks and months are those of the zone, through both changes of the clock': async (ledger, expect) => {
    const every = (from: number, to: number, step: number) =>
      Array.from({ length: Math.round((to - from) / step) }, (_, index) => from + index * step);
    const instants = [
      ...every(Date.UTC(2026, 2, 27), Date.UTC(2026, 2, 31), 30 * MINUTE),
      ...every(Date.UTC(2026, 9, 23), Date.UTC(2026, 9, 27), 30 * MINUTE),
    ];
    await ledger.append(batch({ calls: instants.map((at) => call(`m${at}`, { at, usage: use({ input: 1 }) })) }));
    const days = await ledger.query({ by: ['day'], tz: 'Europe/Berlin' });
    const count = Object.fromEntries(days.rows.map((row) => [row.key.day, row.calls]));
    expect([count['2026-03-28'], count['2026-03-29'], count['2026-10-24'], count['2026-10-25']]).toEqual([
      48, 46, 48, 50,
    ]);
    for (const tz of ['Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe'])
      for (const by of [['hour'], ['day'], ['week'], ['month'], ['day', 'session']] as const) {
        const { rows } = await ledger.query({ by, tz });
        expect(
          rows.reduce((sum, row) => sum + row.calls, 0),
          `${by} in ${tz} add up`,
        ).toEqual(instants.length);
      }
    // The hour that comes again is a row of its own.
    const hours = (await ledger.query({ by: ['hour'], tz: 'Europe/Berlin' })).rows.map((row) => row.key.hour);
    expect(hours).toEqual([...new Set(instants.map((at) => timeKey('hour', at, 'Europe/Berlin')))]);
    expect(hours.filter((key) => key?.startsWith('2026-10-25T02'))).toEqual(['2026-10-25T02', '2026-10-25T02+01:00']);
    const weeks = await ledger.query({ by: ['week', 'agent'], tz: 'Asia/Kathmandu' });
    expect(weeks.rows.map((row) => row.key.week)).toEqual(['2026-W13', '2026-W14', '2026-W43', '2026-W44']);
    expect((await ledger.query({ by: ['month'], tz: 'UTC' })).rows.map((row) => [row.key.month, row.calls])).toEqual([
      ['2026-03', 192],
      ['2026-10', 192],
    ]);
  },

  'instants that cannot be true are counted all the same': async (ledger, expect) => {
    const instants = [0, NOON, Date.UTC(9999, 11, 31)];
    await ledger.append(batch({ calls: instants.map((at) => call(`m${at}`, { at })) }));
    const days = await ledger.query({ by: ['day'], tz: 'America/New_York' });
    expect(days.rows.map((row) => row.key.day)).toEqual(['1969-12-31', '2026-06-01', '9999-12-30']);
    expect(days.totals.calls).toEqual(3);
  },

  'a period is half-open and exact to the millisecond, from rollups and from calls': async (ledger, expect) => {
    const instants = Array.from({ length: 120 }, (_, index) => NOON + index * 97_001);
    await ledger.append(batch({ calls: instants.map((at) => call(`m${at}`, { at })) }));
    const bounds = [NOON, NOON + 97_001, NOON + 97_002, NOON + HOUR, NOON + HOUR + 1, NOON + 3 * HOUR + 7];
    for (const since of bounds)
      for (const until of bounds) {
        const expected = instants.filter((at) => at >= since && at < until).length;
        for (const by of [[], ['hour', 'model'], ['branch']] as const) {
          const { totals } = await ledger.query({ by, tz: 'UTC', since, until });
          expect(totals.calls, `${by} ${since}..${until}`).toEqual(expected);
        }
      }
  },

  'filters keep and leave out, alike from every table': async (ledger, expect) => {
    await ledger.append(
      batch({
        calls: [
          call('a'),
          call('b', { model: 'opus', cwd: '/work/other' }),
          call('c', { sessionId: 's2', model: 'opus', branch: 'dev', caller: 'system:title' }),
        ],
      }),
    );
    const counts = async (only: object, except: object = {}) => {
      const plain = await ledger.query({ by: ['model'], tz: 'UTC', only, except });
      const timed = await ledger.query({ by: ['day'], tz: 'UTC', since: NOON - 1, only, except });
      return [plain.totals.calls, timed.totals.calls];
    };
    expect(await counts({ model: ['opus', 'none'] })).toEqual([2, 2]);
    expect(await counts({ model: ['opus'], project: ['/work/other'] })).toEqual([1, 1]);
    expect(await counts({}, { caller: ['system:title'] })).toEqual([2, 2]);
    expect(await counts({ session: ['s2'] })).toEqual([1, 1]);
    expect(await counts({ branch: ['main'], thread: ['s1'] }, { model: ['opus'] })).toEqual([1, 1]);
    expect(await counts({ agent: ['nobody'] })).toEqual([0, 0]);
    expect(await counts({ project: [] })).toEqual([0, 0]);
  },

  'sessions come page by page in any order, searched and filtered': async (ledger, expect) => {
    const ids = Array.from({ length: 7 }, (_, index) => `s${index}`);
    await ledger.append(
      batch({
        calls: ids.map((sessionId, index) =>
          call(`m${sessionId}`, { sessionId, at: NOON + index * HOUR, usage: use({ output: 1 + (index % 3) }) }),
        ),
        sessions: ids.map((sessionId) => session(sessionId, `The ${sessionId} of 100%`)),
      }),
    );
    for (const sort of ['started', 'ended', 'cost', 'tokens', 'calls', 'duration'] as const)
      for (const descending of [true, false]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await ledger.sessions({ sort, descending, limit: 2, after });
          expect(page.matched).toEqual(7);
          seen.push(...page.sessions.map((one) => one.sessionId));
          after = page.next;
        } while (after !== undefined);
        expect([...seen].sort(), `each once by ${sort}`).toEqual(ids);
        if (sort === 'started') expect(seen).toEqual(descending ? [...ids].reverse() : ids);
      }
    const find = async (query: object) =>
      (await ledger.sessions({ sort: 'started', descending: false, limit: 50, ...query })).sessions.map(
        (one) => one.sessionId,
      );
    expect(await find({ search: 's3 of' })).toEqual(['s3']);
    expect(await find({ search: '/WORK/s4' })).toEqual(['s4']);
    expect(await find({ search: '0%' })).toEqual(ids);
    expect(await find({ search: '_%_x' })).toEqual([]);
    expect(await find({ since: NOON + 5 * HOUR })).toEqual(['s5', 's6']);
    expect(await find({ until: NOON + HOUR })).toEqual(['s0']);
    expect(await find({ only: { session: ['s1', 's2'] }, except: { session: ['s2'] } })).toEqual(['s1']);
  },

  'a session tells its threads, marks, children and how full its window was': async (ledger, expect) => {
    await ledger.append(
      batch({
        sessions: [
          session('s1', 'Mend the roof'),
          { ...session('s9', ''), rootSessionId: 's1', parentSessionId: 's1' },
        ],
        threads: [thread('s1'), thread('s1:a', { name: 'Explore', parentThreadId: 's1', spawnedBy: 'tu' })],
        calls: [
          call('a', { usage: use({ input: 10, cacheRead: 90, output: 5 }) }),
          call('b', { threadId: 's1:a', caller: 'subagent:Explore', usage: use({ input: 5000 }), at: NOON + MINUTE }),
          call('c', { at: NOON + 2 * MINUTE, usage: use({ input: 30, output: 5 }), contextWindow: 1_000_000 }),
          call('d', { sessionId: 's9', rootSessionId: 's1', at: NOON + 3 * MINUTE }),
        ],
        prompts: [{ type: 'prompt', agent: AGENT, id: 'p', sessionId: 's1', threadId: 's1', at: NOON - 1, bytes: 9 }],
        compactions: [
          {
            type: 'compaction',
            agent: AGENT,
            id: 'c',
            sessionId: 's1',
            threadId: 's1',
            at: NOON + MINUTE,
            trigger: 'auto',
            before: 100,
          },
        ],
      }),
    );
    const detail = await ledger.session(undefined, 's1');
    const { summary } = detail ?? {};
    expect([summary?.title, summary?.project, summary?.threads, summary?.prompts, summary?.compactions]).toEqual([
      'Mend the roof',
      '/work/s1',
      2,
      1,
      1,
    ]);
    expect([summary?.contextPeak, summary?.contextWindow, summary?.startedAt, summary?.endedAt]).toEqual([
      100,
      200_000,
      NOON,
      NOON + 2 * MINUTE,
    ]);
    expect(
      detail?.threads.map((one) => [one.threadId, one.name, one.parentThreadId, one.contextUsed, one.totals.calls]),
    ).toEqual([
      ['s1', '', '', 30, 2],
      ['s1:a', 'Explore', 's1', 5000, 1],
    ]);
    expect(detail?.threads[0]?.contextWindow).toEqual(1_000_000);
    expect(detail?.marks.map((mark) => [mark.kind, mark.at, mark.before])).toEqual([
      ['prompt', NOON - 1, null],
      ['compaction', NOON + MINUTE, 100],
    ]);
    expect(detail?.children.map((child) => [child.sessionId, child.rootSessionId, child.totals.calls])).toEqual([
      ['s9', 's1', 1],
    ]);
    expect(await ledger.session('codex', 's1')).toEqual(undefined);
    expect(await ledger.call('12345')).toEqual(undefined);
    const first = await ledger.calls('s1', { limit: 2 });
    const rest = await ledger.calls('s1', { limit: 2, after: first.next });
    expect([...first.calls, ...rest.calls].map((view) => view.identity)).toEqual(['a', 'b', 'c']);
    expect(rest.next).toEqual(undefined);
    expect((await ledger.calls('s1', { limit: 9, threadId: 's1:a' })).calls.map((view) => view.identity)).toEqual([
      'b',
    ]);
  },

  'calls of all sessions come page by page in order of time, and of a filter only its own': async (ledger, expect) => {
    const made = [0, 1, 2, 3, 4].map((index) =>
      call(`c${index}`, {
        sessionId: index % 2 === 0 ? 's1' : 's2',
        at: NOON + Math.floor(index / 2) * MINUTE,
        cwd: index < 3 ? '/work/app' : '/work/other',
        model: index === 4 ? 'opus' : 'sonnet',
      }),
    );
    await ledger.append(batch({ calls: made, toolCalls: [tool('t', 'c0')] }));
    const names = async (asked: Omit<CallsOptions, 'limit' | 'after'> = {}) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await ledger.calls(undefined, { ...asked, limit: 2, after });
        found.push(...page.calls.map((view) => view.identity));
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    expect(await names()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    expect(await names({ since: NOON + MINUTE, until: NOON + 2 * MINUTE })).toEqual(['c2', 'c3']);
    expect(await names({ only: { project: ['/work/other'] } })).toEqual(['c3', 'c4']);
    expect(await names({ only: { session: ['s1'], model: ['sonnet'] } })).toEqual(['c0', 'c2']);
    expect(await names({ only: { model: ['unheard'] } })).toEqual([]);
    expect((await ledger.calls(undefined, { limit: 1 })).calls[0]?.tools.length).toEqual(1);
  },

  'activity counts root sessions and prompts of a period by agent': async (ledger, expect) => {
    const prompt = (id: string, at: number) => ({
      type: 'prompt' as const,
      agent: AGENT,
      id,
      sessionId: 's1',
      threadId: 's1',
      at,
      bytes: 1,
    });
    await ledger.append(
      batch({
        calls: [
          call('a'),
          call('b', { sessionId: 's2', rootSessionId: 's1' }),
          call('c', { sessionId: 's3', at: NOON + HOUR }),
        ],
        prompts: [prompt('p', NOON), prompt('q', NOON + HOUR)],
      }),
    );
    await ledger.append(batch({ prompts: [prompt('p', NOON)] }));
    expect(await ledger.activity(undefined, undefined)).toEqual([{ agent: AGENT, runs: 2, turns: 2 }]);
    expect(await ledger.activity(NOON, NOON + HOUR)).toEqual([{ agent: AGENT, runs: 1, turns: 1 }]);
    expect(await ledger.activity(NOON + 2 * HOUR, undefined)).toEqual([]);
  },

  'cursors come back as they were given, with the rows they belong to': async (ledger, expect) => {
    const given = cursor(log('/logs/s1'));
    const bare = cursor(
      { agent: AGENT, path: '/logs/new', startedAt: undefined, bornAt: 5 },
      { offset: 0, lineageId: '', unread: 'cut' },
    );
    await ledger.append(batch({ calls: [call('a')], cursors: [given, bare] }));
    await ledger.append(batch({ cursors: [{ ...given, offset: 120, lines: 9 }] }));
    const cursors = await ledger.cursors();
    expect([...cursors.keys()].sort()).toEqual(['/logs/new', '/logs/s1']);
    expect(cursors.get('/logs/s1')).toEqual({ ...given, offset: 120, lines: 9 });
    expect(cursors.get('/logs/new')).toEqual(bare);
    const [source] = await ledger.sources();
    expect([
      source?.agent,
      source?.files,
      source?.bytes,
      source?.lines,
      source?.skippedDamaged,
      source?.calls,
      source?.lastEventAt,
      source?.unread,
    ]).toEqual([AGENT, 2, 240, 16, 2, 1, NOON, [{ path: '/logs/new', why: 'cut' }]]);
  },

  'the latest word on a limit counts': async (ledger, expect) => {
    const limit = (at: number, usedPercent: number) => ({
      type: 'limit' as const,
      agent: 'codex',
      name: 'primary',
      at,
      usedPercent,
      plan: 'plus',
    });
    await ledger.append(batch({ limits: [limit(NOON, 40.5)] }));
    await ledger.append(batch({ limits: [limit(NOON - MINUTE, 12)] }));
    expect(await ledger.limits()).toEqual([
      {
        agent: 'codex',
        name: 'primary',
        at: NOON,
        usedPercent: 40.5,
        windowMinutes: null,
        resetsAt: null,
        plan: 'plus',
      },
    ]);
  },

  'models in use come with their tokens and the price they got': async (ledger, expect) => {
    await ledger.append(
      batch({
        calls: [call('a'), call('b', { model: 'unpriced-x', at: NOON + HOUR })],
        toolResults: [result('none')],
        toolCalls: [tool('t', 'a')],
      }),
    );
    const models = await ledger.models();
    expect(
      models.map((one) => [one.model, one.calls, one.tokens, one.unpricedTokens, one.priceId, one.priceMatch]),
    ).toEqual([
      ['sonnet', 1, 110, 0, 'plain/sonnet@0', 'exact'],
      ['unpriced-x', 1, 110, 110, null, null],
    ]);
    expect((await ledger.models(NOON + 1)).map((one) => one.model)).toEqual(['unpriced-x']);
  },
};
