/** Keeps the figures of a current period fresh: when the ledger moves, and once a minute where nothing was told. */
import { useEffect, useRef } from 'preact/hooks';
import { line, onLedgerChange } from '../../stores/line.ts';

export const POLL_SECONDS = 60;

/** `key` names the question; what is over does not change. A hidden page asks nothing and catches up when it is seen. */
export function useRefresh(key: string | undefined, isCurrent: boolean, refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  const state = line.value.state;
  const askedAt = useRef(Date.now());
  useEffect(() => {
    if (!isCurrent) return;
    return onLedgerChange(() => {
      // The line polls for its own sake far more often than sums of this size should be asked for.
      if (line.peek().state === 'polling') return;
      askedAt.current = Date.now();
      latest.current();
    });
  }, [key, isCurrent]);
  useEffect(() => {
    // Also beside an open stream: another process may have told of work.
    if (!isCurrent || state === 'paused') return;
    const poll = () => {
      if (document.visibilityState === 'hidden' || Date.now() - askedAt.current < POLL_SECONDS * 1_000) return;
      askedAt.current = Date.now();
      latest.current();
    };
    const timer = setInterval(poll, 1_000);
    document.addEventListener('visibilitychange', poll);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', poll);
    };
  }, [key, isCurrent, state]);
}
