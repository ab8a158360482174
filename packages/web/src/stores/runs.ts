/**
 * The runs in progress as a page follows them: one stream for whoever is on screen, folded at once, painted at most four
 * times a second in one frame (once a second where there are many), never while the tab is hidden.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type {
  WireLiveCalls,
  WireLiveNow,
  WireLiveRun,
  WireLiveStrip,
  WireUsageDelta,
  WireUsageSettled,
} from '@tokenmeter/core';
import { formatDateTime } from '@tokenmeter/core/format';
import { ApiFailure } from '../api.ts';
import { openStream, type Stream } from '../stream.ts';
import {
  type Board,
  countActive,
  dropEnded,
  EMPTY_BOARD,
  type LiveRow,
  nextDrop,
  takeDelta,
  takeSettled,
  takeSnapshot,
} from '../views/live/board.ts';
import { addCalls, EMPTY_FEED, type Feed, openEntry, releaseFeed, startFeed } from '../views/live/feed.ts';
import { boardNews } from '../views/live/news.ts';
import { announce } from './announce.ts';
import { nowMs } from './clock.ts';
import { dateFormat } from './house.ts';
import { isServerThere, leadPage } from './line.ts';
import { activeRuns, askLiveNow, isDemo, keepLiveNow } from './live-now.ts';
import { makePainter } from './painter.ts';

/** As painted. */
export const board = signal<Board>(EMPTY_BOARD);
export const feed = signal<Feed>(EMPTY_FEED);
/** UTC ms of the latest frame that was painted; undefined before the first. */
export const runsAt = signal<number | undefined>(undefined);
export const runsFailure = signal<ApiFailure | undefined>(undefined);
/** While somebody points into the list nothing leaves it. */
export const isListHeld = signal(false);
/** More runs than this tick slower and do not flash. */
export const MANY_RUNS = 30;

const PAINT_MS = 250;
const PAINT_MANY_MS = 1_000;
/** Clocks that differ by less are taken for one. */
const SKEW_MS = 2_000;

/** As heard. */
let heard: Board = EMPTY_BOARD;
let heardFeed: Feed = EMPTY_FEED;
let heardAt: number | undefined;
let isFeedHeld = false;
/** Milliseconds that the server's clock is ahead of this one. */
const skew = signal(0);
const stream = signal<Stream | undefined>(undefined);
let followers = 0;
let close: (() => void) | undefined;
let dropTimer: ReturnType<typeof setTimeout> | undefined;

const painter = makePainter(paint, () => (countActive(heard) > MANY_RUNS ? PAINT_MANY_MS : PAINT_MS));

/** Whether anybody tells now what the runs do. */
export const isUnknown = computed(() => stream.value?.line.value.state === 'lost');

/** UTC ms by the server's clock. It stands still while nothing is heard, and while updates are paused. */
export const runNow = computed(() => {
  const line = stream.value?.line.value;
  return (line?.state === 'lost' || line?.state === 'paused' ? line.since : nowMs.value) + skew.value;
});

const rows = new Map<string, ReadonlySignal<LiveRow | undefined>>();

/** One run, followed alone: others may tick without it being drawn. */
export function rowOf(id: string): ReadonlySignal<LiveRow | undefined> {
  const known = rows.get(id);
  if (known) return known;
  const row = computed(() => board.value.rows.get(id));
  rows.set(id, row);
  return row;
}

/** Name of a run for people: its title, else where and when. */
export function runTitle(run: WireLiveRun): string {
  return run.title ?? `${run.project_name}, ${formatDateTime(Date.parse(run.started_at), dateFormat.peek())}`;
}

/** Follows the runs until told to stop; `leads` makes the status of the page tell of this line. */
export function followRuns(leads: boolean): () => void {
  followers++;
  close ??= open();
  const mine = stream.peek();
  const giveBack = leads && mine ? leadPage(mine) : undefined;
  // Paused before this page came: it shows what is there now, and stays so.
  if (leads && mine?.line.peek().state === 'paused' && runsAt.peek() === undefined) void poll();
  return () => {
    giveBack?.();
    followers--;
    if (followers > 0) return;
    close?.();
    close = undefined;
  };
}

