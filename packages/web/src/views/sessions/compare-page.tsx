/** Two to four sessions beside each other: what each was and took, with the lowest and the highest figure said in words. */
import { parseNanoDecimal, type WireSession, type WireSessionDetail } from '@tokenmeter/core';
import { useEffect } from 'preact/hooks';
import { ask } from '../../api.ts';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { dateFormat } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { resource } from '../../stores/resource.ts';
import { type CompareCell, type CompareRow, costMarks, factRows, measureRows } from './compare-rows.ts';
import { sessionTitle } from './list.ts';
import '../../styles/compare.css';

const compared = resource<readonly WireSession[]>();

export function ComparePage({ ids }: { readonly ids: readonly string[] }) {
  const key = ids.join('\n');
  const load = (force: boolean) =>
    void compared.load(
      key,
      (signal) =>
        Promise.all(
          ids.map(async (id) => {
            const path = `/api/sessions/${encodeURIComponent(id)}`;
            return (await ask<WireSessionDetail>(path, { signal })).session;
          }),
        ),
      force,
    );
  // The key stands for all ids.
  useEffect(() => load(false), [key]);
  useEffect(() => onLedgerChange(() => load(true)), [key]);
  const held = compared.state.value;
  const phase = usePhase(held);
  const sessions = held.key === key ? held.data : undefined;
  return (
    <>
      <PageHeader title="Compare sessions" dataAt={held.at} />
      <nav class="compare-back" aria-label="Breadcrumb">
        <a class="link" href="/sessions">
          Sessions
        </a>{' '}
        / Compare
      </nav>
      {phase === 'skeleton' && (
        <section class="card compare-skeleton" role="status" aria-label="Loading sessions">
          <Skeleton height="240px" />
        </section>
      )}
      {phase === 'failed' && held.failure && <ErrorCard failure={held.failure} onRetry={() => load(true)} />}
      {sessions && sessions.length < 2 && (
        <section class="card">
          <EmptyState title="Nothing to compare" text="Choose two to four sessions on the list." />
        </section>
      )}
      {sessions && sessions.length >= 2 && <CompareTable sessions={sessions} />}
    </>
  );
}

function CompareTable({ sessions }: { readonly sessions: readonly WireSession[] }) {
  const dates = dateFormat.value;
  const marks = costMarks(sessions);
  return (
    <section class="card">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: -- a part that scrolls must be reachable by key */}
      <section class="table-scroll" tabIndex={0} aria-label="Comparison">
        <table class="table compare-table">
          <thead>
            <tr>
              <td />
              {sessions.map((session) => (
                <th key={session.session_id} scope="col">
                  <a class="session-link" href={`/sessions/${encodeURIComponent(session.session_id)}`}>
                    {sessionTitle(session, dates)}
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...factRows(sessions, dates), ...measureRows(sessions)].map((row) => (
              <Row key={row.name} row={row} />
            ))}
            <tr class="compare-cost">
              <th scope="row">Cost</th>
              {sessions.map((session, index) => (
                <td key={session.session_id}>
                  <Cost session={session} />
                  <Mark mark={marks[index]} />
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ row }: { readonly row: CompareRow }) {
  return (
    <tr>
      <th scope="row">{row.name}</th>
      {row.cells.map(({ text, mark }, index) => (
        <td key={`${row.name} ${index}`}>
          {text}
          <Mark mark={mark} />
        </td>
      ))}
    </tr>
  );
}

function Cost({ session: { totals } }: { readonly session: WireSession }) {
  const nano = totals.cost_usd === null ? null : (parseNanoDecimal(totals.cost_usd) ?? null);
  return (
    <>
      <MoneyText nano={nano} /> <PriceBadge nano={nano} unpricedTokens={totals.unpriced_tokens} short />
    </>
  );
}

function Mark({ mark }: Pick<CompareCell, 'mark'>) {
  return mark ? <span class="compare-mark"> {mark}</span> : null;
}
