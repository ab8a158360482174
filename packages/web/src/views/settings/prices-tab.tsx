/** What tokens cost: every model in use with its price, those without one first, and the prices one has set oneself. */
import { formatDate } from '@tokenmeter/core/format';
import { useEffect, useState } from 'preact/hooks';
import { EmptyState, ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { search } from '../../router.ts';
import { saveFile } from '../../save-file.ts';
import { dateFormat } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { loadPrices, prices } from '../../stores/prices.ts';
import { OwnPrices } from './own-prices.tsx';
import { PriceTable } from './price-table.tsx';
import { unpricedWords } from './price-words.ts';

export function PricesTab() {
  const held = prices.state.value;
  const phase = usePhase(held);
  // A link from an unpriced figure names its model: its editor is open at once.
  const [edited, setEdited] = useState<string | undefined>(
    () => new URLSearchParams(search.peek()).get('model') ?? undefined,
  );
  useEffect(() => void loadPrices(false), []);
  useEffect(() => onLedgerChange(() => void loadPrices(true)), []);
  if (phase === 'failed' && held.failure)
    return <ErrorCard failure={held.failure} onRetry={() => void loadPrices(true)} />;
  if (!held.data)
    return phase === 'blank' ? null : (
      <section class="card settings-wait" role="status" aria-label="Loading prices">
        <Skeleton height="32px" />
        <Skeleton height="32px" />
        <Skeleton height="32px" />
      </section>
    );
  const { models, overrides, catalogue_from, version } = held.data;
  const unpriced = unpricedWords(models);
  const from = formatDate(Date.parse(catalogue_from), { ...dateFormat.peek(), tz: 'UTC' });
  return (
    <div class="stack">
      {unpriced ? (
        <div class="banner amber settings-banner" role="status">
          {unpriced}
        </div>
      ) : (
        models.length > 0 && <p class="settings-well ink-2">Every model has a price.</p>
      )}
      <section class="card" aria-labelledby="prices-title">
        <div class="card-head settings-head">
          <h2 id="prices-title">Models in use</h2>
          <span class="ink-3 small words" title={version}>
            Dollars for a million tokens. Built-in prices from {from}.
          </span>
          <button
            type="button"
            class="button quiet slim settings-act"
            onClick={() => saveFile('prices.json', 'application/json', `${JSON.stringify(held.data, null, 2)}\n`)}
          >
            Download as JSON
          </button>
        </div>
        {models.length === 0 ? (
          <EmptyState title="No model was used yet" text="Prices appear here with the first call." />
        ) : (
          <PriceTable models={models} edited={edited} onEdit={setEdited} />
        )}
      </section>
      {overrides.length > 0 && <OwnPrices overrides={overrides} />}
    </div>
  );
}
