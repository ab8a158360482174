/** The latest calls as they come, newest first. They wait while somebody points at them or is among them. */
import { parseNanoDecimal, type WireLiveCall } from '@tokenmeter/core';
import { formatClock, formatTokens, modelName } from '@tokenmeter/core/format';
import { useEffect, useState } from 'preact/hooks';
import { MoneyText } from '../../components/money-text.tsx';
import { useMedia } from '../../components/use-media.ts';
import { kindClass } from '../../kinds.ts';
import { zone } from '../../stores/house.ts';
import { feed, holdFeed, openFeedEntry } from '../../stores/runs.ts';
import { sessionHref } from '../session/session-path.ts';
import '../../styles/swatch.css';
import './call-feed.css';

export function CallFeed() {
  const isPhone = useMedia('(max-width: 720px)');
  useEffect(() => () => holdFeed(false), []);
  if (feed.value.entries.length === 0) return null;
  if (!isPhone)
    return (
      <aside class="feed" aria-labelledby="feed-title">
        <h2 id="feed-title">Latest calls</h2>
        <Entries />
      </aside>
    );
  return (
    <details class="feed card">
      <summary>Latest calls</summary>
      <Entries />
    </details>
  );
}

function Entries() {
  const [isOver, setOver] = useState(false);
  const hold = (isHeld: boolean) => {
    setOver(isHeld);
    holdFeed(isHeld);
  };
  const { entries, held } = feed.value;
  return (
    <div
      onPointerEnter={(event) => event.pointerType !== 'touch' && hold(true)}
      onPointerLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
      <p class="feed-wait" aria-hidden="true">
        {isOver && held.length > 0 ? `+${held.length} ${held.length === 1 ? 'call' : 'calls'}` : ''}
      </p>
      <ol>
        {entries.map(({ id, calls }) =>
          calls.length > 1 ? (
            <li key={id} class="feed-many">
              <button type="button" class="link" onClick={() => openFeedEntry(id)}>
                +{calls.length} calls
              </button>
            </li>
          ) : (
            calls[0] && <Call key={id} call={calls[0]} />
          ),
        )}
      </ol>
    </div>
  );
}

function Call({ call }: { readonly call: WireLiveCall }) {
  const what = call.tool?.name ?? call.thread_name ?? modelName(call.model);
  const delta = call.context_delta;
  const cost = call.cost_usd === null ? null : (parseNanoDecimal(call.cost_usd) ?? null);
  return (
    <li>
      <span class="feed-time mono">{formatClock(Date.parse(call.at), zone.value)}</span>
      <span class={`swatch ${call.tool ? kindClass(call.tool.kind) : 'kind-message'}`} aria-hidden="true" />
      <span class="clip" title={`${what}, ${call.project_name}, ${call.model}`}>
        {call.session_id === null ? (
          <span class="medium">{what}</span>
        ) : (
          <a class="medium" href={sessionHref(call.session_id, { callId: call.call_id })}>
            {what}
          </a>
        )}{' '}
        <span class="ink-3">{call.project_name}</span>
      </span>
      <span class="end ink-3" title="Growth of the context">
        {delta === null ? '' : `${delta < 0 ? '−' : '+'}${formatTokens(Math.abs(delta))}`}
      </span>
      <span class="end">
        <MoneyText nano={cost} />
      </span>
    </li>
  );
}
