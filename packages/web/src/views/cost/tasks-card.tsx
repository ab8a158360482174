/** The ten dearest tasks: what they cost, with what, and where their work ended up. */
import type { WireCostRow } from '@tokenmeter/core';
import { formatPercent, modelName } from '@tokenmeter/core/format';
import { useRef } from 'preact/hooks';
import { CopyId, CopyName } from '../../components/copy-id.tsx';
import { CopyMenu } from '../../components/copy-menu.tsx';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { SortHeader } from '../../components/sort-header.tsx';
import { EmptyState } from '../../components/states.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { search } from '../../router.ts';
import type { Order, SortColumn } from '../../table/sort.ts';
import { copyColumns } from './columns.ts';
import { type CardProperties, ratioOf, readCost, type Spend, weigh } from './figures.ts';
import { orderedRows, type ReadRow } from './ordered.ts';
import { sessionsHref, sessionsTitle } from './task-sessions.ts';

const SHOWN = 10;

const COLUMNS: readonly SortColumn<ReadRow>[] = [
  { id: 'name', value: ({ row }) => row.name, isText: true },
  { id: 'repo', value: ({ row }) => row.repo_name, isText: true },
  { id: 'model', value: ({ row }) => row.main_model, isText: true },
  { id: 'ended', value: ({ row }) => row.ended && ENDED_WORDS[row.ended.kind], isText: true },
  { id: 'tokens', value: ({ figures }) => figures.tokens },
  { id: 'cost', value: ({ figures }) => figures.cost },
];
const ENDED_WORDS = {
  running: 'Running',
  release: 'Release',
  commit: 'Commit',
  reverted: 'Reverted',
  none: 'No commit',
};
const TIES: readonly Order[] = [
  { column: 'cost', ascending: false },
  { column: 'tokens', ascending: false },
  { column: 'name', ascending: true },
];

export function TasksCard({ answer, measure }: CardProperties) {
  const { rows, order, onSort } = orderedRows(
    'sort',
    answer.rows,
    COLUMNS,
    { column: measure, ascending: false },
    TIES,
  );
  const shown = rows.slice(0, SHOWN);
  const most = shown.reduce((found, { figures }) => Math.max(found, Number(weigh(figures, measure))), 0);
  const body = useRef<HTMLTableSectionElement>(null);
  const onRowKey = useRowKeys(body, '.task-name :is(a, .copy-name)');
  const head = { order, onSort };
  const share = ratioOf(sumOf(shown), readCost(answer.totals), measure);
  return (
    <section class="card tasks-card" aria-labelledby="tasks-title">
      <div class="card-head">
        <h2 id="tasks-title">Top 10 tasks</h2>
        <span class="card-note">
          {shown.length > 0 &&
            share !== undefined &&
            `${formatPercent(share)} of ${measure === 'cost' ? 'spend' : 'tokens'}`}
        </span>
        {shown.length > 0 && <CopyMenu rows={rows.map(({ row }) => row)} columns={copyColumns('task')} name="tasks" />}
      </div>
      {shown.length === 0 ? (
        <EmptyState
          title="No task-level data yet."
          text="Runs that are started for a task, and events that name one, stand here."
        />
      ) : (
        <table class="table task-table">
          <caption class="sr">Top 10 tasks</caption>
          <thead>
            <tr>
              <th class="task-place" scope="col">
                <span class="sr">Rank</span>
              </th>
              <SortHeader column="name" {...head}>
                Task
              </SortHeader>
              <SortHeader column="repo" class="wide-only" {...head}>
                Repo
              </SortHeader>
              <SortHeader column="model" class="wide-only" {...head}>
                Main model
              </SortHeader>
              <SortHeader column="ended" class="wide-only" {...head}>
                Commit or release
              </SortHeader>
              <SortHeader column="tokens" isEnd class={measure === 'cost' ? 'wide-only' : ''} {...head}>
                Tokens
              </SortHeader>
              <th class="task-bar wide-only" scope="col">
                <span class="sr">Share of the largest</span>
              </th>
              <SortHeader column="cost" isEnd class={measure === 'cost' ? '' : 'wide-only'} {...head}>
                Cost
              </SortHeader>
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onRowKey}>
            {shown.map(({ row, figures }, index) => (
              <tr key={row.id}>
                <td class="task-place ink-3">{index + 1}</td>
                <th scope="row" class="task-name">
                  <TaskName row={row} />
                </th>
                <td class="wide-only ink-2 mono">{row.repo_name ?? '—'}</td>
                <td class="wide-only ink-2 words" title={row.main_model ?? undefined}>
                  {row.main_model === null ? '—' : modelName(row.main_model)}
                </td>
                <td class="wide-only">
                  <Ended row={row} />
                </td>
                <td class={`end ink-2 ${measure === 'cost' ? 'wide-only' : ''}`}>
                  <TokenText value={figures.tokens} mark={figures.inexactTokens > 0 ? '~' : ''} />
                </td>
                <td class="task-bar wide-only">
                  <span class="meter" aria-hidden="true">
                    <b style={{ width: `${most > 0 ? (Number(weigh(figures, measure)) / most) * 100 : 0}%` }} />
                  </span>
                </td>
                <td class={`end strong ${measure === 'cost' ? '' : 'wide-only'}`}>
                  <PriceBadge nano={figures.cost} unpricedTokens={figures.unpricedTokens} short />{' '}
                  <MoneyText nano={figures.cost} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A task leads to the sessions that worked on it, where their logs are here. */
function TaskName({ row }: { readonly row: WireCostRow }) {
  const href = sessionsHref(search.value, row.sessions ?? []);
  if (href === undefined)
    return (
      <CopyName class="clip medium" id={row.id} of={row.name}>
        {row.name}
      </CopyName>
    );
  return (
    <span class="task-link">
      <a class="clip clip-two medium" href={href} title={`${row.name}. ${sessionsTitle(row.sessions ?? [])}`}>
        {row.name}
      </a>
      <CopyId id={row.id} of={row.name} />
    </span>
  );
}

function Ended({ row: { ended } }: { readonly row: WireCostRow }) {
  if (ended?.kind === 'running')
    return (
      <span class="task-running small">
        <span class="dot" aria-hidden="true" /> Running
      </span>
    );
  if (ended && (ended.kind === 'commit' || ended.kind === 'release') && ended.name !== null)
    return (
      <CopyName class="mono ink-2" id={ended.id ?? ended.name} of={ENDED_WORDS[ended.kind]}>
        {ended.name}
      </CopyName>
    );
  return <span class="ink-3 small">{ENDED_WORDS[ended?.kind ?? 'none']}</span>;
}

function sumOf(rows: readonly ReadRow[]): Spend {
  return {
    tokens: rows.reduce((sum, { figures }) => sum + figures.tokens, 0),
    cost: rows.reduce((sum, { figures }) => sum + (figures.cost ?? 0n), 0n),
  };
}
