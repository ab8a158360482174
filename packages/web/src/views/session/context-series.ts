/**
 * What was in the window after each call of one thread. Calls beside the conversation (titles, summaries) are not part of
 * it. Pure.
 */
import type { WireCall, WireMark } from '@tokenmeter/core';
import { isSideCall } from './timeline.ts';

export interface ContextPoint {
  readonly call: WireCall;
  /** Tokens in the window: everything sent with the call. */
  readonly context: number;
  /** Against the point before; undefined for the first. */
  readonly delta: number | undefined;
  /** A compaction lies between the point before and this one. */
  readonly isCompacted: boolean;
}

export function contextPoints(
  calls: readonly WireCall[],
  marks: readonly WireMark[],
  threadId: string | undefined,
): ContextPoint[] {
  const compactions = marks
    .filter(({ kind, thread_id }) => kind === 'compaction' && thread_id === threadId)
    .map(({ at }) => at);
  const points: ContextPoint[] = [];
  for (const call of calls) {
    if (call.thread_id !== threadId || isSideCall(call) || !call.counted) continue;
    const before = points.at(-1);
    points.push({
      call,
      context: call.context,
      delta: before && call.context - before.context,
      isCompacted: before !== undefined && compactions.some((at) => at > before.call.at && at <= call.at),
    });
  }
  return points;
}

/** The window of the points: the largest that any call had; undefined where none is known. */
export function windowOf(points: readonly ContextPoint[]): number | undefined {
  let window: number | undefined;
  for (const { call } of points) window = Math.max(window ?? 0, call.context_window ?? 0) || window;
  return window;
}

/** At most so many of the points, evenly, the last one always. */
export function thinned<T>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points;
  const every = Math.ceil(points.length / most);
  return points.filter((_, index) => index % every === every - 1 || index === points.length - 1);
}
