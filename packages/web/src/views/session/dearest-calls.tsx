/** While no call is open: the ones that cost most, as a way in. */
import { parseNanoDecimal } from '@tokenmeter/core';
import { formatClock, formatTokens, modelName } from '@tokenmeter/core/format';
import { useMemo } from 'preact/hooks';
import { MoneyText } from '../../components/money-text.tsx';
import { zone } from '../../stores/house.ts';
import type { SessionCalls } from '../../stores/session.ts';
import '../../styles/call.css';

interface Properties {
  readonly calls: SessionCalls | undefined;
  readonly threadId: string | undefined;
  readonly onSelect: (callId: string) => void;
}

const SHOWN = 8;

export function DearestCalls({ calls, threadId, onSelect }: Properties) {
  const all = calls?.calls;
  const dearest = useMemo(
    () =>
      (all ?? [])
        .filter((call) => threadId === undefined || call.thread_id === threadId)
        .map((call) => ({ call, cost: call.cost_usd === null ? 0n : (parseNanoDecimal(call.cost_usd) ?? 0n) }))
        .filter(({ cost }) => cost > 0n)
        .toSorted((a, b) => (a.cost === b.cost ? 0 : a.cost > b.cost ? -1 : 1))
        .slice(0, SHOWN),
    [all, threadId],
  );
  return (
    <section class="card session-aside dearest" aria-labelledby="dearest-title">
      <div class="card-head">
        <h2 id="dearest-title">Most expensive calls</h2>
      </div>
      {dearest.length === 0 ? (
        <p class="dearest-none ink-3">None has a cost.</p>
      ) : (
        <ol>
          {dearest.map(({ call, cost }) => (
            <li key={call.id}>
              <button type="button" class="dearest-row" onClick={() => onSelect(call.id)}>
                <span class="ink-3">{formatClock(Date.parse(call.at), zone.value)}</span>
                <span class="clip medium">{modelName(call.model)}</span>
                <span class="ink-3">{formatTokens(call.tokens)}</span>
                <span class="medium">
                  <MoneyText nano={cost} />
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <p class="dearest-hint ink-3">Choose a call to see its counts, its price and the sum.</p>
    </section>
  );
}
