/** One short word about the result of what a person just did, for four seconds. Thresholds and news are not toasts. */
import { signal } from '@preact/signals';

export const toast = signal<{ readonly id: number; readonly text: string } | undefined>(undefined);

const SHOWN_MS = 4_000;
let count = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function showToast(text: string): void {
  clearTimeout(timer);
  toast.value = { id: ++count, text };
  timer = setTimeout(() => {
    toast.value = undefined;
  }, SHOWN_MS);
}
