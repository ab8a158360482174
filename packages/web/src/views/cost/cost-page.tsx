/** Token cost: what did the work cost? */
import type { WireCost } from '@tokenmeter/core';
import { formatMoneyParts, formatPlural } from '@tokenmeter/core/format';
import { useEffect } from 'preact/hooks';
import type { ApiFailure } from '../../api.ts';
import { CopyLink } from '../../components/copy-link.tsx';
import { FilterButton, FilterChips } from '../../components/filter-bar.tsx';
import { exactMoney, PriceBadge } from '../../components/money-text.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PeriodControls } from '../../components/period-controls.tsx';
import { ErrorCard } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { useQuestion } from '../../components/use-question.ts';
import { search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { type CostAnswer, type CostPart, cost, costKey, loadCost, nameOfId } from '../../stores/cost.ts';
import { loadHouse, moneyFormat } from '../../stores/house.ts';
import { readView } from '../../url-state.ts';
import { CostEmpty } from './cost-empty.tsx';
import { CostSkeleton } from './cost-skeleton.tsx';
import { measureOf, readCost } from './figures.ts';
import { LiveLine } from './live-line.tsx';
import { ModelCard } from './model-card.tsx';
import { OutcomeCard } from './outcome-card.tsx';
import { PlanNote } from './plan-note.tsx';
import { RepoCard, show } from './repo-card.tsx';
import { TasksCard } from './tasks-card.tsx';
import { POLL_SECONDS, useRefresh } from './use-refresh.ts';
import { WorkplanCard } from './workplan-card.tsx';
import './cost.css';
import '../../charts/charts.css';

export default function CostPage() {
  const question = useQuestion();
  const held = cost.state.value;
  const phase = usePhase(held);
  const answer = held.data;
  const key = question && costKey(question);
  const load = (force: boolean) => {
    if (question) void loadCost(question, force);
  };
  // The key stands for the whole question.
  useEffect(() => load(false), [key]);
  useRefresh(key, question?.period.isCurrent === true, () => load(true));
  useShortcut({
    keys: ['r'],
    label: 'Refresh',
    group: 'Everywhere',
    run: () => {
      load(true);
      void loadHouse(true);
      return true;
    },
  });
  useShortcut({
    keys: ['b'],
    label: 'Cost or tokens',
    group: 'Page',
    run: () => {
      show(readView(search.peek()).by === 'cost' ? 'tokens' : 'cost');
      return true;
    },
  });
  const isShown = (phase === 'ready' || phase === 'dimmed') && answer !== undefined;
  return (
    <>
      <PageHeader
        title="Token cost"
        dataAt={held.at}
        hasOwnStatus
        period={question && <PeriodControls period={question.period} />}
        actions={
          question && (
            <>
              <FilterButton question={question} />
              <CopyLink period={question.period} tz={question.setting.tz} isNamed />
            </>
          )
        }
      >
        <FilterChips nameOf={(name, value) => (name === 'repo' || name === 'workplan' ? nameOfId(value) : undefined)} />
      </PageHeader>
      {question && (
        <div class="cost-sum">
          {isShown ? <Total answer={answer} /> : <span />}
          <LiveLine
            answer={isShown ? answer.parts.repo : undefined}
            period={question.period}
            dataAt={isShown ? held.at : undefined}
            failure={failureOf(held.failure, answer)}
            pollSeconds={POLL_SECONDS}
            onRetry={() => load(true)}
          />
        </div>
      )}
      {phase === 'skeleton' && <CostSkeleton />}
      {phase === 'failed' && held.failure && <ErrorCard failure={held.failure} onRetry={() => load(true)} />}
      {isShown && (
        <div class={phase === 'dimmed' ? 'cost-cards is-dimmed' : 'cost-cards'} aria-busy={phase === 'dimmed'}>
          <Cards answer={answer} onRetry={() => load(true)} />
        </div>
      )}
    </>
  );
}

function Total({ answer }: { readonly answer: CostAnswer }) {
  const whole = answer.parts.repo;
  if (!whole) return <span />;
  const figures = readCost(whole.totals);
  const [text = '—'] = figures.cost === null ? [] : formatMoneyParts(figures.cost, [figures.cost], moneyFormat.value);
  return (
    <div class="cost-total">
      <p>
        <b class="cost-figure" title={exactMoney(figures.cost)}>
          {text}
        </b>
        <span class="ink-3">
          {answer.isBilled ? 'billed, ' : ''}across {formatPlural(whole.repos, 'repo')},{' '}
          {formatPlural(whole.runs, 'run')}
        </span>{' '}
        {figures.tokens > 0 && <PriceBadge nano={figures.cost} unpricedTokens={figures.unpricedTokens} />}
      </p>
      <PlanNote answer={answer} />
    </div>
  );
}

function Cards({ answer, onRetry }: { readonly answer: CostAnswer; readonly onRetry: () => void }) {
  const { parts, failures } = answer;
  const lastAt = parts.repo?.last_event_at;
  if (lastAt && parts.repo?.rows.length === 0) return <CostEmpty period={answer.period} lastAt={lastAt} />;
  const asked = readView(search.value).by;
  const measure = parts.repo ? measureOf(asked, readCost(parts.repo.totals)) : asked;
  const card = (part: CostPart, draw: (found: WireCost) => preact.JSX.Element) => {
    const found = parts[part];
    const failure = failures[part];
    return found ? draw(found) : failure ? <ErrorCard failure={failure} onRetry={onRetry} /> : null;
  };
  return (
    <>
      <div class="cost-pair">
        {card('repo', (found) => (
          <RepoCard answer={found} measure={measure} />
        ))}
        {card('model', (found) => (
          <ModelCard answer={found} measure={measure} />
        ))}
      </div>
      <div class="cost-pair is-uneven">
        {card('workplan', (found) => (
          <WorkplanCard answer={found} measure={measure} />
        ))}
        {card('outcome', (found) => (
          <OutcomeCard answer={found} releases={parts.release} measure={measure} />
        ))}
      </div>
      {card('task', (found) => (
        <TasksCard answer={found} measure={measure} />
      ))}
    </>
  );
}

/** The failure of the whole, or of a part that still shows what it had. */
function failureOf(failure: ApiFailure | undefined, answer: CostAnswer | undefined): ApiFailure | undefined {
  return failure ?? Object.values(answer?.failures ?? {})[0];
}
