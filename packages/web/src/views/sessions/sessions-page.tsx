/** Sessions: what happened, and what did each of them take? */
import { formatCount, formatPlural } from '@tokenmeter/core/format';
import { useEffect } from 'preact/hooks';
import { CopyMenu } from '../../components/copy-menu.tsx';
import { FilterButton, FilterChips } from '../../components/filter-bar.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PeriodControls } from '../../components/period-controls.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { navigateSearch, search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { settings } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { fetchAllSessions, loadSessions, type SessionsAnswer, sessions, sessionsKey } from '../../stores/sessions.ts';
import { changeView, readView } from '../../url-state.ts';
import { SESSION_COPY } from './list.ts';
import { Pager } from './pager.tsx';
import { putPage, readPage } from './paging.ts';
import { useSessionsQuestion } from './question.ts';
import { SelectionBar } from './selection-bar.tsx';
import { SessionsEmpty } from './sessions-empty.tsx';
import { SessionsTable } from './sessions-table.tsx';
import '../../styles/sessions.css';
import '../../styles/compare.css';

export default function SessionsPage() {
  const question = useSessionsQuestion();
  const held = sessions.state.value;
  const phase = usePhase(held);
  const key = question && sessionsKey(question);
  const load = (force: boolean) => {
    if (question) void loadSessions(question, force);
  };
  // The key stands for the whole question.
  useEffect(() => load(false), [key]);
  useEffect(
    () =>
      onLedgerChange(() => {
        // What is over does not change; a late line about it shows at the next visit.
        if (question?.period.isCurrent) load(true);
      }),
    [key],
  );
  useShortcut({
    keys: ['r'],
    label: 'Refresh',
    group: 'Everywhere',
    run: () => {
      load(true);
      return true;
    },
  });
  return (
    <>
      <PageHeader
        title="Sessions"
        dataAt={held.at}
        period={question && <PeriodControls period={question.period} />}
        actions={question && <FilterButton question={question} />}
      >
        <FilterChips />
      </PageHeader>
      <div class="sessions-line">
        <SearchField value={readView(search.value).search} label="Search title, id or branch" onSearch={searchFor} />
        {held.data && <Matched answer={held.data} />}
        <span class="page-header-space" />
        {question && held.data && held.data.page.matched > 0 && (
          <CopyMenu rows={() => fetchAllSessions(question)} columns={SESSION_COPY} name="sessions" />
        )}
      </div>
      {phase === 'skeleton' && <SessionsSkeleton />}
      {phase === 'failed' && held.failure && <ErrorCard failure={held.failure} onRetry={() => load(true)} />}
      {(phase === 'ready' || phase === 'dimmed') && held.data && (
        <div class={phase === 'dimmed' ? 'is-dimmed' : undefined} aria-busy={phase === 'dimmed'}>
          <SessionsBody answer={held.data} />
        </div>
      )}
    </>
  );
}

function SessionsBody({ answer }: { readonly answer: SessionsAnswer }) {
  const { page, period } = answer;
  if (page.sessions.length === 0) return <SessionsEmpty period={period} text={answer.text} />;
  return (
    <>
      <SessionsTable sessions={page.sessions} />
      <Pager page={readPage(search.value)} rows={page.sessions.length} matched={page.matched} next={page.next} />
      <SelectionBar />
    </>
  );
}

/** The first letter of a search is a step for Back, the next letters are not. */
function searchFor(text: string): void {
  const here = search.peek();
  if (text === readView(here).search) return;
  const isFurther = readView(here).search !== '' && text !== '';
  navigateSearch(changeView(putPage(here, { number: 1, after: undefined }), { search: text }), { replace: isFurther });
}

function Matched({ answer }: { readonly answer: SessionsAnswer }) {
  const { matched } = answer.page;
  const locale = settings.state.value.data?.display.locale;
  return (
    <span class="ink-3 nowrap" title={formatCount(matched, locale)}>
      {formatPlural(matched, 'session', 'sessions', locale)}
    </span>
  );
}

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7];

function SessionsSkeleton() {
  return (
    <section class="card sessions-skeleton" role="status" aria-label="Loading sessions">
      {ROWS.map((row) => (
        <Skeleton key={row} height="30px" />
      ))}
    </section>
  );
}
