/**
 * The span of time a page shows, from its address, the zone and the clock: bounds, name, the spans before and after, the
 * same elapsed part of the one before, and the steps a chart of it is drawn in. Pure: now is handed in.
 */
import {
  addDays,
  dayKey,
  keysBetween,
  parseDay,
  periodAt,
  type Span,
  startOfDay,
  type TimeUnit,
  timeKey,
  type WeekStart,
} from '@tokenmeter/core';
import { type DateFormat, formatClockMinute, formatDate, formatMonth, formatPeriod } from '@tokenmeter/core/format';
import type { PeriodWindow, ViewChange, ViewState } from './url-state.ts';

export interface Period {
  readonly kind: PeriodWindow | 'range';
  /** UTC ms, half-open; both undefined for all time. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Now lies inside. */
  readonly isCurrent: boolean;
  /** `Today`, `Nov 18`, `Nov 16 – 22`, `November 2026`, `Since Mar 2, 2025`. */
  readonly label: string;
  /** What to add to an address so that it names this very span for ever. */
  readonly fixed: ViewChange;
  readonly previous: ViewChange | undefined;
  readonly next: ViewChange | undefined;
}

export interface PeriodSetting extends DateFormat {
  readonly weekStart: WeekStart;
  /** UTC ms of the first call the ledger knows. */
  readonly firstCallAt: number | undefined;
}

const FRESH: ViewChange = { at: undefined, from: undefined, to: undefined };

export function periodOf(view: Pick<ViewState, 'window' | 'at' | 'from' | 'to'>, setting: PeriodSetting): Period {
  const { now, tz, firstCallAt } = setting;
  const range = rangeOf(view.from, view.to, tz);
  if (range) return rangePeriod(range, setting);
  if (view.window === 'all') {
    const label = firstCallAt === undefined ? 'All time' : `Since ${withYear(firstCallAt, setting)}`;
    const none = { since: undefined, until: undefined, previous: undefined, next: undefined };
    return { kind: 'all', ...none, isCurrent: true, label, fixed: { window: 'all', ...FRESH } };
  }
  const { window } = view;
  const here = periodAt(window, now, tz, setting.weekStart);
  const asked = instantOf(view.at, tz);
  const span = asked === undefined || asked >= here.until ? here : periodAt(window, asked, tz, setting.weekStart);
  const isCurrent = span.since === here.since;
  const to = (at: number): ViewChange => ({
    ...FRESH,
    window,
    at: at >= here.since ? undefined : keyOf(window, at, setting),
  });
  return {
    kind: window,
    ...span,
    isCurrent,
    label: labelOf(window, span, isCurrent, setting),
    fixed: { ...FRESH, window, at: keyOf(window, span.since, setting) },
    previous: firstCallAt !== undefined && span.since <= firstCallAt ? undefined : to(span.since - 1),
    next: isCurrent ? undefined : to(span.until),
  };
}

/** The part of the period before that is as long as what has passed of this one, by local days and clock. */
export function previousPart(period: Period, setting: PeriodSetting): (Span & { readonly label: string }) | undefined {
  const { since, until, kind } = period;
  if (since === undefined || until === undefined || kind === 'all') return undefined;
  const { now, tz } = setting;
  const before: Span =
    kind === 'range'
      ? { since: startOfDay(addDays(dayKey(since, tz), -daysBetween(since, until, tz)), tz), until: since }
      : periodAt(kind, since - 1, tz, setting.weekStart);
  if (!period.isCurrent) return { ...before, label: compact(formatPeriod(before.since, before.until, setting)) };
  const today = startOfDay(dayKey(now, tz), tz);
  const sameDay = startOfDay(addDays(dayKey(before.since, tz), daysBetween(since, today, tz)), tz);
  const end = Math.min(before.until, Math.max(before.since + 1, sameDay + (now - today)));
  const label = compact(formatPeriod(before.since, end, setting));
  return {
    since: before.since,
    until: end,
    label: kind === 'day' ? `${label}, to ${formatClockMinute(now, tz)}` : label,
  };
}

/** Whole local days from the day of one instant to the day of another. */
export function daysBetween(fromMs: number, toMs: number, tz: string): number {
  return (parseDay(dayKey(toMs, tz)) ?? 0) - (parseDay(dayKey(fromMs, tz)) ?? 0);
}

