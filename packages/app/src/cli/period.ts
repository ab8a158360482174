/**
 * `--since`, `--until`, `--period` and `--tz` as a half-open span of instants with a heading. `--until` is inclusive as a
 * date. It refuses what it cannot read rather than guess a day.
 */
import { addDays, dayKey, isZone, type PeriodKind, periodAt, startOfDay, TokenmeterError } from '@tokenmeter/core';
import { formatDate, formatDay, formatMonth, formatPeriod } from '@tokenmeter/core/format';
import type { ArgsDef } from 'citty';
import type { House } from '../house.ts';

export const PERIOD = {
  since: {
    type: 'string',
    valueHint: 'DATE',
    description: 'From this day on (2026-06-01), instant, or span back (7d, 12h)',
  },
  until: { type: 'string', valueHint: 'DATE', description: 'Up to and with this day, or up to an instant' },
  period: { type: 'string', valueHint: 'WORD', description: 'day, week, month or all: the current one' },
  tz: { type: 'string', valueHint: 'ZONE', description: 'IANA zone in which days begin' },
} satisfies ArgsDef;

export interface PeriodArgs {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly period?: string | undefined;
  readonly tz?: string | undefined;
}

export interface Period {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly tz: string;
  readonly kind: PeriodKind | 'custom';
}

/** Throws `usage` for a zone, date or word it does not know, and a period to come. `fallback` is used when nothing was asked. */
export function readPeriod(args: PeriodArgs, house: Pick<House, 'config' | 'clock'>, fallback: PeriodKind): Period {
  const tz = args.tz ?? house.config.tz;
  if (!isZone(tz))
    throw new TokenmeterError('usage', `Cannot use "${tz}" as --tz, write an IANA zone such as Europe/Berlin`);
  const now = house.clock.now();
  if (args.since !== undefined || args.until !== undefined) {
    if (args.period !== undefined)
      throw new TokenmeterError('usage', 'Cannot use --period together with --since or --until, write one of them');
    const since = args.since === undefined || args.since === 'all' ? undefined : readStart(args.since, tz, now);
    const until = args.until === undefined ? undefined : readEnd(args.until, tz, now);
    if (since !== undefined && until !== undefined && since >= until)
      throw new TokenmeterError(
        'usage',
        `Cannot show a period that ends before it begins: --since ${args.since} --until ${args.until}`,
      );
    if (since !== undefined && since > now)
      throw new TokenmeterError('usage', `Cannot show a period that has not begun: --since ${args.since} is after now`);
    return { since, until, tz, kind: since === undefined && until === undefined ? 'all' : 'custom' };
  }
  const kind = readKind(args.period, fallback);
  const span = periodAt(kind, now, tz, house.config.weekStart);
  return { since: span?.since, until: span?.until, tz, kind };
}

/** `November 2026, 1 to 21, Europe/Berlin`: what every report says first. */
export function periodHeading(period: Period, now: number, locale: string): string {
  return `${words(period, now, locale)}, ${period.tz}`;
}

/** `Nov 1 to 21`, for narrow screens. */
export function shortHeading(period: Period, now: number, locale: string): string {
  const { since, tz } = period;
  return formatPeriod(since, untilNow(period, now), { now, tz, locale });
}

/** First and last day of the period as dates of its zone; null where it is open. */
export function periodDates({ since, until, tz }: Period): {
  readonly from: string | null;
  readonly to: string | null;
} {
  return {
    from: since === undefined ? null : dayKey(since, tz),
    to: until === undefined ? null : dayKey(until - 1, tz),
  };
}

function words(period: Period, now: number, locale: string): string {
  const { since, kind, tz } = period;
  if (kind === 'day' && since !== undefined) return formatDay(since, { tz, locale }).replace(`, ${tz}`, '');
  if (kind === 'month' && since !== undefined) {
    const last = Number(dayKey(now, tz).slice(8));
    return `${formatMonth(since, { tz, locale })}, ${last === 1 ? '1' : `1 to ${last}`}`;
  }
  const text = formatPeriod(since, untilNow(period, now), { now, tz, locale });
  const year = dayKey(now, tz).slice(0, 4);
  return kind === 'all' || /\d{4}/.test(text) ? text : `${text}, ${year}`;
}

/** A period that is still running is shown up to today. */
function untilNow({ until, kind }: Period, now: number): number | undefined {
  if (until === undefined) return kind === 'all' ? undefined : now + 1;
  return Math.min(until, now + 1);
}

function readKind(word: string | undefined, fallback: PeriodKind): PeriodKind {
  const kinds: readonly PeriodKind[] = ['day', 'week', 'month', 'all'];
  if (word === undefined) return fallback;
  const kind = kinds.find((known) => known === word);
  if (!kind) throw new TokenmeterError('usage', `Cannot use "${word}" as --period, write day, week, month or all`);
  return kind;
}

function readStart(text: string, tz: string, now: number): number {
  const back = /^(\d{1,4})([dhw])$/.exec(text);
  if (back) {
    const count = Number(back[1]);
    if (back[2] === 'h') return now - count * 3_600_000;
    const days = back[2] === 'w' ? count * 7 : count;
    // `7d` is seven days with today as the last.
    return startOfDay(addDays(dayKey(now, tz), 1 - days), tz);
  }
  return readDay(text, '--since', tz, now) ?? readInstant(text, '--since');
}

function readEnd(text: string, tz: string, now: number): number {
  const key = dayWord(text, tz, now);
  if (key === undefined) return readInstant(text, '--until');
  readDay(text, '--until', tz, now);
  return startOfDay(addDays(key, 1), tz);
}

function dayWord(text: string, tz: string, now: number): string | undefined {
  if (text === 'today') return dayKey(now, tz);
  if (text === 'yesterday') return addDays(dayKey(now, tz), -1);
  if (/^\d{8}$/.test(text)) return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

function readDay(text: string, option: string, tz: string, now: number): number | undefined {
  const key = dayWord(text, tz, now);
  if (key === undefined) return undefined;
  try {
    return startOfDay(key, tz);
  } catch {
    throw new TokenmeterError('usage', `Cannot use "${text}" as ${option}, there is no such day`);
  }
}

function readInstant(text: string, option: string): number {
  const at = /^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new TokenmeterError(
      'usage',
      `Cannot use "${text}" as ${option}, write a day as 2026-06-01 or an instant as 2026-06-01T14:00:00Z`,
    );
  return at;
}

/** `Nov 18`, for texts that name a day. */
export function dayWords(at: number, tz: string, now: number, locale: string): string {
  return formatDate(at, { now, tz, locale });
}
