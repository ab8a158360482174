/** Prices that the user has set, with the way to take each back. Two presses, as every total changes with it. */
import type { WirePrice } from '@tokenmeter/core';
import { formatDate } from '@tokenmeter/core/format';
import { useState } from 'preact/hooks';
import { dateFormat } from '../../stores/house.ts';
import { removePrice } from '../../stores/prices.ts';
import { showToast } from '../../stores/toasts.ts';
import { effectWords } from './price-editor.tsx';
import { rateText } from './price-words.ts';

export function OwnPrices({ overrides }: { readonly overrides: readonly WirePrice[] }) {
  const [asked, setAsked] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const remove = async (price: WirePrice) => {
    setBusy(true);
    try {
      showToast(`Removed. ${effectWords(await removePrice(price))}`);
    } catch (error) {
      showToast(`Nothing was removed. ${error instanceof Error ? error.message : ''}`);
    } finally {
      setBusy(false);
      setAsked(undefined);
    }
  };
  return (
    <section class="card" aria-labelledby="own-prices-title">
      <div class="card-head settings-head">
        <h2 id="own-prices-title">Your prices</h2>
        <span class="ink-3 small">They come before built-in ones.</span>
      </div>
      <table class="table">
        <caption class="sr">Your prices</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="wide-only">
              Seller
            </th>
            <th scope="col" class="end">
              Input
            </th>
            <th scope="col" class="end">
              Output
            </th>
            <th scope="col" class="wide-only">
              Applies
            </th>
            <th scope="col">
              <span class="sr">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {overrides.map((price) => (
            <tr key={price.id}>
              <th scope="row" class="medium own-model">
                {price.model}
              </th>
              <td class="wide-only ink-2">{price.seller || 'any'}</td>
              <td class="end">{rateText(price.rates.input)}</td>
              <td class="end">{rateText(price.rates.output)}</td>
              <td class="wide-only ink-2">
                {price.from === null
                  ? 'to all calls'
                  : `from ${formatDate(Date.parse(price.from), { ...dateFormat.peek(), tz: 'UTC' })}`}
              </td>
              <td class="end nowrap">
                {asked === price.id ? (
                  <>
                    <button type="button" class="button quiet slim" onClick={() => setAsked(undefined)}>
                      Keep
                    </button>{' '}
                    <button
                      type="button"
                      class="button slim danger-button"
                      disabled={isBusy}
                      onClick={() => void remove(price)}
                    >
                      Remove price
                    </button>
                  </>
                ) : (
                  <button
                    type="button"
                    class="button quiet slim"
                    aria-label={`Remove the price of ${price.model}`}
                    onClick={() => setAsked(price.id)}
                  >
                    Remove
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
