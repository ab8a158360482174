/**
 * Sessions chosen on the list, to be compared, copied or exported together. Kept while one pages and searches, by id; a
 * chosen session keeps the figures it had when it was last seen.
 */
import { signal } from '@preact/signals';
import type { WireSession } from '@tokenmeter/core';
import { parseNanoDecimal } from '@tokenmeter/core';

/** By session id, in the order they were chosen. */
export const selection = signal<ReadonlyMap<string, WireSession>>(new Map());

/** Most sessions that stand beside each other. */
export const MOST_COMPARED = 4;

/** Where a range with Shift begins: the session chosen last. */
let anchor: string | undefined;

/** Chooses a session or takes it back; with `isRange`, also all between it and the one before it on this page. */
export function toggleSession(session: WireSession, page: readonly WireSession[], isRange: boolean): void {
  const next = new Map(selection.peek());
  const isChosen = !next.has(session.session_id);
  for (const one of isRange ? between(page, anchor, session.session_id) : [session]) {
    if (isChosen) next.set(one.session_id, one);
    else next.delete(one.session_id);
  }
  anchor = session.session_id;
  selection.value = next;
}

export function clearSelection(): void {
  anchor = undefined;
  selection.value = new Map();
}

/** Rows from one to the other, both included; only the second where the first is not on the page. */
function between(page: readonly WireSession[], from: string | undefined, to: string): readonly WireSession[] {
  const end = page.findIndex(({ session_id }) => session_id === to);
  const start = page.findIndex(({ session_id }) => session_id === from);
  if (end < 0) return [];
  return start < 0 ? page.slice(end, end + 1) : page.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/** What the chosen ones cost together: nano-dollars of what has a price, null where nothing has, and what has none. */
export function costOf(sessions: Iterable<WireSession>): { readonly nano: bigint | null; readonly unpriced: number } {
  let nano: bigint | null = null;
  let unpriced = 0;
  for (const { totals } of sessions) {
    if (totals.cost_usd !== null) nano = (nano ?? 0n) + (parseNanoDecimal(totals.cost_usd) ?? 0n);
    unpriced += totals.unpriced_tokens;
  }
  return { nano, unpriced };
}

/** The address of a comparison, and which sessions an address compares (the first four; none: it is the list). */
export function compareHref(ids: Iterable<string>): string {
  return `/sessions?compare=${[...ids].slice(0, MOST_COMPARED).map(encodeURIComponent).join(',')}`;
}

export function readCompared(search: string): readonly string[] {
  const raw = /[?&]compare=([^&]*)/.exec(search)?.[1] ?? '';
  const ids = raw.split(',').filter(Boolean).map(decode);
  return [...new Set(ids)].slice(0, MOST_COMPARED);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
