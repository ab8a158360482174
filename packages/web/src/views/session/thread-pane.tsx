/** The agents of a session as a tree: pick one, and the timeline shows its calls alone. Below, sessions it started. */
import { parseNanoDecimal, type WireSession, type WireSessionDetail } from '@tokenmeter/core';
import { formatPlural } from '@tokenmeter/core/format';
import { MoneyText } from '../../components/money-text.tsx';
import { RunTree, type RunTreeRow } from '../../components/run-tree.tsx';
import { dateFormat, moneyFormat } from '../../stores/house.ts';
import { sessionTitle } from '../sessions/list.ts';
import { sessionHref } from './session-path.ts';
import { splitCost, threadCost, threadModels, threadName, threadRows } from './threads.ts';

interface Properties {
  readonly detail: WireSessionDetail;
  /** Undefined: the whole session. */
  readonly selected: string | undefined;
  readonly onSelect: (threadId: string | undefined) => void;
}

export function ThreadPane({ detail, selected, onSelect }: Properties) {
  const { session, threads, children } = detail;
  const total = session.totals.cost_usd === null ? null : (parseNanoDecimal(session.totals.cost_usd) ?? null);
  const split = splitCost(threads, total, moneyFormat.value);
  const all: RunTreeRow = {
    id: undefined,
    level: 1,
    place: 1,
    siblings: 1,
    hasChildren: threads.length > 0,
    name: 'Whole session',
    detail: formatPlural(session.totals.calls, 'call'),
    cost: total,
  };
  const rows = threadRows(threads).map(
    ({ thread, level, hasChildren, place, siblings }): RunTreeRow => ({
      id: thread.thread_id,
      level: level + 1,
      place,
      siblings,
      hasChildren,
      name: threadName(thread),
      detail: [threadModels(thread), formatPlural(thread.totals.calls, 'call')]
        .filter((word) => word !== '')
        .join(', '),
      cost: threadCost(thread),
      costText: split?.texts.get(thread.thread_id),
    }),
  );
  return (
    <section class="card thread-pane" aria-labelledby="threads-title">
      <div class="card-head">
        <h2 id="threads-title">Agents</h2>
        <span
          class="card-note"
          title="Each row below the whole session has its own cost, without that of its sub-agents"
        >
          Own cost
        </span>
      </div>
      <RunTree rows={[all, ...rows]} selected={selected} label="Agents of the session" onSelect={onSelect} />
      {children.length > 0 && (
        <>
          <h3 class="thread-heading">Sub-agent sessions</h3>
          <ul class="thread-children">
            {children.map((child) => (
              <ChildSession key={child.session_id} child={child} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ChildSession({ child }: { readonly child: WireSession }) {
  const cost = child.totals.cost_usd === null ? null : (parseNanoDecimal(child.totals.cost_usd) ?? null);
  const title = sessionTitle(child, dateFormat.peek());
  return (
    <li>
      <a class="link clip" href={sessionHref(child.session_id)} title={title}>
        {title}
      </a>
      <span class="medium">
        <MoneyText nano={cost} />
      </span>
    </li>
  );
}
