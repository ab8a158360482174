/**
 * Everything the Usage page shows, worked out from one answer of the server: pure, so that each figure can be checked
 * without a browser. It writes no text but names; words and numbers are written where they are drawn.
 */
import { dayKey, startOfDay, type TimeUnit, type WireRow, type WireSettings } from '@tokenmeter/core';
import { coveredByPlan, type Figures, readFigures, sumFigures } from '../../figures.ts';
import { daysBetween, previousPart, stepKey, stepsOf } from '../../period.ts';
import { countFullDays, isRunCountable, type UsageAnswer } from '../../stores/usage.ts';
import { isFiltered } from '../../url-state.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type Limit, limitsFor, nearestThreshold, type Threshold } from './threshold.ts';

export interface Step {
  /** `2026-11-21`, `2026-11-21T14`, `2026-W47`, `2026-11`. */
  readonly key: string;
  readonly state: 'past' | 'current' | 'future';
  readonly figures: Figures;
}

export interface UsageModel {
  readonly total: Figures;
  readonly unit: TimeUnit;
  readonly steps: readonly Step[];
  /** Rows with the plan's reading of money applied, for regrouping. */
  readonly rows: readonly ReadRow[];
  /** Undefined where it could not be learned. */
  readonly runs: { readonly count: number; readonly of: 'runs' | 'sessions' } | undefined;
  readonly runsByAgent: ReadonlyMap<string, number>;
  /** The same elapsed part of the period before; `ratio` is this over that, less one. */
  readonly change: { readonly label: string; readonly ratio: number | undefined } | undefined;
  readonly limits: readonly Limit[];
  readonly threshold: Threshold | undefined;
  readonly forecast: Forecast | undefined;
  /** Whether part of the list-price money is covered by a plan. */
  readonly isPartlyCovered: boolean;
  readonly unitOfMoney: 'list' | 'billed';
}

export interface ReadRow {
  readonly key: Readonly<Record<string, string>>;
  readonly figures: Figures;
}

export function buildUsage(answer: UsageAnswer, settings: WireSettings | undefined): UsageModel {
  const { view, period, setting } = answer;
  const unitOfMoney = view.unit ?? settings?.display.unit ?? 'list';
  const covered = new Set(Object.keys(settings?.plans ?? {}));
  const read = (rows: readonly WireRow[]) => readRows(rows, unitOfMoney === 'billed' ? covered : new Set());
  const rows = read(answer.main.rows);
  const { unit, keys } = stepsOf(period, setting);
  const steps = stepsIn(rows, unit, keys, setting.now, setting.tz);
  const total = sumFigures(rows.map(({ figures }) => figures));
  const limits = isFiltered(view) ? [] : limitsFor(period.kind, settings);
  const before = previousPart(period, setting);
  const cap = limits.find((limit) => limit.of === 'money');
  const isSpendKnown = total.cost !== null && total.tokens > 0;
  return {
    total,
    unit,
    steps,
    rows,
    runs: runsOf(answer),
    runsByAgent: new Map(answer.activity?.by_agent.map(({ agent, runs }) => [agent, runs])),
    change: before && {
      label: before.label,
      ratio: answer.before && changeRatio(total, sumFigures(read(answer.before.rows).map((row) => row.figures))),
    },
    limits,
    threshold: nearestThreshold(total, limits),
    forecast: isSpendKnown ? forecastOf(answer, steps, read(answer.fullDays?.rows ?? []), cap) : undefined,
    isPartlyCovered: unitOfMoney === 'list' && rows.some(({ key }) => covered.has(key.agent ?? '')),
    unitOfMoney,
  };
}

/** Rows of any answer that has agents, read with the plan's money taken out where billed money leads. */
export function readRows(rows: readonly WireRow[], covered: ReadonlySet<string>): ReadRow[] {
  return rows.map((row) => {
    const figures = readFigures(row);
    return { key: row.key, figures: covered.has(row.key.agent ?? '') ? coveredByPlan(figures) : figures };
  });
}

/** Sums of rows by one key, in order of first sight. */
export function groupRows(rows: readonly ReadRow[], name: string): Map<string, ReadRow[]> {
  const groups = new Map<string, ReadRow[]>();
  for (const row of rows) {
    const value = row.key[name] ?? '';
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

function stepsIn(rows: readonly ReadRow[], unit: TimeUnit, keys: readonly string[], now: number, tz: string): Step[] {
  const groups = groupRows(rows, unit);
  const current = stepKey(unit, now, tz);
  return keys.map((key) => ({
    key,
    state: key === current ? 'current' : key < current ? 'past' : 'future',
    figures: sumFigures((groups.get(key) ?? []).map(({ figures }) => figures)),
  }));
}

function runsOf({ view, activity, sessions }: UsageAnswer): UsageModel['runs'] {
  if (!isRunCountable(view)) return sessions && { count: sessions.matched, of: 'sessions' };
  if (!activity) return undefined;
  const { only, except } = view;
  if (!only.agent?.length && !except.agent?.length) return { count: activity.runs, of: 'runs' };
  const kept = activity.by_agent.filter(
    ({ agent }) => (!only.agent?.length || only.agent.includes(agent)) && !except.agent?.includes(agent),
  );
  return { count: kept.reduce((sum, { runs }) => sum + runs, 0), of: 'runs' };
}

/** By money where both are known, by tokens where nothing has a price; undefined against nothing. */
function changeRatio(now: Figures, before: Figures): number | undefined {
  if (now.cost !== null && before.cost !== null && before.cost > 0n) return Number(now.cost) / Number(before.cost) - 1;
  if (now.cost === null && before.tokens > 0) return now.tokens / before.tokens - 1;
  return undefined;
}

function forecastOf(
  { period, setting }: UsageAnswer,
  steps: readonly Step[],
  fullDays: readonly ReadRow[],
  cap: { readonly nano: bigint } | undefined,
): Forecast | undefined {
  const { now, tz } = setting;
  if (period.kind === 'all' || period.until === undefined || period.since === undefined) return undefined;
  const spent = steps.filter(({ state }) => state !== 'future').map(({ figures }) => figures.cost ?? 0n);
  const total = spent.reduce((a, b) => a + b, 0n);
  const isByDay = period.kind === 'week' || period.kind === 'month' || period.kind === 'range';
  const today = !period.isCurrent ? 0n : isByDay ? (spent.at(-1) ?? 0n) : total;
  const byDay = groupRows(fullDays, 'day');
  const counted = countFullDays(setting);
  const days = Array.from({ length: counted }, (_, index) => {
    const key = dayKey(startOfDay(dayKey(now, tz), tz) - (counted - index - 0.5) * 86_400_000, tz);
    return sumFigures((byDay.get(key) ?? []).map(({ figures }) => figures)).cost ?? 0n;
  });
  return forecast({
    beforeToday: total - today,
    today,
    fullDays: days,
    daysLeft: period.isCurrent ? daysBetween(now, period.until - 1, tz) : 0,
    days: spent,
    cap: cap?.nano,
    isEnded: !period.isCurrent,
  });
}
