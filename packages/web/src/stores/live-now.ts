/**
 * What every page says of the runs in progress: how many there are, and whether a demo is played. Asked for now and then;
 * where a page follows the runs themselves, it writes here.
 */
import { signal } from '@preact/signals';
import type { WireLiveNow } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { onLedgerChange } from './line.ts';

/** Undefined until the server told. */
export const activeRuns = signal<number | undefined>(undefined);
export const isDemo = signal(false);

/** Between two questions of a page that does not follow runs. */
const PAUSE_MS = 5_000;
let askedAt = Number.NEGATIVE_INFINITY;
let followers = 0;

/** A page that hears of runs as they happen keeps the signals itself until it leaves. Answers how to leave. */
export function keepLiveNow(): () => void {
  followers++;
  return () => {
    followers--;
  };
}

export function askLiveNow(): Promise<WireLiveNow> {
  return ask<WireLiveNow>('/api/live/now');
}

/** Asks now, and again when the ledger moves. */
export function startLiveNow(): void {
  void refresh();
  onLedgerChange(() => {
    if (followers === 0 && performance.now() - askedAt >= PAUSE_MS) void refresh();
  });
}

/** Where `/` leads: to what runs, else to what was used. */
export async function homePath(): Promise<string> {
  await refresh();
  return (activeRuns.value ?? 0) > 0 ? '/live' : '/usage';
}

async function refresh(): Promise<void> {
  askedAt = performance.now();
  try {
    const now = await askLiveNow();
    if (followers > 0) return;
    activeRuns.value = now.strip.active_runs;
    isDemo.value = now.is_demo;
  } catch {
    // The line says that the server is away; the last count stands.
  }
}
