/** Attribution in the ledger: the bill at every moment, whatever came in which order, and however it is asked. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AttributionQuery, AttributionRow, Ledger, LedgerBatch } from '@tokenmeter/core';
import { ATTRIBUTION_SUMS, fixedClock } from '@tokenmeter/core';
import { batch, call, log, plainBook, seededRandom, tool, use } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const START = Date.UTC(2026, 2, 28, 20);
const MINUTE = 60_000;
const SUMS: AttributionQuery = { method: 'ledger', byThread: true, withItems: false, withContext: false };

const open = () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(START) });

/** Batches of one growing session with tools, prompts, a compaction and a copy of its beginning in another log. */
function history(seed: string, turns: number): LedgerBatch[] {
  const random = seededRandom(seed);
  const batches: LedgerBatch[] = [];
  let size = 2000;
  for (let turn = 0; turn < turns; turn++) {
    const at = START + turn * 7 * MINUTE;
    const id = `m${turn}`;
    const read = random.int(0, size);
    const usage = use({
      input: random.int(0, 9),
      cacheRead: read,
      cacheWrite5m: size - read,
      cacheWrite1h: random.chance(0.3) ? random.int(1, 500) : 0,
      output: random.int(1, 400),
    });
    const model = random.chance(0.1) ? 'unpriced-x' : 'sonnet';
    const asked = { name: random.pick(['Read', 'Bash', 'mcp__db__query']), argumentBytes: random.int(1, 900) };
    const of = { agent: 'claude-code', id: `t${turn}`, callIdentity: id, sessionId: 's1', threadId: 's1' };
    batches.push(
      batch({
        calls: [call(id, { at, usage, model, source: log('/logs/s1', START) })],
        toolCalls: [tool(`t${turn}`, id, { ...of, ...asked, at })],
        prompts: random.chance(0.3)
          ? [
              {
                type: 'prompt',
                agent: 'claude-code',
                id: `p${turn}`,
                sessionId: 's1',
                threadId: 's1',
                at: at - 1,
                bytes: random.int(1, 4000),
              },
            ]
          : [],
        injected: random.chance(0.3)
          ? [
              {
                type: 'injected',
                name: random.int(0, 1) === 0 ? '' : 'linear',
                agent: 'claude-code',
                id: `i${turn}`,
                sessionId: 's1',
                threadId: 's1',
                at: at - 1,
                kind: random.pick(['tools', 'memory', 'skill', 'reminder'] as const),
                bytes: random.int(1, 2000),
              },
            ]
          : [],
        compactions: random.chance(0.1)
          ? [
              {
                type: 'compaction',
                agent: 'claude-code',
                id: `c${turn}`,
                sessionId: 's1',
                threadId: 's1',
                at: at - 2,
                trigger: 'auto',
              },
            ]
          : [],
      }),
      batch({
        toolResults: random.chance(0.9)
          ? [{ type: 'tool_result', ...of, at: at + MINUTE, resultBytes: random.int(0, 60_000) }]
          : [],
      }),
    );
    if (turn < 3)
      batches.push(
        batch({
          calls: [
            call(id, {
              at,
              usage,
              model,
              sessionId: 's2',
              rootSessionId: 's2',
              threadId: 's2',
              source: log('/logs/s2', START + 1),
            }),
          ],
        }),
      );
    size = random.chance(0.1) ? random.int(500, size) : size + random.int(0, 6000);
  }
  return batches;
}

/** Each call's batch with that of its result. */
function turnsOf(batches: readonly LedgerBatch[]): LedgerBatch[][] {
  const turns: LedgerBatch[][] = [];
  for (const one of batches) {
    if (one.calls.length > 0) turns.push([]);
    turns.at(-1)?.push(one);
  }
  return turns;
}

const sorted = (rows: readonly AttributionRow[]) =>
  rows
    .map(({ caller, threadId, owner, sums }) =>
      JSON.stringify([caller, threadId, owner.kind, owner.name, ...ATTRIBUTION_SUMS.map((name) => sums[name])]),
    )
    .sort();

async function rowsOf(ledger: Ledger, asked: Partial<AttributionQuery> = {}): Promise<readonly AttributionRow[]> {
  return (await ledger.attribution({ ...SUMS, ...asked })).rows;
}

