/** The end of a run's counting: calls of its session from before it are looked up where the agent told totals of its own, which may have them in. */
import type { Ledger, SightedCall, UsageDelta } from '@tokenmeter/core';
import type { FollowedRun } from './followed-run.ts';

const CALLS_A_PAGE = 1_000;

export async function settleRun(
  run: FollowedRun,
  ledger: Pick<Ledger, 'calls'>,
  now: number,
): Promise<readonly UsageDelta[]> {
  const earlier = run.meter.hasReportedTotals && run.run.sessionId !== '' ? await callsBefore(run, ledger) : [];
  return run.meter.settle(now, earlier);
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
