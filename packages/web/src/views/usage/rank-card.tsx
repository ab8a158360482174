/** Who used it: agents, models, repositories or hosts of the period, ranked. A press on a row filters by it. */
import { formatNanoDecimal } from '@tokenmeter/core';
import { formatCount, formatPercent, formatShares, totalsMark } from '@tokenmeter/core/format';
import { useMemo, useRef } from 'preact/hooks';
import { MiniBars } from '../../charts/mini-bars.tsx';
import { CopyMenu } from '../../components/copy-menu.tsx';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { SortHeader } from '../../components/sort-header.tsx';
import { ErrorCard, Skeleton } from '../../components/states.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { hitRatio } from '../../figures.ts';
import { navigateSearch, search } from '../../router.ts';
import { health, settings } from '../../stores/house.ts';
import { loadUsageByRepo, type UsageAnswer, usageByRepo } from '../../stores/usage.ts';
import { askedOrder, clickedOrder, type Order, orderToSort, sortRows } from '../../table/sort.ts';
import { changeView, RANKS, type Rank, readView, toggleFilter } from '../../url-state.ts';
import { readRows, type UsageModel } from './model.ts';
import { copyColumns, onHost, RANK_COLUMNS, RANK_FILTERS, RANK_NAMES, type Ranked, rankRows } from './rank.ts';
import { STEP_NAMES } from './steps.ts';

const BY_COST: Order = { column: 'cost', ascending: false };
const TIES: readonly Order[] = [BY_COST, { column: 'tokens', ascending: false }, { column: 'name', ascending: true }];

interface Properties {
  readonly answer: UsageAnswer;
  readonly model: UsageModel;
}

export function RankCard({ answer, model }: Properties) {
  const view = readView(search.value);
  const { rank } = view;
  const order = askedOrder(RANK_COLUMNS, view.sort, BY_COST);
  const rows = useRows(rank, model);
  const ordered = useMemo(
    () => rows && sortRows(rows, RANK_COLUMNS, order, TIES),
    [rows, order.column, order.ascending],
  );
  const { failure } = usageByRepo.state.value;
  const show = (name: Rank) => navigateSearch(changeView(search.peek(), { rank: name }), { replace: true });
  const name = RANK_NAMES[rank].toLowerCase();
  return (
    <section class="card" aria-labelledby="rank-title">
      <div class="card-head rank-head">
        <h2 id="rank-title">By {name}</h2>
        <span class="segmented slim">
          {RANKS.map((other) => (
            <button key={other} type="button" aria-pressed={other === rank} onClick={() => show(other)}>
              {RANK_NAMES[other]}
            </button>
          ))}
        </span>
        <span class="rank-copy">
          {ordered && (
            <CopyMenu rows={ordered} columns={copyColumns(rank, formatNanoDecimal)} name={`usage by ${name}`} />
          )}
        </span>
      </div>
      {ordered ? (
        <>
          <RankTable rank={rank} rows={ordered} order={order} model={model} />
          {rank === 'host' && (
            <p class="rank-note ink-3">
              A ledger holds the logs of one machine, so all of it was used on this one. Each other machine has its own.
            </p>
          )}
        </>
      ) : failure ? (
        <ErrorCard failure={failure} onRetry={() => void loadUsageByRepo(answer, true)} />
      ) : (
        <div class="rank-wait">
          <Skeleton height="36px" />
          <Skeleton height="36px" />
        </div>
      )}
    </section>
  );
}

/** Undefined while repositories are being asked for. */
function useRows(rank: Rank, model: UsageModel): Ranked[] | undefined {
  const repos = usageByRepo.state.value.data;
  const plans = settings.state.value.data?.plans;
  const host = health.state.value.data?.host ?? '';
  return useMemo(() => {
    if (rank === 'host') return rankRows(rank, onHost(model.rows, host), model.steps, model.unit, new Map());
    if (rank !== 'repo') return rankRows(rank, model.rows, model.steps, model.unit, model.runsByAgent);
    if (!repos) return undefined;
    const covered = new Set(model.unitOfMoney === 'billed' ? Object.keys(plans ?? {}) : []);
    return rankRows(rank, readRows(repos.main.rows, covered), model.steps, model.unit, new Map());
  }, [rank, model, repos, plans, host]);
}

interface TableProperties {
  readonly rank: Rank;
  readonly rows: readonly Ranked[];
  readonly order: Order;
  readonly model: UsageModel;
}

