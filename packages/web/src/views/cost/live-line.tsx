/** How fresh the figures are, beside the figure: following, closed, paused or offline; and what their prices rest on. */
import type { WireCost } from '@tokenmeter/core';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ApiFailure } from '../../api.ts';
import { OFFLINE_MS } from '../../components/connection-status.tsx';
import type { Period } from '../../period.ts';
import { hrefIfServed } from '../../routes.ts';
import { nowMs } from '../../stores/clock.ts';
import { dateFormat, health, sources, zone } from '../../stores/house.ts';
import { line, pauseLive, resumeLive, retryLive } from '../../stores/line.ts';
import { liveWords, priceWords } from './live-words.ts';

interface Properties {
  readonly answer: WireCost | undefined;
  readonly period: Period;
  /** UTC ms of the figures. */
  readonly dataAt: number | undefined;
  /** Why the latest refresh failed; undefined while all is well. */
  readonly failure: ApiFailure | undefined;
  readonly pollSeconds: number;
  readonly onRetry: () => void;
}

export function LiveLine({ answer, period, dataAt, failure, pollSeconds, onRetry }: Properties) {
  const state = line.value;
  const now = nowMs.value;
  const isLost = state.state === 'lost' && now - state.since >= OFFLINE_MS;
  const isSilent = failure?.kind === 'network' || failure?.kind === 'timeout';
  // When it was first seen to fail; later failures are the same trouble.
  const failedAt = useMemo(() => Date.now(), [failure === undefined]);
  const last = answer?.last_event_at;
  const words = liveWords({
    now,
    dates: dateFormat.peek(),
    tz: zone.value,
    offlineSince: isLost ? state.since : isSilent ? failedAt : undefined,
    failure: failure?.message,
    isPaused: state.state === 'paused',
    pollSeconds: state.state === 'polling' ? pollSeconds : undefined,
    closedAt: period.isCurrent ? undefined : period.until,
    dataAt,
    events: answer && answer.totals.calls + answer.totals.events,
    lastEventAt: last ? Date.parse(last) : undefined,
  });
  const isBad = words.state === 'offline' || words.state === 'failed';
  const retry = () => {
    onRetry();
    retryLive();
  };
  return (
    <p class="live-line">
      <span class={`live-state is-${words.state}`}>
        <span class={words.state === 'live' ? 'dot pulse' : 'dot hollow'} aria-hidden="true" />
        <span title={words.more}>
          <b>{words.strong}</b>
          {words.rest}
        </span>
      </span>
      {isBad && (
        <Segment>
          <button type="button" class="link" onClick={retry}>
            Retry
          </button>
        </Segment>
      )}
      {words.state === 'paused' && (
        <Segment>
          <button type="button" class="link" onClick={resumeLive}>
            Resume
          </button>
        </Segment>
      )}
      <Prices answer={answer} isClosed={words.state === 'closed'} now={now} />
      <Sick />
      {words.state === 'live' && (
        <button type="button" class="link live-pause" onClick={pauseLive}>
          Pause
        </button>
      )}
    </p>
  );
}

function Prices({
  answer,
  isClosed,
  now,
}: {
  readonly answer: WireCost | undefined;
  readonly isClosed: boolean;
  readonly now: number;
}) {
  const from = answer?.prices_from ?? health.state.value.data?.prices_from;
  const unpriced = answer?.unpriced_models ?? 0;
  const prices = from ? priceWords(from, now, dateFormat.peek()) : undefined;
  return (
    <>
      {isClosed ? (
        <Segment>Prices as of each call</Segment>
      ) : (
        prices && <Segment isAmber={prices.isOld}>{prices.text}</Segment>
      )}
      {unpriced > 0 && (
        <Segment isAmber href="/settings/prices">
          {unpriced === 1 ? '1 model without a price' : `${unpriced} models without a price`}
        </Segment>
      )}
    </>
  );
}

/** Sources that were found and cannot be read. */
function Sick() {
  const sick = sources.state.value.data?.sources.filter(({ state }) => state === 'error').length ?? 0;
  if (sick === 0) return null;
  return (
    <Segment isAmber href="/settings/sources">
      {sick === 1 ? '1 source not reading' : `${sick} sources not reading`}
    </Segment>
  );
}

function Segment(properties: {
  readonly isAmber?: boolean;
  readonly href?: string;
  readonly children: ComponentChildren;
}) {
  const { isAmber, href, children } = properties;
  const served = href && hrefIfServed(href) ? href : undefined;
  const look = isAmber ? 'live-amber' : undefined;
  return (
    <span class="live-segment">
      {served ? (
        <a class={look} href={served}>
          {children}
        </a>
      ) : (
        <span class={look}>{children}</span>
      )}
    </span>
  );
}
