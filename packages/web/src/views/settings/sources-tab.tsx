/** Where each agent's logs were looked for, what was read of them and how exact that is. */
import type { WireSource, WireSources } from '@tokenmeter/core';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatPlural,
  formatUnread,
} from '@tokenmeter/core/format';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiFailure, ask } from '../../api.ts';
import { EmptyState, ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { dateFormat, loadHealth, settings, sources } from '../../stores/house.ts';
import { ledgerMoved, onLedgerChange } from '../../stores/line.ts';
import { showToast } from '../../stores/toasts.ts';
import { sourceOrder, stateWords } from './source-words.ts';

const load = (force: boolean) =>
  sources.load('sources', (signal) => ask<WireSources>('/api/sources', { signal }), force);

export function SourcesTab() {
  const held = sources.state.value;
  const phase = usePhase(held);
  useEffect(() => void load(false), []);
  useEffect(() => onLedgerChange(() => void load(true)), []);
  if (phase === 'failed' && held.failure) return <ErrorCard failure={held.failure} onRetry={() => void load(true)} />;
  if (!held.data)
    return phase === 'blank' ? null : (
      <section class="card settings-wait" role="status" aria-label="Loading sources">
        <Skeleton height="40px" />
        <Skeleton height="40px" />
        <Skeleton height="40px" />
      </section>
    );
  const all = sourceOrder(held.data.sources);
  return (
    <section class="card" aria-labelledby="sources-title">
      <div class="card-head settings-head">
        <h2 id="sources-title">Sources</h2>
        <span class="ink-3 small">Logs are only read, never changed.</span>
        <LookAgain />
      </div>
      {all.length === 0 ? (
        <EmptyState title="No agent is known" text="This build reads no agent’s logs." />
      ) : (
        <div class="table-scroll">
          <table class="table sources-table">
            <caption class="sr">Sources</caption>
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">State</th>
                <th scope="col" class="end wide-only">
                  Files
                </th>
                <th scope="col" class="end wide-only">
                  Size
                </th>
                <th scope="col" class="end wide-only">
                  Lines
                </th>
                <th scope="col" class="end wide-only">
                  Skipped
                </th>
                <th scope="col" class="end">
                  Calls
                </th>
                <th scope="col" class="end wide-only">
                  Last event
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map((source) => (
                <SourceRows key={source.agent} source={source} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function SourceRows({ source }: { readonly source: WireSource }) {
  const locale = settings.state.value.data?.display.locale;
  const count = (value: number) => formatCount(value, locale);
  const skipped = source.skipped_damaged + source.skipped_unknown;
  const last = source.last_event_at === null ? null : Date.parse(source.last_event_at);
  const words = stateWords(source.state);
  return (
    <Fragment>
      <tr class="source-row">
        <th scope="row" class="medium">
          {source.agent_name}
        </th>
        <td>
          <span class={`source-state is-${source.state}`}>
            <span class={source.state === 'not_found' ? 'dot hollow' : 'dot'} aria-hidden="true" />
            {words}
          </span>
        </td>
        <td class="end wide-only ink-2">{count(source.files)}</td>
        <td class="end wide-only ink-2">{formatBytes(source.bytes)}</td>
        <td class="end wide-only ink-2">{count(source.lines)}</td>
        <td
          class="end wide-only ink-2"
          title={`${count(source.skipped_damaged)} damaged, ${count(source.skipped_unknown)} of an unknown kind`}
        >
          {skipped === 0 ? <span class="ink-3">0</span> : count(skipped)}
        </td>
        <td class="end">{count(source.calls)}</td>
        <td
          class="end wide-only ink-2 nowrap"
          title={last === null ? undefined : formatDateTime(last, dateFormat.peek())}
        >
          {formatAge(last, dateFormat.peek())}
        </td>
      </tr>
      <tr class="source-more">
        <td colSpan={8}>
          {source.exactness && <p class="words">{source.exactness}</p>}
          {skipped > 0 && (
            <p>
              Skipped {formatPlural(source.skipped_damaged, 'damaged line', 'damaged lines', locale)} and{' '}
              {formatPlural(source.skipped_unknown, 'line', 'lines', locale)} of a kind nobody knows yet, of{' '}
              {count(source.lines)}.
            </p>
          )}
          {source.unread.length > 0 && (
            <details>
              <summary>
                Not read to the end: {formatPlural(source.unread.length, 'compressed log', 'compressed logs', locale)}
              </summary>
              <ul>
                {source.unread.map(({ path, why }) => (
                  <li key={path}>
                    <span class="mono">{path}</span>
                    <span class="source-error">{formatUnread(why)}</span>
                  </li>
                ))}
              </ul>
            </details>
          )}
          <details open={source.state === 'error'}>
            <summary>Where it looked: {formatPlural(source.roots.length, 'folder')}</summary>
            <ul>
              {source.roots.map((root) => (
                <li key={root.path}>
                  <span class="mono">{root.path}</span>
                  <span class="ink-3">
                    {root.exists ? 'found' : 'not there'}, {root.because}
                  </span>
                  {root.error && <span class="source-error">{root.error}</span>}
                </li>
              ))}
            </ul>
          </details>
        </td>
      </tr>
    </Fragment>
  );
}

function LookAgain() {
  const [isLooking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    const before = countCalls();
    try {
      // Reading history may take longer than one answer: the bar under the header tells how far it is.
      sources.put(await ask<WireSources>('/api/sources/scan', { method: 'POST' }));
      const found = countCalls() - before;
      showToast(found > 0 ? `Found ${formatPlural(found, 'new call')}.` : 'Nothing new.');
      ledgerMoved();
    } catch (error) {
      showToast(
        error instanceof ApiFailure && error.kind === 'timeout'
          ? 'Still looking. New figures appear as they are read.'
          : `Looking again failed. ${error instanceof Error ? error.message : ''}`,
      );
      void loadHealth();
    } finally {
      setLooking(false);
    }
  };
  return (
    <button type="button" class="button settings-act" disabled={isLooking} onClick={() => void look()}>
      {isLooking ? 'Looking' : 'Look again'}
    </button>
  );
}

function countCalls(): number {
  return (sources.state.peek().data?.sources ?? []).reduce((sum, { calls }) => sum + calls, 0);
}
