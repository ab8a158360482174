/** What each model cost, with its list price beside its name; those without a price come last and say so. */
import { formatMoney, modelNames } from '@tokenmeter/core/format';
import { useState } from 'preact/hooks';
import { CopyIcon } from '../../components/copy-menu.tsx';
import { EmptyState } from '../../components/states.tsx';
import { search } from '../../router.ts';
import { moneyFormat } from '../../stores/house.ts';
import { changeView, readView, toggleFilter } from '../../url-state.ts';
import { copyColumns } from './columns.ts';
import { type CardProperties, readMoney } from './figures.ts';
import { type Ranked, rank } from './ranked.ts';
import { BarLegend, moreWords, RankedBar } from './ranked-bars.tsx';

const SHOWN = 8;

export function ModelCard({ answer, measure }: CardProperties) {
  const [isWhole, setWhole] = useState(false);
  const { rows } = rank(answer, measure);
  const names = modelNames(rows.map(({ id }) => id));
  // Whatever has no price is never behind the fold.
  const priced = rows.filter(({ figures }) => figures.cost !== null);
  const unpriced = rows.filter(({ figures }) => figures.cost === null);
  const shown = isWhole ? priced : priced.slice(0, SHOWN);
  return (
    <section class="card" aria-labelledby="model-title">
      <div class="card-head">
        <h2 id="model-title">By model</h2>
        <span class="card-note">
          <span class="wide-only">input / output per million</span>
        </span>
        {rows.length > 0 && <CopyIcon rows={answer.rows} columns={copyColumns('model')} name="models" />}
      </div>
      {rows.length === 0 ? (
        <EmptyState title="No model data yet." />
      ) : (
        <ol class="ranked ranked-models">
          {shown.map((row) => (
            <ModelRow key={row.id} row={row} name={names.get(row.id) ?? row.id} measure={measure} />
          ))}
          {priced.length > SHOWN && (
            <li>
              <button type="button" class="ranked-more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
                {isWhole ? `Show the first ${SHOWN}` : moreWords(priced.slice(SHOWN), measure)}
              </button>
            </li>
          )}
          {unpriced.map((row) => (
            <ModelRow key={row.id} row={row} name={names.get(row.id) ?? row.id} measure={measure} />
          ))}
        </ol>
      )}
      <BarLegend all={rows.map(({ figures }) => figures)} measure={measure} />
    </section>
  );
}

interface RowProperties {
  readonly row: Ranked;
  readonly name: string;
  readonly measure: CardProperties['measure'];
}

function ModelRow({ row, name, measure }: RowProperties) {
  const { price } = row.row;
  const href = changeView(search.value, toggleFilter(readView(search.value), 'model', row.id)) || '?';
  const priceHref = `/settings/prices?${new URLSearchParams({ model: row.id })}`;
  return (
    <li>
      <RankedBar {...row} measure={measure} priceHref={priceHref} isMuted={row.id === ''}>
        {row.id === '' ? (
          <span>unknown</span>
        ) : (
          <a class="clip medium" href={href} title={row.id}>
            {name}
          </a>
        )}
        {price && (
          <span class="ink-3 small wide-only nowrap" title="List price of a million tokens in and out">
            {rate(price.input)} / {rate(price.output)}
          </span>
        )}
      </RankedBar>
    </li>
  );
}

/** `$5`, `$1.25`: no cents where there are none. */
function rate(text: string): string {
  return formatMoney(readMoney(text), { ...moneyFormat.value, precision: 'axis' });
}