export function holdFeed(isHeld: boolean): void {
  isFeedHeld = isHeld;
  if (isHeld) return;
  heardFeed = releaseFeed(heardFeed);
  painter.request();
}

export function openFeedEntry(id: string): void {
  heardFeed = openEntry(heardFeed, id);
  painter.request();
}

function open(): () => void {
  const leave = keepLiveNow();
  const mine = openStream({
    url: '/api/live',
    hello: 'usage_snapshot',
    on: {
      usage_snapshot: (data) => hear(() => takeAll(data as WireLiveNow)),
      usage_delta: (data) => hear(() => takeRun(takeDelta(heard, data as WireUsageDelta))),
      usage_settled: (data) => hear(() => takeRun(takeSettled(heard, data as WireUsageSettled))),
      strip: (data) => hear(() => takeRun({ ...heard, strip: data as WireLiveStrip })),
      calls: (data) =>
        hear(() => {
          heardFeed = addCalls(heardFeed, (data as WireLiveCalls).calls, performance.now(), isFeedHeld);
        }),
    },
    greet: askLiveNow,
    // It begins with all there is: giving it back costs nothing.
    restMs: 3_000,
    // The snapshot that begins a stream heals every gap.
    onReturn: () => undefined,
    isReachable: isServerThere,
    poll,
  });
  stream.value = mine;
  const stopDropping = effect(() => {
    if (!isListHeld.value) drop();
  });
  return () => {
    leave();
    stopDropping();
    clearTimeout(dropTimer);
    mine.close();
    stream.value = undefined;
    // What is held grows old unseen: the next page begins anew.
    heard = EMPTY_BOARD;
    heardFeed = EMPTY_FEED;
    heardAt = undefined;
    rows.clear();
    batch(() => {
      board.value = EMPTY_BOARD;
      feed.value = EMPTY_FEED;
      runsAt.value = undefined;
      runsFailure.value = undefined;
    });
  };
}

function hear(take: () => void): void {
  heardAt = Date.now();
  take();
  painter.request();
}

async function poll(): Promise<boolean> {
  try {
    const now = await askLiveNow();
    hear(() => takeAll(now));
    return true;
  } catch (error) {
    runsFailure.value = error instanceof ApiFailure ? error : new ApiFailure('http', 'The answer made no sense.', {});
    return false;
  }
}

function takeAll(now: WireLiveNow): void {
  const ahead = Date.parse(now.at) - Date.now();
  skew.value = Math.abs(ahead) < SKEW_MS ? 0 : ahead;
  heardFeed = startFeed(now.calls);
  takeRun(takeSnapshot(heard, now));
}

function takeRun(next: Board): void {
  heard = next;
  drop();
}

/** Ended runs leave when their time is over, unless somebody points at the list. */
function drop(): void {
  clearTimeout(dropTimer);
  if (isListHeld.peek()) return;
  const now = Date.now() + skew.peek();
  const next = dropEnded(heard, now);
  if (next !== heard) {
    heard = next;
    painter.request();
  }
  const at = nextDrop(heard);
  if (at !== undefined) dropTimer = setTimeout(drop, Math.max(250, at - now));
}

function paint(): void {
  // Asked for just before the page was left: there is nothing to show any more.
  if (stream.peek() === undefined) return;
  const before = board.peek();
  const isFirst = runsAt.peek() === undefined;
  batch(() => {
    board.value = heard;
    feed.value = heardFeed;
    runsAt.value = heardAt;
    runsFailure.value = undefined;
    activeRuns.value = countActive(heard);
    isDemo.value = heard.isDemo;
  });
  const news = isFirst ? undefined : boardNews(before, heard, runTitle);
  if (news !== undefined) announce(news);
}
