/**
 * Sessions of runs that we started and that are over. Their logs stay young for minutes, and whoever looks around finds
 * them: that is no new run. A session that somebody takes up again later is one.
 */
import type { Run, RunStore } from '@tokenmeter/core';

/** An agent's last lines are written about when its process ends. */
const LAST_LINES_MS = 10_000;
/** What ended before is looked at by nobody any more. */
const REMEMBERED_MS = 86_400_000;
const MOST_REMEMBERED = 1_000;

export class EndedSessions {
  readonly #endedAt = new Map<string, number>();

  /** Runs that ended before this process began. */
  async learn(runs: RunStore, now: number): Promise<void> {
    const lately = await runs.runs({ since: now - REMEMBERED_MS, limit: MOST_REMEMBERED / 2 });
    for (const run of lately.runs.toReversed()) this.note(run);
  }

  note({ origin, sessionId, endedAt }: Pick<Run, 'origin' | 'sessionId' | 'endedAt'>): void {
    if (origin !== 'started' || sessionId === '' || endedAt === null) return;
    const known = this.#endedAt.get(sessionId) ?? 0;
    // Set anew, so that the oldest stand first.
    this.#endedAt.delete(sessionId);
    this.#endedAt.set(sessionId, Math.max(endedAt, known));
    const [oldest] = this.#endedAt.keys();
    if (this.#endedAt.size > MOST_REMEMBERED && oldest !== undefined) this.#endedAt.delete(oldest);
  }

  /** Whether all that a session tells, the last of it at `lastAt`, was told by a run that ended. */
  covers(sessionId: string, lastAt: number): boolean {
    return lastAt <= (this.#endedAt.get(sessionId) ?? Number.NEGATIVE_INFINITY) + LAST_LINES_MS;
  }
}
