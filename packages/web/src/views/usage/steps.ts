/** Words and numbers of the strip's steps: what stands under the axis, what a step is called, what a day may cost. Pure. */
import { parseDay, type TimeUnit } from '@tokenmeter/core';
import { type DateFormat, formatTimeKey } from '@tokenmeter/core/format';
import type { ViewChange } from '../../url-state.ts';
import type { Step } from './model.ts';
import type { Limit } from './threshold.ts';

export const STEP_NAMES: Readonly<Record<TimeUnit, string>> = {
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
};

/** `14:00 – 15:00`, of an hour that comes again `02:00 – 03:00 (UTC+01:00)`, `Nov 18`, `Week 47, Nov 16`, `November 2026`. */
export function stepName(key: string, unit: TimeUnit, dates: DateFormat): string {
  if (unit !== 'hour') return formatTimeKey(key, dates);
  const hour = Number(key.slice(11, 13));
  const offset = key.slice(13);
  return `${pad(hour)}:00 – ${pad((hour + 1) % 24)}:00${offset && ` (UTC${offset})`}`;
}

/**
 * What stands under each column: 1, 5, 10 ... and the last day of a month, weekdays of a week, every sixth hour, months
 * where they begin. Today always; its neighbours give way to it.
 */
export function axisLabels(steps: readonly Step[], unit: TimeUnit, dates: DateFormat): (string | undefined)[] {
  const current = steps.findIndex(({ state }) => state === 'current');
  const labels = steps.map(({ key }, index) => labelOf(key, unit, index, steps, dates));
  if (current < 0 || unit === 'month' || steps.length <= 7) return labels;
  const own = steps[current];
  return labels.map((label, index) => {
    if (index === current)
      return own && (unit === 'hour' ? own.key.slice(11, 13) : (label ?? shortName(own.key, unit, dates)));
    return Math.abs(index - current) <= (unit === 'week' ? 2 : 1) ? undefined : label;
  });
}

/** Where a press on a step leads; undefined for hours, which have no page of their own. */
export function stepChange(key: string, unit: TimeUnit): ViewChange | undefined {
  return unit === 'hour' ? undefined : { window: unit, at: key, from: undefined, to: undefined };
}

/** A limit spread evenly over the days of its period: nano-dollars or tokens a day. */
export function allowanceOf(
  limits: readonly Limit[],
  by: 'cost' | 'tokens',
  days: number,
): bigint | number | undefined {
  const limit = limits.find(({ of }) => of === (by === 'cost' ? 'money' : 'tokens'));
  if (!limit || days <= 0) return undefined;
  return limit.of === 'money' ? limit.nano / BigInt(days) : limit.tokens / days;
}

function labelOf(
  key: string,
  unit: TimeUnit,
  index: number,
  steps: readonly Step[],
  dates: DateFormat,
): string | undefined {
  if (unit === 'hour') return Number(key.slice(11, 13)) % 6 === 0 ? key.slice(11, 13) : undefined;
  if (unit === 'day' && steps.length <= 7) return weekdayOf(key, dates);
  if (unit === 'day') {
    const day = Number(key.slice(8, 10));
    const isLast = index === steps.length - 1;
    if (index > 0 && day === 1) return shortName(key, unit, dates);
    if (day % 5 !== 0 && day !== 1 && !isLast) return undefined;
    return isLast || day !== 1 ? nearEnd(index, steps, day) : String(day);
  }
  if (unit === 'week') {
    const before = steps[index - 1]?.key;
    const month = shortName(key, unit, dates).split(' ')[0];
    return before !== undefined && month === shortName(before, unit, dates).split(' ')[0] ? undefined : month;
  }
  const isYear = index === 0 || key.endsWith('-01');
  if (steps.length > 14 && !isYear && Number(key.slice(5, 7)) % 3 !== 1) return undefined;
  return isYear && key.endsWith('-01') ? key.slice(0, 4) : shortName(`${key}-01`, 'day', dates).split(' ')[0];
}

/** 30 would touch 31: the last day wins. */
function nearEnd(index: number, steps: readonly Step[], day: number): string | undefined {
  return index === steps.length - 2 && day % 5 === 0 ? undefined : String(day);
}

function shortName(key: string, unit: TimeUnit, dates: DateFormat): string {
  const name = formatTimeKey(key, dates);
  if (unit === 'week') return name.replace(/^Week \d+, /, '');
  const day = Number(key.slice(8, 10));
  return unit === 'day' && day !== 1 ? String(day) : name.replace(/, \d+$/, '');
}

function weekdayOf(key: string, { locale }: DateFormat): string {
  const day = parseDay(key) ?? 0;
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(day * 86_400_000);
}

function pad(hour: number): string {
  return String(hour).padStart(2, '0');
}
