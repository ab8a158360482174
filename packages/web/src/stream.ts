/**
 * A line to the server: one stream, shared with the other tabs, tried again with back-off for ever, with polling where a
 * stream cannot open. It tells what state the line is in and hands events on; it keeps no figures itself.
 */
import { type Signal, signal } from '@preact/signals';
import { retryDelay } from './backoff.ts';
import { openSource, type Source } from './shared-source.ts';

export type Line =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** Streams do not get through, questions do. */
  | { readonly state: 'polling' }
  /** Lost `since`; the next try is at `retryAt`. */
  | { readonly state: 'lost'; readonly since: number; readonly retryAt: number }
  | { readonly state: 'paused'; readonly since: number };

export interface StreamCalls {
  /** Path of the stream. */
  readonly url: string;
  /** The event that begins it. */
  readonly hello: string;
  /** By event: what to do with its data. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  /** Asks for what the hello would say now; needed where it says something. */
  readonly greet?: () => Promise<unknown>;
  /** Open again after a gap; whatever happened in it was not heard. */
  onReturn(): void;
  /** Whether the server answers at all; decides between polling and lost. */
  isReachable(): Promise<boolean>;
  /** Asks for what a stream would have told; false where nobody answers. */
  poll(): Promise<boolean>;
  /** A tab that nobody sees gives its connection back after this time; a browser has only six for a server. */
  readonly restMs: number;
}

export interface Stream {
  readonly line: Signal<Line>;
  /** UTC ms of the latest event of any kind. */
  readonly lastEventAt: Signal<number | undefined>;
  close(): void;
  retry(): void;
  pause(): void;
  resume(): void;
}

const POLL_MS = 5_000;
/** A stream is tried again after so many polls: whatever held it back may have gone. */
const POLLS_BEFORE_STREAM = 12;

/** Opens the line and keeps it. */
export function openStream(calls: StreamCalls): Stream {
  const line = signal<Line>({ state: 'connecting' });
  const lastEventAt = signal<number | undefined>(undefined);
  let source: Source | undefined;
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
    const mine = openSource({
      url: calls.url,
      hello: calls.hello,
      names: Object.keys(calls.on),
      greet: calls.greet,
      hear: (name, data) => {
        if (source !== mine) return;
        lastEventAt.value = Date.now();
        if (name === calls.hello) begin();
        calls.on[name]?.(data);
      },
      fail: () => void fail(mine),
    });
    source = mine;
  };

  const begin = () => {
    const missed = everOpen;
    failures = 0;
    lostSince = undefined;
    everOpen = true;
    line.value = { state: 'open' };
    if (missed) calls.onReturn();
  };

  const fail = async (failed: Source) => {
    if (source !== failed) return;
    stop();
    failures++;
    lostSince ??= Date.now();
    // Twice in vain although the server answers: something between us holds streams back.
    if (await calls.isReachable()) {
      if (closed || source || line.value.state === 'paused') return;
      if (failures >= 2) return poll();
      lostSince = undefined;
    }
    if (closed || source || line.value.state === 'paused') return;
    waitAndOpen();
  };

  const waitAndOpen = () => {
    const delay = retryDelay(failures - 1, Math.random());
    if (lostSince !== undefined) line.value = { state: 'lost', since: lostSince, retryAt: Date.now() + delay };
    timer = setTimeout(open, delay);
  };

  const poll = (polls = 0) => {
    line.value = { state: 'polling' };
    lostSince = undefined;
    timer = setTimeout(
      async () => {
        const isAnswered = await calls.poll();
        if (closed || source || line.value.state !== 'polling') return;
        if (!isAnswered) {
          lostSince = Date.now();
          return waitAndOpen();
        }
        if (polls >= POLLS_BEFORE_STREAM) return open();
        lastEventAt.value = Date.now();
        poll(polls + 1);
      },
      polls === 0 ? 0 : POLL_MS,
    );
  };

  const retry = () => {
    if (line.value.state !== 'paused') open();
  };
  let hidden: ReturnType<typeof setTimeout> | undefined;
  // A tab opened in the background waits until it is looked at.
  let isResting = document.visibilityState === 'hidden';
  const rest = () => {
    if (line.value.state === 'paused') return;
    isResting = true;
    stop();
  };
  const wake = () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') hidden = setTimeout(rest, calls.restMs);
    else if (isResting || line.value.state === 'lost') {
      isResting = false;
      retry();
    }
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  if (!isResting) open();

  return {
    line,
    lastEventAt,
    retry,
    pause() {
      stop();
      line.value = { state: 'paused', since: Date.now() };
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
