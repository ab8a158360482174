/**
 * Addresses below /sessions: one session, and what of it is open. The selected thread is a parameter, so that it goes
 * with every call; `/runs/:id` is the same said as a path. Pure.
 */
export interface SessionPlace {
  readonly sessionId: string;
  readonly callId: string | undefined;
  /** Thread named in the path. */
  readonly runId: string | undefined;
}

/** Undefined for the list itself and for paths that mean nothing. */
export function readSessionPath(path: string): SessionPlace | undefined {
  const [, area, id, kind, inner, ...rest] = path.split('/');
  if (area !== 'sessions' || !id || rest.length > 0) return undefined;
  const sessionId = decode(id);
  if (kind === undefined) return { sessionId, callId: undefined, runId: undefined };
  if (!inner) return undefined;
  if (kind === 'calls') return { sessionId, callId: decode(inner), runId: undefined };
  return kind === 'runs' ? { sessionId, callId: undefined, runId: decode(inner) } : undefined;
}

/** Thread that the timeline is narrowed to; undefined: all of them. */
export function readThread(place: SessionPlace, search: string): string | undefined {
  return place.runId ?? (new URLSearchParams(search).get('thread') || undefined);
}

export interface SessionTarget {
  readonly callId?: string | undefined;
  readonly threadId?: string | undefined;
}

export function sessionHref(sessionId: string, { callId, threadId }: SessionTarget = {}): string {
  const call = callId === undefined ? '' : `/calls/${encodeURIComponent(callId)}`;
  const thread = threadId === undefined ? '' : `?thread=${encodeURIComponent(threadId)}`;
  return `/sessions/${encodeURIComponent(sessionId)}${call}${thread}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
