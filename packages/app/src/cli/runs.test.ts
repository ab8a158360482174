/** `tokenmeter runs` against a real ledger that keeps runs of every ending. */
import type { Run } from '@tokenmeter/core';
import { batch, call, log, plainBook, use } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { plainRun } from '../../test/fake-hub.ts';
import { type FakeTerminal, say } from '../../test/fake-terminal.ts';
import { openSqliteLedger, type ReplaceableLedger } from '../stores/sqlite/ledger.ts';

const NOW = '2026-11-21T12:00:00Z';
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
const usage = { input: 1_000, cacheRead: 20_000, cacheWrite5m: 300, cacheWrite1h: 0, output: 45, reasoning: undefined };
let ledger: ReplaceableLedger;

beforeEach(async () => {
  const clock = { now: () => Date.parse(NOW) };
  ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock });
});
afterEach(() => ledger.close());

async function keep(...runs: readonly Partial<Run>[]): Promise<void> {
  for (const run of runs) await ledger.runs.save(plainRun({ cwd: '/home/ada/shop', ...run }), []);
}
const runs = (argv: readonly string[] = [], terminal: FakeTerminal = {}) =>
  say(
    { ...fakeHouse(NOW), ledger, work: ledger.work, runs: ledger.runs },
    ['runs', ...argv, '--color', 'never'],
    terminal,
  );

test('runs come newest first with why they ended, and what was never told is a dash, not 0', async () => {
  await keep(
    {
      id: 'aaaaaaaaaaaa',
      status: 'interrupted',
      stopReason: 'budget_capped',
      taskId: 'T-1',
      title: 'Mend the shop',
      startedAt: at('10:00:00'),
      endedAt: at('10:02:00'),
      stopMs: 1_240,
      usage,
      calls: 3,
      costNano: 2_510_000_000n,
      budgetNano: 2_500_000_000n,
    },
    { id: 'bbbbbbbbbbbb', status: 'running', startedAt: at('11:00:00'), usage: null, costNano: null },
  );
  const { code, out } = await runs([], { columns: 140 });
  expect(code).toBe(0);
  const rows = out.split('\n').filter((line) => /aaaaaaaa|bbbbbbbb/.test(line));
  expect(rows[0]).toMatch(/bbbbbbbb\s+running\s+shop\s.*1h 00m\s+—\s+—/);
  expect(rows[1]).toMatch(
    /aaaaaaaa\s+stopped by cap\s+Mend the shop\s+T-1\s.*2m\s+1\.2 s\s+21\.3k\s+\$2\.51\s+\$2\.50/,
  );
  for (const columns of [30, 44, 60, 80, 100])
    for (const line of (await runs([], { columns })).out.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
});

test('data has every run raw, and filters narrow it', async () => {
  await keep(
    { id: 'r1', status: 'success', taskId: 'T-1', startedAt: at('09:00:00'), usage, costNano: 5n, unpricedTokens: 7 },
    { id: 'r2', agent: 'codex', status: 'error', startedAt: at('10:00:00') },
    { id: 'r3', status: 'running', startedAt: Date.parse('2026-09-01T00:00:00Z') },
  );
  const ids = async (...argv: readonly string[]) => {
    const { out } = await runs([...argv, '--json']);
    return (JSON.parse(out).runs as { run_id: string }[]).map(({ run_id }) => run_id);
  };
  expect(await ids()).toEqual(['r2', 'r1', 'r3']);
  expect(await ids('--status', 'success,running')).toEqual(['r1', 'r3']);
  expect(await ids('--agent', 'codex')).toEqual(['r2']);
  expect(await ids('--task', 'T-1')).toEqual(['r1']);
  expect(await ids('--period', 'month', '--limit', '1')).toEqual(['r2']);
  const [first] = JSON.parse((await runs(['--task', 'T-1', '--json'])).out).runs;
  expect(first).toMatchObject({
    usage: { tokens: 21_345 },
    spend: { cost_usd: '0.000000005', cost_complete: false, unpriced_tokens: 7 },
    stop_ms: null,
  });
  const [head, row] = (await runs(['--task', 'T-1', '--csv'])).out.split('\r\n').map((line) => line.split(','));
  expect(row?.[head?.indexOf('tokens') ?? -1]).toBe('21345');
  expect(row?.[head?.indexOf('cost_usd') ?? -1]).toBe('0.000000005');
});

test('a profile of a run holds what its session used within it', async () => {
  const source = log('/logs/s1', at('09:59:00'));
  const of = (time: string, output: number) => call(time, { at: at(time), usage: use({ input: 100, output }), source });
  await ledger.append(batch({ calls: [of('09:59:30', 1), of('10:01:00', 20), of('11:00:00', 300)] }));
  await keep(
    { id: 'aaaaaaaaaaaa', sessionId: 's1', startedAt: at('10:00:00'), endedAt: at('10:02:00') },
    { id: 'aaaabbbbbbbb', startedAt: at('11:30:00') },
  );
  const profile = (id: string) =>
    say({ ...fakeHouse(NOW), ledger, work: ledger.work, runs: ledger.runs }, ['profile', id, '--format', 'folded']);
  const weight = async (id: string) =>
    [...(await profile(id)).out.matchAll(/ (\d+)$/gm)].reduce((sum, [, tokens]) => sum + Number(tokens), 0);
  expect(await weight('aaaaaaaa')).toBe(120);
  expect(await weight('s1')).toBe(621);
  expect(await profile('aaaa')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Cannot tell which run "aaaa"'),
  });
  expect(await profile('nope')).toMatchObject({
    code: 4,
    err: expect.stringContaining('Cannot find a session "nope"'),
  });
});

test('more runs than a page are all told, and a limit says that there are more', async () => {
  await keep(...Array.from({ length: 510 }, (_, index) => ({ id: `r${index}`, startedAt: at('09:00:00') + index })));
  expect(JSON.parse((await runs(['--json'])).out).runs).toHaveLength(510);
  expect((await runs([], { columns: 100 })).out).toContain('There are more');
  expect((await runs(['--limit', '0'], { columns: 100 })).out).not.toContain('There are more');
});

test('what cannot be read is refused with the words that can, and no runs is an ending of its own', async () => {
  expect(await runs(['--status', 'lost'])).toMatchObject({ code: 2, err: expect.stringContaining('interrupted') });
  expect((await runs(['--limit', 'many'])).code).toBe(2);
  expect(await runs(['--period', 'all'])).toMatchObject({ code: 4, out: expect.stringContaining('tokenmeter run -') });
  expect(await runs()).toMatchObject({ code: 4, out: expect.stringContaining('No such runs') });
});
