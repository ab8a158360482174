/** A session with tools, prompts and compactions, and what must hold of it once it is attributed. */
import type { AttributionQuery, AttributionRow, Ledger, LedgerBatch } from '@tokenmeter/core';
import { ATTRIBUTION_SUMS } from '@tokenmeter/core';
import { batch, call, log, seededRandom, tool, use } from '@tokenmeter/core/testing';
import { expect } from 'vitest';

export const START = Date.UTC(2026, 2, 28, 20);
export const MINUTE = 60_000;
export const SUMS: AttributionQuery = { method: 'ledger', byThread: true, withItems: false, withContext: false };

/** Batches of one growing session with tools, prompts, a compaction and a copy of its beginning in another log. */
export function history(seed: string, turns: number): LedgerBatch[] {
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

export const sorted = (rows: readonly AttributionRow[]) =>
  rows
    .map(({ caller, threadId, owner, sums }) =>
      JSON.stringify([caller, threadId, owner.kind, owner.name, ...ATTRIBUTION_SUMS.map((name) => sums[name])]),
    )
    .sort();

export async function rowsOf(
  ledger: Ledger,
  asked: Partial<AttributionQuery> = {},
): Promise<readonly AttributionRow[]> {
  return (await ledger.attribution({ ...SUMS, ...asked })).rows;
}

/** The rows are the bill of the same question, bucket by bucket and to the nano-dollar. */
export async function expectBill(ledger: Ledger, asked: Partial<AttributionQuery> = {}): Promise<void> {
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

export async function expectSound(ledger: Ledger): Promise<void> {
  expect((await ledger.verify()).checks.filter((check) => !check.ok)).toEqual([]);
}
