/** One timer for every age and clock on screen. It stands still while the tab is hidden. */
import { signal } from '@preact/signals';

/** UTC ms, moved once a second. */
export const nowMs = signal(Date.now());

export function startClock(): () => void {
  const tick = () => {
    if (document.visibilityState === 'visible') nowMs.value = Date.now();
  };
  tick();
  const timer = setInterval(tick, 1_000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
