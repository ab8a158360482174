/** What consumed the tokens of a session, of a period, and of the run that somebody points at. */
import type { WireAttribution, WireLiveRun } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export const sessionAttribution = resource<WireAttribution>();
export const periodAttribution = resource<WireAttribution>();
/** One at a time: only one run can be pointed at. */
export const runAttribution = resource<WireAttribution>();

export async function loadSessionAttribution(id: string, force: boolean): Promise<void> {
  await sessionAttribution.load(id, (signal) => askAttribution(pathOf('session', id), signal), force);
}

/**
 * Where a live run's figures are asked for; null until its session is known. A run that was started is its own stretch of
 * a session, one that was seen in the logs is all of it.
 */
export function runAttributionPath({ origin, run_id: run, session_id: session }: WireLiveRun): string | null {
  if (session === null) return null;
  return origin === 'started' ? pathOf('run', run) : pathOf('session', session);
}

export async function loadRunAttribution(path: string): Promise<void> {
  await runAttribution.load(path, (signal) => askAttribution(path, signal), true);
}

export async function loadPeriodAttribution(question: UsageQuestion, force: boolean): Promise<void> {
  const { period, setting, view } = question;
  const parameters = new URLSearchParams({
    scope: 'period',
    tz: setting.tz,
    ...bounds(period.since, period.until),
  });
  await periodAttribution.load(
    usageKey(question),
    (signal) => ask<WireAttribution>(`/api/attribution?${parameters}${filterParameters(view)}`, { signal }),
    force,
  );
}

export function askAttribution(path: string, signal?: AbortSignal): Promise<WireAttribution> {
  return ask<WireAttribution>(path, { signal });
}

function pathOf(scope: 'run' | 'session', id: string): string {
  return `/api/attribution?${new URLSearchParams({ scope, id, in_context: 'now' })}`;
}
