/** The live line of this tab and who listens to it. Pages say what to do when the ledger moves. */
import { ask } from '../api.ts';
import { startLive } from '../live.ts';
import { loadHealth } from './house.ts';

/** At most one refresh in this time, however fast the ledger moves. */
const REFRESH_MS = 2_000;

const listeners = new Set<() => void>();
let live: ReturnType<typeof startLive> | undefined;
let lastAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `listener` when the ledger moved: at once, then at most every two seconds. Answers how to stop. */
export function onLedgerChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startLine(): void {
  live = startLive({
    onChange: tell,
    onImport: tell,
    isReachable: () =>
      ask('/api/health').then(
        () => true,
        () => false,
      ),
  });
}

export const retryLive = () => live?.retry();
export const pauseLive = () => live?.pause();
export const resumeLive = () => {
  live?.resume();
  tell();
};

function tell(): void {
  if (timer !== undefined) return;
  const wait = Math.max(0, lastAt + REFRESH_MS - Date.now());
  timer = setTimeout(() => {
    timer = undefined;
    // A hidden tab asks for nothing; it catches up when it is seen again.
    if (document.visibilityState === 'hidden') {
      document.addEventListener('visibilitychange', tell, { once: true });
      return;
    }
    lastAt = Date.now();
    void loadHealth();
    for (const listener of listeners) listener();
  }, wait);
}
