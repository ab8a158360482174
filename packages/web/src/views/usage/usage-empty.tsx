/** Nothing to show, and why: a filter hides it, this period has none, or nothing was ever found and where it was sought. */
import { formatDate, formatPlural } from '@tokenmeter/core/format';
import { EmptyPeriod } from '../../components/empty-period.tsx';
import { countFilters } from '../../components/filter-bar.tsx';
import { LookedFor } from '../../components/looked-for.tsx';
import { NothingPasses } from '../../components/nothing-passes.tsx';
import { EmptyState } from '../../components/states.tsx';
import type { Period } from '../../period.ts';
import { hrefIfServed } from '../../routes.ts';
import { dateFormat, health, sources } from '../../stores/house.ts';

export function UsageEmpty({ period }: { readonly period: Period }) {
  const first = health.state.value.data?.ledger.first_call_at;
  return (
    <section class="card">
      {first === null || (first === undefined && health.state.value.data) ? (
        <NoUsageAtAll />
      ) : countFilters() > 0 ? (
        <NothingPasses what="usage" period={period} />
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
