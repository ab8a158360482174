/**
 * Days, clocks and periods of a zone as text. Now and the zone are handed in; the year is written only when it is not
 * this year. Clocks are 24-hour. Keys of days, weeks and months (`2026-06-01`, `2026-W23`, `2026-06`) read here too.
 */
import { UNKNOWN } from './certainty.ts';
import { localeOf, once } from './locale.ts';
import { formatRecentAge } from './time.ts';

/** Where and when something is read. */
export interface DateFormat {
  /** UTC ms. */
  readonly now: number;
  /** IANA zone. */
  readonly tz: string;
  readonly locale?: string | undefined;
}

/** `Nov 18`, `Nov 18, 2025` when that is not this year; `—` for null. */
export function formatDate(atMs: number | null | undefined, { now, tz, locale }: DateFormat): string {
  if (atMs === null || atMs === undefined) return UNKNOWN;
  const year = yearOf(atMs, tz) === yearOf(now, tz) ? '' : 'year';
  return shortDate(localeOf(locale), tz, year).format(atMs);
}

/** `Nov 18, 14:32`. */
export function formatDateTime(atMs: number | null | undefined, format: DateFormat): string {
  if (atMs === null || atMs === undefined) return UNKNOWN;
  return `${formatDate(atMs, format)}, ${formatClockMinute(atMs, format.tz)}`;
}

/** `Wed 18 Nov 2026, Europe/Berlin`: the day with its zone, for tooltips. */
export function formatDay(
  atMs: number,
  { tz, locale }: { readonly tz: string; readonly locale?: string | undefined },
): string {
  const parts = new Map(
    longDate(localeOf(locale), tz)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get('weekday')} ${parts.get('day')} ${parts.get('month')} ${parts.get('year')}, ${tz}`;
}

/** `14:32:08`. */
export function formatClock(atMs: number, tz: string): string {
  return clock(tz, 'second').format(atMs);
}

/** `14:32`. */
export function formatClockMinute(atMs: number, tz: string): string {
  return clock(tz, '').format(atMs);
}

/** `just now`, `4 s ago`, `3 min ago`, `2 h ago`, then the date; `—` for null. */
export function formatAge(atMs: number | null | undefined, format: DateFormat): string {
  if (atMs === null || atMs === undefined) return UNKNOWN;
  return formatRecentAge(atMs, format.now) ?? formatDate(atMs, format);
}

/**
 * A key of time as a reader wants it: `2026-06-01T14` is `Jun 1, 14:00`, `2026-10-25T02+01:00` is
 * `Oct 25, 02:00+01:00`, `2026-06-01` is `Jun 1`, `2026-W23` is
 * `Week 23, Jun 1`, `2026-06` is `June 2026`. The year of a day shows when it is not this year. Anything else stays.
 */
export function formatTimeKey(key: string, format: DateFormat): string {
  // A key is local already, so it is read and written as UTC; only "this year" is the zone's.
  const utc: DateFormat = { now: Date.UTC(yearOf(format.now, format.tz), 6, 1), tz: 'UTC', locale: format.locale };
  const day = /^\d{4}-\d{2}-\d{2}/.exec(key)?.[0];
  if (day !== undefined) {
    const date = formatDate(Date.parse(`${day}T00:00:00Z`), utc);
    return key.length > 10 ? `${date}, ${key.slice(11, 13)}:00${key.slice(13)}` : date;
  }
  const week = /^(\d{4})-W(\d{2})$/.exec(key);
  if (week) {
    const monday = mondayOf(Number(week[1]), Number(week[2]));
    return `Week ${Number(week[2])}, ${formatDate(monday, utc)}`;
  }
  if (/^\d{4}-\d{2}$/.test(key))
    return monthYear(localeOf(format.locale), 'UTC').format(Date.parse(`${key}-01T00:00:00Z`));
  return key;
}

/** `November 2026`: the month an instant lies in. */
export function formatMonth(
  atMs: number,
  { tz, locale }: { readonly tz: string; readonly locale?: string | undefined },
): string {
  return monthYear(localeOf(locale), tz).format(atMs);
}

/**
 * A half-open period as a heading: `Nov 18`, `Nov 1 to 21`, `Oct 28 to Nov 3`, `Dec 30, 2025 to Jan 2`, `All time`. A
 * missing end is `now`, a missing start `the start`.
 */
export function formatPeriod(
  since: number | null | undefined,
  until: number | null | undefined,
  format: DateFormat,
): string {
  const from = since ?? undefined;
  const to = until ?? undefined;
  if (from === undefined && to === undefined) return 'All time';
  if (from === undefined) return `Up to ${formatDate((to ?? 0) - 1, format)}`;
  if (to === undefined) return `Since ${formatDate(from, format)}`;
  const first = formatDate(from, format);
  const last = formatDate(to - 1, format);
  if (first === last) return first;
  const a = partsOf(from, format);
  const b = partsOf(to - 1, format);
  const sameMonth = a.year === b.year && a.month === b.month;
  return sameMonth && b.year === partsOf(format.now, format).year ? `${first} to ${b.day}` : `${first} to ${last}`;
}

function partsOf(atMs: number, { tz }: DateFormat): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = isoDate('en-CA', tz).format(atMs).split('-').map(Number);
  return { year, month, day };
}

function yearOf(atMs: number, tz: string): number {
  return Number(isoDate('en-CA', tz).format(atMs).split('-')[0]);
}

/** The Monday (UTC ms) of an ISO week: January 4 is always in week 1. */
function mondayOf(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4);
  const weekday = (new Date(fourth).getUTCDay() + 6) % 7;
  return fourth + ((week - 1) * 7 - weekday) * 86_400_000;
}

const isoDate = once(
  (locale, tz) => new Intl.DateTimeFormat(locale, { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' }),
);

const shortDate = once(
  (locale, tz, year) =>
    new Intl.DateTimeFormat(locale, {
      timeZone: tz,
      month: 'short',
      day: 'numeric',
      ...(year === 'year' ? { year: 'numeric' as const } : {}),
    }),
);

const longDate = once(
  (locale, tz) =>
    new Intl.DateTimeFormat(locale, {
      timeZone: tz,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    }),
);

const monthYear = once(
  (locale, tz) => new Intl.DateTimeFormat(locale, { timeZone: tz, month: 'long', year: 'numeric' }),
);

const clock = once(
  (tz, second) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: tz,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      ...(second === 'second' ? { second: '2-digit' as const } : {}),
    }),
);
