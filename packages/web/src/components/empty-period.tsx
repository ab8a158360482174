/** A period without anything in it, where others have some: says which period it is and leads to all of them. */
import type { Period } from '../period.ts';
import { periodWords } from '../period-words.ts';
import { search } from '../router.ts';
import { changeView } from '../url-state.ts';
import { EmptyState } from './states.tsx';

export function EmptyPeriod(properties: {
  /** What there is none of: `usage`, `sessions`. */
  readonly what: string;
  readonly period: Period;
  readonly text?: string | undefined | null;
}) {
  const { what, period, text } = properties;
  return (
    <EmptyState
      title={`No ${what} ${period.kind === 'month' ? `in ${period.label}` : periodWords(period)}`}
      text={text}
      action={period.kind !== 'all' && <ShowAll />}
    />
  );
}

/** Leads to all periods, with the filters and the search as they are. */
export function ShowAll() {
  const all = changeView(search.value, { window: 'all', at: undefined, from: undefined, to: undefined, page: 1 });
  return (
    <a class="button" href={all || '?'}>
      Show all
    </a>
  );
}
