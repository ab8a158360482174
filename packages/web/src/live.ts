/**
 * The line to the server: one EventSource on /api/changes, tried again with back-off for ever, with polling where a
 * stream cannot open. It tells what state the line is in and when the ledger moved; it fetches no figures itself.
 */
import { signal } from '@preact/signals';
import type { WireChange } from '@tokenmeter/core';
import { retryDelay } from './backoff.ts';

export type Line =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** Streams do not get through, questions do. */
  | { readonly state: 'polling' }
  /** Lost `since`; the next try is at `retryAt`. */
  | { readonly state: 'lost'; readonly since: number; readonly retryAt: number }
  | { readonly state: 'paused' };

export const line = signal<Line>({ state: 'connecting' });
/** UTC ms of the latest event of any kind. */
export const lastEventAt = signal<number | undefined>(undefined);

export interface LiveCalls {
  /** The ledger moved, or may have moved while nobody listened. */
  onChange(change: WireChange | undefined): void;
  /** History is being read. */
  onImport(): void;
  /** Whether the server answers at all; decides between polling and lost. */
  isReachable(): Promise<boolean>;
}

const POLL_MS = 5_000;
/** A stream is tried again after so many polls: whatever held it back may have gone. */
const POLLS_BEFORE_STREAM = 12;
/** A tab that nobody sees gives its connection back after this time; a browser has only six for a server. */
const HIDDEN_MS = 30_000;
/** A stream that says nothing for this long before its hello is taken for a proxy that buffers. */
const OPEN_PATIENCE_MS = 8_000;

/** Opens the line and keeps it. Answers how to close it, pause it and try at once. */
export function startLive(calls: LiveCalls): { close(): void; retry(): void; pause(): void; resume(): void } {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let lostSince: number | undefined;
  let everOpen = false;
  let closed = false;

  const stop = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  const open = () => {
    stop();
    if (closed) return;
    const mine = new EventSource('/api/changes');
    source = mine;
    timer = setTimeout(() => void fail(mine), OPEN_PATIENCE_MS);
    mine.addEventListener('hello', () => {
      clearTimeout(timer);
      const missed = everOpen;
      failures = 0;
      lostSince = undefined;
      everOpen = true;
      lastEventAt.value = Date.now();
      line.value = { state: 'open' };
      // What happened while the line was down is not told again: ask.
      if (missed) calls.onChange(undefined);
    });
    mine.addEventListener('change', (event) => {
      lastEventAt.value = Date.now();
      calls.onChange(readChange(event));
    });
    mine.addEventListener('import', () => {
      lastEventAt.value = Date.now();
      calls.onImport();
    });
    mine.onerror = () => void fail(mine);
  };

  const fail = async (failed: EventSource) => {
    if (source !== failed) return;
    stop();
    failures++;
    lostSince ??= Date.now();
    // Twice in vain although the server answers: something between us holds streams back.
    if (await calls.isReachable()) {
      if (closed || source) return;
      if (failures >= 2) return poll();
      lostSince = undefined;
    }
    if (closed || source) return;
    const delay = retryDelay(failures - 1, Math.random());
    if (lostSince !== undefined) line.value = { state: 'lost', since: lostSince, retryAt: Date.now() + delay };
    timer = setTimeout(open, delay);
  };

  const poll = (polls = 0) => {
    line.value = { state: 'polling' };
    lostSince = undefined;
    timer = setTimeout(async () => {
      const isReachable = await calls.isReachable();
      if (closed || source || line.value.state !== 'polling') return;
      if (!isReachable || polls >= POLLS_BEFORE_STREAM) return open();
      calls.onChange(undefined);
      poll(polls + 1);
    }, POLL_MS);
  };

  const retry = () => {
    if (line.value.state !== 'paused') open();
  };
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let isResting = false;
  const rest = () => {
    if (line.value.state === 'paused') return;
    isResting = true;
    stop();
  };
  const wake = () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') hidden = setTimeout(rest, HIDDEN_MS);
    else if (isResting || line.value.state === 'lost') {
      isResting = false;
      retry();
    }
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  open();

  return {
    retry,
    pause() {
      stop();
      line.value = { state: 'paused' };
    },
    resume() {
      line.value = { state: 'connecting' };
      open();
    },
    close() {
      closed = true;
      clearTimeout(hidden);
      stop();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
    },
  };
}

function readChange(event: Event): WireChange | undefined {
  try {
    return event instanceof MessageEvent ? (JSON.parse(event.data) as WireChange) : undefined;
  } catch {
    return undefined;
  }
}
