/** The sub-agents of a run as rows, depth first, with the lines that connect them. Many siblings fold. Pure. */
import { parseNanoDecimal, type WireLiveThread } from '@tokenmeter/core';

export type Connector = 'none' | 'through' | 'fork' | 'end';

interface Placed {
  /** 1 for children of the main agent. */
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  /** One for each level drawn, from the left. */
  readonly connectors: readonly Connector[];
}

export type TreeRow =
  | (Placed & { readonly thread: WireLiveThread })
  /** Siblings that are not shown one by one. */
  | (Placed & { readonly folded: readonly WireLiveThread[]; readonly parent: string });

const MOST_SIBLINGS = 8;
/** Deeper levels are drawn at this one. */
export const DEEPEST = 4;

/** Every thread that another one started. A run has several without: one each time its agent began anew. */
export function subAgents(threads: readonly WireLiveThread[]): readonly WireLiveThread[] {
  return threads.filter(({ parent_thread_id }) => parent_thread_id !== null);
}

/** `opened`: parents whose siblings are all shown. */
export function treeRows(threads: readonly WireLiveThread[], opened: ReadonlySet<string>): TreeRow[] {
  const agents = subAgents(threads);
  const known = new Set(agents.map(({ thread_id }) => thread_id));
  const children = new Map<string, WireLiveThread[]>();
  for (const thread of agents.toSorted((a, b) => (a.started_at < b.started_at ? -1 : 1))) {
    const parent = thread.parent_thread_id;
    const key = parent !== null && known.has(parent) && parent !== thread.thread_id ? parent : TOP;
    children.set(key, [...(children.get(key) ?? []), thread]);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const visit = (parent: string, level: number, above: readonly Connector[]) => {
    const all = (children.get(parent) ?? []).filter(({ thread_id }) => !seen.has(thread_id));
    const shown = opened.has(parent) || all.length <= MOST_SIBLINGS ? all : dearest(all);
    const folded = all.filter((thread) => !shown.includes(thread));
    const siblings = shown.length + (folded.length > 0 ? 1 : 0);
    for (const thread of folded) seen.add(thread.thread_id);
    const connect = (place: number): readonly Connector[] =>
      level > DEEPEST ? above : [...above, place === siblings ? 'end' : 'fork'];
    for (const [index, thread] of shown.entries()) {
      seen.add(thread.thread_id);
      const place = index + 1;
      rows.push({ thread, level, place, siblings, connectors: connect(place) });
      const below: readonly Connector[] =
        level >= DEEPEST ? above : [...above, place === siblings ? 'none' : 'through'];
      visit(thread.thread_id, level + 1, level >= DEEPEST ? connect(place) : below);
    }
    if (folded.length > 0)
      rows.push({ folded, parent, level, place: siblings, siblings, connectors: connect(siblings) });
  };
  visit(TOP, 1, []);
  // Agents that name each other as parents hang from nobody: they are shown all the same.
  for (const thread of agents)
    if (!seen.has(thread.thread_id)) rows.push({ thread, level: 1, place: 1, siblings: 1, connectors: ['end'] });
  return rows;
}

const TOP = '';

/** The dearest of them, in the order they were given. */
function dearest(threads: readonly WireLiveThread[]): readonly WireLiveThread[] {
  const kept = new Set(threads.toSorted((a, b) => Number(costOf(b) - costOf(a))).slice(0, MOST_SIBLINGS));
  return threads.filter((thread) => kept.has(thread));
}

function costOf({ spend }: WireLiveThread): bigint {
  return spend.cost_usd === null ? -1n : (parseNanoDecimal(spend.cost_usd) ?? -1n);
}
