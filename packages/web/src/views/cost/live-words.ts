/**
 * What the line beside the figure says of how fresh the figures are: following, closed, paused, or the last good ones of
 * a server that does not answer. Pure; the component draws it.
 */
import {
  type DateFormat,
  formatAge,
  formatClock,
  formatClockMinute,
  formatDate,
  formatPlural,
} from '@tokenmeter/core/format';

export interface Freshness {
  readonly now: number;
  readonly dates: DateFormat;
  readonly tz: string;
  /** UTC ms since which the server is unreachable; undefined while it answers. */
  readonly offlineSince: number | undefined;
  /** It answers, but the latest refresh failed: the cause. */
  readonly failure: string | undefined;
  readonly isPaused: boolean;
  /** Streams do not get through: asked every so many seconds. */
  readonly pollSeconds: number | undefined;
  /** End of a period that is over, UTC ms. */
  readonly closedAt: number | undefined;
  /** UTC ms of the figures on screen. */
  readonly dataAt: number | undefined;
  readonly events: number | undefined;
  readonly lastEventAt: number | undefined;
}

export interface LiveWords {
  readonly state: 'live' | 'closed' | 'offline' | 'failed' | 'paused' | 'connecting';
  readonly strong: string;
  readonly rest: string;
  /** For whoever points at it. */
  readonly more: string | undefined;
}

export function liveWords(fresh: Freshness): LiveWords {
  const { dataAt, tz, now } = fresh;
  const clock = dataAt === undefined ? undefined : formatClock(dataAt, tz);
  const from = clock === undefined ? '' : `, showing figures from ${clock}`;
  const say = (state: LiveWords['state'], strong: string, rest: string, more?: string): LiveWords => ({
    state,
    strong,
    rest,
    more,
  });
  if (fresh.offlineSince !== undefined)
    return say('offline', 'API offline', ` since ${formatClockMinute(fresh.offlineSince, tz)}${from}`);
  if (fresh.failure !== undefined)
    return say('failed', 'Not refreshed.', ` ${fresh.failure}${clock === undefined ? '' : ` Figures from ${clock}.`}`);
  if (fresh.closedAt !== undefined)
    return say('closed', 'Closed period', `, final since ${formatDate(fresh.closedAt, fresh.dates)}`);
  if (fresh.isPaused) return say('paused', 'Paused', from);
  if (clock === undefined) return say('connecting', 'Connecting', '');
  const events = fresh.events === undefined ? '' : `, ${formatPlural(fresh.events, 'event')}`;
  const pace = fresh.pollSeconds === undefined ? '' : `, updating every ${fresh.pollSeconds} s`;
  const last = fresh.lastEventAt;
  const age = last === undefined ? undefined : formatAge(last, { ...fresh.dates, now: Math.max(now, last) });
  return say('live', 'Live', `, ${clock}${events}${pace}`, age && `Last event ${age}`);
}

/** Prices older than a week are worth a second look. */
const OLD_PRICES_DAYS = 7;

/** `Prices from Nov 20`, or with their age where they are old. `from` is an ISO day. */
export function priceWords(
  from: string,
  now: number,
  dates: DateFormat,
): { readonly text: string; readonly isOld: boolean } {
  const days = Math.floor((now - Date.parse(from)) / 86_400_000);
  const text = `Prices from ${formatDate(Date.parse(from), { ...dates, tz: 'UTC' })}`;
  return days > OLD_PRICES_DAYS ? { text: `${text}, ${days} days old`, isOld: true } : { text, isOld: false };
}
