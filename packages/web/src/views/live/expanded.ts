/** Which runs are opened, remembered for the browser session. Until somebody chose, the latest one at work is. */
import { signal } from '@preact/signals';

const MEMORY = 'tokenmeter.expanded';

const chosen = signal<Readonly<Record<string, boolean>>>(remembered());
/** The run that is open by itself. */
const first = signal<string | undefined>(undefined);

export function isExpanded(id: string): boolean {
  return chosen.value[id] ?? first.value === id;
}

export function toggleExpanded(id: string, isOpen: boolean): void {
  chosen.value = { ...chosen.peek(), [id]: isOpen };
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(chosen.value));
  } catch {
    // Storage can be forbidden; then it is remembered as long as the page is open.
  }
}

/** Chooses the run that is open by itself, unless one is already among those that are there. */
export function expandFirst(ids: readonly string[], latest: string | undefined): void {
  if (first.peek() === undefined || !ids.includes(first.peek() ?? '')) first.value = latest;
}

function remembered(): Readonly<Record<string, boolean>> {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? '{}');
  } catch {
    return {};
  }
}
