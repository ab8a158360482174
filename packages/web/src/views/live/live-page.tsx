/** The Live page: what is running, what it costs, and a way to stop it. */
import { parseNanoDecimal } from '@tokenmeter/core';
import { formatPlural, formatRate } from '@tokenmeter/core/format';
import { useEffect } from 'preact/hooks';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorCard } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { moneyFormat } from '../../stores/house.ts';
import { retryLive } from '../../stores/line.ts';
import { board, followRuns, runsAt, runsFailure, runTitle } from '../../stores/runs.ts';
import { readView } from '../../url-state.ts';
import { countActive, countSubAgents } from './board.ts';
import { CallFeed } from './call-feed.tsx';
import { passes } from './filter.ts';
import { RepoFilter, SortMenu } from './live-controls.tsx';
import { LiveEmpty } from './live-empty.tsx';
import { LiveSkeleton } from './live-skeleton.tsx';
import { LiveStrip } from './live-strip.tsx';
import { RunGone } from './run-gone.tsx';
import { RunList, runInPath } from './run-list.tsx';
import { copyText } from './run-menu.tsx';
import './live.css';

export default function LivePage() {
  useEffect(() => followRuns(true), []);
  const { strip } = board.value;
  const runs = [...board.value.rows.values()].map(({ run }) => run);
  const at = runsAt.value;
  const failure = runsFailure.value;
  const view = readView(search.value);
  const shown = runs.filter((run) => passes(run, view)).length;
  const wanted = runInPath();
  const named = runs.find(({ run_id }) => run_id === wanted);
  const phase = usePhase({
    key: at === undefined ? undefined : 'live',
    data: at === undefined ? undefined : board.value,
    at,
    asking: at === undefined && !failure ? 'live' : undefined,
    failure: at === undefined ? failure : undefined,
    failedKey: at === undefined && failure ? 'live' : undefined,
  });
  useShortcut({
    keys: ['y'],
    label: 'Copy link',
    group: 'Page',
    run: () => {
      void copyText(location.href, 'Link copied.');
      return true;
    },
  });
  useShortcut({
    keys: ['r'],
    label: 'Refresh',
    group: 'Everywhere',
    run: () => {
      retryLive();
      return true;
    },
  });
  return (
    <div class="live-page">
      <PageHeader
        title="Live"
        tabTitle={named ? `${runTitle(named)} · Live` : tabTitle(strip?.rate_usd_per_hour ?? null)}
        dataAt={at}
        period={at !== undefined && <Count />}
        actions={
          <>
            <RepoFilter runs={runs} />
            <SortMenu />
          </>
        }
      />
      {phase === 'failed' && failure ? (
        <ErrorCard failure={failure} onRetry={retryLive} />
      ) : phase === 'skeleton' ? (
        <LiveSkeleton />
      ) : (
        at !== undefined && (
          <>
            {wanted !== undefined && !named && <RunGone key={wanted} id={wanted} />}
            {strip && <LiveStrip strip={strip} />}
            <div class="live-panes">
              {shown > 0 ? <RunList /> : <LiveEmpty hidden={runs.length} />}
              <CallFeed />
            </div>
          </>
        )
      )}
    </div>
  );
}

function Count() {
  const active = countActive(board.value);
  const agents = countSubAgents(board.value);
  if (active === 0) return null;
  return (
    <span class="live-count wide-only">
      {formatPlural(active, 'run')}
      {agents > 0 && `, ${formatPlural(agents, 'sub-agent')} working`}
    </span>
  );
}

function tabTitle(rateUsd: string | null): string {
  const rate =
    rateUsd === null ? undefined : formatRate(parseNanoDecimal(rateUsd), { ...moneyFormat.value, compact: true });
  return rate === undefined ? 'Live' : `${rate} · Live`;
}
