/**
 * The sub-agents of a run: each with its own figures, connected to whoever started it. One stop for Tab; up, down, Home
 * and End go through the rows.
 */
import { parseNanoDecimal, type WireLiveRun, type WireLiveThread } from '@tokenmeter/core';
import { contextPercent, formatMoney, modelName } from '@tokenmeter/core/format';
import { useRef, useState } from 'preact/hooks';
import { TokenText } from '../../components/token-text.tsx';
import { moneyFormat } from '../../stores/house.ts';
import { isUnknown } from '../../stores/runs.ts';
import { Elapsed } from './elapsed.tsx';
import { holdContextLevel } from './level-hold.ts';
import type { RunCost } from './run-cost.ts';
import { Mark } from './run-mark.tsx';
import { isEnded, type RunMark } from './run-words.ts';
import { DEEPEST, type TreeRow, treeRows } from './tree.ts';
import '../../styles/context.css';
import './agent-tree.css';

interface Properties {
  readonly run: WireLiveRun;
  readonly cost: RunCost;
}

const OWN = 'Values are each agent’s own, without those of the agents it started';

export function AgentTree({ run, cost }: Properties) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLTableElement>(null);
  const rows = treeRows(run.threads, opened);
  if (rows.length === 0) return null;
  const stop = Math.min(at, rows.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: rows.length - 1 }[event.key];
    // Left and right would fold the run away from under the focus.
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') event.stopPropagation();
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.min(Math.max(0, next), rows.length - 1);
    setAt(to);
    grid.current?.querySelectorAll<HTMLElement>('tbody tr')[to]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are a tree is a treegrid
    <table class="agent-tree" role="treegrid" aria-label="Sub-agents" ref={grid} onKeyDown={onKeyDown}>
      <thead>
        <tr title={OWN}>
          <th scope="col" class="clip">
            Sub-agents
            {cost.below !== null && (
              <span class="agent-split">
                {cost.belowText}, main {cost.ownText}
              </span>
            )}
          </th>
          <th scope="col" class="agent-model">
            Model
          </th>
          <th scope="col" class="agent-context">
            Context
          </th>
          <th scope="col" class="end">
            Tokens
          </th>
          <th scope="col" class="end">
            Cost
          </th>
          <th scope="col" class="end agent-elapsed">
            Elapsed
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr
            key={'thread' in row ? row.thread.thread_id : `more-${row.parent}`}
            aria-level={row.level}
            aria-posinset={row.place}
            aria-setsize={row.siblings}
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => setAt(index)}
          >
            {'thread' in row ? (
              <Agent row={row} run={run} cost={cost} />
            ) : (
              <Folded row={row} onOpen={() => setOpened(new Set(opened).add(row.parent))} />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lines({ row }: { readonly row: TreeRow }) {
  return (
    <>
      {row.connectors.map((connector, index) => (
        <span key={index} class={`agent-line is-${connector}`} aria-hidden="true" />
      ))}
    </>
  );
}

function Agent({ row, run, cost }: Properties & { readonly row: TreeRow & { readonly thread: WireLiveThread } }) {
  const { thread } = row;
  const isOver = thread.status !== 'running' || isEnded(run);
  const nano = thread.spend.cost_usd === null ? null : (parseNanoDecimal(thread.spend.cost_usd) ?? null);
  return (
    <>
      <td class="agent-name">
        <Lines row={row} />
        <Mark mark={markOf(thread, isOver)} />
        <span class="clip">
          <span class="medium">{thread.name ?? 'Sub-agent'}</span>
          {row.level > DEEPEST && <span class="ink-3"> depth {row.level}</span>}
        </span>
      </td>
      <td class="agent-model ink-2 clip" title={thread.model ?? undefined}>
        {thread.model === null ? '—' : modelName(thread.model)}
      </td>
      <td class="agent-context">
        <MiniContext context={thread.context} />
      </td>
      <td class="end ink-2">
        <TokenText value={thread.usage.tokens} />
      </td>
      <td class="end strong">
        {nano === null ? (
          <span class="ink-3" title="No price">
            —<span class="sr"> no price</span>
          </span>
        ) : (
          (cost.texts.get(thread.thread_id) ?? formatMoney(nano, moneyFormat.value))
        )}
      </td>
      <td class="end ink-3 agent-elapsed">
        <Elapsed since={thread.started_at} until={thread.ended_at ?? (isOver ? run.ended_at : null)} />
      </td>
    </>
  );
}

function Folded({
  row,
  onOpen,
}: {
  readonly row: TreeRow & { readonly folded: readonly WireLiveThread[] };
  readonly onOpen: () => void;
}) {
  const sum = row.folded.reduce((all, { spend }) => all + (parseNanoDecimal(spend.cost_usd ?? '0') ?? 0n), 0n);
  return (
    <td class="agent-name">
      <Lines row={row} />
      <button type="button" class="link" onClick={onOpen}>
        {row.folded.length} more, {formatMoney(sum, moneyFormat.value)}
      </button>
    </td>
  );
}

function MiniContext({ context }: Pick<WireLiveThread, 'context'>) {
  const held = useRef<ReturnType<typeof holdContextLevel> | undefined>(undefined);
  const { used, window } = context;
  const percent = context.percent ?? contextPercent(used, window);
  if (percent === null || used === null || !window) return <span class="ink-3">—</span>;
  held.current = holdContextLevel(used / window, held.current);
  return (
    <span class={`context-share context-${held.current}`}>
      <span class="meter" aria-hidden="true">
        <b class="is-scaled" style={{ transform: `scaleX(${Math.min(1, used / window)})` }} />
      </span>
      <span class="context-figure">{percent}%</span>
    </span>
  );
}

function markOf(thread: WireLiveThread, isOver: boolean): RunMark {
  if (!isOver) return isUnknown.value ? 'unknown' : 'live';
  return thread.status === 'failed' ? 'failed' : thread.status === 'stopped' ? 'stopped' : 'done';
}
