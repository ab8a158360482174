/**
 * Hours, days, ISO weeks and months of an IANA zone, as keys and as half-open spans of instants. Days of 23, 24 and 25
 * hours, zones with half and quarter hours, midnights that do not exist. It refuses to know what time it is: every
 * instant is handed in (UTC ms). Local days count from 1970-01-01 as day 0.
 */

export const TIME_UNITS = ['hour', 'day', 'week', 'month'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];
export type PeriodKind = 'day' | 'week' | 'month' | 'all';
export type WeekStart = 'monday' | 'sunday';

/** Half-open [since, until), UTC ms. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** From `since` on the zone is `offsetMs` ahead of UTC, until the next segment. */
export interface OffsetSegment {
  readonly since: number;
  readonly offsetMs: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By UTC day: the offset of the whole day, or undefined on a day in which it changes. */
  readonly days: Map<number, number | undefined>;
}

const zones = new Map<string, Zone>();

/** Whether the runtime knows the zone. */
export function isZone(tz: string): boolean {
  try {
    return zoneOf(tz) !== undefined;
  } catch {
    return false;
  }
}

/** Milliseconds the zone is ahead of UTC at an instant. Throws RangeError for an unknown zone. */
export function zoneOffset(atMs: number, tz: string): number {
  if (tz === 'UTC') return 0;
  const zone = zoneOf(tz);
  const day = Math.floor(atMs / DAY);
  if (!zone.days.has(day)) {
    const first = readOffset(zone, day * DAY);
    zone.days.set(day, first === readOffset(zone, (day + 1) * DAY) ? first : undefined);
  }
  return zone.days.get(day) ?? readOffset(zone, atMs);
}

/** The stretches of one offset that cover [since, until): one, plus one for each clock change inside. */
export function offsetSegments(since: number, until: number, tz: string): OffsetSegment[] {
  const segments = [{ since, offsetMs: zoneOffset(since, tz) }];
  if (tz === 'UTC') return segments;
  let from = since;
  while (from < until) {
    // No zone changes its clock twice within four days.
    const to = Math.min(from + 4 * DAY, until);
    const known = segments.at(-1)?.offsetMs ?? 0;
    const offsetMs = zoneOffset(to, tz);
    if (offsetMs !== known) segments.push({ since: changeBetween(from, to, tz), offsetMs });
    from = to;
  }
  return segments;
}

/** Milliseconds of the zone's own clock, as if its reading were UTC. */
export function localTime(atMs: number, tz: string): number {
  return atMs + zoneOffset(atMs, tz);
}

/**
 * `2026-06-01T14`, `2026-06-01`, `2026-W23`, `2026-06`: the hour, day, ISO week or month an instant lies in. An hour
 * that comes again as the clock goes back bears its offset, and sorts behind the first: `2026-10-25T02+01:00`.
 */
export function timeKey(unit: TimeUnit, atMs: number, tz: string): string {
  const local = localTime(atMs, tz);
  const day = Math.floor(local / DAY);
  if (unit === 'hour') return hourKeyIn(Math.floor(local / HOUR), local - atMs, tz);
  if (unit === 'day') return dayKeyOf(day);
  return unit === 'week' ? weekKeyOf(day) : monthKeyOf(day);
}

export function dayKey(atMs: number, tz: string): string {
  return timeKey('day', atMs, tz);
}

/** Key of a local hour counted from 1970-01-01T00, as it is while the zone is so much ahead of UTC. */
export function hourKeyIn(hour: number, offsetMs: number, tz: string): string {
  const key = new Date(hour * HOUR).toISOString().slice(0, 13);
  const before = zoneOffset(hour * HOUR - offsetMs - 3 * HOUR, tz);
  const isFirst = before === offsetMs || zoneOffset(hour * HOUR - before, tz) !== before;
  return isFirst ? key : key + offsetText(offsetMs);
}