/** The rows are the bill of the same question, bucket by bucket and to the nano-dollar. */
async function expectBill(ledger: Ledger, asked: Partial<AttributionQuery> = {}): Promise<void> {
  const rows = await rowsOf(ledger, asked);
  const { since, until, only } = asked;
  const { totals } = await ledger.query({ by: [], tz: 'UTC', since, until, only });
  const sum = (of: (row: AttributionRow['sums']) => number) => rows.reduce((all, row) => all + of(row.sums), 0);
  expect({
    input: sum((row) => row.enteredInput + row.carriedInput),
    cacheRead: sum((row) => row.enteredCacheRead + row.carriedCacheRead),
    cacheWrite5m: sum((row) => row.enteredCacheWrite5m + row.carriedCacheWrite5m),
    cacheWrite1h: sum((row) => row.enteredCacheWrite1h + row.carriedCacheWrite1h),
    output: sum((row) => row.output),
    cost: sum((row) => row.costEntered + row.costCarried + row.costOutput),
    unpriced: sum((row) => row.unpricedTokens),
  }).toEqual({
    input: totals.usage.input,
    cacheRead: totals.usage.cacheRead,
    cacheWrite5m: totals.usage.cacheWrite5m,
    cacheWrite1h: totals.usage.cacheWrite1h,
    output: totals.usage.output,
    cost: Number(totals.costNano ?? 0n),
    unpriced: totals.unpricedTokens,
  });
  expect(rows.filter((row) => row.owner.kind === 'unattributed' && row.caller === '')).toEqual([]);
}

async function expectSound(ledger: Ledger): Promise<void> {
  expect((await ledger.verify()).checks.filter((check) => !check.ok)).toEqual([]);
}

test('attributed batch by batch, at once or in any order, it is the same and the bill', async () => {
  for (let round = 0; round < 8; round++) {
    const batches = history(`order-${round}`, 30);
    const [live, once, shuffled] = [await open(), await open(), await open()];
    for (const one of batches) {
      await live.append(one);
      await rowsOf(live);
    }
    for (const one of batches) await once.append(one);
    // A result is told after its call, as in every log; else any order, and some of it twice.
    for (const one of seededRandom(`shuffle-${round}`).shuffle([
      ...turnsOf(batches),
      ...turnsOf(batches).slice(0, 9),
    ])) {
      for (const part of one) await shuffled.append(part);
      if (round % 2 === 0) await expectBill(shuffled);
    }
    const told = sorted(await rowsOf(once));
    expect(sorted(await rowsOf(live))).toEqual(told);
    expect(sorted(await rowsOf(shuffled))).toEqual(told);
    for (const ledger of [live, once, shuffled]) {
      await expectBill(ledger);
      await expectSound(ledger);
      await ledger.close();
    }
  }
});

test('asked by items, by the other method, for a span that cuts a bucket or for a model, it is the bill', async () => {
  const ledger = await open();
  for (const one of history('asked', 40)) await ledger.append(one);
  const span = { since: START + 11 * MINUTE, until: START + 100 * MINUTE };
  const whole = { since: START + 30 * MINUTE, until: START + 120 * MINUTE };
  for (const period of [{}, span, whole])
    for (const method of ['ledger', 'in_flight'] as const)
      for (const withItems of [true, false]) {
        await expectBill(ledger, { ...period, method, withItems });
        await expectBill(ledger, { ...period, method, withItems, only: { model: ['sonnet'] } });
      }
  const items = await rowsOf(ledger, { withItems: true });
  expect(items.filter((row) => row.item.startsWith('t')).length).toBeGreaterThan(20);
  const { contexts, threads } = await ledger.attribution({ ...SUMS, withContext: true });
  const [context] = contexts;
  expect(context?.pieces.reduce((sum, piece) => sum + piece.size, 0)).toBe(context?.prompt);
  expect(threads.map((thread) => thread.threadId)).toEqual(['s1']);
  await ledger.close();
});

test('folding keeps what old calls consumed, and new calls go on from where their thread stood', async () => {
  const [kept, folded] = [await open(), await open()];
  const batches = history('folded', 40);
  for (const one of batches.slice(0, 70)) for (const ledger of [kept, folded]) await ledger.append(one);
  const before = sorted(await rowsOf(folded));
  await folded.retain(START + 120 * MINUTE);
  expect(sorted(await rowsOf(folded))).toEqual(before);
  await expectSound(folded);
  for (const one of batches.slice(70)) for (const ledger of [kept, folded]) await ledger.append(one);
  await folded.rebuild();
  await expectBill(folded);
  await expectBill(folded, { withItems: true });
  await expectBill(folded, { method: 'in_flight' });
  // That method carries nothing: what is told of folded calls by the ledger's has no place in it.
  const inFlight = await rowsOf(folded, { method: 'in_flight' });
  expect(inFlight.reduce((sum, row) => sum + row.sums.carriedCacheRead, 0)).toBe(0);
  expect(inFlight.some((row) => row.owner.kind === 'unattributed')).toBe(true);
  await expectSound(folded);
  // A call of the time that was folded, told late: nobody knows its prompt, and it counts all the same.
  await folded.append(batch({ calls: [call('late', { at: START + 1, source: log('/logs/s1', START) })] }));
  const late = (await rowsOf(folded)).find((row) => row.owner.name === 'late');
  expect(late?.sums.enteredInput).toBe(100);
  await expectSound(folded);
  await folded.retain(START + 200 * MINUTE);
  await folded.rebuild();
  await expectSound(folded);
  await folded.forget('s1');
  expect(await rowsOf(folded)).toEqual([]);
  await expectSound(folded);
  await kept.close();
  await folded.close();
});

