/**
 * What the Usage page asks for: one query of the period by step, agent and model, from which every figure of the page is
 * regrouped so that they cannot disagree, and beside it the period before, the last full days, the runs.
 */
import {
  addDays,
  dayKey,
  startOfDay,
  type WireActivity,
  type WireQueryResult,
  type WireSessionPage,
} from '@tokenmeter/core';
import { ask } from '../api.ts';
import { daysBetween, type Period, type PeriodSetting, previousPart, stepsOf } from '../period.ts';
import { FILTER_NAMES, type FilterName, type ViewState } from '../url-state.ts';
import { resource } from './resource.ts';

/** What the address calls a thing and what the ledger calls it. The others come with later pages. */
const LEDGER_NAMES: Partial<Record<FilterName, string>> = {
  agent: 'agent',
  repo: 'project',
  branch: 'branch',
  model: 'model',
  session: 'session',
};

const PACE_DAYS = 7;

export interface UsageQuestion {
  readonly view: ViewState;
  readonly period: Period;
  readonly setting: PeriodSetting;
}

/** Side answers are undefined where they failed: the page then shows a dash for them alone. */
export interface UsageAnswer extends UsageQuestion {
  readonly main: WireQueryResult;
  readonly before: WireQueryResult | undefined;
  /** Spend of the full days before today. */
  readonly fullDays: WireQueryResult | undefined;
  readonly activity: WireActivity | undefined;
  /** Sessions of the period, where a filter other than agents makes runs uncountable. */
  readonly sessions: WireSessionPage | undefined;
}

export const usage = resource<UsageAnswer>();
export const usageByRepo = resource<UsageQuestion & { readonly main: WireQueryResult }>();

/** Tells two questions apart. Of now only the day is part of it, and only while the period follows the clock. */
export function usageKey({ view, period, setting }: UsageQuestion): string {
  const today = period.isCurrent ? dayKey(setting.now, setting.tz) : '';
  return `${today}:${period.since}:${period.until}:${stepsOf(period, setting).unit}:${setting.tz}:${filterParameters(view)}`;
}

export async function loadUsage(question: UsageQuestion, force = false): Promise<void> {
  const { view, period, setting } = question;
  const { tz, now } = setting;
  const filters = filterParameters(view);
  const query = (by: string, since: number | undefined, until: number | undefined) =>
    `/api/query?${new URLSearchParams({ by, tz, ...bounds(since, until) })}${filters}`;
  const before = previousPart(period, setting);
  const needsPace = period.isCurrent && period.kind !== 'all';
  const today = dayKey(now, tz);
  await usage.load(
    usageKey(question),
    async (signal) => {
      const optional = <T>(path: string | undefined): Promise<T | undefined> =>
        path === undefined ? Promise.resolve(undefined) : ask<T>(path, { signal }).catch(() => undefined);
      const period_ = bounds(period.since, period.until);
      const [main, beforeAnswer, fullDays, activity, sessions] = await Promise.all([
        ask<WireQueryResult>(query(`${stepsOf(period, setting).unit},agent,model`, period.since, period.until), {
          signal,
        }),
        optional<WireQueryResult>(before && query('agent', before.since, before.until)),
        optional<WireQueryResult>(
          needsPace ? query('day,agent', startOfDay(addDays(today, -PACE_DAYS), tz), startOfDay(today, tz)) : undefined,
        ),
        optional<WireActivity>(isRunCountable(view) ? `/api/activity?${new URLSearchParams(period_)}` : undefined),
        optional<WireSessionPage>(
          isRunCountable(view)
            ? undefined
            : `/api/sessions?${new URLSearchParams({ ...period_, limit: '1' })}${filters}`,
        ),
      ]);
      return { ...question, main, before: beforeAnswer, fullDays, activity, sessions };
    },
    force,
  );
}

export async function loadUsageByRepo(question: UsageQuestion, force = false): Promise<void> {
  const { view, period, setting } = question;
  const { unit } = stepsOf(period, setting);
  const parameters = new URLSearchParams({
    by: `${unit},agent,project`,
    tz: setting.tz,
    ...bounds(period.since, period.until),
  });
  await usageByRepo.load(
    usageKey(question),
    async (signal) => ({
      ...question,
      main: await ask<WireQueryResult>(`/api/query?${parameters}${filterParameters(view)}`, { signal }),
    }),
    force,
  );
}

/** How many of the full days before today can count for the pace: none from before the first call. */
export function countFullDays({ now, tz, firstCallAt }: PeriodSetting): number {
  return firstCallAt === undefined ? 0 : Math.min(PACE_DAYS, Math.max(0, daysBetween(firstCallAt, now, tz)));
}

/** Runs are told per agent only, so any other filter leaves them unknown. */
export function isRunCountable(view: ViewState): boolean {
  return FILTER_NAMES.every((name) => name === 'agent' || !(view.only[name]?.length || view.except[name]?.length));
}

/** `&agent=codex&-project=...` as the ledger's own names, or ''. */
export function filterParameters({ only, except }: Pick<ViewState, 'only' | 'except'>): string {
  let text = '';
  for (const name of FILTER_NAMES) {
    const ledgerName = LEDGER_NAMES[name];
    if (ledgerName === undefined) continue;
    for (const [prefix, filters] of [
      ['', only],
      ['-', except],
    ] as const) {
      const values = filters[name];
      if (values?.length) text += `&${prefix}${ledgerName}=${values.map(escapeValue).join(',')}`;
    }
  }
  return text;
}

/** A comma inside a value is written with a backslash. */
function escapeValue(value: string): string {
  return encodeURIComponent(value.replaceAll(',', '\\,'));
}

/** Half-open bounds as the query spells them. */
export function bounds(since: number | undefined, until: number | undefined): Record<string, string> {
  return {
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}
