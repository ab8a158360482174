/**
 * The lines of the list: runs that go on, newest word first by the chosen order, each with its sub-agents as a tree. It
 * refuses to draw: `frame.ts` does.
 */
import type { WireLiveRun, WireLiveThread } from '@tokenmeter/core';
import { projectName } from '@tokenmeter/core/format';
import type { SortKey, TopState } from './state.ts';

export interface Row {
  /** `RUN` or `RUN/THREAD`. */
  readonly key: string;
  readonly run: WireLiveRun;
  /** Undefined for the run itself. */
  readonly thread: WireLiveThread | undefined;
  /** `├ `, `│ └ ` ..., '' for a run. */
  readonly branch: string;
  /** Sub-agents of a run, at any depth. */
  readonly children: number;
}

export function titleOf(run: WireLiveRun): string {
  return run.title ?? (run.name ? `${run.name} ${projectOf(run)}` : projectOf(run));
}

function projectOf(run: WireLiveRun): string {
  return run.project_name || projectName(run.project);
}

export function rowsOf(runs: readonly WireLiveRun[], state: TopState): readonly Row[] {
  const wanted = state.filter.toLowerCase();
  const shown = runs
    .filter((run) => wanted === '' || wordsOf(run).includes(wanted))
    .toSorted((a, b) => order(a, b, state.sort) * (state.isReversed ? -1 : 1) || compare(a.run_id, b.run_id));
  return shown.flatMap((run) => {
    const children = run.threads.filter((thread) => thread.parent_thread_id !== null);
    const row: Row = { key: run.run_id, run, thread: undefined, branch: '', children: children.length };
    return state.collapsed.has(run.run_id) ? [row] : [row, ...threadRows(run, children)];
  });
}

function threadRows(run: WireLiveRun, threads: readonly WireLiveThread[]): readonly Row[] {
  const known = new Set(threads.map((thread) => thread.thread_id));
  const childrenOf = (parent: string | undefined) =>
    threads.filter(({ parent_thread_id: id }) =>
      parent === undefined ? id === null || !known.has(id) : id === parent,
    );
  const rows: Row[] = [];
  const visited = new Set<string>();
  const walk = (parent: string | undefined, indent: string) => {
    const children = childrenOf(parent);
    for (const [index, thread] of children.entries()) {
      if (visited.has(thread.thread_id)) continue;
      visited.add(thread.thread_id);
      const isLast = index === children.length - 1;
      rows.push({
        key: `${run.run_id}/${thread.thread_id}`,
        run,
        thread,
        branch: `${indent}${isLast ? '└ ' : '├ '}`,
        children: 0,
      });
      walk(thread.thread_id, `${indent}${isLast ? '  ' : '│ '}`);
    }
  };
  walk(undefined, '');
  return rows;
}

function wordsOf(run: WireLiveRun): string {
  return [titleOf(run), run.agent, run.agent_name, run.model ?? '', run.name ?? '', run.project]
    .join('\n')
    .toLowerCase();
}

/** The larger first, names by the alphabet; what is unknown comes last. */
function order(a: WireLiveRun, b: WireLiveRun, key: SortKey): number {
  if (key === 'name') return compare(titleOf(a).toLowerCase(), titleOf(b).toLowerCase());
  return sortValue(b, key) - sortValue(a, key);
}

function sortValue(run: WireLiveRun, key: Exclude<SortKey, 'name'>): number {
  if (key === 'cost') return Number(run.spend.cost_usd ?? -1);
  if (key === 'tokens') return run.usage?.tokens ?? -1;
  if (key === 'context') return run.context.percent ?? -1;
  return -Date.parse(run.started_at);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
