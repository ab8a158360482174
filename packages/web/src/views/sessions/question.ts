/** What the address asks of the sessions list, once the zone and the first day are known (or cannot be). */
import { isZone } from '@tokenmeter/core';
import { useMemo } from 'preact/hooks';
import { type PeriodSetting, periodOf } from '../../period.ts';
import { search } from '../../router.ts';
import { nowMs } from '../../stores/clock.ts';
import { health, settings, zone } from '../../stores/house.ts';
import type { SessionsQuestion } from '../../stores/sessions.ts';
import { askedOrder } from '../../table/sort.ts';
import { readView } from '../../url-state.ts';
import { NEWEST_FIRST, SESSION_COLUMNS, serverSort } from './list.ts';
import { PAGE_ROWS, readPage } from './paging.ts';

export function useSessionsQuestion(): SessionsQuestion | undefined {
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
    return {
      view,
      period: periodOf(view, setting),
      setting,
      text: view.search.trim(),
      sort: serverSort(askedOrder(SESSION_COLUMNS, view.sort, NEWEST_FIRST)),
      limit: PAGE_ROWS,
      after: readPage(search.value).after,
    };
  }, [isKnown, search.value, tz, minute, display, firstCall]);
}
