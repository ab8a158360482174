/** What each workplan cost, by task that it finished and against its cap. */
import type { WireCostRow } from '@tokenmeter/core';
import { capLevel, formatCount, formatPercent } from '@tokenmeter/core/format';
import { writeClipboard } from '../../clipboard.ts';
import { CopyId } from '../../components/copy-id.tsx';
import { CopyIcon } from '../../components/copy-menu.tsx';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { SortHeader } from '../../components/sort-header.tsx';
import { EmptyState } from '../../components/states.tsx';
import { search } from '../../router.ts';
import { showToast } from '../../stores/toasts.ts';
import type { Order, SortColumn } from '../../table/sort.ts';
import { changeView, readView, toggleFilter } from '../../url-state.ts';
import { copyColumns } from './columns.ts';
import { type CardProperties, ratioOf, readCost, readMoney } from './figures.ts';
import { orderedRows, type ReadRow } from './ordered.ts';

const SHOWN = 20;
const COMMAND = 'tokenmeter task add "What is to be done" --workplan "Name"';

const COLUMNS: readonly SortColumn<ReadRow>[] = [
  { id: 'name', value: ({ row }) => row.name, isText: true },
  { id: 'done', value: ({ row }) => row.tasks_done },
  { id: 'each', value: ({ row }) => readMoney(row.cost_per_done_task_usd) },
  { id: 'cap', value: ({ row }) => capRatio(row) },
  { id: 'cost', value: ({ figures }) => figures.cost },
];
const BY_COST: Order = { column: 'cost', ascending: false };
const TIES: readonly Order[] = [BY_COST, { column: 'name', ascending: true }];

export function WorkplanCard({ answer, measure }: CardProperties) {
  const { rows, order, onSort } = orderedRows('planSort', answer.rows, COLUMNS, BY_COST, TIES);
  const shown = rows.slice(0, SHOWN);
  const share = ratioOf(readCost(answer.linked), readCost(answer.totals), measure);
  const head = { order, onSort };
  const hasRest = rows.length > SHOWN || answer.rest !== null;
  return (
    <section class="card" aria-labelledby="workplan-title">
      <div class="card-head">
        <h2 id="workplan-title">By workplan</h2>
        <span class="card-note">
          {rows.length > 0 &&
            share !== undefined &&
            `${formatPercent(share)} of ${measure === 'cost' ? 'spend is' : 'tokens are'} in a workplan`}
        </span>
        {rows.length > 0 && (
          <CopyIcon rows={rows.map(({ row }) => row)} columns={copyColumns('workplan')} name="workplans" />
        )}
      </div>
      {rows.length === 0 ? (
        <NoWorkplans />
      ) : (
        <table class="table plan-table">
          <caption class="sr">Cost by workplan</caption>
          <thead>
            <tr>
              <SortHeader column="name" {...head}>
                Workplan
              </SortHeader>
              <SortHeader column="done" isEnd class="wide-only" {...head}>
                Tasks done
              </SortHeader>
              <SortHeader column="each" isEnd class="wide-only" {...head}>
                Per done task
              </SortHeader>
              <SortHeader column="cap" class="plan-cap" {...head}>
                Of cap
              </SortHeader>
              <SortHeader column="cost" isEnd {...head}>
                Cost
              </SortHeader>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ row, figures }) => (
              <tr key={row.id}>
                <th scope="row">
                  <span class="plan-name">
                    <a
                      class="clip clip-two medium"
                      href={changeView(search.value, toggleFilter(readView(search.value), 'workplan', row.id)) || '?'}
                      title={`${row.name}, ${row.id}`}
                    >
                      {row.name}
                    </a>
                    <CopyId id={row.id} of={row.name} />
                  </span>
                  {row.repo_name && <span class="row-detail">{row.repo_name}</span>}
                </th>
                <td class="end wide-only ink-2">{doneWords(row)}</td>
                <td class="end wide-only ink-2">
                  <MoneyText nano={readMoney(row.cost_per_done_task_usd)} />
                </td>
                <td class="plan-cap">
                  <Cap row={row} />
                </td>
                <td class="end strong">
                  <PriceBadge nano={figures.cost} unpricedTokens={figures.unpricedTokens} short />{' '}
                  <MoneyText nano={figures.cost} />
                </td>
              </tr>
            ))}
          </tbody>
          {hasRest && (
            <tfoot>
              <tr>
                <td colSpan={5} class="ink-3">
                  Top {shown.length} of {formatCount(rows.length + (answer.rest?.count ?? 0))}
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      )}
    </section>
  );
}

/** Used of the cap: percent beside the bar, and what it is of as words. */
function Cap({ row }: { readonly row: WireCostRow }) {
  const ratio = capRatio(row);
  if (ratio === null) return <span class="ink-3">No cap</span>;
  const percent = formatPercent(ratio);
  return (
    <span class={`share level-${capLevel(ratio)}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike everywhere */}
      <span
        class="meter plan-meter"
        role="meter"
        aria-label={`Cap of ${row.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.floor(ratio * 100))}
        aria-valuetext={`${percent} of $${row.cap_usd}`}
      >
        <b style={{ width: `${Math.min(100, ratio * 100)}%` }} />
      </span>
      <span class="plan-percent">{percent}</span>
    </span>
  );
}

/** Unrounded, so that a step begins where it begins. The server's own percent counts what was spent before, too. */
function capRatio(row: WireCostRow): number | null {
  return row.cap_usd === null || row.cap_percent === null ? null : row.cap_percent / 100;
}

function doneWords({ tasks_done: done, tasks_total: total }: WireCostRow): string {
  return done === null || total === null ? '—' : `${formatCount(done)} of ${formatCount(total)}`;
}

function NoWorkplans() {
  const copy = async () => {
    showToast((await writeClipboard(COMMAND)) ? 'Command copied.' : 'The browser refused to copy.');
  };
  return (
    <EmptyState
      title="No workstream data yet."
      text={
        <>
          A workplan groups tasks. Make one with its first task: <span class="mono">{COMMAND}</span>
        </>
      }
      action={
        <button type="button" class="button" onClick={() => void copy()}>
          Copy command
        </button>
      }
    />
  );
}
