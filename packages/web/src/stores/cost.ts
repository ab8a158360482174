/**
 * What the Token cost page asks for: the same question once for each way of accounting. A part that fails keeps its last
 * good answer to this very question and says that it failed; only where nothing answers does the whole fail.
 */
import type { WireCost, WireCostBy } from '@tokenmeter/core';
import { ApiFailure, ask } from '../api.ts';
import type { Filters, ViewState } from '../url-state.ts';
import { settings } from './house.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export const COST_PARTS = ['repo', 'model', 'workplan', 'outcome', 'release', 'task', 'agent'] as const;
export type CostPart = (typeof COST_PARTS)[number];

export interface CostAnswer extends UsageQuestion {
  readonly parts: Readonly<Partial<Record<CostPart, WireCost>>>;
  /** Why a part could not be asked for last. */
  readonly failures: Readonly<Partial<Record<CostPart, ApiFailure>>>;
  /** Money without what a plan covers. */
  readonly isBilled: boolean;
}

/** Rows of each part at most; what is beyond comes as one sum. */
const LIMIT = '200';

export const cost = resource<CostAnswer>();

/** Names of the ids that addresses hold, as they were told on this page. */
const names = new Map<string, string>();

export function nameOfId(id: string): string | undefined {
  return names.get(id);
}

function isBilled(view: ViewState): boolean {
  return (view.unit ?? settings.state.value.data?.display.unit) === 'billed' && coveredAgents().length > 0;
}

/** Tells two questions apart. */
export function costKey(question: UsageQuestion): string {
  return `${usageKey(question)}:${costFilters(question.view)}:${isBilled(question.view)}`;
}

export async function loadCost(question: UsageQuestion, force = false): Promise<void> {
  const key = costKey(question);
  await cost.load(
    key,
    async (signal) => {
      const billed = isBilled(question.view);
      const held = cost.state.peek();
      const before = held.key === key ? held.data?.parts : undefined;
      const parts: Partial<Record<CostPart, WireCost>> = {};
      const failures: Partial<Record<CostPart, ApiFailure>> = {};
      const askFor = async (part: CostPart) => {
        try {
          // The agents are asked whole: they tell what the plan covers.
          parts[part] = await ask<WireCost>(costPath(question, part, billed && part !== 'agent'), { signal });
        } catch (error) {
          if (!(error instanceof ApiFailure)) throw error;
          failures[part] = error;
          const old = before?.[part];
          if (old) parts[part] = old;
        }
      };
      const asked = COST_PARTS.filter((part) => part !== 'agent' || coveredAgents().length > 0);
      await Promise.all(asked.map(askFor));
      const failed = Object.values(failures);
      // Nothing new at all, or nothing to stand on: what is held stays as it is, with its age.
      if (failed[0] && (failed.length === asked.length || !parts.repo)) throw failed[0];
      remember(parts);
      return { ...question, parts, failures, isBilled: billed };
    },
    force,
  );
}

function costPath({ view, period, setting }: UsageQuestion, by: WireCostBy, isWithoutPlans: boolean): string {
  const parameters = new URLSearchParams({
    by,
    tz: setting.tz,
    limit: LIMIT,
    ...(period.kind === 'all' ? { window: 'all' } : bounds(period.since, period.until)),
  });
  return `/api/cost?${parameters}${costFilters(view, isWithoutPlans ? coveredAgents() : [])}`;
}

/** Repositories are named by id here and by directory where the ledger is asked: both may stand in an address. */
function costFilters(view: Pick<ViewState, 'only' | 'except'>, withoutAgents: readonly string[] = []): string {
  const except = { ...view.except, agent: [...new Set([...(view.except.agent ?? []), ...withoutAgents])] };
  const directories = (filters: Filters): Filters => ({ ...filters, repo: filters.repo?.filter(isDirectory) ?? [] });
  let text = filterParameters({ only: directories(view.only), except: directories(except) });
  for (const [prefix, filters] of [
    ['', view.only],
    ['-', except],
  ] as const) {
    const repos = filters.repo?.filter((value) => !isDirectory(value)) ?? [];
    for (const [name, values] of [
      ['repo', repos],
      ['workplan', filters.workplan ?? []],
    ] as const)
      if (values.length > 0)
        text += `&${prefix}${name}=${values.map((value) => encodeURIComponent(value.replaceAll(',', '\\,'))).join(',')}`;
  }
  return text;
}

function isDirectory(value: string): boolean {
  return /^(\/|~|[A-Za-z]:[\\/]|\\\\)/.test(value);
}

function coveredAgents(): string[] {
  return Object.keys(settings.state.value.data?.plans ?? {});
}

function remember(parts: Partial<Record<CostPart, WireCost>>): void {
  for (const part of ['repo', 'workplan'] as const)
    for (const { id, name } of parts[part]?.rows ?? []) names.set(id, name);
  for (const { repo_id: id, repo_name: name } of [...(parts.workplan?.rows ?? []), ...(parts.task?.rows ?? [])])
    if (id && name) names.set(id, name);
}
