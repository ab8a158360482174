/** What a run cost, its own part and its sub-agents', against the tightest cap where there is one. */
import { parseNanoDecimal, type WireLiveRun } from '@tokenmeter/core';
import { formatMoney, type Level, levelWords } from '@tokenmeter/core/format';
import { useRef } from 'preact/hooks';
import { exactMoney, PriceBadge } from '../../components/money-text.tsx';
import { hrefIfServed } from '../../routes.ts';
import { moneyFormat } from '../../stores/house.ts';
import { holdCapLevel } from './level-hold.ts';
import type { RunCost } from './run-cost.ts';

interface Properties {
  readonly run: WireLiveRun;
  readonly cost: RunCost;
}

export function CostMeter({ run, cost }: Properties) {
  const { cap } = run;
  const held = useRef<Level | undefined>(undefined);
  const level = cap ? holdCapLevel(cap.percent / 100, held.current) : undefined;
  held.current = level;
  const { total } = cost;
  const href = hrefIfServed('/settings/prices');
  // Nothing reported yet costs nobody knows what.
  const isPriced = total !== null && run.usage !== null;
  const title =
    isPriced && cost.below
      ? `${exactMoney(total)}: main agent ${cost.ownText}, sub-agents ${cost.belowText}`
      : undefined;
  // An estimate of a call whose model nobody told yet is not a call without a price.
  const isUntold = run.model === null && run.estimated_tokens >= (run.usage?.tokens ?? 0);
  const hasTokens = !isUntold && (run.usage?.tokens ?? 0) > 0;
  return (
    <div class={`cost-meter level-${level ?? 'none'}`}>
      <div class="meter-head">
        <span class="ink-3">Cost</span>
        {isPriced ? (
          <span class="strong cost-figure" title={title ?? exactMoney(total)}>
            {run.estimated_tokens > 0 && <span title="Estimated from text length">~</span>}
            {formatMoney(total, moneyFormat.value)}
          </span>
        ) : (
          !hasTokens && <span class="ink-3">—</span>
        )}
        {(isPriced || hasTokens) && <PriceBadge nano={total} unpricedTokens={run.spend.unpriced_tokens} short />}
        {isPriced || !hasTokens ? (
          <span class="meter-of">{cap ? <CapWords cap={cap} /> : 'no cap'}</span>
        ) : (
          href && (
            <a class="link meter-of" href={href}>
              Add price
            </a>
          )
        )}
      </div>
      <Bar run={run} cost={isUntold ? { ...cost, total: 0n } : cost} level={level} />
    </div>
  );
}

function CapWords({ cap }: { readonly cap: NonNullable<WireLiveRun['cap']> }) {
  const money = (usd: string) => formatMoney(parseNanoDecimal(usd) ?? null, moneyFormat.value);
  const amount = money(cap.amount_usd);
  const bound = cap.overshoot_bound_usd;
  // What is under way when a cap is reached cannot be unspent: said beforehand.
  const over = bound === null ? '' : `. What is under way may pass it by up to ${money(bound)}`;
  if (cap.kind === 'run') return <span title={`Stops at ${amount}${over}`}>of {amount} cap</span>;
  const spent = money(cap.spent_usd);
  return (
    <span title={`The month has used ${spent} of its ${amount} cap${over}`}>
      month {Math.floor(cap.percent)}% of {amount}
    </span>
  );
}

/** Without a price a dashed track, without a cap a hairline, else the two parts. */
function Bar({ run, cost, level }: Properties & { readonly level: Level | undefined }) {
  const { cap } = run;
  if (cost.total === null) return <div class="meter meter-unknown" aria-hidden="true" />;
  if (!cap || level === undefined) return <div class="meter meter-capless" aria-hidden="true" />;
  const used = Math.min(1, cap.percent / 100);
  // Of a month's cap this run is but a part: then the bar shows the month.
  const below = cap.kind === 'run' && cost.total > 0n && cost.below !== null ? share(cost.below, cost.total) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike everywhere
    <div
      class="meter capped-bar"
      role="meter"
      aria-label="Cost against cap"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(used * 100)}
      aria-valuetext={`${Math.floor(cap.percent)} percent of the cap, ${levelWords(level)}`}
    >
      {below > 0 && <b class="is-scaled is-below" style={{ transform: `scaleX(${used})` }} />}
      <b class="is-scaled" style={{ transform: `scaleX(${used * (1 - below)})` }} />
      {below > 0 && <b class="is-gap" style={{ transform: `translateX(${used * (1 - below) * 100}%)` }} />}
    </div>
  );
}

function share(part: bigint, whole: bigint): number {
  return Math.min(1, Number((part * 10_000n) / whole) / 10_000);
}
