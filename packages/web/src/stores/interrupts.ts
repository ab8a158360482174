/** Asking a run to stop, from this page: what was asked of which run, and that the server was told. */
import { signal } from '@preact/signals';
import { ApiFailure, ask } from '../api.ts';
import { type Asked, STUCK_MS } from '../views/live/interrupt-face.ts';
import { showToast } from './toasts.ts';

/** By run. */
export const asked = signal<ReadonlyMap<string, Asked>>(new Map());

export function confirmInterrupt(runId: string): void {
  put(runId, { step: 'confirm', at: performance.now() });
}

/** Takes the question back; what was sent already stays sent. */
export function dropInterrupt(runId: string): void {
  if (asked.peek().get(runId)?.step === 'confirm') put(runId, undefined);
}

/** Tells the server. `isForced`: the gentle way was tried and did nothing. */
export async function sendInterrupt(runId: string, isForced: boolean): Promise<void> {
  put(runId, { step: isForced ? 'forced' : 'sent', at: performance.now() });
  // Nothing else may happen until then, and the button must offer more.
  if (!isForced) setTimeout(() => put(runId, asked.peek().get(runId)), STUCK_MS);
  try {
    await ask(`/api/runs/${encodeURIComponent(runId)}/interrupt`, {
      method: 'POST',
      body: isForced ? { force: true } : {},
    });
  } catch (error) {
    put(runId, undefined);
    const why = error instanceof ApiFailure ? error.message : '';
    showToast(`The run was not stopped. ${why}`.trim());
  }
}

function put(runId: string, value: Asked | undefined): void {
  const next = new Map(asked.peek());
  if (value) next.set(runId, value);
  else next.delete(runId);
  asked.value = next;
}
