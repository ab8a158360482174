/** What consumed the tokens of a session and of a period. */
import type { WireAttribution } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { resource } from './resource.ts';
import { bounds, filterParameters, type UsageQuestion, usageKey } from './usage.ts';

export const sessionAttribution = resource<WireAttribution>();
export const periodAttribution = resource<WireAttribution>();

export async function loadSessionAttribution(id: string, force: boolean): Promise<void> {
  await sessionAttribution.load(id, (signal) => ask<WireAttribution>(pathOf('session', id), { signal }), force);
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

function pathOf(scope: 'session', id: string): string {
  return `/api/attribution?${new URLSearchParams({ scope, id, in_context: 'now' })}`;
}
