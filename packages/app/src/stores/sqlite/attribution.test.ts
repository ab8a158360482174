/** Attribution in the ledger: the bill at every moment, whatever came in which order, and however it is asked. */
import type { LedgerBatch } from '@tokenmeter/core';
import { fixedClock } from '@tokenmeter/core';
import { batch, call, log, plainBook, seededRandom, tool, use } from '@tokenmeter/core/testing';
import { expect, test } from 'vitest';
import {
  expectBill,
  expectSound,
  history,
  MINUTE,
  rowsOf,
  START,
  SUMS,
  sorted,
} from '../../../test/attributed-history.ts';
import { openSqliteLedger } from './ledger.ts';

const open = () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(START) });

/** Each call's batch with that of its result. */
function turnsOf(batches: readonly LedgerBatch[]): LedgerBatch[][] {
  const turns: LedgerBatch[][] = [];
  for (const one of batches) {
    if (one.calls.length > 0) turns.push([]);
    turns.at(-1)?.push(one);
  }
  return turns;
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
