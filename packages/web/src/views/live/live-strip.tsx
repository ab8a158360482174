/** The answer first: what is being spent now, what today cost, its tokens, and what the cache was worth. */
import { parseNanoDecimal, type WireLiveStrip } from '@tokenmeter/core';
import { formatClockMinute, formatMoney, formatPercent, type Level, levelWords } from '@tokenmeter/core/format';
import { useRef } from 'preact/hooks';
import { AreaLine } from '../../charts/area-line.tsx';
import { MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { hrefIfServed } from '../../routes.ts';
import { moneyFormat, zone } from '../../stores/house.ts';
import { runsAt } from '../../stores/runs.ts';
import { holdCapLevel } from './level-hold.ts';
import { spendLine } from './spend-line.ts';
import './live-strip.css';

const MINUTE_MS = 60_000;

const nano = (usd: string | null) => (usd === null ? null : (parseNanoDecimal(usd) ?? null));

export function LiveStrip({ strip }: { readonly strip: WireLiveStrip }) {
  const { today } = strip;
  return (
    <section class="strip" aria-label="Right now">
      <SpendingNow strip={strip} />
      <Today strip={strip} />
      <div class="strip-part wide-only">
        <h2>Tokens today</h2>
        <p class="strip-figure">
          <TokenText value={today.tokens} />
        </p>
        <p class="strip-note">
          <TokenText value={today.output} /> output
        </p>
      </div>
      <div class="strip-part wide-only">
        <h2>Cache hit</h2>
        <p class="strip-figure">
          {formatPercent(today.cache_hit_percent === null ? null : today.cache_hit_percent / 100)}
        </p>
        <p class="strip-note">{today.tokens === 0 ? 'no calls yet' : savingWords(nano(today.cache_saved_usd))}</p>
      </div>
    </section>
  );
}

function SpendingNow({ strip }: { readonly strip: WireLiveStrip }) {
  const rate = nano(strip.rate_usd_per_hour);
  const line = spendLine(strip.minutes_usd);
  const money = (value: number) => formatMoney(BigInt(Math.round(value)), moneyFormat.value);
  const minute = (index: number) =>
    formatClockMinute((runsAt.peek() ?? 0) - (line.length - 1 - index) * MINUTE_MS, zone.value);
  return (
    <div class="strip-part strip-spend">
      <div>
        <h2>Spending now</h2>
        <p class="strip-figure">
          {rate === null ? (
            <span class="strip-soon" title="Known after two minutes of work">
              —
            </span>
          ) : (
            <MoneyText nano={rate} />
          )}
          <span class="strip-per"> / hour</span>
        </p>
      </div>
      {line.length > 0 && (
        <div class="strip-line wide-only">
          <AreaLine
            values={line}
            label={`Spend per hour over the last 60 minutes, from ${money(line[0] ?? 0)} to ${money(line.at(-1) ?? 0)}`}
            describe={(index) => `${minute(index)}, ${money(line[index] ?? 0)} / hour`}
          />
        </div>
      )}
    </div>
  );
}

/** Today's money; the meter is the month's, against the one cap there is. */
function Today({ strip }: { readonly strip: WireLiveStrip }) {
  const { today, month } = strip;
  const held = useRef<Level | undefined>(undefined);
  const cap = nano(strip.monthly_cap_usd);
  const spent = nano(month.cost_usd) ?? 0n;
  const ratio = cap === null || cap <= 0n ? null : Number((spent * 1_000_000n) / cap) / 1_000_000;
  const level = ratio === null ? undefined : holdCapLevel(ratio, held.current);
  held.current = level;
  const href = hrefIfServed('/budgets');
  const cost = nano(today.cost_usd);
  const money = (value: bigint) => formatMoney(value, { ...moneyFormat.value, precision: 'axis' });
  return (
    <div class={`strip-part level-${level ?? 'none'}`}>
      <h2>
        Today
        <span class="strip-cap">
          {ratio === null || cap === null ? (
            href ? (
              <a class="link" href={href}>
                no monthly cap
              </a>
            ) : (
              'no monthly cap'
            )
          ) : (
            <>
              month <span class="strip-percent">{formatPercent(ratio)}</span>
              <span class="wide-only"> of {money(cap)} cap</span>
            </>
          )}
        </span>
      </h2>
      <p class="strip-figure">
        {cost === null && today.tokens === 0 ? <MoneyText nano={0n} /> : <MoneyText nano={cost} />}
        {today.tokens > 0 && <PriceBadge nano={cost} unpricedTokens={today.unpriced_tokens} short />}
      </p>
      {ratio !== null && level && (
        // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike everywhere
        <div
          class="meter strip-meter"
          role="meter"
          aria-label="Month against its cap"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.min(100, Math.floor(ratio * 100))}
          aria-valuetext={`${formatPercent(ratio)} of the monthly cap, ${levelWords(level)}`}
        >
          <b class="is-scaled" style={{ transform: `scaleX(${Math.min(1, ratio)})` }} />
        </div>
      )}
    </div>
  );
}

/** Whole amounts from ten on: cents of an estimate say nothing. */
function about(amount: bigint): string {
  const unit = 1_000_000_000n;
  if (amount < 10n * unit) return formatMoney(amount, moneyFormat.value);
  return formatMoney(((amount + unit / 2n) / unit) * unit, { ...moneyFormat.value, precision: 'axis' });
}

function savingWords(saved: bigint | null): string {
  if (saved === null) return 'saving unknown';
  if (saved < 0n) return `cost ${formatMoney(-saved, moneyFormat.value)} more than no cache`;
  return `saved about ${about(saved)}`;
}
