/** How the context of one thread grew, call by call: the graph, or the same as a table. */
import type { WireCall, WireSessionDetail } from '@tokenmeter/core';
import { formatClock, formatContextPercent, formatTokens } from '@tokenmeter/core/format';
import { useMemo, useState } from 'preact/hooks';
import { ContextGraph } from '../../charts/context-graph.tsx';
import { zone } from '../../stores/house.ts';
import { type ContextPoint, contextPoints, thinned, windowOf } from './context-series.ts';
import { threadName } from './threads.ts';

interface Properties {
  readonly calls: readonly WireCall[];
  readonly detail: WireSessionDetail;
  readonly threadId: string | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (callId: string) => void;
}

const MOST_TABLE_ROWS = 400;

export function ContextCard({ calls, detail, threadId, selected, onSelect }: Properties) {
  const [isTable, setTable] = useState(false);
  // Threads have a window each: of the whole session the main agent's is shown.
  const thread =
    detail.threads.find(({ thread_id }) => thread_id === threadId) ??
    detail.threads.find(({ parent_thread_id }) => parent_thread_id === null) ??
    detail.threads[0];
  const points = useMemo(
    () => contextPoints(calls, detail.marks, thread?.thread_id),
    [calls, detail.marks, thread?.thread_id],
  );
  const window = windowOf(points) ?? thread?.context_window ?? undefined;
  // Fewer than two points are no line.
  if (points.length < 2) return null;
  const note = detail.threads.length > 1 && thread ? threadName(thread) : undefined;
  return (
    <section class="card context-card" aria-labelledby="context-title">
      <div class="card-head">
        <h2 id="context-title">Context by call</h2>
        {note && <span class="ink-3 small clip">{note}</span>}
        <button
          type="button"
          class="button quiet slim context-switch"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          Show as table
        </button>
      </div>
      {isTable ? (
        <ContextTable points={points} window={window} onSelect={onSelect} />
      ) : (
        <div class="context-graph-frame">
          <ContextGraph
            points={points.map(({ call, context, isCompacted }) => ({ id: call.id, value: context, isCompacted }))}
            limit={window}
            selected={selected}
            label={`Context of ${note ?? 'the session'} over ${points.length} calls`}
            describe={(index) => describe(points[index], index, window)}
            onSelect={onSelect}
          />
        </div>
      )}
    </section>
  );
}

/** `Call 12, 14:32:08: 128k, 64%, +2.1k`. */
function describe(point: ContextPoint | undefined, index: number, window: number | undefined): string {
  if (!point) return '';
  const { call, context, delta, isCompacted } = point;
  const change = delta === undefined ? '' : `, ${isCompacted ? 'compacted ' : ''}${signed(delta)}`;
  const share = window === undefined ? '' : `, ${formatContextPercent(context, window)}`;
  const clock = formatClock(Date.parse(call.at), zone.peek());
  return `Call ${index + 1}, ${clock}: ${formatTokens(context)}${share}${change}`;
}

function signed(delta: number): string {
  return delta < 0 ? `−${formatTokens(-delta)}` : `+${formatTokens(delta)}`;
}

function ContextTable(properties: {
  readonly points: readonly ContextPoint[];
  readonly window: number | undefined;
  readonly onSelect: (callId: string) => void;
}) {
  const { points, window, onSelect } = properties;
  const numbered = points.map((point, index) => ({ point, number: index + 1 }));
  const rows = thinned(numbered, MOST_TABLE_ROWS);
  return (
    <section class="context-table" aria-label="Context by call, as a table">
      <table class="table">
        <caption class="sr">Context by call</caption>
        <thead>
          <tr>
            <th scope="col">Call</th>
            <th scope="col">Time</th>
            <th scope="col" class="end">
              Context
            </th>
            <th scope="col" class="end">
              Of window
            </th>
            <th scope="col" class="end">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ point, number }) => (
            <tr key={point.call.id}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onSelect(point.call.id)}>
                  {number}
                </button>
              </th>
              <td>{formatClock(Date.parse(point.call.at), zone.peek())}</td>
              <td class="end">{formatTokens(point.context)}</td>
              <td class="end">{formatContextPercent(point.context, window)}</td>
              <td class="end">
                {point.delta === undefined ? '—' : signed(point.delta)}
                {point.isCompacted && ', compacted'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < points.length && (
        <p class="context-thinned ink-3 small">
          {rows.length} of {points.length} calls. Export CSV has all of them.
        </p>
      )}
    </section>
  );
}
