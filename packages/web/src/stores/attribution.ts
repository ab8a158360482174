/** What consumed the tokens of a session, of a period, and of the run that somebody points at. */
import type { WireAttribution } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export const sessionAttribution = resource<WireAttribution>();
export const periodAttribution = resource<WireAttribution>();
/** One at a time: only one run can be pointed at. */
export const runAttribution = resource<WireAttribution>();

export async function loadSessionAttribution(id: string, force: boolean): Promise<void> {
  await sessionAttribution.load(id, (signal) => askForSession(id, signal), force);
}

/** A run's figures are its session's, with the sub-agents nested in it. */
export async function loadRunAttribution(sessionId: string): Promise<void> {
  await runAttribution.load(sessionId, (signal) => askForSession(sessionId, signal), true);
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

export function askForSession(id: string, signal?: AbortSignal): Promise<WireAttribution> {
  const parameters = new URLSearchParams({ scope: 'session', id, in_context: 'now' });
  return ask<WireAttribution>(`/api/attribution?${parameters}`, { signal });
}
