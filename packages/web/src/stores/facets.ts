/** What the filter's checklists offer: the values of each dimension in the period, with the other filters in force. */
import type { WireQueryResult } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export const FACETS = ['agent', 'repo', 'branch', 'model'] as const;
export type FacetName = (typeof FACETS)[number];

export const facets = resource<Readonly<Record<FacetName, WireQueryResult>>>();

/** Asks for all four lists. A dimension's own filter is left out of its list, so that more of it can be chosen. */
export async function loadFacets(question: UsageQuestion): Promise<void> {
  const { period, setting, view } = question;
  await facets.load(usageKey(question), async (signal) => {
    const list = (name: FacetName) => {
      const others = filterParameters({ only: { ...view.only, [name]: [] }, except: { ...view.except, [name]: [] } });
      const parameters = new URLSearchParams({
        by: name === 'repo' ? 'project' : name,
        tz: setting.tz,
        ...bounds(period.since, period.until),
      });
      return ask<WireQueryResult>(`/api/query?${parameters}${others}`, { signal });
    };
    const [agent, repo, branch, model] = await Promise.all([
      list('agent'),
      list('repo'),
      list('branch'),
      list('model'),
    ]);
    return { agent, repo, branch, model };
  });
}
