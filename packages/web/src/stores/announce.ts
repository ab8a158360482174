/** The one polite voice for screen readers: big news only, at most once in thirty seconds, the latest wins. */
import { signal } from '@preact/signals';

export const announced = signal('');

const QUIET_MS = 30_000;
let lastAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      lastAt = performance.now();
      announced.value = text;
    },
    Math.max(0, lastAt + QUIET_MS - performance.now()),
  );
}
