/**
 * Claude's five-hour windows. A window opens at the first call, at the start of that UTC hour, and lasts five hours; the
 * next opens with the first call after it. Since windows begin and end on whole hours, totals by UTC hour are all it
 * takes. It refuses to guess a plan's limit: nobody tells it.
 */
import { addUsage, NO_COST, NO_USAGE, type Row, type Totals } from '@tokenmeter/core';

const HOUR = 3_600_000;
const BLOCK_MS = 5 * HOUR;

export interface Block {
  readonly start: number;
  readonly end: number;
  readonly isActive: boolean;
  readonly totals: Totals;
  /** Hours without a call between the end of the window before and this one; 0 where they touch. */
  readonly gapHours: number;
}

/** Windows in order of time, from rows by UTC hour. */
export function blocksOf(rows: readonly Row[], now: number): Block[] {
  const hours = rows
    .map((row) => ({ at: Date.parse(`${row.key.hour}:00:00Z`), row }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => a.at - b.at);
  const blocks: Block[] = [];
  for (const { at, row } of hours) {
    const last = blocks.at(-1);
    if (last && at < last.end) {
      blocks[blocks.length - 1] = { ...last, totals: addTotals(last.totals, row) };
      continue;
    }
    const end = at + BLOCK_MS;
    const gapHours = last ? (at - last.end) / HOUR : 0;
    blocks.push({ start: at, end, isActive: now >= at && now < end, totals: addTotals(NO_TOTALS, row), gapHours });
  }
  return blocks;
}

/** Where an active window is heading at the pace it has had since it opened; undefined in its first two minutes. */
export interface Pace {
  readonly nanoPerHour: bigint | null;
  readonly tokensPerHour: number;
  readonly projectedNano: bigint | null;
  readonly projectedTokens: number;
}

export function paceOf(block: Block, tokens: number, now: number): Pace | undefined {
  const elapsed = now - block.start;
  if (!block.isActive || elapsed < 120_000) return undefined;
  const cost = block.totals.costNano;
  const scale = (span: number) => (cost === null ? null : (cost * BigInt(span)) / BigInt(Math.round(elapsed)));
  return {
    nanoPerHour: scale(HOUR),
    tokensPerHour: Math.round((tokens * HOUR) / elapsed),
    projectedNano: scale(BLOCK_MS),
    projectedTokens: Math.round((tokens * BLOCK_MS) / elapsed),
  };
}

const NO_TOTALS: Totals = {
  calls: 0,
  usage: NO_USAGE,
  reasoningComplete: true,
  toolCalls: 0,
  costNano: null,
  cost: NO_COST,
  unpricedTokens: 0,
  inexactTokens: 0,
};

function addTotals(a: Totals, b: Totals): Totals {
  return {
    calls: a.calls + b.calls,
    usage: addUsage(a.usage, b.usage),
    reasoningComplete: a.reasoningComplete && b.reasoningComplete,
    toolCalls: a.toolCalls + b.toolCalls,
    costNano: a.costNano === null ? b.costNano : a.costNano + (b.costNano ?? 0n),
    cost: {
      input: a.cost.input + b.cost.input,
      cacheRead: a.cost.cacheRead + b.cost.cacheRead,
      cacheWrite: a.cost.cacheWrite + b.cost.cacheWrite,
      output: a.cost.output + b.cost.output,
      other: a.cost.other + b.cost.other,
    },
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
    inexactTokens: a.inexactTokens + b.inexactTokens,
  };
}
