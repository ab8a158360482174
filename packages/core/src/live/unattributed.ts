/**
 * What an agent's own totals tell of a run beyond its calls: one flagged call a model, by the same arithmetic as the
 * ledger's. Calls whose detail is no longer kept explain a total as a sum. It refuses to add a total to anything.
 */
import type { CallSighting } from '../call.ts';
import type { ReportedTotalEvent } from '../event.ts';
import type { SightedCall } from '../reconcile.ts';
import { reconcile } from '../reconcile.ts';
import { addUsage } from '../usage.ts';

export class ReportedTotals {
  readonly #events = new Map<string, ReportedTotalEvent>();
  readonly #folded = new Map<string, SightedCall>();

  get size(): number {
    return this.#events.size;
  }

  hear(event: ReportedTotalEvent): void {
    const key = `${event.sessionId}\0${event.process}`;
    const known = this.#events.get(key);
    if (!known || known.at <= event.at) this.#events.set(key, event);
  }

  /** A call that will not be handed to `remainders` any more. */
  fold(call: SightedCall): void {
    const key = `${call.model}\0${call.isCompaction}\0${call.isMain}`;
    const known = this.#folded.get(key);
    this.#folded.set(
      key,
      known ? { ...call, at: Math.max(call.at, known.at), usage: addUsage(known.usage, call.usage) } : call,
    );
  }

  /** The flagged calls, in the place `where` says. */
  remainders(
    calls: readonly SightedCall[],
    compactions: readonly number[],
    where: { readonly agent: string; readonly runId: string; readonly threadId: string },
  ): CallSighting[] {
    const events = [...this.#events.values()];
    const processes = events.map(({ process, processStartedAt, at, byModel }) => ({
      process,
      startedAt: processStartedAt,
      at,
      byModel,
    }));
    return reconcile(processes, [...calls, ...this.#folded.values()], compactions).map(
      ({ process, model, at, usage, isCompaction }) => {
        const told = events.find((event) => event.process === process);
        const sessionId = told?.sessionId ?? '';
        return {
          agent: where.agent,
          identity: `${where.runId}:unattributed:${process}:${model}`,
          requestId: '',
          chain: 'main',
          sessionId,
          rootSessionId: sessionId,
          threadId: where.threadId || sessionId,
          caller: isCompaction ? 'system:compaction' : 'system:unattributed',
          model,
          seller: '',
          at,
          usage,
          certainty: 'reported',
          cwd: told?.cwd ?? '',
          branch: '',
          tier: '',
          geo: '',
          webSearches: 0,
          assumedLifetime: false,
          counted: isCompaction,
        };
      },
    );
  }
}