/** The steps of a chart over a period: hours of a day, days, and for long spans weeks (up to 26), then months. */
export function stepsOf(period: Period, setting: PeriodSetting): { readonly unit: TimeUnit; readonly keys: string[] } {
  const { now, tz, firstCallAt } = setting;
  const beginning = Math.min(firstCallAt ?? now, now);
  const isEndless = period.since !== undefined && beginning - period.since > ENDLESS_MS;
  const since = isEndless ? beginning : (period.since ?? beginning);
  const isForever = period.until !== undefined && period.until - now > ENDLESS_MS;
  const until = isForever ? now + 1 : (period.until ?? now + 1);
  const days = daysBetween(since, until - 1, tz) + 1;
  const unit: TimeUnit = period.kind === 'day' || days === 1 ? 'hour' : stepOfDays(days, period.kind);
  return { unit, keys: keysBetween(unit, since, until, tz) };
}

/** So long before the first call, or after now, nobody wants to see that there is nothing. */
const ENDLESS_MS = 5 * 366 * 86_400_000;

/** Which step of a chart an instant falls in, and so what is past, present and to come. */
export function stepKey(unit: TimeUnit, atMs: number, tz: string): string {
  return timeKey(unit, atMs, tz);
}

function stepOfDays(days: number, kind: Period['kind']): TimeUnit {
  if (kind === 'week' || kind === 'month' || (kind === 'range' && days <= 62)) return 'day';
  if (kind === 'all' && days <= 14) return 'day';
  return days <= 26 * 7 ? 'week' : 'month';
}

function labelOf(window: PeriodWindow, span: Span, isCurrent: boolean, setting: PeriodSetting): string {
  if (window === 'day') return isCurrent ? 'Today' : formatDate(span.since, setting);
  if (window === 'month') return formatMonth(span.since, setting);
  return spaced(formatPeriod(span.since, span.until, setting));
}

function rangePeriod(span: Span, setting: PeriodSetting): Period {
  const { now, tz } = setting;
  const first = dayKey(span.since, tz);
  const last = dayKey(span.until - 1, tz);
  const days = daysBetween(span.since, span.until, tz);
  const to = (by: number): ViewChange => ({ at: undefined, from: addDays(first, by), to: addDays(last, by) });
  return {
    kind: 'range',
    ...span,
    isCurrent: span.since <= now && now < span.until,
    label: spaced(formatPeriod(span.since, span.until, setting)),
    fixed: { at: undefined, from: first, to: last },
    previous: setting.firstCallAt !== undefined && span.since <= setting.firstCallAt ? undefined : to(-days),
    next: span.until > now ? undefined : to(days),
  };
}

/** No agent wrote a log before computers told time, or will after all of us; charts of a thousand years draw nothing. */
const [FIRST_DAY, LAST_DAY] = ['1970-01-01', '2199-12-31'];

function possibleDay(day: string): string {
  return day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day;
}

function rangeOf(from: string | undefined, to: string | undefined, tz: string): Span | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (parseDay(from) === undefined || parseDay(to) === undefined) return undefined;
  const [first = '', last = ''] = [from, to].sort().map(possibleDay);
  return { since: startOfDay(first, tz), until: startOfDay(addDays(last, 1), tz) };
}

/** `2026-11-21`, `2026-W47` or `2026-11` as its first instant in the zone. */
function instantOf(at: string | undefined, tz: string): number | undefined {
  if (at === undefined) return undefined;
  const week = /^(\d{4})-W(\d{2})$/.exec(at);
  let day = at;
  if (week) {
    // January 4 is always in week 1.
    const fourth = `${week[1]}-01-04`;
    const weekday = ((parseDay(fourth) ?? 0) + 3) % 7;
    day = addDays(fourth, (Number(week[2]) - 1) * 7 - weekday);
  } else if (/^\d{4}-\d{2}$/.test(at)) {
    day = `${at}-01`;
  }
  return parseDay(day) === undefined || possibleDay(day) !== day ? undefined : startOfDay(day, tz);
}

/** ISO weeks begin on Monday; a week from Sunday is named by its first day. */
function keyOf(window: PeriodWindow, atMs: number, { tz, weekStart }: PeriodSetting): string {
  if (window === 'week') {
    const { since } = periodAt('week', atMs, tz, weekStart);
    return weekStart === 'monday' ? timeKey('week', since, tz) : dayKey(since, tz);
  }
  return timeKey(window === 'month' ? 'month' : 'day', atMs, tz);
}

function withYear(atMs: number, setting: DateFormat): string {
  // A "now" of another year makes the formatter write the year.
  return formatDate(atMs, { ...setting, now: atMs - 400 * 86_400_000 });
}

function spaced(period: string): string {
  return period.replace(' to ', ' – ');
}

function compact(period: string): string {
  return period.replace(/(\d) to (\d+)$/, '$1–$2').replace(' to ', ' – ');
}
