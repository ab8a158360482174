/** Nothing was spent: in this period, or of what passes the filters. What a ledger without any says stands in its cards. */
import { formatDate, formatPlural } from '@tokenmeter/core/format';
import { EmptyPeriod } from '../../components/empty-period.tsx';
import { clearFilters, countFilters } from '../../components/filter-bar.tsx';
import { EmptyState } from '../../components/states.tsx';
import type { Period } from '../../period.ts';
import { periodWords } from '../../period-words.ts';
import { dateFormat } from '../../stores/house.ts';

export function CostEmpty({ period, lastAt }: { readonly period: Period; readonly lastAt: string }) {
  const filters = countFilters();
  return (
    <section class="card">
      {filters > 0 ? (
        <EmptyState
          title="No spend matches"
          text={`Nothing ${periodWords(period)} passes ${formatPlural(filters, 'filter')}.`}
          action={
            <button type="button" class="button" onClick={clearFilters}>
              Clear filters
            </button>
          }
        />
      ) : (
        <EmptyPeriod
          what="spend"
          period={period}
          text={`The last event was on ${formatDate(Date.parse(lastAt), dateFormat.peek())}.`}
        />
      )}
    </section>
  );
}
