import { NO_COST, NO_USAGE, type Row } from '@tokenmeter/core';
import { expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { say } from '../../test/fake-terminal.ts';
import { blocksOf, paceOf } from './blocks.ts';

const hour = (key: string, tokens: number, costNano: bigint | null = 1_000_000_000n): Row => ({
  key: { hour: key },
  calls: 1,
  usage: { ...NO_USAGE, input: tokens },
  reasoningComplete: true,
  toolCalls: 0,
  costNano,
  cost: { ...NO_COST, input: costNano ?? 0n },
  unpricedTokens: costNano === null ? tokens : 0,
  inexactTokens: 0,
});
const at = (text: string) => Date.parse(text);

test('a window opens at the hour of its first call and lasts five hours', () => {
  const blocks = blocksOf(
    [hour('2026-06-01T10', 1), hour('2026-06-01T14', 2), hour('2026-06-01T15', 4)],
    at('2026-06-03T00:00:00Z'),
  );
  expect(
    blocks.map(({ start, end, totals }) => [
      new Date(start).toISOString(),
      new Date(end).toISOString(),
      totals.usage.input,
    ]),
  ).toEqual([
    ['2026-06-01T10:00:00.000Z', '2026-06-01T15:00:00.000Z', 3],
    ['2026-06-01T15:00:00.000Z', '2026-06-01T20:00:00.000Z', 4],
  ]);
});

test('a gap is told in hours, and the next window opens with the first call after it', () => {
  const blocks = blocksOf([hour('2026-06-01T10', 1), hour('2026-06-02T09', 2)], at('2026-06-03T00:00:00Z'));
  expect(blocks.map(({ gapHours }) => gapHours)).toEqual([0, 18]);
  expect(blocks[1]?.start).toBe(at('2026-06-02T09:00:00Z'));
});

test('order of the rows does not matter, and the parts make the whole', () => {
  const rows = [hour('2026-06-01T15', 4), hour('2026-06-01T10', 1), hour('2026-06-01T14', 2)];
  const sum = blocksOf(rows, 0).reduce((total, { totals }) => total + totals.usage.input, 0);
  expect(sum).toBe(7);
  expect(blocksOf(rows, 0)).toEqual(blocksOf([...rows].reverse(), 0));
});

test('an open window has a pace and a projection, a closed one and a fresh one have none', () => {
  const now = at('2026-06-01T12:00:00Z');
  const [open] = blocksOf([hour('2026-06-01T10', 1_000)], now);
  if (!open) throw new Error('no block');
  expect(open.isActive).toBe(true);
  expect(paceOf(open, 1_000, now)).toEqual({
    nanoPerHour: 500_000_000n,
    tokensPerHour: 500,
    projectedNano: 2_500_000_000n,
    projectedTokens: 2_500,
  });
  expect(paceOf(open, 1_000, at('2026-06-01T10:01:00Z'))).toBeUndefined();
  expect(paceOf({ ...open, isActive: false }, 1_000, now)).toBeUndefined();
});

test('a window on a model without a price has an unknown cost, not none', () => {
  const [block] = blocksOf([hour('2026-06-01T10', 5, null)], 0);
  expect(block?.totals.costNano).toBeNull();
});

test('tokenmeter blocks shows Claude Code only, and where the open window leads', async () => {
  const house = fakeHouse('2026-11-21T12:00:00Z');
  house.ledger.add(
    { at: at('2026-11-21T10:30:00Z'), usage: { output: 400_000 } },
    { at: at('2026-11-20T01:30:00Z'), usage: { output: 4_000 } },
    { at: at('2026-11-20T03:30:00Z'), agent: 'codex', seller: 'openai', model: 'gpt-5.3-codex', usage: { output: 1 } },
  );
  const { out } = await say(house, ['blocks'], { columns: 100, env: { NO_COLOR: '1' } });
  expect(out).toMatch(/Nov 20, 01:00 to 06:00 .* 4\.0k/);
  expect(out).toMatch(/Nov 21, 10:00 to 15:00 {2}open/);
  expect(out).toContain('Open until 15:00, 3h 00m to go. $10.00 so far.');
  expect(out).toContain('At its pace of $5.00 / hour it ends at 1.00M tokens, $25.00.');
  const { out: json } = await say(house, ['blocks', '--json']);
  expect(JSON.parse(json).blocks).toMatchObject([
    { active: false, calls: 1, pace: null },
    { active: true, calls: 1, pace: { usd_per_hour: '5.000000000', projected_tokens: 1_000_000 } },
  ]);
});
