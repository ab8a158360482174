/** No session to list, and why: the search or a filter hides them, the period has none, or there never was one. */
import { formatDate, formatPlural } from '@tokenmeter/core/format';
import { EmptyPeriod, ShowAll } from '../../components/empty-period.tsx';
import { clearFilters, countFilters } from '../../components/filter-bar.tsx';
import { EmptyState } from '../../components/states.tsx';
import type { Period } from '../../period.ts';
import { navigateSearch, search } from '../../router.ts';
import { dateFormat, health } from '../../stores/house.ts';
import { changeView } from '../../url-state.ts';

export function SessionsEmpty({ period, text }: { readonly period: Period; readonly text: string }) {
  return (
    <section class="card">
      <Reason period={period} text={text} />
    </section>
  );
}

function Reason({ period, text }: { readonly period: Period; readonly text: string }) {
  const filters = countFilters();
  const last = health.state.value.data?.ledger.last_call_at;
  if (last === null)
    return (
      <EmptyState
        title="No sessions yet"
        text="A session appears when an agent’s log has its first call."
        action={
          <a class="button" href="/settings/sources">
            Check sources
          </a>
        }
      />
    );
  if (text !== '')
    return (
      <EmptyState
        title={`No sessions match “${text}”`}
        text={`Looked at ${period.kind === 'all' ? 'all sessions' : period.label}.`}
        action={
          <span class="empty-actions">
            <button
              type="button"
              class="button"
              onClick={() => navigateSearch(changeView(search.peek(), { search: '' }))}
            >
              Clear search
            </button>
            {period.kind !== 'all' && <ShowAll />}
          </span>
        }
      />
    );
  if (filters > 0)
    return (
      <EmptyState
        title="No sessions match"
        text={`All of them are hidden by ${formatPlural(filters, 'filter')}.`}
        action={
          <button type="button" class="button" onClick={clearFilters}>
            Clear filters
          </button>
        }
      />
    );
  return (
    <EmptyPeriod
      what="sessions"
      period={period}
      text={last && `The last call was on ${formatDate(Date.parse(last), dateFormat.peek())}.`}
    />
  );
}
