/**
 * What the button that stops a run shows: two steps to stop, then what became of it, then a harder way. From what this
 * page did and what the stream tells; another page may have asked first. Pure.
 */
import type { WireLiveRun } from '@tokenmeter/core';
import { isEnded } from './run-words.ts';

/** What was done on this page. Times of a steady clock. */
export type Asked =
  | { readonly step: 'confirm'; readonly at: number }
  | { readonly step: 'sent' | 'forced'; readonly at: number };

export type InterruptFace = 'absent' | 'offline' | 'idle' | 'confirm' | 'sending' | 'stuck' | 'forcing';

/** The question whether to stop stands for so long, and longer while the keyboard is on it. */
export const CONFIRM_MS = 4_000;
/** A second press within this time is the same press: a double click, a bouncing key. */
export const BOUNCE_MS = 300;
/** After so long without effect a harder way is offered. */
export const STUCK_MS = 5_000;

interface Now {
  /** The steady clock of `Asked`. */
  readonly steady: number;
  /** UTC ms by the server's clock. */
  readonly utc: number;
  readonly isOffline: boolean;
}

/** Sources that can be stopped may hold runs that cannot: then there is a reason. */
export function canStop({ interrupt }: WireLiveRun): boolean {
  return interrupt.kind !== 'none' && interrupt.reason === null;
}

export function interruptFace(run: WireLiveRun, asked: Asked | undefined, now: Now): InterruptFace {
  if (isEnded(run) || !canStop(run)) return 'absent';
  if (now.isOffline) return 'offline';
  if (run.interrupt.forced || asked?.step === 'forced') return 'forcing';
  const requested = run.interrupt.requested_at === null ? undefined : now.utc - Date.parse(run.interrupt.requested_at);
  const sent = asked?.step === 'sent' ? now.steady - asked.at : undefined;
  const waited = Math.max(requested ?? -1, sent ?? -1);
  if (waited >= 0) return waited >= STUCK_MS ? 'stuck' : 'sending';
  return asked?.step === 'confirm' ? 'confirm' : 'idle';
}

/** `Stop this run and 3 sub-agents`: what a press would do. */
export function stopWords(run: WireLiveRun): string {
  const below = run.threads.filter((thread) => thread.parent_thread_id !== null && thread.status === 'running').length;
  if (below === 0) return 'Stop this run';
  return `Stop this run and ${below === 1 ? '1 sub-agent' : `${below} sub-agents`}`;
}
