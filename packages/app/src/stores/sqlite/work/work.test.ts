import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fixedClock } from '@tokenmeter/core';
import { batch, call, eventOf, plainBook, workSuite } from '@tokenmeter/core/testing';
import { sumCells, wireFigures } from '@tokenmeter/core/work';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../ledger.ts';

workSuite({
  name: 'in memory',
  open: () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(1_780_000_000_000) }),
  test,
  expect,
});

test('004-1 events are in a table whose references must be there, with an index on each and on their time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-work-'));
  const file = join(folder, 'ledger.db');
  try {
    const ledger = await openSqliteLedger({ file, book: plainBook, clock: fixedClock(0) });
    for (const reference of ['taskId', 'workplanId', 'repoId', 'commitSha', 'releaseId'])
      await expect(ledger.work.addEvents([eventOf('e1', { [reference]: 'nobody' })])).rejects.toThrow();
    expect((await ledger.work.events({ limit: 9 })).events).toEqual([]);
    await ledger.close();
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[]; // -- as the pragmas answer
    const references = rows('PRAGMA foreign_key_list(token_event)').map((row) => [row.from, row.table]);
    expect(Object.fromEntries(references)).toEqual({
      ...{ task_id: 'task', workstream_id: 'workplan', repo_id: 'repo' },
      ...{ commit_sha: 'git_commit', release_id: 'release' },
    });
    const firsts = rows('PRAGMA index_list(token_event)').map(
      (index) => rows(`PRAGMA index_info(${String(index.name)})`)[0]?.name,
    );
    expect(firsts).toEqual(expect.arrayContaining([...references.map(([from]) => from), 'created_at']));
    database.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

test('a run ties its session to its task; where no log tells of it, its own row counts, and never both', async () => {
  const ledger = await openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(0) });
  await ledger.runs.save(
    {
      id: 'r1',
      agent: 'claude-code',
      origin: 'started',
      name: '',
      taskId: 't1',
      title: '',
      cwd: '/work/app',
      sessionId: 's1',
      requestedModel: '',
      model: 'sonnet',
      status: 'interrupted',
      stopReason: 'user',
      message: '',
      startedAt: 1,
      endedAt: 2,
      exitCode: null,
      pid: null,
      stopMs: null,
      usage: { input: 90, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 9 },
      calls: 1,
      costNano: 5n,
      unpricedTokens: 0,
      budgetNano: null,
      overshootNano: null,
      agentVersion: '',
    },
    [],
  );
  await ledger.work.addEvents([eventOf('e1', { runId: 'r1' }), eventOf('e2', { sessionId: 's1' })]);
  const told = async () => {
    const figures = wireFigures(sumCells(await ledger.work.scope('task', 't1')));
    const all = wireFigures(sumCells((await ledger.work.cells()).cells));
    return [figures.tokens, figures.calls, all.tokens, all.superseded.count];
  };
  expect(await told()).toEqual([99, 1, 209, 1]);
  await ledger.append(batch({ calls: [call('c1'), call('c2')] }));
  expect(await told()).toEqual([220, 2, 220, 2]);
  await ledger.close();
});