/** Key of a local day. */
export function dayKeyOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** Key of the ISO week (Monday to Sunday, the year of its Thursday) that a local day lies in. */
export function weekKeyOf(day: number): string {
  const thursday = day - weekday(day) + 3;
  const year = new Date(thursday * DAY).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

export function monthKeyOf(day: number): string {
  return dayKeyOf(day).slice(0, 7);
}

/** The local day that `2026-06-01` names; undefined where it is no date. */
export function parseDay(key: string): number | undefined {
  // Nobody means the year 9999 by it, and the day after its last has no key.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(key) || key.startsWith('9999')) return undefined;
  const at = Date.parse(`${key}T00:00:00Z`);
  return Number.isNaN(at) || dayKeyOf(at / DAY) !== key ? undefined : at / DAY;
}

/** `2026-06-01` and so many days later or earlier. Throws RangeError where the key is no date. */
export function addDays(key: string, days: number): string {
  return dayKeyOf(requireDay(key) + days);
}

/** First instant of the day `2026-06-01` in a zone, UTC ms; where midnight does not exist, the first that does. */
export function startOfDay(key: string, tz: string): number {
  return startOfLocalDay(requireDay(key), tz);
}

/** The day, ISO week (or the week from Sunday) or month around an instant; `all` has no bounds and gives undefined. */
export function periodAt(kind: 'all', atMs: number, tz: string, weekStart?: WeekStart): undefined;
export function periodAt(kind: TimeUnit, atMs: number, tz: string, weekStart?: WeekStart): Span;
export function periodAt(kind: TimeUnit | 'all', atMs: number, tz: string, weekStart?: WeekStart): Span | undefined;
export function periodAt(
  kind: TimeUnit | 'all',
  atMs: number,
  tz: string,
  weekStart: WeekStart = 'monday',
): Span | undefined {
  if (kind === 'all') return undefined;
  if (kind === 'hour') return hourAround(atMs, tz);
  const day = Math.floor(localTime(atMs, tz) / DAY);
  let [first, next] = [day, day + 1];
  if (kind === 'week') {
    first = day - (weekStart === 'monday' ? weekday(day) : (weekday(day) + 1) % 7);
    next = first + 7;
  } else if (kind === 'month') {
    const date = new Date(day * DAY);
    first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY;
    next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY;
  }
  return { since: startOfLocalDay(first, tz), until: startOfLocalDay(next, tz) };
}

/** Every key of a unit that [since, until) touches, in order: what a chart draws, empty ones included. */
export function keysBetween(unit: TimeUnit, since: number, until: number, tz: string): string[] {
  const keys: string[] = [];
  for (let at = since; at < until; ) {
    const key = timeKey(unit, at, tz);
    if (keys.at(-1) !== key) keys.push(key);
    at = Math.max(at + 1, periodAt(unit, at, tz).until);
  }
  return keys;
}

function zoneOf(tz: string): Zone {
  const known = zones.get(tz);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const zone: Zone = { format, days: new Map() };
  zones.set(tz, zone);
  return zone;
}

function readOffset(zone: Zone, atMs: number): number {
  const seconds = Math.floor(atMs / 1000) * 1000;
  const parts: Record<string, string> = {};
  for (const { type, value } of zone.format.formatToParts(seconds)) parts[type] = value;
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  local.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return local.getTime() - seconds;
}

/** The instant after `from`, not after `to`, from which the offset is that of `to`. */
function changeBetween(from: number, to: number, tz: string): number {
  const after = zoneOffset(to, tz);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(middle, tz) === after) high = middle;
    else low = middle;
  }
  return high;
}

function startOfLocalDay(day: number, tz: string): number {
  const midnight = day * DAY;
  const [from, to] = [midnight - 15 * HOUR, midnight + 13 * HOUR];
  const [before, after] = [zoneOffset(from, tz), zoneOffset(to, tz)];
  if (before === after) return midnight - before;
  const candidates = [midnight - before, midnight - after].sort((a, b) => a - b);
  const found = candidates.find((at) => localTime(at, tz) === midnight);
  return found ?? changeBetween(from, to, tz);
}

/** `+02:00`, `-03:30`. */
function offsetText(offsetMs: number): string {
  const clock = new Date(Math.abs(offsetMs)).toISOString().slice(11, 16);
  return `${offsetMs < 0 ? '-' : '+'}${clock}`;
}

/** The clock hour around an instant; of an hour that comes again, the one of the two it lies in. */
function hourAround(atMs: number, tz: string): Span {
  const key = timeKey('hour', atMs, tz);
  let [since, until] = [atMs - 3 * HOUR, atMs + 3 * HOUR];
  const same = (at: number) => timeKey('hour', at, tz) === key;
  since = edge(since, atMs, same);
  until = edge(until, atMs, same);
  return { since, until: until + 1 };
}

/** The instant nearest to `outside` that is still inside, given that `inside` is. */
function edge(outside: number, inside: number, isInside: (at: number) => boolean): number {
  let [out, into] = [outside, inside];
  while (Math.abs(out - into) > 1) {
    const middle = Math.floor((out + into) / 2);
    if (isInside(middle)) into = middle;
    else out = middle;
  }
  return into;
}

/** 0 Monday to 6 Sunday. Day 0 was a Thursday. */
function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

function requireDay(key: string): number {
  const day = parseDay(key);
  if (day === undefined) throw new RangeError(`Cannot read "${key}" as a date, write it as 2026-06-01`);
  return day;
}
