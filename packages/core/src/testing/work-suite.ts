/**
 * The conformance suite of every store of the work: pure, with the runner's `test` and `expect` and a way to open an
 * empty ledger with its work. Every case ends with the ledger agreeing with itself.
 */
import type { Ledger } from '../ledger.ts';
import type { WorkStore } from '../work/index.ts';
import { sumCells, tokensOf, wireFigures } from '../work/index.ts';
import type { Runner } from './agent-suite.ts';
import { batch, call, MINUTE, NOON, use } from './ledger-world.ts';
import { seededRandom } from './random.ts';
import { commitOf, eventOf, repoOf, taskOf, workplanOf } from './work-world.ts';

export interface WorkSuiteOptions extends Runner {
  readonly name: string;
  /** Nothing in it, rating with `plainBook`. */
  readonly open: () => Promise<Ledger & { readonly work: WorkStore }>;
}

type Case = (work: WorkStore, ledger: Ledger, expect: Runner['expect']) => Promise<void>;

const SHA = 'a'.repeat(40);
const LATER_SHA = 'b'.repeat(40);

const CASES: Readonly<Record<string, Case>> = {
  'what is put is found, by id and by natural key, and listed in pages': async (work, _, expect) => {
    expect(await work.put('repo', repoOf('r1', { name: 'acme/api', remote: 'git@github.com:acme/api.git' }))).toEqual(
      'created',
    );
    expect(await work.put('repo', repoOf('r1', { name: 'acme/api', remote: 'https://github.com/acme/api' }))).toEqual(
      'same',
    );
    expect((await work.find('repo', 'acme/api'))?.id).toEqual('r1');
    expect((await work.find('repo', 'https://me:secret@github.com/acme/api.git'))?.remote).toEqual(
      'github.com/acme/api',
    );
    for (const id of ['t1', 't2', 't3']) await work.put('task', taskOf(id, { repoId: 'r1' }));
    const first = await work.list('task', { repoId: 'r1', limit: 2 });
    expect(first.items.map((task) => task.id)).toEqual(['t1', 't2']);
    const second = await work.list('task', { repoId: 'r1', limit: 2, after: first.next });
    expect([second.items.map((task) => task.id), second.next]).toEqual([['t3'], undefined]);
    await work.put('commit', commitOf(SHA, 'r1'));
    expect((await work.find('commit', 'aaaaaaaa'))?.id).toEqual(SHA);
    expect(await work.find('commit', 'aaa')).toEqual(undefined);
  },

  'what something refers to stays': async (work, _, expect) => {
    await work.put('task', taskOf('t1'));
    await work.addEvents([eventOf('e1', { taskId: 't1' })]);
    expect(await reasonOf(work.remove('task', 't1'))).toEqual('Cannot remove the task "t1"');
    await work.put('task', taskOf('t2', { sessions: ['s9'] }));
    expect([await work.remove('task', 't2'), await work.remove('task', 't2')]).toEqual([true, false]);
  },

  'an event about what is not there is refused whole': async (work, _, expect) => {
    const events = [eventOf('e1'), eventOf('e2', { taskId: 'nobody' })];
    expect(await reasonOf(work.addEvents(events))).toEqual('Cannot write "an event"');
    expect((await work.events({ limit: 10 })).matched).toEqual(0);
  },

  'a key is one event for ever; saying something else by it is a conflict': async (work, _, expect) => {
    const event = eventOf('e1', { key: 'k' });
    const told = await work.addEvents([event, { ...event, id: 'e2', createdAt: NOON + 1 }]);
    expect(told.map((one) => [one.status, one.event.id])).toEqual([
      ['accepted', 'e1'],
      ['duplicate', 'e1'],
    ]);
    const other = await work.addEvents([eventOf('e3', { key: 'k', tokensIn: 101 })]);
    expect(other.map((one) => [one.status, one.event.tokensIn])).toEqual([['conflict', 100]]);
    expect(tokensOf(sumCells((await work.cells()).cells))).toEqual(110);
  },

  '004-10 absent and 0 differ': async (work, _, expect) => {
    await work.addEvents([eventOf('e1', { tokensIn: 0, tokensOut: undefined, createdAt: NOON })]);
    const event = await work.event('e1');
    expect([event?.tokensIn, event?.tokensOut, event?.costNano]).toEqual([0, undefined, 0]);
  },

  '004-11 a retried status update makes one event': async (work, _, expect) => {
    await work.put('task', taskOf('t1'));
    const change = (id: string) =>
      work.changeStatus('t1', 'done', NOON, eventOf(id, { taskId: 't1', tokensIn: 5, tokensOut: undefined }));
    const first = await change('e1');
    const again = await change('e2');
    expect([first?.isChanged, first?.isEventNew, first?.event?.id]).toEqual([true, true, 'e1']);
    expect([again?.isChanged, again?.isEventNew, again?.event?.id]).toEqual([false, false, 'e1']);
    expect((await work.events({ taskId: 't1', limit: 10 })).matched).toEqual(1);
    // Reopened and done again is another change.
    await work.changeStatus('t1', 'in_progress', NOON, undefined);
    expect((await change('e3'))?.isEventNew).toEqual(true);
    expect((await work.events({ taskId: 't1', limit: 10 })).matched).toEqual(2);
    expect(await work.changeStatus('nobody', 'done', NOON, undefined)).toEqual(undefined);
  },

  'a change without tokens makes no event, and one may follow': async (work, _, expect) => {
    await work.put('task', taskOf('t1'));
    expect((await work.changeStatus('t1', 'done', NOON, undefined))?.event).toEqual(undefined);
    const later = await work.changeStatus('t1', 'done', NOON, eventOf('e1', { taskId: 't1' }));
    expect([later?.isChanged, later?.isEventNew, later?.task.doneAt]).toEqual([false, true, NOON]);
  },

  'putting a task does not move its status': async (work, _, expect) => {
    await work.put('task', taskOf('t1'));
    await work.changeStatus('t1', 'done', NOON, undefined);
    await work.put('task', taskOf('t1', { title: 'New title', status: 'todo' }));
    const task = await work.find('task', 't1');
    expect([task?.title, task?.status, task?.changes]).toEqual(['New title', 'done', 1]);
  },

  'a reported event never adds to what was measured of its session, run or task, in any order': async (
    work,
    ledger,
    expect,
  ) => {
    await work.put('task', taskOf('t1', { sessions: ['s1'] }));
    await work.put('task', taskOf('t2'));
    await work.addEvents([
      eventOf('by-task', { taskId: 't1' }),
      eventOf('by-session', { sessionId: 's1', certainty: 'estimated' }),
      eventOf('by-run', { runId: 's1' }),
      eventOf('exact-too', { sessionId: 's1', certainty: 'exact' }),
      eventOf('other', { taskId: 't2', certainty: 'estimated' }),
    ]);
    const sum = async () => wireFigures(sumCells((await work.cells()).cells));
    // The exact one speaks for its session, nothing for the task yet.
    expect((await sum()).superseded.count).toEqual(1);
    await ledger.append(batch({ calls: [call('c1', { usage: use({ input: 7, output: 3 }) })] }));
    const after = await sum();
    expect([after.measured.tokens, after.reported.tokens, after.estimated.tokens, after.superseded.tokens]).toEqual([
      10, 0, 110, 440,
    ]);
    expect([after.tokens, after.events, after.superseded.count]).toEqual([120, 1, 4]);
    expect((await work.event('by-task'))?.isSuperseded).toEqual(true);
    expect((await work.event('other'))?.isSuperseded).toEqual(false);
    // Taken out of the ledger, what was told counts again.
    await ledger.forget('s1');
    expect((await sum()).measured.tokens).toEqual(110);
  },

  'calls of a session are its task’s, the task’s workplan’s and its repository’s': async (work, ledger, expect) => {
    await work.put('repo', repoOf('r1'));
    await work.put('workplan', workplanOf('w1', { repoId: 'r1' }));
    await work.put('task', taskOf('t1', { workplanId: 'w1', sessions: ['s1'] }));
    await ledger.append(batch({ calls: [call('c1'), call('c2', { sessionId: 's2' })] }));
    for (const [kind, id] of [
      ['task', 't1'],
      ['workplan', 'w1'],
      ['repo', 'r1'],
    ] as const)
      expect([kind, tokensOf(sumCells(await work.scope(kind, id)))]).toEqual([kind, 110]);
  },

  'a call belongs to the first commit of its branch after it, within a week; the rest is uncommitted': async (
    work,
    ledger,
    expect,
  ) => {
    const day = 24 * 60 * MINUTE;
    await ledger.append(
      batch({
        calls: [
          call('before', { at: NOON - MINUTE }),
          call('in-its-second', { at: NOON + 900 }),
          call('between', { at: NOON + MINUTE }),
          call('after', { at: NOON + 3 * MINUTE }),
          call('long-before', { at: NOON - 8 * day }),
          call('elsewhere', { at: NOON, branch: 'other', threadId: 't-other' }),
          call('nowhere', { at: NOON, cwd: '/tmp', threadId: 't-tmp' }),
        ],
      }),
    );
    const facts = {
      repos: [repoOf('r1')],
      directories: [{ path: '/work/app', repoId: 'r1' }],
      commits: [
        commitOf(SHA, 'r1', { authoredAt: NOON, releaseId: 'v1' }),
        commitOf(LATER_SHA, 'r1', { authoredAt: NOON + 2 * MINUTE }),
      ],
      branches: [
        {
          repoId: 'r1',
          branch: 'main',
          commits: [
            { id: LATER_SHA, authoredAt: NOON + 2 * MINUTE },
            { id: SHA, authoredAt: NOON },
          ],
        },
      ],
      releases: [{ id: 'v1', repoId: 'r1', tag: 'v1.0', commitSha: SHA, releasedAt: NOON + MINUTE }],
    };
    await work.link(facts);
    await work.link(facts);
    const calls = async (kind: 'commit' | 'release', id: string) => sumCells(await work.scope(kind, id)).sums.calls;
    expect([await calls('commit', SHA), await calls('commit', LATER_SHA), await calls('release', 'v1')]).toEqual([
      2, 1, 2,
    ]);
    const { cells } = await work.cells();
    const of = (outcome: string) => sumCells(cells.filter((cell) => cell.outcome === outcome)).sums.calls;
    expect(['shipped', 'committed', 'uncommitted', 'not_linked'].map(of)).toEqual([2, 1, 3, 1]);
    // A period cuts as it cuts calls.
    const part = await work.cells(NOON, NOON + 3 * MINUTE);
    expect(sumCells(part.cells).sums.calls).toEqual(4);
  },

  'a session is in the pull requests that its log tells: what came before one is in it, and no call is in two': async (
    work,
    ledger,
    expect,
  ) => {
    const url = (number: number) => `https://github.com/acme/app/pull/${number}`;
    const pull = (sessionId: string, number: number, at: number) =>
      ({ type: 'pull_request', agent: 'claude-code', sessionId, url: url(number), at }) as const;
    const times = [0, 1, 3, 9].map((minutes) => NOON + minutes * MINUTE);
    const told = batch({
      calls: [
        ...times.map((at, index) => call(`c${index}`, { at, usage: use({ input: 1 }) })),
        call('other', { sessionId: 's2', threadId: 's2', usage: use({ input: 100 }) }),
      ],
      pullRequests: [pull('s1', 2, NOON + 4 * MINUTE), pull('s1', 1, NOON + 2 * MINUTE)],
    });
    await ledger.append(told);
    await ledger.append(batch({ pullRequests: [pull('s1', 1, NOON + 8 * MINUTE)] }));
    const of = async (since?: number) => {
      const { cells } = await work.cells(since);
      const names = [...new Set(cells.map((cell) => cell.pullRequest))].toSorted();
      return names.map((name) => [name, sumCells(cells.filter((cell) => cell.pullRequest === name)).sums.input]);
    };
    expect(await of()).toEqual([
      ['', 100],
      [url(1), 2],
      [url(2), 2],
    ]);
    expect(await of(NOON + MINUTE)).toEqual([
      [url(1), 1],
      [url(2), 2],
    ]);
    expect((await ledger.session(undefined, 's1'))?.summary.pullRequests).toEqual([url(1), url(2)]);
    expect((await ledger.session(undefined, 's2'))?.summary.pullRequests).toEqual([]);
    await ledger.forget('s1');
    await ledger.append(told);
    expect(await of()).toEqual([['', 100]]);
  },

  '1,001 events summarise fully (page and summary agree)': async (work, _, expect) => {
    await work.put('task', taskOf('t1'));
    await work.addEvents(
      Array.from({ length: 1001 }, (_, index) =>
        eventOf(`e${index}`, { taskId: 't1', tokensIn: index, tokensOut: 1, createdAt: NOON + index }),
      ),
    );
    const figures = sumCells(await work.scope('task', 't1'));
    expect([figures.events, tokensOf(figures)]).toEqual([1001, (1000 * 1001) / 2 + 1001]);
    let seen = 0;
    for (let after: string | undefined, more = true; more; ) {
      const page = await work.events({ taskId: 't1', limit: 1000, after });
      expect(page.matched).toEqual(1001);
      seen += page.events.length;
      after = page.next;
      more = after !== undefined;
    }
    expect(seen).toEqual(1001);
  },

  'events cost what their model costs, again when its price changes; without a price they are unpriced': async (
    work,
    ledger,
    expect,
  ) => {
    await work.addEvents([
      eventOf('e1', { tokensIn: 1000, cacheRead: 400, tokensOut: 100 }),
      eventOf('e2', { model: '', tokensIn: 7, tokensOut: 0 }),
    ]);
    // 600 at 3, 400 at 1, 100 at 15 micro-dollars.
    expect((await work.event('e1'))?.costNano).toEqual(3_700_000);
    expect((await work.event('e2'))?.costNano).toEqual(null);
    const before = wireFigures(sumCells((await work.cells()).cells));
    expect([before.cost_usd, before.unpriced_tokens, before.cost_complete]).toEqual(['0.003700000', 7, false]);
    await ledger.setPriceOverride({
      seller: '',
      model: 'sonnet',
      from: 0,
      inputPerMillion: '6',
      outputPerMillion: '30',
      cacheReadPerMillion: '2',
    });
    expect(wireFigures(sumCells((await work.cells()).cells)).cost_usd).toEqual('0.007400000');
  },

  'cells of adjoining periods add up to the whole': async (work, ledger, expect) => {
    const random = seededRandom('cells');
    const at = () => NOON + Math.floor(random.next() * 5_000) * 1_000;
    await work.put('task', taskOf('t1', { sessions: ['s1'] }));
    await ledger.append(
      batch({
        calls: Array.from({ length: 60 }, (_, index) => call(`c${index}`, { at: at(), sessionId: `s${index % 7}` })),
      }),
    );
    await work.addEvents(
      Array.from({ length: 60 }, (_, index) =>
        eventOf(`e${index}`, { createdAt: at(), taskId: index % 2 ? 't1' : '' }),
      ),
    );
    const whole = wireFigures(sumCells((await work.cells()).cells));
    for (const cut of [NOON, NOON + 1_234_567, NOON + 2_500_000]) {
      const halves = [...(await work.cells(undefined, cut)).cells, ...(await work.cells(cut)).cells];
      expect(wireFigures(sumCells(halves))).toEqual(whole);
    }
  },
};

/** What a promise is refused for, up to the colon. */
async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? (error.message.split(':')[0] ?? '') : String(error);
  }
}

export function workSuite({ name, open, test, expect }: WorkSuiteOptions): void {
  for (const [claim, body] of Object.entries(CASES))
    test(`${name}: ${claim}`, async () => {
      const ledger = await open();
      try {
        await body(ledger.work, ledger, expect);
        const report = await ledger.verify();
        expect(report.checks.filter((check) => !check.ok)).toEqual([]);
      } finally {
        await ledger.close();
      }
    });
}
