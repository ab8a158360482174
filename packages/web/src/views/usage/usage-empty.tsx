/** Nothing to show, and why: a filter hides it, this period has none, or nothing was ever found and where it was sought. */
import { formatDate, formatPlural } from '@tokenmeter/core/format';
import { EmptyPeriod } from '../../components/empty-period.tsx';
import { clearFilters, countFilters } from '../../components/filter-bar.tsx';
import { LookedFor } from '../../components/looked-for.tsx';
import { EmptyState } from '../../components/states.tsx';
import type { Period } from '../../period.ts';
import { periodWords } from '../../period-words.ts';
import { hrefIfServed } from '../../routes.ts';
import { dateFormat, health, sources } from '../../stores/house.ts';

export function UsageEmpty({ period }: { readonly period: Period }) {
  const first = health.state.value.data?.ledger.first_call_at;
  const filters = countFilters();
  return (
    <section class="card">
      {first === null || (first === undefined && health.state.value.data) ? (
        <NoUsageAtAll />
      ) : filters > 0 ? (
        <EmptyState
          title="No usage matches"
          text={`Nothing ${periodWords(period)} passes ${formatPlural(filters, 'filter')}.`}
          action={
            <button type="button" class="button" onClick={clearFilters}>
              Clear filters
            </button>
          }
        />
      ) : (
        <EmptyPeriod
          what="usage"
          period={period}
          text={first && `The first recorded day is ${withYear(Date.parse(first))}.`}
        />
      )}
    </section>
  );
}

/** Says what was looked for, so that one sees whether it was looked for in the right place. */
function NoUsageAtAll() {
  const found = sources.state.value.data?.sources ?? [];
  const known = found.filter(({ state }) => state !== 'not_found').length;
  const isImporting = health.state.value.data?.import;
  const href = hrefIfServed('/settings/sources');
  return (
    <EmptyState
      title={isImporting ? 'No usage yet, history is being read' : 'No usage yet'}
      text={
        <>
          <p>tokenmeter found {formatPlural(known, 'source')} on this machine.</p>
          <LookedFor />
        </>
      }
      action={
        href && (
          <a class="button" href={href}>
            Set up a source
          </a>
        )
      }
    />
  );
}

function withYear(atMs: number): string {
  return formatDate(atMs, { ...dateFormat.peek(), now: atMs - 400 * 86_400_000 });
}
