/** Followed runs as the wire tells them: what the hub knows of each beside its meter. */
import type { WireLiveRun } from '@tokenmeter/core';
import { wireRun } from '@tokenmeter/core';
import { agentName } from '@tokenmeter/core/format';
import type { PriceBook } from '@tokenmeter/core/price';
import type { Judgement } from '../guard/purse.ts';
import { capOf } from '../guard/watch-caps.ts';
import type { FollowedRun } from './followed-run.ts';

export function newestFirst(a: FollowedRun, b: FollowedRun): number {
  return b.run.startedAt - a.run.startedAt || (a.id < b.id ? 1 : -1);
}

export function wireFollowed(
  run: FollowedRun,
  book: PriceBook,
  judgement: Judgement | undefined,
  now: number,
): WireLiveRun {
  // What is over comes to no cap any more, whatever its pace was.
  const pace = run.run.endedAt === null ? run.meter.pace.nanoPerHour(now) : undefined;
  return wireRun(run.meter, {
    run: run.row(),
    agentName: agentName(run.run.agent),
    repository: run.repository,
    branch: run.meter.session?.branch ?? '',
    capabilities: run.capabilities,
    book,
    cap: judgement ? capOf(judgement, pace, run.run.overshootNano) : null,
    stopRequestedAt: run.stopRequestedAt,
    isForced: run.isForced,
    cannotStop: run.cannotStop,
    settled: run.isSettled,
    seq: run.seq,
    now,
  });
}
