/** From what a request says of time to half-open instants. Dates are days of the request's zone, `until` dates inclusive. */
import { addDays, dayKeyOf, parseDay, periodAt, startOfDay, weekKeyOf } from '@tokenmeter/core';
import { badRequest } from './fault.ts';
import type { Window } from './params.ts';

export interface AskedPeriod {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly window?: Window | undefined;
  readonly at?: string | undefined;
  readonly tz?: string | undefined;
}

export interface Period {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly tz: string;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;

/** The period asked for; unbounded where nothing is. Throws a 400 that names the parameter. */
export function readPeriod(asked: AskedPeriod, fallbackTz: string, nowMs: number): Period {
  const zone = asked.tz ?? fallbackTz;
  if (asked.window !== undefined && (asked.since !== undefined || asked.until !== undefined))
    throw badRequest('window', 'Cannot read "window" beside "since" or "until": give one or the other');
  if (asked.at !== undefined && asked.window === undefined)
    throw badRequest('at', 'Cannot read "at" without "window": give window=day, week or month');
  if (asked.window !== undefined) {
    const at = asked.at === undefined ? nowMs : readAt(asked.at, asked.window, zone);
    const span = periodAt(asked.window, at, zone);
    return { since: span?.since, until: span?.until, tz: zone };
  }
  const since = asked.since === undefined ? undefined : readBound(asked.since, 'since', zone);
  const until = asked.until === undefined ? undefined : readBound(asked.until, 'until', zone);
  if (since !== undefined && until !== undefined && since > until)
    throw badRequest('until', 'Cannot read "until": the period would end before it begins');
  return { since, until, tz: zone };
}

/** An instant, or the day it names: its beginning for `since`, its end for `until`. */
function readBound(text: string, name: 'since' | 'until', zone: string): number {
  if (parseDay(text) !== undefined) return startOfDay(name === 'since' ? text : addDays(text, 1), zone);
  return readInstant(text, name, 'a day such as 2026-11-21 or an instant such as 2026-11-21T09:30:00Z');
}

/** An instant within the window that `at` names. */
function readAt(text: string, window: Window, zone: string): number {
  const month = /^(\d{4}-\d\d)$/.exec(text);
  const week = /^(\d{4})-W(\d\d)$/.exec(text);
  let day: string | undefined = text;
  if (month && window === 'month') day = `${text}-01`;
  if (week && window === 'week') day = mondayOf(Number(week[1]), Number(week[2]), text);
  if (day !== undefined && parseDay(day) !== undefined) return startOfDay(day, zone);
  const example = { day: '2026-11-21', week: '2026-W47', month: '2026-11', all: '2026-11-21' }[window];
  return readInstant(text, 'at', `a ${window === 'all' ? 'day' : window} such as ${example}`);
}

function readInstant(text: string, name: string, example: string): number {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw badRequest(name, `Cannot read "${name}": it must be ${example}`);
  return at;
}

/** The Monday of an ISO week; undefined where the year has no such week. January 4 is always in the first. */
function mondayOf(year: number, week: number, key: string): string | undefined {
  const fourth = parseDay(`${String(year).padStart(4, '0')}-01-04`);
  if (fourth === undefined) return undefined;
  const monday = fourth - ((((fourth + 3) % 7) + 7) % 7) + (week - 1) * 7;
  return weekKeyOf(monday) === key ? dayKeyOf(monday) : undefined;
}
