/**
 * The machine's time zone by a name that can be used. The engine tells none, or one that is no zone, where `TZ` is empty, a
 * file (`:/etc/localtime`, which many systems set) or a rule (`UTC+3`), although it reckons with them.
 */
import { realpathSync } from 'node:fs';
import { isZone } from '@tokenmeter/core';

const HOUR = 60;

export function machineZone(tz: string | undefined = process.env.TZ): string {
  const named = zoneOfFile(tz?.replace(/^:/, '') ?? '');
  if (named !== undefined) return named;
  // The types promise a name; the engine does not.
  const told: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (told !== undefined && isZone(told)) return told;
  return fixedZone() ?? 'UTC';
}

/** A file of the zone database lies there under the zone's name, or is a link to one that does. */
function zoneOfFile(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    const name = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(realpathSync(path))?.[1];
    return name !== undefined && isZone(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** The distance from UTC, where it is the same in winter and in summer. */
function fixedZone(): string | undefined {
  const year = new Date().getFullYear();
  const [winter, summer] = [0, 6].map((month) => -new Date(year, month, 1).getTimezoneOffset());
  if (winter === undefined || winter !== summer || winter === 0) return undefined;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const ahead = Math.abs(winter);
  const zone = `${winter < 0 ? '-' : '+'}${pad(ahead / HOUR)}:${pad(ahead % HOUR)}`;
  return isZone(zone) ? zone : undefined;
}
