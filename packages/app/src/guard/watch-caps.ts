/** Caps as the hub asks about them: who has spent what, who must stop now, and how near a run is, as screens show it. */
import type { WireLiveRun } from '@tokenmeter/core';
import { declaredWords, formatNanoDecimal, secondsLeft } from '@tokenmeter/core';
import { formatMoney } from '@tokenmeter/core/format';
import type { FollowedRun } from '../live/followed-run.ts';
import type { Judgement, Purse, Spender } from './purse.ts';

export function spenderOf({ run, meter, spentBefore }: FollowedRun): Spender {
  const threads = [...meter.threads.values()];
  const model = meter.threads.mains.at(-1)?.model || run.model || run.requestedModel;
  const atWork = threads.filter(({ status }) => status === 'running');
  return {
    id: run.id,
    agent: run.agent,
    startedAt: run.startedAt,
    sessions: [...new Set([run.sessionId, ...threads.map(({ sessionId }) => sessionId)])].filter((id) => id !== ''),
    spentNano: meter.capNano,
    spentBefore,
    budgetNano: run.budgetNano,
    // A sub-agent that has not called yet may be on any model that its parent's client sells; nearly all are on the parent's.
    models: atWork.length === 0 ? [model] : atWork.map((thread) => thread.model || model),
  };
}

/** Runs that are at a limit. */
export function judgeAll(purse: Purse, running: readonly FollowedRun[]): FollowedRun[] {
  const liveNano = running.reduce((sum, run) => sum + run.meter.capNano - run.spentBefore, 0);
  return running.filter((run) => purse.isAtLimit(run.run.budgetNano, run.meter.capNano, liveNano));
}

/** Why a run may not start. */
export function refusal({ kind, budget, verdict }: Judgement): string {
  if (kind === 'run') return 'Cannot start this run: its budget leaves nothing to spend, give it more';
  const spent = formatMoney(verdict.spentNano);
  return `Cannot start this run: ${spent} of the month's ${declaredWords(budget)} are spent, raise monthly_cap or wait for the next month`;
}

/** The tightest cap as the wire tells it; `overshootNano` once it was stopped by it. */
export function capOf(
  { kind, budget, verdict, boundNano }: Judgement,
  nanoPerHour: number | undefined,
  overshootNano: bigint | null,
): WireLiveRun['cap'] {
  return {
    kind,
    amount_usd: formatNanoDecimal(budget.amountNano),
    spent_usd: formatNanoDecimal(verdict.spentNano),
    percent: Number.isFinite(verdict.ratio) ? Math.floor(verdict.ratio * 100) : 100,
    state: verdict.level,
    stops_in_seconds: secondsLeft(verdict, nanoPerHour) ?? null,
    overshoot_bound_usd: formatNanoDecimal(boundNano),
    overshoot_usd: overshootNano === null ? null : formatNanoDecimal(overshootNano),
  };
}
