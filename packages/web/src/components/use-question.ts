/** What the address of a page with a period asks: the view, the span of time, and what the span was worked out with. */
import { isZone } from '@tokenmeter/core';
import { useMemo } from 'preact/hooks';
import { type PeriodSetting, periodOf } from '../period.ts';
import { search } from '../router.ts';
import { nowMs } from '../stores/clock.ts';
import { health, settings, zone } from '../stores/house.ts';
import type { UsageQuestion } from '../stores/usage.ts';
import { readView } from '../url-state.ts';

/** Undefined until the zone and the first day are known (or cannot be). */
export function useQuestion(): UsageQuestion | undefined {
  const isKnown = [settings.state.value, health.state.value].every(({ data, failure }) => data ?? failure);
  const view = readView(search.value);
  const tz = view.tz !== undefined && isZone(view.tz) ? view.tz : zone.value;
  // A new minute may be a new day: nothing on the page needs to know the second.
  const minute = Math.floor(nowMs.value / 60_000);
  const display = settings.state.value.data?.display;
  const firstCall = health.state.value.data?.ledger.first_call_at;
  return useMemo(() => {
    if (!isKnown) return undefined;
    const setting: PeriodSetting = {
      now: nowMs.peek(),
      tz,
      locale: display?.locale,
      weekStart: display?.week_start ?? 'monday',
      firstCallAt: firstCall ? Date.parse(firstCall) : undefined,
    };
    return { view, period: periodOf(view, setting), setting };
  }, [isKnown, search.value, tz, minute, display, firstCall]);
}
