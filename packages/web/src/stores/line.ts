/** The live line of this tab and who listens to it. Pages say what to do when the ledger moves. */

import { effect, signal } from '@preact/signals';
import type { WireChange } from '@tokenmeter/core';
import { ApiFailure, ask } from '../api.ts';
import { line, startLive } from '../live.ts';
import { announce } from './announce.ts';
import { loadHealth } from './house.ts';
import { outdate } from './resource.ts';

/** At most one refresh in this time, however fast the ledger moves. */
const REFRESH_MS = 2_000;

/** `sessions`: those that moved; undefined where they are too many to name or something may have been missed. */
export type LedgerListener = (sessions: ReadonlySet<string> | undefined) => void;

/** UTC ms of the figures of the page one is on; undefined before it has any. */
export const figuresAt = signal<number | undefined>(undefined);

const listeners = new Set<LedgerListener>();
/** What moved since the listeners were told last. */
let moved: Set<string> | undefined = new Set();
let live: ReturnType<typeof startLive> | undefined;
let lastAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `listener` when the ledger moved: at once, then at most every two seconds. Answers how to stop. */
export function onLedgerChange(listener: LedgerListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startLine(): void {
  live = startLive({
    onChange: tell,
    onImport: () => tell(undefined),
    isReachable: () =>
      ask('/api/health').then(
        () => true,
        // Whoever says no is there.
        (failure) => failure instanceof ApiFailure && failure.status > 0,
      ),
  });
}

/** Tells those who listen rather than look that the line went and came back. Answers how to stop. */
export function announceLine(offlineMs: number): () => void {
  let isTold = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return effect(() => {
    clearTimeout(waiting);
    const now = line.value;
    if (now.state === 'lost' && !isTold) {
      const tell = () => {
        isTold = true;
        announce('Offline. The figures stay as they were.');
      };
      waiting = setTimeout(tell, now.since + offlineMs - Date.now());
    } else if (now.state !== 'lost' && isTold) {
      isTold = false;
      announce('Back online.');
    }
  });
}

export const retryLive = () => live?.retry();
export const pauseLive = () => live?.pause();
export const resumeLive = () => {
  live?.resume();
  tell(undefined);
};

/** For a change that this page made itself and the server need not tell: every listener asks anew. */
export const ledgerMoved = () => tell(undefined);

function tell(change: WireChange | undefined): void {
  outdate();
  if (!change?.sessions.length) moved = undefined;
  else for (const session of change.sessions) moved?.add(session);
  schedule();
}

function schedule(): void {
  if (timer !== undefined) return;
  const wait = Math.max(0, lastAt + REFRESH_MS - Date.now());
  timer = setTimeout(() => {
    timer = undefined;
    // A hidden tab asks for nothing; it catches up when it is seen again.
    if (document.visibilityState === 'hidden') {
      document.addEventListener('visibilitychange', schedule, { once: true });
      return;
    }
    lastAt = Date.now();
    void loadHealth();
    const sessions = moved;
    moved = new Set();
    for (const listener of listeners) listener(sessions);
  }, wait);
}
