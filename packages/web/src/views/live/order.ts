/**
 * The order of the rows, and when it may change: never under a pointer or a focus, and nothing slides in above what
 * somebody reads. Pure.
 */
import { parseNanoDecimal, type WireLiveRun } from '@tokenmeter/core';
import { isEnded } from './run-words.ts';

export const RUN_SORTS = [
  ['recent', 'Most recent'],
  ['cost', 'Highest cost'],
  ['context', 'Highest context'],
  ['longest', 'Longest running'],
] as const;
export type RunSort = (typeof RUN_SORTS)[number][0];

export function readRunSort(column: string | undefined): RunSort {
  return RUN_SORTS.find(([id]) => id === column)?.[0] ?? 'recent';
}

/** A run that was heard of within this time counts as at work now. */
const ACTIVE_MS = 60_000;

/** Ids in the wanted order. Runs at work keep still among each other: they are ordered by their beginning. */
export function orderRuns(runs: readonly WireLiveRun[], sort: RunSort, nowMs: number): string[] {
  const keys = new Map(runs.map((run) => [run.run_id, sortKey(run, sort, nowMs)]));
  return runs
    .toSorted((a, b) => {
      const [left, right] = [keys.get(a.run_id) ?? [], keys.get(b.run_id) ?? []];
      for (const [index, value] of left.entries()) {
        const other = right[index] ?? 0;
        if (value !== other) return value > other ? -1 : 1;
      }
      return a.run_id < b.run_id ? -1 : 1;
    })
    .map(({ run_id }) => run_id);
}

/** Numbers to compare in turn, the larger first. */
function sortKey(run: WireLiveRun, sort: RunSort, nowMs: number): readonly number[] {
  const started = Date.parse(run.started_at);
  switch (sort) {
    case 'cost': {
      const cost = run.spend.cost_usd === null ? -1n : (parseNanoDecimal(run.spend.cost_usd) ?? -1n);
      return [Number(cost), started];
    }
    case 'context':
      return [run.context.percent ?? -1, started];
    case 'longest':
      return [isEnded(run) ? 0 : 1, -started];
    default: {
      const last = Date.parse(run.last_event_at);
      return nowMs - last < ACTIVE_MS ? [1, started] : [0, last];
    }
  }
}

export interface Arrangement {
  /** Ids as they stand on screen. */
  readonly shown: readonly string[];
  /** The order wanted now is another one. */
  readonly isChanged: boolean;
  /** New runs that wait for leave to appear. */
  readonly waiting: readonly string[];
}

export interface Hold {
  /** A pointer or the focus is in the list. */
  readonly isHeld: boolean;
  /** The top of the list is in sight. */
  readonly isAtTop: boolean;
}

/** What to show, given what is wanted and what was shown. `before` undefined: nothing yet, or the reader asked for it. */
export function arrange(wanted: readonly string[], before: readonly string[] | undefined, hold: Hold): Arrangement {
  if (before === undefined || before.length === 0) return { shown: wanted, isChanged: false, waiting: [] };
  const known = new Set(before);
  const isFree = !hold.isHeld && hold.isAtTop;
  const waiting = isFree ? [] : wanted.filter((id) => !known.has(id));
  if (!hold.isHeld) {
    const late = new Set(waiting);
    return { shown: wanted.filter((id) => !late.has(id)), isChanged: false, waiting };
  }
  const still = new Set(wanted);
  const shown = before.filter((id) => still.has(id));
  if (shown.length === 0) return { shown: wanted, isChanged: false, waiting: [] };
  const ordered = wanted.filter((id) => known.has(id));
  return { shown, isChanged: ordered.some((id, index) => id !== shown[index]), waiting };
}
