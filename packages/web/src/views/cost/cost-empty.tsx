/** Nothing was spent: in this period, or of what passes the filters. What a ledger without any says stands in its cards. */
import { formatDate } from '@tokenmeter/core/format';
import { EmptyPeriod } from '../../components/empty-period.tsx';
import { countFilters } from '../../components/filter-bar.tsx';
import { NothingPasses } from '../../components/nothing-passes.tsx';
import type { Period } from '../../period.ts';
import { dateFormat } from '../../stores/house.ts';

export function CostEmpty({ period, lastAt }: { readonly period: Period; readonly lastAt: string }) {
  return (
    <section class="card">
      {countFilters() > 0 ? (
        <NothingPasses what="spend" period={period} />
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
