/** What every page needs to know of the server: its health, its settings, its sources, its plan limits. */

import { computed } from '@preact/signals';
import type { WireHealth, WireLimits, WireSettings, WireSources } from '@tokenmeter/core';
import type { DateFormat, MoneyFormat } from '@tokenmeter/core/format';
import { ask } from '../api.ts';
import { nowMs } from './clock.ts';
import { resource } from './resource.ts';

export const health = resource<WireHealth>();
export const settings = resource<WireSettings>();
export const sources = resource<WireSources>();
export const limits = resource<WireLimits>();

/** Zone of every day on screen: the configured one, until it is known the browser's. */
export const zone = computed(
  () => settings.state.value.data?.display.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
);

/** How money is written now. */
export const moneyFormat = computed((): MoneyFormat => {
  const display = settings.state.value.data?.display;
  return { currency: display?.currency, rate: display?.currency_rate ?? undefined, locale: display?.locale };
});

/** How days and clocks are written now. Reads the ticking clock: use it where a second matters not, through `peek`. */
export const dateFormat = computed(
  (): DateFormat => ({ now: nowMs.value, tz: zone.value, locale: settings.state.value.data?.display.locale }),
);

const HOUSE = [
  ['health', health],
  ['settings', settings],
  ['sources', sources],
  ['limits', limits],
] as const;

/** Asks for all four; each card shows its own failure. */
export async function loadHouse(force = false): Promise<void> {
  await Promise.all(
    HOUSE.map(([name, store]) => store.load(name, (signal) => ask<never>(`/api/${name}`, { signal }), force)),
  );
}

export async function loadHealth(): Promise<void> {
  await health.load('health', (signal) => ask<WireHealth>('/api/health', { signal }), true);
}
