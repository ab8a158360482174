/** Names with a bar, a share and an amount each, the longest bar first; what belongs to nothing is grey and last. */
import { formatMoney, formatTokens, formatTokensExact } from '@tokenmeter/core/format';
import type { ComponentChildren } from 'preact';
import { exactMoney, MoneyText } from '../../components/money-text.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { hrefIfServed } from '../../routes.ts';
import { moneyFormat } from '../../stores/house.ts';
import type { CostFigures, Measure } from './figures.ts';
import type { BarPart, Ranked } from './ranked.ts';
import './ranked-bars.css';

interface Properties {
  readonly figures: CostFigures;
  readonly measure: Measure;
  readonly share: string;
  readonly length: number;
  readonly parts: readonly BarPart[];
  /** Grey: it is no row like the others. */
  readonly isMuted?: boolean;
  /** Where a price for it can be set. */
  readonly priceHref?: string;
  readonly children: ComponentChildren;
}

/** One row: its name is the child. */
export function RankedBar(properties: Properties) {
  const { figures, measure, share, length, parts, isMuted, children } = properties;
  const isUnknown = measure === 'cost' && figures.cost === null;
  return (
    <div class={isMuted ? 'ranked-row is-muted' : 'ranked-row'}>
      <span class="ranked-name">{children}</span>
      <span class="ranked-bar" title={barWords(figures)} aria-hidden="true">
        {isUnknown ? (
          <i class="ranked-stub" />
        ) : (
          <i class="ranked-fill" style={{ width: `${length * 100}%` }}>
            {parts.map(({ kind, weight }) => (
              <b key={kind} class={`bar-${kind}`} style={{ flexGrow: String(weight) }} />
            ))}
          </i>
        )}
      </span>
      <span class="end ink-3">{isUnknown ? '' : share}</span>
      <span class="end strong">
        {measure === 'tokens' ? (
          <TokenText value={figures.tokens} mark={figures.inexactTokens > 0 ? '~' : ''} />
        ) : isUnknown ? (
          <Unpriced figures={figures} href={properties.priceHref} />
        ) : (
          <MoneyText nano={figures.cost} />
        )}
      </span>
    </div>
  );
}

function Unpriced({ figures, href }: { readonly figures: CostFigures; readonly href: string | undefined }) {
  const text = `${formatTokens(figures.unpricedTokens)} tok`;
  const title = `No price for ${formatTokensExact(figures.unpricedTokens)}`;
  const served = href && hrefIfServed('/settings/prices') ? href : undefined;
  const inside = (
    <>
      {text}
      <span class="sr">, no price</span>
    </>
  );
  return served ? (
    <a class="badge warning" href={served} title={title}>
      {inside}
    </a>
  ) : (
    <span class="badge warning" title={title}>
      {inside}
    </span>
  );
}

/** Everything a bar stands for. */
function barWords(figures: CostFigures): string {
  const { told, superseded, tokensIn, tokensOut } = figures;
  const words = [
    `${exactMoney(figures.cost)}, ${formatTokensExact(figures.tokens)}`,
    `${formatTokens(tokensIn)} in, ${formatTokens(tokensOut)} out`,
  ];
  if (figures.unpricedTokens > 0) words.push(`${formatTokens(figures.unpricedTokens)} without a price`);
  if (told.tokens > 0) {
    const money = told.cost === null ? '' : `, ${formatMoney(told.cost, moneyFormat.value)}`;
    words.push(`${formatTokens(told.tokens)}${money} reported by the agent, not measured`);
  }
  if (superseded.tokens > 0)
    words.push(`${formatTokens(superseded.tokens)} reported as well as measured, counted once`);
  return words.join('\n');
}

/** What the parts of the bars mean; nothing where there is one kind alone. */
/** What is behind the fold, with what it comes to. */
export function moreWords(hidden: readonly Ranked[], measure: Measure): string {
  const amount =
    measure === 'tokens'
      ? `${formatTokens(hidden.reduce((sum, { figures }) => sum + figures.tokens, 0))} tokens`
      : formatMoney(
          hidden.reduce((sum, { figures }) => sum + (figures.cost ?? 0n), 0n),
          moneyFormat.value,
        );
  return `${hidden.length} more, ${amount}`;
}

export function BarLegend({ all, measure }: { readonly all: readonly CostFigures[]; readonly measure: Measure }) {
  const isTold = all.some(({ told }) => told.tokens > 0);
  const superseded = all.reduce((sum, figures) => sum + figures.superseded.tokens, 0);
  if (!isTold && superseded === 0 && measure === 'cost') return null;
  return (
    <div class="ranked-legend">
      {measure === 'tokens' && (
        <>
          <span>
            <i class="legend-mark bar-in" aria-hidden="true" /> Tokens in
          </span>
          <span>
            <i class="legend-mark bar-out" aria-hidden="true" /> Tokens out
          </span>
        </>
      )}
      {isTold && (
        <span>
          <i class="legend-mark bar-told" aria-hidden="true" /> reported by the agent, not measured
        </span>
      )}
      {superseded > 0 && <span>{formatTokens(superseded)} reported tokens were measured as well and count once.</span>}
    </div>
  );
}
