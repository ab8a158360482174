/** Limits that the agents' own plans told of: how much of each is used and when it begins anew. Quiet; absent when none. */
import type { WireLimits } from '@tokenmeter/core';
import {
  agentName,
  capLevel,
  formatAge,
  formatClockMinute,
  formatDateTime,
  formatPercent,
} from '@tokenmeter/core/format';
import { nowMs } from '../../stores/clock.ts';
import { dateFormat, limits, zone } from '../../stores/house.ts';

type Limit = WireLimits['limits'][number];

export function LimitsCard() {
  const told = (limits.state.value.data?.limits ?? []).filter(
    // A limit that has begun anew since it was told says nothing any more.
    ({ used_percent: used, resets_at: resets }) =>
      used !== null && (resets === null || Date.parse(resets) > nowMs.peek()),
  );
  if (told.length === 0) return null;
  return (
    <section class="card" aria-labelledby="limits-title">
      <div class="card-head">
        <h2 id="limits-title">Plan limits</h2>
        <span class="card-note">As the agents last told</span>
      </div>
      <ul class="limits">
        {told.map((limit) => (
          <LimitRow key={`${limit.agent} ${limit.name}`} limit={limit} />
        ))}
      </ul>
    </section>
  );
}

function LimitRow({ limit }: { readonly limit: Limit }) {
  const ratio = (limit.used_percent ?? 0) / 100;
  const name = `${agentName(limit.agent)} ${spanName(limit)}`;
  const text = formatPercent(ratio);
  return (
    <li class={`level-${capLevel(ratio)}`}>
      <span class="clip">
        <span class="medium">{agentName(limit.agent)}</span> <span class="ink-3">{spanName(limit)}</span>
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike everywhere */}
      <span
        class="meter limit-meter"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(ratio * 100))}
        aria-valuetext={`${text} used`}
      >
        <b style={{ width: `${Math.min(1, ratio) * 100}%` }} />
      </span>
      <span class="strong end">{text}</span>
      <span class="ink-3 limit-when">
        {limit.resets_at
          ? `resets ${whenWords(Date.parse(limit.resets_at))}`
          : `told ${formatAge(Date.parse(limit.at), dateFormat.peek())}`}
      </span>
    </li>
  );
}

function whenWords(atMs: number): string {
  const isSoon = atMs - nowMs.peek() < 86_400_000;
  return isSoon ? `at ${formatClockMinute(atMs, zone.value)}` : formatDateTime(atMs, dateFormat.peek());
}

/** `5 hours`, `7 days`, else the limit's own name; with the plan where one was told. */
function spanName({ name, window_minutes: minutes, plan }: Limit): string {
  const hours = minutes === null ? 0 : minutes / 60;
  const span =
    hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : hours >= 1 ? `${Math.round(hours)} hours` : name;
  return plan ? `${span}, ${plan} plan` : span;
}
