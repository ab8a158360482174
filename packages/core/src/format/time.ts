/**
 * Spans of time and ages, two units at most. No clock inside: now is handed in. Durations are floored, so that an hour is
 * an hour only when it is over.
 */
import { UNKNOWN } from './certainty.ts';

/** `340 ms`, `48s`, `6m`, `1h 07m`, `2d 4h`; `—` for null. Milliseconds. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  const span = Math.max(0, ms);
  if (span < 1000) return `${Math.floor(span)} ms`;
  const seconds = Math.floor(span / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${String(minutes % 60).padStart(2, '0')}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/**
 * `just now` under two seconds, `4 s ago`, `3 min ago`, `2 h ago`; undefined from a day on, where a date says more
 * (`formatAge` in dates writes it). A time ahead of now (two clocks) is just now.
 */
export function formatRecentAge(atMs: number, nowMs: number): string | undefined {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : undefined;
}

/** Milliseconds until an age may read differently: 1 s under a minute, else a minute. */
export function ageTick(atMs: number, nowMs: number): number {
  return nowMs - atMs < 60_000 ? 1_000 : 60_000;
}

/** `340 ms`, `1.2 s`: how long a stop took is worth a decimal. */
export function formatStopTime(ms: number): string {
  return ms < 1000 || ms >= 60_000 ? formatDuration(ms) : `${(ms / 1000).toFixed(1)} s`;
}
