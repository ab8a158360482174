/** The address names a run that is not in progress: what became of it, and where it is kept. */
import { parseNanoDecimal, type WireRun } from '@tokenmeter/core';
import { useEffect } from 'preact/hooks';
import { ask } from '../../api.ts';
import { MoneyText } from '../../components/money-text.tsx';
import { resource } from '../../stores/resource.ts';

const keptRun = resource<WireRun>();

const WORDS: Readonly<Record<WireRun['status'], string>> = {
  pending: 'has not begun',
  running: 'is running',
  success: 'finished',
  error: 'ended with an error',
  timeout: 'ran out of time',
  interrupted: 'was stopped',
  ended: 'went silent',
};

export function RunGone({ id }: { readonly id: string }) {
  useEffect(() => {
    void keptRun.load(id, (signal) => ask<WireRun>(`/api/runs/${encodeURIComponent(id)}`, { signal }));
  }, [id]);
  const { data, key, failure } = keptRun.state.value;
  if (failure)
    return (
      <p class="banner">
        <span>
          No run with the id <span class="mono">{id}</span> is in progress or kept.
        </span>
      </p>
    );
  if (!data || key !== id) return null;
  const { session_id: session, spend } = data;
  return (
    <p class="banner">
      <span>
        {data.title ?? data.agent_name} {WORDS[data.status]},{' '}
        <MoneyText nano={spend.cost_usd === null ? null : (parseNanoDecimal(spend.cost_usd) ?? null)} />.
      </span>
      {session !== null && (
        <a class="link" href={`/sessions/${encodeURIComponent(session)}`}>
          Open its session
        </a>
      )}
    </p>
  );
}
