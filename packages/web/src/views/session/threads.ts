/** The threads of a session as a tree in the order of their beginning, and what the main agent and the others cost. Pure. */
import { parseNanoDecimal, type WireThread } from '@tokenmeter/core';
import { formatMoney, formatMoneyGroups, type MoneyFormat, modelNames } from '@tokenmeter/core/format';

export interface ThreadRow {
  readonly thread: WireThread;
  /** 1 for the main agent. */
  readonly level: number;
  readonly hasChildren: boolean;
  /** Place among those with the same parent, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
}

/** Depth first. A thread whose parent is not there (or would be its own ancestor) stands at the top. */
export function threadRows(threads: readonly WireThread[]): ThreadRow[] {
  const known = new Set(threads.map(({ thread_id }) => thread_id));
  const children = new Map<string | null, WireThread[]>();
  for (const thread of threads.toSorted((a, b) => (a.started_at < b.started_at ? -1 : 1))) {
    const parent = thread.parent_thread_id;
    const key = parent !== null && parent !== thread.thread_id && known.has(parent) ? parent : null;
    children.set(key, [...(children.get(key) ?? []), thread]);
  }
  const rows: ThreadRow[] = [];
  const seen = new Set<string>();
  const visit = (parent: string | null, level: number) => {
    const siblings = (children.get(parent) ?? []).filter(({ thread_id }) => !seen.has(thread_id));
    for (const [index, thread] of siblings.entries()) {
      seen.add(thread.thread_id);
      const hasChildren = (children.get(thread.thread_id)?.length ?? 0) > 0;
      rows.push({ thread, level, hasChildren, place: index + 1, siblings: siblings.length });
      visit(thread.thread_id, level + 1);
    }
  };
  visit(null, 1);
  for (const thread of threads)
    if (!seen.has(thread.thread_id)) rows.push({ thread, level: 1, hasChildren: false, place: 1, siblings: 1 });
  return rows;
}

/** `Main agent` for a thread without a parent, else the sub-agent's own name. */
export function threadName({ name, parent_thread_id }: WireThread): string {
  if (name) return name;
  return parent_thread_id === null ? 'Main agent' : 'Sub-agent';
}

export function threadModels({ models }: WireThread): string {
  return [...modelNames(models).values()].join(', ');
}

export function threadCost({ totals }: WireThread): bigint | null {
  return totals.cost_usd === null ? null : (parseNanoDecimal(totals.cost_usd) ?? null);
}

export interface CostSplit {
  readonly own: bigint | null;
  readonly sub: bigint | null;
  /** As shown: they add up to the total as shown. */
  readonly ownText: string;
  readonly subText: string;
  /** By thread, adding up to those two. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Main threads against all others; undefined where there is no other. `total` is what the page shows for the session. */
export function splitCost(
  threads: readonly WireThread[],
  total: bigint | null,
  format: MoneyFormat,
): CostSplit | undefined {
  const known = new Set(threads.map(({ thread_id }) => thread_id));
  const isMain = ({ parent_thread_id }: WireThread) => parent_thread_id === null || !known.has(parent_thread_id);
  const mains = threads.filter(isMain);
  const others = threads.filter((thread) => !isMain(thread));
  if (others.length === 0) return undefined;
  const own = sumCost(mains);
  const sub = sumCost(others);
  const texts = new Map(threads.map((thread) => [thread.thread_id, formatMoney(threadCost(thread), format)]));
  if (total === null || own === null || sub === null)
    return { own, sub, ownText: formatMoney(own, format), subText: formatMoney(sub, format), texts };
  const sides = [mains, others].map((side) => side.filter((thread) => threadCost(thread) !== null));
  const groups = formatMoneyGroups(
    total,
    sides.map((side) => side.map((thread) => threadCost(thread) ?? 0n)),
    format,
  );
  for (const [index, side] of sides.entries())
    for (const [place, { thread_id }] of side.entries()) texts.set(thread_id, groups[index]?.parts[place] ?? '');
  return { own, sub, ownText: groups[0]?.text ?? '', subText: groups[1]?.text ?? '', texts };
}

/** Null where none of them has a price. */
function sumCost(threads: readonly WireThread[]): bigint | null {
  const costs = threads.map(threadCost).filter((cost) => cost !== null);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0n);
}
