/** Where a task leads: its one session, or the list of its sessions in the period that is shown. Pure. */
import { formatCount } from '@tokenmeter/core/format';
import { changeView, readView } from '../../url-state.ts';

/** Ids of sessions are long, and so much of an address is still read everywhere. */
const MOST = 50;

/** `sessions` dearest first. Undefined where there is none to look at. */
export function sessionsHref(search: string, sessions: readonly string[]): string | undefined {
  const [only, ...others] = sessions;
  if (only === undefined) return undefined;
  if (others.length === 0) return `/sessions/${encodeURIComponent(only)}`;
  const { window, at, from, to, tz } = readView(search);
  const sort = { column: 'cost', direction: undefined };
  return `/sessions${changeView('', { window, at, from, to, tz, sort, only: { session: sessions.slice(0, MOST) } })}`;
}

/** What is seen there, in words. */
export function sessionsTitle(sessions: readonly string[]): string {
  if (sessions.length === 1) return 'Go to its session';
  return sessions.length > MOST
    ? `Go to the ${MOST} dearest of its ${formatCount(sessions.length)} sessions`
    : `Go to its ${sessions.length} sessions`;
}
