/**
 * The latest calls, newest first. At most four entries come in a second: three calls, and whatever else there was as one
 * entry that counts. While somebody points at the feed, new calls wait. Pure.
 */
import type { WireLiveCall } from '@tokenmeter/core';

export interface FeedEntry {
  readonly id: string;
  /** One call, or the several that came too fast to be shown one by one; newest first. */
  readonly calls: readonly WireLiveCall[];
}

export interface Feed {
  readonly entries: readonly FeedEntry[];
  /** Calls that wait until nobody points, newest first. */
  readonly held: readonly WireLiveCall[];
  /** Since when calls are counted, and how many came one by one. */
  readonly second: { readonly at: number; readonly singles: number };
}

export const EMPTY_FEED: Feed = { entries: [], held: [], second: { at: Number.NEGATIVE_INFINITY, singles: 0 } };

const MOST = 40;
const SECOND_MS = 1_000;
const SINGLES = 3;

/** All anew, at once: a snapshot is no news. */
export function startFeed(calls: readonly WireLiveCall[]): Feed {
  return { ...EMPTY_FEED, entries: calls.slice(0, MOST).map(single) };
}

/** `calls` newest first. A call that is there already is replaced where it stands. `nowMs` of any steady clock. */
export function addCalls(feed: Feed, calls: readonly WireLiveCall[], nowMs: number, isHeld: boolean): Feed {
  let next = feed;
  for (const call of calls.toReversed()) next = addCall(next, call, nowMs, isHeld);
  return next;
}

/** What waited comes in one go: somebody asked for it. */
export function releaseFeed(feed: Feed): Feed {
  if (feed.held.length === 0) return feed;
  return { ...feed, held: [], entries: trim([...feed.held.map(single), ...feed.entries]) };
}

/** Opens a counted entry into its calls. */
export function openEntry(feed: Feed, id: string): Feed {
  return {
    ...feed,
    entries: trim(feed.entries.flatMap((entry) => (entry.id === id ? entry.calls.map(single) : [entry]))),
  };
}

function addCall(feed: Feed, call: WireLiveCall, nowMs: number, isHeld: boolean): Feed {
  const isKnown = (calls: readonly WireLiveCall[]) => calls.some(({ call_id }) => call_id === call.call_id);
  const replaced = (calls: readonly WireLiveCall[]) =>
    calls.map((other) => (other.call_id === call.call_id ? call : other));
  if (isKnown(feed.held)) return { ...feed, held: replaced(feed.held) };
  if (feed.entries.some(({ calls }) => isKnown(calls)))
    return {
      ...feed,
      entries: feed.entries.map((entry) => (isKnown(entry.calls) ? { ...entry, calls: replaced(entry.calls) } : entry)),
    };
  if (isHeld) return { ...feed, held: [call, ...feed.held].slice(0, MOST) };
  const isSameSecond = nowMs - feed.second.at < SECOND_MS;
  const second = isSameSecond ? feed.second : { at: nowMs, singles: 0 };
  if (second.singles < SINGLES)
    return {
      ...feed,
      second: { ...second, singles: second.singles + 1 },
      entries: trim([single(call), ...feed.entries]),
    };
  const [first, ...rest] = feed.entries;
  // The entry that counts is on top: nothing came one by one since it began.
  if (second.singles > SINGLES && first)
    return { ...feed, entries: [{ ...first, calls: [call, ...first.calls].slice(0, MOST) }, ...rest] };
  return { ...feed, second: { ...second, singles: SINGLES + 1 }, entries: trim([single(call), ...feed.entries]) };
}

function single(call: WireLiveCall): FeedEntry {
  return { id: call.call_id, calls: [call] };
}

function trim(entries: readonly FeedEntry[]): readonly FeedEntry[] {
  return entries.slice(0, MOST);
}
