/** Which runs the address lets through. Pure. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { FilterName, ViewState } from '../../url-state.ts';

const VALUES: Readonly<Partial<Record<FilterName, (run: WireLiveRun) => string>>> = {
  agent: ({ agent }) => agent,
  repo: ({ project_name }) => project_name,
  branch: ({ branch }) => branch ?? '',
  model: ({ model }) => model ?? '',
  status: ({ status }) => status,
};

export function passes(run: WireLiveRun, view: Pick<ViewState, 'only' | 'except'>): boolean {
  return (Object.keys(VALUES) as FilterName[]) // -- the keys of VALUES are filter names
    .every((name) => {
      const value = VALUES[name]?.(run) ?? '';
      const only = view.only[name];
      return (!only?.length || only.includes(value)) && !view.except[name]?.includes(value);
    });
}

/** Names of repositories with how many runs each has, by name. */
export function reposOf(runs: readonly WireLiveRun[]): readonly (readonly [name: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { project_name: name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
