/** The lines of this tab and who listens to the ledger's. Pages say what to do when the ledger moves. */

import { computed, effect, signal } from '@preact/signals';
import type { WireChange } from '@tokenmeter/core';
import { ApiFailure, ask } from '../api.ts';
import { type Line, openStream, type Stream } from '../stream.ts';
import { announce } from './announce.ts';
import { health, loadHealth, loadHouse } from './house.ts';
import { outdate } from './resource.ts';

/** At most one refresh in this time, however fast the ledger moves. */
const REFRESH_MS = 2_000;

/** `sessions`: those that moved; undefined where they are too many to name or something may have been missed. */
export type LedgerListener = (sessions: ReadonlySet<string> | undefined) => void;

/** UTC ms of the figures of the page one is on; undefined before it has any. */
export const figuresAt = signal<number | undefined>(undefined);

/** The line that tells when the ledger moved: open as long as the tab is. */
const ledgerStream = signal<Stream | undefined>(undefined);
/** The line a page lives from, where that is another one. */
const pageStream = signal<Stream | undefined>(undefined);

const CONNECTING: Line = { state: 'connecting' };
const shownStream = computed(() => pageStream.value ?? ledgerStream.value);
/** What the status of a page tells of. */
export const line = computed(() => shownStream.value?.line.value ?? CONNECTING);
export const lastEventAt = computed(() => shownStream.value?.lastEventAt.value);
/** Whether the page shows what a stream of its own tells, as it happens. */
export const isLivePage = computed(() => pageStream.value !== undefined);

const listeners = new Set<LedgerListener>();
/** What moved since the listeners were told last. */
let moved: Set<string> | undefined = new Set();
let lastAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `listener` when the ledger moved: at once, then at most every two seconds. Answers how to stop. */
export function onLedgerChange(listener: LedgerListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whoever says no is there. */
export const isServerThere = () =>
  ask('/api/health').then(
    () => true,
    (failure) => failure instanceof ApiFailure && failure.status > 0,
  );

export function startLine(): void {
  ledgerStream.value = openStream({
    url: '/api/changes',
    hello: 'hello',
    on: {
      change: (data) => tell(data as WireChange | undefined),
      settings: reask,
      import: () => tell(undefined),
    },
    restMs: 30_000,
    // What happened while the line was down is not told again: ask.
    onReturn: reask,
    isReachable: isServerThere,
    poll: async () => {
      await loadHealth();
      const { failure } = health.state.peek();
      if (failure?.status === 0) return false;
      // Nobody has signed in: all other questions would be refused as well.
      if (failure?.kind !== 'sign-in') tell(undefined);
      return true;
    },
  });
}

/** Other settings hold, or may do: what is shown depends on them. */
function reask(): void {
  void loadHouse(true);
  tell(undefined);
}

/** The status of the page tells of this line from now on. Answers how to give it back. */
export function leadPage(stream: Stream): () => void {
  if (ledgerStream.peek()?.line.peek().state === 'paused') stream.pause();
  pageStream.value = stream;
  return () => {
    if (pageStream.peek() === stream) pageStream.value = undefined;
  };
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

const streams = () => [ledgerStream.peek(), pageStream.peek()].filter((stream) => stream !== undefined);

export const retryLive = () => {
  for (const stream of streams()) if (stream.line.peek().state !== 'open') stream.retry();
};
export const pauseLive = () => {
  for (const stream of streams()) stream.pause();
};
export const resumeLive = () => {
  for (const stream of streams()) stream.resume();
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
