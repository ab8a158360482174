/**
 * What consumed the tokens: one bar, a legend sorted by share, what can be said of how exact it is, and a line of advice.
 * Shows what sits in the window now, all tokens that were sent, or what they cost.
 */
import { parseNanoDecimal, type WireAttribution, type WireItem } from '@tokenmeter/core';
import { formatMoney, formatPercent, formatTokens } from '@tokenmeter/core/format';
import { useState } from 'preact/hooks';
import { type AttributionMode, type AttributionRow, attributionRows } from '../charts/attribution.ts';
import { AttributionBar } from '../charts/attribution-bar.tsx';
import { largestNamed, shortItem, unnamedItem } from '../charts/item-words.ts';
import { moneyFormat } from '../stores/house.ts';
import { MoneyText } from './money-text.tsx';
import { TokenText } from './token-text.tsx';
import './attribution-chart.css';

const TITLES: Readonly<Record<AttributionMode, string>> = {
  context: 'Where the context went',
  tokens: 'What consumed the tokens',
  cost: 'What the money went to',
};
const MODE_NAMES: Readonly<Record<AttributionMode, string>> = { context: 'Context', tokens: 'Tokens', cost: 'Cost' };

interface Properties {
  readonly answer: WireAttribution;
  /** What it shows first; where there is nothing of that, all tokens. */
  readonly first: AttributionMode;
  /** Level of the heading that it stands under, plus one. */
  readonly headingId: string;
  readonly withItems?: boolean;
}

export function AttributionChart({ answer, first, headingId, withItems }: Properties) {
  const [wanted, setMode] = useState<AttributionMode>(first);
  const modes: AttributionMode[] = answer.in_context ? ['context', 'tokens', 'cost'] : ['tokens', 'cost'];
  const mode = modes.includes(wanted) ? wanted : 'tokens';
  const rows = attributionRows(answer, mode);
  return (
    <div class="attribution">
      <div class="attribution-head">
        <h2 id={headingId}>{TITLES[mode]}</h2>
        <span class="segmented slim">
          {modes.map((name) => (
            <button key={name} type="button" aria-pressed={name === mode} onClick={() => setMode(name)}>
              {MODE_NAMES[name]}
            </button>
          ))}
        </span>
      </div>
      {answer.state === 'no_usage' || rows.length === 0 ? (
        <p class="ink-3 attribution-note">
          {mode === 'cost' && answer.state !== 'no_usage' ? 'Nothing of it has a price.' : 'No usage yet.'}
        </p>
      ) : (
        <>
          <p class="attribution-total ink-3">
            <Total answer={answer} mode={mode} />
          </p>
          <AttributionBar rows={rows} label={TITLES[mode]} size="chart" />
          <div class={withItems ? 'attribution-columns' : undefined}>
            <Legend rows={rows} mode={mode} title={TITLES[mode]} />
            <div>
              <Notes answer={answer} mode={mode} rows={rows} withItems={withItems === true} />
              {withItems && <Items answer={answer} mode={mode} />}
            </div>
          </div>
        </>
      )}
    </div>
  );
}

function Total({ answer, mode }: { readonly answer: WireAttribution; readonly mode: AttributionMode }) {
  if (mode === 'cost') return <MoneyText nano={nanoOf(answer.totals.cost_usd)} />;
  const { in_context: context } = answer;
  if (mode === 'tokens' || !context)
    return (
      <>
        <TokenText value={answer.totals.tokens} /> tokens
      </>
    );
  return (
    <>
      <TokenText value={context.used} /> tokens
      {context.window !== null && (
        <>
          {' '}
          of <TokenText value={context.window} />
        </>
      )}
    </>
  );
}

