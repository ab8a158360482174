/** A session that goes on: what it does now, its run's tokens and cost as they tick. Nothing where no run is in it. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { moneyFormat } from '../../stores/house.ts';
import { activeRuns } from '../../stores/live-now.ts';
import { board, followRuns } from '../../stores/runs.ts';
import type { LiveRow } from '../live/board.ts';
import { CostMeter } from '../live/cost-meter.tsx';
import { runCost } from '../live/run-cost.ts';
import { RunMarkNow, RunNow } from '../live/run-now.tsx';
import { isEnded } from '../live/run-words.ts';
import { TokenCells } from '../live/token-cells.tsx';
import '../live/run-card.css';
import './session-live.css';

/** Follows the runs as long as the page is open, from when there are any. The run of the session, if it is in one. */
export function useLiveRow(sessionId: string): LiveRow | undefined {
  const follows = useRef(false);
  // Once begun it goes on: the end of the last run is news too.
  follows.current ||= (activeRuns.value ?? 0) > 0;
  useEffect(() => (follows.current ? followRuns(false) : undefined), [follows.current]);
  return useComputed(() => [...board.value.rows.values()].find(({ run }) => run.session_id === sessionId)).value;
}

export function SessionLive({ row: { run, cause } }: { readonly row: LiveRow }) {
  const isIdle = run.activity.state === 'waiting_approval' || run.activity.state === 'waiting_user';
  return (
    <section class="card session-live" aria-label="Now">
      <div class="session-now">
        <RunMarkNow run={run} />
        <RunNow run={run} />
      </div>
      <TokenCells
        usage={run.usage}
        isEstimated={run.estimated_tokens > 0}
        flashes={cause === 'live'}
        perMinute={isEnded(run) ? null : run.output_per_minute}
        isIdle={isIdle}
      />
      <CostMeter run={run} cost={runCost(run, moneyFormat.value)} />
    </section>
  );
}
