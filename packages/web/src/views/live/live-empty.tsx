/** Nothing runs, and what to do about it: what ran last, or, where nothing ever ran, where it was looked for. */
import { parseNanoDecimal, type WireSession, type WireSessionPage } from '@tokenmeter/core';
import { formatAge, formatPlural } from '@tokenmeter/core/format';
import { useEffect } from 'preact/hooks';
import { ask } from '../../api.ts';
import { LookedFor } from '../../components/looked-for.tsx';
import { MoneyText } from '../../components/money-text.tsx';
import { EmptyState } from '../../components/states.tsx';
import { search } from '../../router.ts';
import { hrefIfServed } from '../../routes.ts';
import { dateFormat, health } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { resource } from '../../stores/resource.ts';
import { readView } from '../../url-state.ts';
import { sessionTitle } from '../sessions/list.ts';
import { clearRunFilters } from './live-controls.tsx';

const lastSession = resource<WireSession | null>();

async function loadLast(force: boolean): Promise<void> {
  await lastSession.load(
    'last',
    async (signal) => (await ask<WireSessionPage>('/api/sessions?sort=ended&limit=1', { signal })).sessions[0] ?? null,
    force,
  );
}

/** `hidden`: runs that a filter keeps back. */
export function LiveEmpty({ hidden }: { readonly hidden: number }) {
  useEffect(() => {
    void loadLast(false);
    return onLedgerChange(() => void loadLast(true));
  }, []);
  const held = lastSession.state.value;
  const last = held.data;
  if (hidden > 0) return <Hidden count={hidden} />;
  if (last)
    return (
      <section class="card">
        <EmptyState
          title="Nothing is running"
          text={
            <>
              Last run ended {formatAge(Date.parse(last.ended_at), dateFormat.value)}:{' '}
              {sessionTitle(last, dateFormat.peek())},{' '}
              <MoneyText
                nano={last.totals.cost_usd === null ? null : (parseNanoDecimal(last.totals.cost_usd) ?? null)}
              />
              .
            </>
          }
          action={
            <a class="button" href={`/sessions/${encodeURIComponent(last.session_id)}`}>
              Open it
            </a>
          }
        />
      </section>
    );
  // Until it is known whether anything ever ran, nothing is claimed.
  if (last === undefined && held.failure === undefined && health.state.value.data?.ledger.first_call_at !== null)
    return null;
  return <NeverRan />;
}

function Hidden({ count }: { readonly count: number }) {
  const view = readView(search.value);
  const filters = [...Object.values(view.only), ...Object.values(view.except)].filter(
    (values) => values?.length,
  ).length;
  return (
    <section class="card">
      <EmptyState
        title="No runs match"
        text={`${formatPlural(count, 'run')} ${count === 1 ? 'is' : 'are'} hidden by ${formatPlural(filters, 'filter')}.`}
        action={
          <button type="button" class="button" onClick={clearRunFilters}>
            Clear filters
          </button>
        }
      />
    </section>
  );
}

function NeverRan() {
  const href = hrefIfServed('/settings/sources');
  return (
    <section class="card">
      <EmptyState
        title="Nothing is running"
        text={
          <>
            <p>
              Start Claude Code, Codex, OpenCode or Gemini CLI in any folder. It appears here within a second. To see
              the page move at once, run <span class="mono">tokenmeter demo</span> in a terminal.
            </p>
            <LookedFor />
          </>
        }
        action={
          href && (
            <a class="button" href={href}>
              Check sources
            </a>
          )
        }
      />
    </section>
  );
}
