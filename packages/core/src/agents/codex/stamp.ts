/** Times as the log writes them: ISO strings. It refuses to guess: anything that is no instant is undefined. */

/** UTC ms of an ISO time, undefined for anything else. Of lines the walker has read it already, in its usual spelling. */
export function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length < 10) return undefined;
  const at = Date.parse(value);
  return at >= 0 && at <= 8.64e15 ? at : undefined;
}