test('a fork begins with what its parent had, whichever was read first and how far', async () => {
  const usage = (cacheRead: number, cacheWrite5m: number) => use({ cacheRead, cacheWrite5m, output: 10 });
  const source = log('/logs/s1', START);
  const of = { agent: 'claude-code', id: 't1', callIdentity: 'a', sessionId: 's1', threadId: 's1' };
  const parent = [
    batch({
      calls: [call('a', { at: START, usage: usage(0, 1000), source })],
      toolCalls: [tool('t1', 'a', { ...of, at: START })],
      toolResults: [{ type: 'tool_result', ...of, at: START + 1, resultBytes: 40_000 }],
    }),
    batch({ calls: [call('b', { at: START + MINUTE, usage: usage(1000, 9000), source })] }),
  ];
  const fork = { sessionId: 's2', rootSessionId: 's2', threadId: 's2', source: log('/logs/s2', START + 1) };
  const told = { type: 'session', agent: 'claude-code', ...fork, parentSessionId: 's1' } as const;
  const words = { title: '', cwd: '', branch: '', repository: '', version: '', at: START + 1 };
  const sessions = [{ ...told, ...words }];
  const prompt = { type: 'prompt', agent: 'claude-code', id: 'p', ...fork, at: START + 4 * MINUTE, bytes: 0 } as const;
  const copies = [
    call('a', { at: START, usage: usage(0, 1000), ...fork }),
    call('b', { at: START + MINUTE, usage: usage(1000, 9000), ...fork }),
  ];
  const own = batch({ calls: [call('own', { at: START + 5 * MINUTE, usage: usage(10_000, 500), ...fork })] });
  // Some agents tell of what a fork has copied, some do not.
  for (const child of [
    [batch({ sessions, calls: copies, prompts: [prompt] }), own],
    [batch({ sessions, prompts: [prompt] }), own],
  ])
    for (const order of interleaved(parent, child)) {
      const ledger = await open();
      for (const one of order) {
        await ledger.append(one);
        await expectBill(ledger);
      }
      const rows = (await rowsOf(ledger)).filter((row) => row.threadId === 's2');
      const carried = Object.fromEntries(rows.map(({ owner, sums }) => [owner.kind, sums.carriedCacheRead]));
      expect(carried).toMatchObject({ system: 1000, read: 9000 });
      await expectSound(ledger);
      await ledger.close();
    }
});

/** All ways to put two lists into one, each in its own order. */
function interleaved<T>(a: readonly T[], b: readonly T[]): T[][] {
  const [first, second] = [a[0], b[0]];
  if (first === undefined || second === undefined) return [[...a, ...b]];
  return [
    ...interleaved(a.slice(1), b).map((rest) => [first, ...rest]),
    ...interleaved(a, b.slice(1)).map((rest) => [second, ...rest]),
  ];
}

test('an answer with text and a tool is split by their bytes; one that only asks a tool is all its own', async () => {
  const ledger = await open();
  const answer = (id: string, at: number, textBytes: number | undefined) =>
    call(id, { at, usage: use({ input: 100, output: 60 }), textBytes, source: log('/logs/s1', START) });
  const of = { agent: 'claude-code', sessionId: 's1', threadId: 's1', name: 'Edit', argumentBytes: 200 };
  await ledger.append(
    batch({
      calls: [answer('m1', START, 100), answer('m2', START + 1, 0), answer('m3', START + 2, undefined)],
      toolCalls: ['m1', 'm2', 'm3'].map((id, index) =>
        tool(`t${id}`, id, { ...of, id: `t${id}`, callIdentity: id, at: START + index }),
      ),
    }),
  );
  const rows = await rowsOf(ledger);
  const figures = (name: string) => rows.find((row) => row.owner.name === name || row.owner.kind === name)?.sums;
  expect(figures('model_text')?.output).toBe(20);
  expect(figures('Edit')?.output).toBe(40 + 60 + 60);
  // Told that nothing was said, the arguments are measured; where nobody told, they are not.
  expect((figures('Edit')?.measured ?? 0) - (figures('model_text')?.measured ?? 0)).toBeGreaterThanOrEqual(60);
  await ledger.append(batch({ calls: [answer('m1', START, 400)] }));
  const grown = (await rowsOf(ledger)).find((row) => row.owner.kind === 'model_text');
  expect(grown?.sums.output).toBe(40);
  await ledger.close();
});

test('a ledger of a program that attributed otherwise is attributed anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-test-'));
  const file = join(folder, 'ledger.db');
  const openFile = () => openSqliteLedger({ file, book: plainBook, clock: fixedClock(START) });
  try {
    const first = await openFile();
    for (const one of history('anew', 12)) await first.append(one);
    const rows = await rowsOf(first);
    await first.close();
    const database = new DatabaseSync(file);
    database.exec('UPDATE attribution SET carried_cache_read = carried_cache_read + 7; PRAGMA user_version = 9');
    database.close();
    const again = await openFile();
    expect(await rowsOf(again)).toEqual(rows);
    expect((await again.verify()).ok).toBe(true);
    await again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
