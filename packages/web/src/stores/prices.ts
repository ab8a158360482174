/** The price book as the server tells it, and changing it: every total on the pages is asked anew afterwards. */
import type { WirePrice, WirePriceEffect, WirePriceSet, WirePrices } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { loadHealth } from './house.ts';
import { ledgerMoved } from './line.ts';
import { resource } from './resource.ts';

export const prices = resource<WirePrices>();

export async function loadPrices(force: boolean): Promise<void> {
  await prices.load('prices', (signal) => ask<WirePrices>('/api/prices', { signal }), force);
}

/** What setting it would change. Stores nothing. */
export function previewPrice(set: WirePriceSet, signal: AbortSignal): Promise<WirePriceEffect> {
  return ask<WirePriceEffect>('/api/prices/preview', { method: 'POST', body: set, signal });
}

export async function savePrice(set: WirePriceSet): Promise<WirePriceEffect> {
  const effect = await ask<WirePriceEffect>('/api/prices', { method: 'PUT', body: set });
  await afterChange();
  return effect;
}

export async function removePrice({ seller, model, from }: WirePrice): Promise<WirePriceEffect> {
  // Without a day all prices of the model would go; one without a day is kept as from the first day of time.
  const parameters = new URLSearchParams({ seller, model, from: from ?? '1970-01-01' });
  const effect = await ask<WirePriceEffect>(`/api/prices?${parameters}`, { method: 'DELETE' });
  await afterChange();
  return effect;
}

async function afterChange(): Promise<void> {
  ledgerMoved();
  await Promise.all([loadPrices(true), loadHealth()]);
}
