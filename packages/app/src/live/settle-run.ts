/** The end of a run's counting: calls of its session from before it are looked up where the agent told totals of its own, which may have them in. */
import type { Ledger, SightedCall, UsageDelta } from '@tokenmeter/core';
import type { FollowedRun } from './followed-run.ts';

const CALLS_A_PAGE = 1_000;
const TRIES = 3;
const TRY_AGAIN_MS = 300;

export async function settleRun(
  run: FollowedRun,
  ledger: Pick<Ledger, 'calls'>,
  now: number,
): Promise<readonly UsageDelta[]> {
  const isAsked = run.meter.hasReportedTotals && run.run.sessionId !== '';
  return run.meter.settle(now, isAsked ? await patiently(() => callsBefore(run, ledger)) : []);
}

/** A store that does not answer must not keep a run from ending: null then. */
async function patiently<T>(ask: () => Promise<T>): Promise<T | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }
  return null;
}

async function callsBefore({ run }: FollowedRun, ledger: Pick<Ledger, 'calls'>): Promise<SightedCall[]> {
  const calls: SightedCall[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.calls(run.sessionId, { limit: CALLS_A_PAGE, after });
    for (const { model, at, usage, caller, threadId, certainty } of page.calls) {
      if (at >= run.startedAt) return calls;
      if (certainty === 'reported') continue;
      calls.push({
        model,
        at,
        usage,
        isCompaction: caller === 'system:compaction',
        isMain: threadId === run.sessionId,
      });
    }
    after = page.next;
  } while (after !== undefined);
  return calls;
}