function Legend({
  rows,
  mode,
  title,
}: {
  readonly rows: readonly AttributionRow[];
  readonly mode: AttributionMode;
  readonly title: string;
}) {
  return (
    <table class="attribution-legend">
      <caption class="sr">{title}</caption>
      <thead class="sr">
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">{mode === 'cost' ? 'Cost' : 'Tokens'}</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <span class={`swatch ${row.class}`} aria-hidden="true" />
              {row.name} {row.detail && <span class="ink-3 small">{row.detail}</span>}
            </th>
            <td class="ink-3" title={carriedWords(row, mode)}>
              {row.isEstimated && <span title="Split by estimate">≈</span>}
              {mode === 'cost' ? <MoneyText nano={row.value} /> : <TokenText value={Number(row.value)} />}
            </td>
            <td class="strong">{row.share}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How exact it is, what stands out, and what could be done. */
function Notes({
  answer,
  mode,
  rows,
  withItems,
}: {
  readonly answer: WireAttribution;
  readonly mode: AttributionMode;
  readonly rows: readonly AttributionRow[];
  readonly withItems: boolean;
}) {
  const context = mode === 'context' ? answer.in_context : null;
  const measured = context?.measured_share ?? answer.measured_share;
  const largest = largestNamed((context ?? answer).items);
  const { advice } = answer;
  return (
    <div class="attribution-note">
      {rows.some(({ carried }) => carried > 0n) && (
        <p>Solid: the first time in the prompt. Lighter: carried along in later calls.</p>
      )}
      {!withItems && largest && (
        <p>
          Largest item: <ItemName item={largest} />, {formatTokens(largest.entered)}.
        </p>
      )}
      <p>
        {answer.state === 'not_measured'
          ? 'This source does not tell its tools; what it wrote and read is not split.'
          : measured < 1
            ? `≈ ${formatPercent(floorTo(measured))} measured, the rest is split by estimate; totals are exact.`
            : 'All of it is measured.'}
      </p>
      {advice && (
        <p class="attribution-advice">
          {advice.text} <span class="ink-3">{savingWords(advice.saves_tokens, nanoOf(advice.saves_usd))}</span>
        </p>
      )}
    </div>
  );
}

const ITEMS_SHOWN = 5;

/** The largest single things; names only where the server gives them. */
function Items({ answer, mode }: { readonly answer: WireAttribution; readonly mode: AttributionMode }) {
  const items = (mode === 'context' ? (answer.in_context?.items ?? []) : answer.items).slice(0, ITEMS_SHOWN);
  if (items.length === 0) return null;
  return (
    <table class="attribution-items">
      <caption>Largest items</caption>
      <tbody>
        {items.map((item, index) => (
          <tr key={`${index} ${item.name}`}>
            <th scope="row">
              <ItemName item={item} />
            </th>
            <td class="ink-3">
              {formatTokens(item.entered)}
              {item.re_reads > 0 && ` × ${item.re_reads + 1}`}
            </td>
            <td>
              {mode === 'cost' ? (
                <MoneyText nano={nanoOf(item.cost_usd)} />
              ) : (
                <TokenText value={item.tokens} mark={item.measured ? '' : '~'} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
      {!answer.names_allowed && (
        <tfoot>
          <tr>
            <td colSpan={3}>Names of files and commands are not told here.</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function ItemName({ item }: { readonly item: WireItem }) {
  if (item.name !== null)
    return (
      <span class="mono clip" title={item.name}>
        {shortItem(item.name)}
      </span>
    );
  return <span>{unnamedItem(item)}</span>;
}

function carriedWords({ carried, value }: AttributionRow, mode: AttributionMode): string | undefined {
  if (mode !== 'tokens' || carried === 0n) return undefined;
  return `${formatTokens(Number(value - carried))} for the first time, ${formatTokens(Number(carried))} carried along`;
}

function savingWords(tokens: number, nano: bigint | null): string {
  const money = nano === null ? '' : `, ${formatMoney(nano, moneyFormat.value)}`;
  return `Could save up to ${formatTokens(tokens)} tokens${money}.`;
}

/** Never 100% while something is not measured. */
function floorTo(share: number): number {
  return share < 1 ? Math.min(0.99, share) : 1;
}

function nanoOf(text: string | null): bigint | null {
  return text === null ? null : (parseNanoDecimal(text) ?? null);
}
