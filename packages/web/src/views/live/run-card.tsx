/** One run as a row: who works where, two meters, its tokens, what it does now, and its sub-agents when opened. */
import type { WireLiveRun } from '@tokenmeter/core';
import { modelName } from '@tokenmeter/core/format';
import { useRef } from 'preact/hooks';
import { AttributionPopover } from '../../components/attribution-popover.tsx';
import { ContextMeter } from '../../components/context-meter.tsx';
import { Icon } from '../../components/icon.tsx';
import { runAttributionPath } from '../../stores/attribution.ts';
import { moneyFormat } from '../../stores/house.ts';
import { board, MANY_RUNS, rowOf, runTitle } from '../../stores/runs.ts';
import { AgentTree } from './agent-tree.tsx';
import { CostMeter } from './cost-meter.tsx';
import { Elapsed } from './elapsed.tsx';
import { isExpanded, toggleExpanded } from './expanded.ts';
import { InterruptButton } from './interrupt-button.tsx';
import { holdContextLevel } from './level-hold.ts';
import { RunAttribution } from './run-attribution.tsx';
import { runCost } from './run-cost.ts';
import { RunMenu } from './run-menu.tsx';
import { RunMarkNow, RunNow } from './run-now.tsx';
import { isEnded } from './run-words.ts';
import { TokenCells } from './token-cells.tsx';
import { subAgents } from './tree.ts';
import './run-card.css';

/** Where an agent compacts by itself when its own setting is not told. */
const COMPACTS_AT = 0.92;

/** Its session, or the run itself as long as no session is known. */
function runHref({ session_id, run_id }: WireLiveRun): string {
  return session_id === null ? `/live/${encodeURIComponent(run_id)}` : `/sessions/${encodeURIComponent(session_id)}`;
}

export function RunCard({ id }: { readonly id: string }) {
  const row = rowOf(id).value;
  const level = useRef<ReturnType<typeof holdContextLevel> | undefined>(undefined);
  if (!row) return null;
  const { run, cause } = row;
  const { used, window } = run.context;
  if (used !== null && window) level.current = holdContextLevel(used / window, level.current);
  const cost = runCost(run, moneyFormat.value);
  const agents = subAgents(run.threads).length;
  const isOpen = isExpanded(id) && agents > 0;
  const isIdle = run.activity.state === 'waiting_approval' || run.activity.state === 'waiting_user';
  const title = runTitle(run);
  const toggle = () => agents > 0 && toggleExpanded(id, !isOpen);
  return (
    <article
      class={isEnded(run) ? 'run is-ended' : 'run'}
      data-run={id}
      aria-labelledby={`run-${id}`}
      onKeyDown={(event) => {
        if (event.target instanceof HTMLElement && !event.target.matches('.run-link')) return;
        const wants = { ArrowRight: true, ArrowLeft: false, ' ': !isOpen }[event.key];
        if (wants === undefined || agents === 0) return;
        event.preventDefault();
        toggleExpanded(id, wants);
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the button with the arrow is for the keyboard */}
      <div
        class={agents > 0 ? 'run-head has-agents' : 'run-head'}
        onClick={(event) => {
          if (event.target instanceof Element && !event.target.closest('a, button, .popover')) toggle();
        }}
      >
        <div class="run-who">
          <div class="run-line">
            <RunMarkNow run={run} />
            <h3 class="run-title" id={`run-${id}`}>
              <a class="run-link" href={runHref(run)}>
                {title}
              </a>
            </h3>
            <span class="run-elapsed">
              <Elapsed since={run.started_at} until={run.ended_at} />
            </span>
            {agents > 0 && (
              <button
                type="button"
                class={isOpen ? 'run-toggle is-open' : 'run-toggle'}
                aria-expanded={isOpen}
                aria-label={`${agents} ${agents === 1 ? 'sub-agent' : 'sub-agents'} of ${title}`}
                title={`${agents} ${agents === 1 ? 'sub-agent' : 'sub-agents'}`}
                onClick={toggle}
              >
                <Icon name="next" />
              </button>
            )}
          </div>
          <p class="run-meta">
            {run.name !== null && <span>{run.name}</span>}
            <span>{run.agent_name}</span>
            <span class="mono" title={run.project}>
              {run.project_name}
            </span>
            {/* A detached head is no branch. */}
            {run.branch && run.branch !== 'HEAD' && <span class="mono">{run.branch}</span>}
            {run.model && <span title={run.model}>{modelName(run.model)}</span>}
          </p>
        </div>
        <AttributionPopover path={runAttributionPath(run)} title={title}>
          <ContextMeter label="Context" used={used} window={window} compactsAt={COMPACTS_AT} level={level.current} />
        </AttributionPopover>
        <CostMeter run={run} cost={cost} />
        <div class="run-acts">
          <InterruptButton run={run} />
          <RunMenu run={run} />
        </div>
      </div>
      <div class="run-body">
        <TokenCells
          usage={run.usage}
          isEstimated={run.estimated_tokens > 0}
          flashes={cause === 'live' && board.peek().rows.size <= MANY_RUNS}
          perMinute={isEnded(run) ? null : run.output_per_minute}
          isIdle={isIdle}
        />
        <RunNow run={run} />
      </div>
      <RunAttribution run={run} title={title} />
      {isOpen && <AgentTree run={run} cost={cost} />}
    </article>
  );
}