function RankTable({ rank, rows, order, model }: TableProperties) {
  const view = readView(search.value);
  const isByCost = view.by === 'cost' && model.total.cost !== null;
  const weights = rows.map(({ figures }) => (isByCost ? (figures.cost ?? 0n) : BigInt(figures.tokens)));
  const shares = formatShares(weights);
  const largest = Number(weights.reduce((sum, weight) => sum + weight, 0n));
  const sort = (column: string) => {
    const found = RANK_COLUMNS.find(({ id }) => id === column);
    if (!found) return;
    const next = clickedOrder(found, order);
    navigateSearch(changeView(search.peek(), { sort: orderToSort(RANK_COLUMNS, next, BY_COST) }), { replace: true });
  };
  const head = { order, onSort: sort };
  const counted = rank === 'agent' ? 'runs' : 'calls';
  const body = useRef<HTMLTableSectionElement>(null);
  const onRowKey = useRowKeys(body, '.rank-name a');
  return (
    <table class="table rank-table">
      <caption class="sr">Usage by {RANK_NAMES[rank].toLowerCase()}</caption>
      <thead>
        <tr>
          <th class="rank-place" scope="col">
            <span class="sr">Rank</span>
          </th>
          <SortHeader column="name" {...head}>
            {RANK_NAMES[rank]}
          </SortHeader>
          <th scope="col" class="wide-only rank-steps">
            Per {STEP_NAMES[model.unit]}
          </th>
          <SortHeader column={counted} isEnd class="wide-only" {...head}>
            {counted === 'runs' ? 'Runs' : 'Calls'}
          </SortHeader>
          <SortHeader column="tokens" isEnd {...head}>
            Tokens
          </SortHeader>
          <SortHeader column="hit" isEnd class="wide-only" {...head}>
            Cache hit
          </SortHeader>
          <th scope="col" class="wide-only rank-share">
            Share{isByCost ? '' : ' of tokens'}
          </th>
          <SortHeader column="cost" isEnd {...head}>
            Cost
          </SortHeader>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onRowKey}>
        {rows.map((row, index) => (
          <RankRow
            key={row.id}
            rank={rank}
            row={row}
            place={index + 1}
            share={shares[index] ?? ''}
            width={largest > 0 ? Number(weights[index]) / largest : 0}
            isByCost={isByCost}
          />
        ))}
      </tbody>
      {rows.length > 1 && (
        <tfoot>
          <tr>
            <td />
            <th scope="row">Total</th>
            <td class="wide-only rank-steps" />
            <td class="end wide-only ink-2">
              {counted === 'calls' ? formatCount(model.total.calls) : model.runs ? formatCount(model.runs.count) : '—'}
            </td>
            <td class="end ink-2">
              <TokenText value={model.total.tokens} mark={totalsMark(model.total.inexactTokens, model.total.tokens)} />
            </td>
            <td class="end wide-only ink-2">{formatPercent(hitRatio(model.total))}</td>
            <td class="wide-only rank-share" />
            <td class="end strong">
              <MoneyText nano={model.total.cost} />
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface RowProperties {
  readonly rank: Rank;
  readonly row: Ranked;
  readonly place: number;
  readonly share: string;
  readonly width: number;
  readonly isByCost: boolean;
}

function RankRow({ rank, row, place, share, width, isByCost }: RowProperties) {
  const { figures } = row;
  const view = readView(search.value);
  const filter = RANK_FILTERS[rank];
  // What has no name in the ledger cannot be asked for by name.
  const next =
    row.id === '' || filter === undefined ? undefined : changeView(search.value, toggleFilter(view, filter, row.id));
  const go = (event: MouseEvent) => {
    const isControl = event.target instanceof Element && event.target.closest('a, button');
    if (next === undefined || isControl || getSelection()?.toString()) return;
    navigateSearch(next);
  };
  const begun = row.perStep.filter((step) => step !== undefined);
  return (
    // The anchor in the row is what the keyboard uses.
    <tr class={next === undefined ? undefined : 'is-link'} onClick={go}>
      <td class="rank-place ink-3">{place}</td>
      <th scope="row" class="rank-name">
        {next === undefined ? (
          <span class={filter === undefined ? 'medium' : 'ink-3'}>{row.name}</span>
        ) : (
          <a class="clip" href={next || '?'} title={row.fullName}>
            {row.name}
          </a>
        )}{' '}
        <PriceBadge nano={figures.cost} unpricedTokens={figures.unpricedTokens} short />
        {row.detail && <span class="rank-detail wide-only">{row.detail}</span>}
      </th>
      <td class="wide-only rank-steps">
        <MiniBars values={begun.map((step) => (isByCost ? Number(step.cost ?? 0n) : step.tokens))} />
      </td>
      <td class="end wide-only ink-2">
        {rank === 'agent' ? (row.runs === undefined ? '—' : formatCount(row.runs)) : formatCount(figures.calls)}
      </td>
      <td class="end ink-2">
        <TokenText value={figures.tokens} mark={totalsMark(figures.inexactTokens, figures.tokens)} />
      </td>
      <td class="end wide-only ink-2">{formatPercent(hitRatio(figures))}</td>
      <td class="wide-only rank-share">
        <span class="share">
          <span class="meter" aria-hidden="true">
            <b style={{ width: `${width * 100}%` }} />
          </span>
          <span class="ink-3">{isByCost && figures.cost === null ? '—' : share}</span>
        </span>
      </td>
      <td class="end strong">
        <MoneyText nano={figures.cost} />
      </td>
    </tr>
  );
}
