/**
 * Which pull request the work of a session is in, as its log told: what was done before one was opened is in that one,
 * what came after the last one is more of it.
 */
import type { Driver } from '../driver.ts';

export interface PullRequest {
  readonly url: string;
  readonly at: number;
}

/** By session id, in order of time. */
export function readPullRequests(driver: Driver): ReadonlyMap<string, readonly PullRequest[]> {
  const bySession = new Map<string, PullRequest[]>();
  const rows = driver
    .prepare(
      `SELECT n.session_id AS session, p.url AS url, p.at AS at FROM pull_request p
        JOIN session n ON n.id = p.session ORDER BY p.at, p.url`,
    )
    .all<PullRequest & { readonly session: string }>();
  for (const { session, url, at } of rows) {
    const known = bySession.get(session);
    if (known) known.push({ url, at });
    else bySession.set(session, [{ url, at }]);
  }
  return bySession;
}

/** '' where there is none. */
export function requestAt(requests: readonly PullRequest[], at: number): string {
  return (requests.find((request) => request.at >= at) ?? requests.at(-1))?.url ?? '';
}

/** Whether all instants from one to another are in the same pull request. */
export function isOneRequest(requests: readonly PullRequest[], from: number, to: number): boolean {
  return requestAt(requests, from) === requestAt(requests, to);
}
