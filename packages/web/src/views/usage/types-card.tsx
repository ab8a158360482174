/** What the tokens were and what the money was for: two bars in one order, and the table that says the same. */
import { formatMoney, formatShares, formatTokens, totalsMark } from '@tokenmeter/core/format';
import { StackedBar } from '../../charts/stacked-bar.tsx';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { type Figures, TOKEN_TYPE_NAMES, TOKEN_TYPES } from '../../figures.ts';
import { moneyFormat } from '../../stores/house.ts';
import { typeNote } from './words.ts';

export function TypesCard({ total }: { readonly total: Figures }) {
  const note = typeNote(total);
  const tokenShares = formatShares(
    TOKEN_TYPES.map((type) => total.byType[type]),
    1,
  );
  const hasFees = total.costOther > 0n;
  const amounts = [...TOKEN_TYPES.map((type) => total.costByType[type]), ...(hasFees ? [total.costOther] : [])];
  const costShares = total.cost === null ? amounts.map(() => '—') : formatShares(amounts);
  const names = [...TOKEN_TYPES.map((type) => TOKEN_TYPE_NAMES[type]), 'Search fees'];
  const list = (shares: readonly string[]) => shares.map((share, index) => `${names[index]} ${share}`).join(', ');
  return (
    <section class="card types" aria-labelledby="types-title">
      <div class="card-head">
        <h2 id="types-title">Token types</h2>
        {note && <span class="card-note">{note}</span>}
      </div>
      <div class="types-body">
        <div class="types-bars">
          <div class="types-row">
            <span class="ink-3">Tokens</span>
            <StackedBar
              label={`Tokens: ${list(tokenShares)}`}
              parts={TOKEN_TYPES.map((type, index) => ({
                class: `type-${type}`,
                weight: total.byType[type],
                title: `${TOKEN_TYPE_NAMES[type]}: ${formatTokens(total.byType[type])}, ${tokenShares[index]}`,
              }))}
            />
            <b class="end">
              <TokenText value={total.tokens} mark={totalsMark(total.inexactTokens, total.tokens)} />
            </b>
          </div>
          <div class="types-row">
            <span class="ink-3">Cost</span>
            {total.cost === null ? (
              <span>
                <PriceBadge nano={null} unpricedTokens={total.unpricedTokens} />
              </span>
            ) : (
              <StackedBar
                label={`Cost: ${list(costShares)}`}
                parts={amounts.map((amount, index) => ({
                  class: `type-${TOKEN_TYPES[index] ?? 'other'}`,
                  weight: Number(amount),
                  title: `${names[index]}: ${formatMoney(amount, moneyFormat.value)}, ${costShares[index]}`,
                }))}
              />
            )}
            <b class="end">
              <MoneyText nano={total.cost} />
            </b>
          </div>
        </div>
        <table class="types-legend">
          <caption class="sr">Token types in tokens and in cost</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="sr">Type</span>
              </th>
              <th scope="col">Tokens</th>
              <th scope="col">
                <span class="sr">Share of tokens</span>
              </th>
              <th scope="col">Cost</th>
              <th scope="col">
                <span class="sr">Share of cost</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {TOKEN_TYPES.map((type, index) => (
              <tr key={type}>
                <th scope="row">
                  <span class={`legend-swatch type-${type}`} />
                  {TOKEN_TYPE_NAMES[type]}
                </th>
                <td>
                  <TokenText value={total.byType[type]} />
                </td>
                <td class="ink-3">{tokenShares[index]}</td>
                <td class="medium">
                  <MoneyText nano={total.cost === null ? null : total.costByType[type]} />
                </td>
                <td class="ink-3">{costShares[index]}</td>
              </tr>
            ))}
            {hasFees && (
              <tr>
                <th scope="row">
                  <span class="legend-swatch type-other" />
                  Search fees
                </th>
                <td class="ink-3">—</td>
                <td class="ink-3">—</td>
                <td class="medium">
                  <MoneyText nano={total.costOther} />
                </td>
                <td class="ink-3">{costShares.at(-1)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
