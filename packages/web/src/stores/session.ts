/**
 * One session: what it is, its calls page by page (the first ones are on screen before the last ones are there), and the
 * one call that is open. A live session asks anew only for its last page: earlier calls are settled.
 */
import { signal } from '@preact/signals';
import type { WireCall, WireCallDetail, WireCallPage, WireSessionDetail } from '@tokenmeter/core';
import { ApiFailure, ask } from '../api.ts';
import { resource } from './resource.ts';

export const sessionDetail = resource<WireSessionDetail>();
export const callDetail = resource<WireCallDetail>();

export interface SessionCalls {
  readonly sessionId: string;
  readonly calls: readonly WireCall[];
  readonly isComplete: boolean;
  readonly failure: ApiFailure | undefined;
}

export const sessionCalls = signal<SessionCalls | undefined>(undefined);

const PAGE = 500;

let current: AbortController | undefined;
/** Where the last page begins: how many calls are before it, and the key to ask for it. */
let tail: { readonly before: number; readonly after: string | undefined } = { before: 0, after: undefined };
let wantsAgain = false;

export async function loadSession(id: string, force: boolean): Promise<void> {
  await sessionDetail.load(id, (signal) => ask<WireSessionDetail>(`${base(id)}`, { signal }), force);
}

export async function loadCall(id: string, force: boolean): Promise<void> {
  await callDetail.load(id, (signal) => ask<WireCallDetail>(`/api/calls/${encodeURIComponent(id)}`, { signal }), force);
}

/** `latest` keeps all but the last page. A load under way is left to finish and then looks once more. */
export async function loadCalls(sessionId: string, part: 'all' | 'latest'): Promise<void> {
  const held = sessionCalls.value;
  const isSame = held?.sessionId === sessionId;
  if (isSame && current !== undefined && part === 'latest') {
    wantsAgain = true;
    return;
  }
  const isTail = part === 'latest' && isSame && held.isComplete;
  if (!isTail) tail = { before: 0, after: undefined };
  current?.abort();
  const mine = new AbortController();
  current = mine;
  wantsAgain = false;
  let calls: readonly WireCall[] = isTail ? held.calls.slice(0, tail.before) : [];
  if (!isSame) sessionCalls.value = { sessionId, calls, isComplete: false, failure: undefined };
  // A whole reload keeps what is on screen until it is all there; a first load shows each page as it comes.
  const isFirst = !isSame || !held.isComplete;
  try {
    for (let after = tail.after; ; ) {
      const page = await ask<WireCallPage>(pathOf(sessionId, after), { signal: mine.signal });
      tail = { before: calls.length, after };
      calls = [...calls, ...page.calls];
      const isComplete = page.next === null;
      if (isComplete || isFirst) sessionCalls.value = { sessionId, calls, isComplete, failure: undefined };
      if (page.next === null) break;
      after = page.next;
    }
  } catch (error) {
    if (current !== mine) return;
    const failure = error instanceof ApiFailure ? error : new ApiFailure('http', 'The answer made no sense.', {});
    const shown = sessionCalls.value?.sessionId === sessionId ? sessionCalls.value.calls : [];
    sessionCalls.value = { sessionId, calls: shown, isComplete: false, failure };
  }
  if (current !== mine) return;
  current = undefined;
  if (wantsAgain) void loadCalls(sessionId, 'latest');
}

/** All calls, for a copy or an export that must not miss one. */
export async function fetchAllCalls(sessionId: string): Promise<readonly WireCall[]> {
  const held = sessionCalls.value;
  if (held?.sessionId === sessionId && held.isComplete) return held.calls;
  const all: WireCall[] = [];
  let after: string | undefined;
  do {
    const page = await ask<WireCallPage>(pathOf(sessionId, after));
    all.push(...page.calls);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

function base(id: string): string {
  return `/api/sessions/${encodeURIComponent(id)}`;
}

function pathOf(id: string, after: string | undefined): string {
  return `${base(id)}/calls?limit=${PAGE}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
}
