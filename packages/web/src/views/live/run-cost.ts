/** What a run cost and whose share that is, written so that the parts one reads add up to the whole one reads. Pure. */
import { parseNanoDecimal, type WireLiveRun } from '@tokenmeter/core';
import { formatMoney, formatMoneyGroups, type MoneyFormat } from '@tokenmeter/core/format';
import { subAgents } from './tree.ts';

export interface RunCost {
  /** Nano-dollars; null where nothing has a price. */
  readonly total: bigint | null;
  readonly own: bigint | null;
  readonly below: bigint | null;
  readonly ownText: string;
  readonly belowText: string;
  /** By sub-agent, adding up to theirs. */
  readonly texts: ReadonlyMap<string, string>;
}

export function runCost(run: WireLiveRun, format: MoneyFormat): RunCost {
  const read = (usd: string | null) => (usd === null ? null : (parseNanoDecimal(usd) ?? null));
  const total = read(run.spend.cost_usd);
  const own = read(run.own_cost_usd);
  const below = read(run.subagent_cost_usd);
  const agents = subAgents(run.threads);
  const costs = agents.map((thread) => read(thread.spend.cost_usd));
  const texts = new Map(agents.map(({ thread_id }, index) => [thread_id, formatMoney(costs[index] ?? null, format)]));
  const plain = { total, own, below, ownText: formatMoney(own, format), belowText: formatMoney(below, format), texts };
  const priced = agents.filter((_, index) => costs[index] !== null);
  const parts = costs.filter((cost) => cost !== null);
  const sum = parts.reduce((all, cost) => all + cost, 0n);
  // Frames of the parts and of the whole may be a moment apart: then each is written by itself.
  if (total === null || own === null || below === null || own + below !== total || sum !== below) return plain;
  const groups = formatMoneyGroups(total, [[own], parts], format);
  for (const [index, { thread_id }] of priced.entries()) texts.set(thread_id, groups[1]?.parts[index] ?? '');
  return { ...plain, ownText: groups[0]?.text ?? '', belowText: groups[1]?.text ?? '', texts };
}
