/** A period in which nothing passes the filters, and the way out of them. */
import { formatPlural } from '@tokenmeter/core/format';
import type { Period } from '../period.ts';
import { periodWords } from '../period-words.ts';
import { clearFilters, countFilters } from './filter-bar.tsx';
import { EmptyState } from './states.tsx';

/** `what`: of what nothing passes, as one word. */
export function NothingPasses({ what, period }: { readonly what: string; readonly period: Period }) {
  return (
    <EmptyState
      title={`No ${what} matches`}
      text={`Nothing ${periodWords(period)} passes ${formatPlural(countFilters(), 'filter')}.`}
      action={
        <button type="button" class="button" onClick={clearFilters}>
          Clear filters
        </button>
      }
    />
  );
}
