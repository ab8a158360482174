/** Usage: where am I against my limit? */
import { formatMoney, formatPercent, type Level, levelWords } from '@tokenmeter/core/format';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { CopyLink } from '../../components/copy-link.tsx';
import { FilterButton, FilterChips } from '../../components/filter-bar.tsx';
import { later } from '../../components/later.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PeriodControls } from '../../components/period-controls.tsx';
import { ErrorCard } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { useQuestion } from '../../components/use-question.ts';
import { search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { announce } from '../../stores/announce.ts';
import { loadHouse, moneyFormat, settings } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { loadUsage, loadUsageByRepo, type UsageAnswer, usage, usageKey } from '../../stores/usage.ts';
import { readView } from '../../url-state.ts';
import { AttributionBelow } from './attribution-below.tsx';
import { LimitsCard } from './limits-card.tsx';
import { buildUsage, type UsageModel } from './model.ts';
import { RankCard } from './rank-card.tsx';
import { StepsCard } from './steps-card.tsx';
import { TypesCard } from './types-card.tsx';
import { UsageHero } from './usage-hero.tsx';
import { UsageSkeleton } from './usage-skeleton.tsx';
import './usage.css';

const UsageEmpty = later(() => import('./usage-empty.tsx').then((module) => module.UsageEmpty));

export default function UsagePage() {
  const question = useQuestion();
  const held = usage.state.value;
  const phase = usePhase(held);
  const answer = held.data;
  const model = useMemo(
    () => answer && buildUsage(answer, settings.state.value.data),
    [answer, settings.state.value.data],
  );
  const needsRepos = readView(search.value).rank === 'repo';
  const key = question && usageKey(question);

  const load = (force: boolean) => {
    if (!question) return;
    void loadUsage(question, force);
    if (needsRepos) void loadUsageByRepo(question, force);
  };
  // The key stands for the whole question.
  useEffect(() => load(false), [key, needsRepos]);
  useEffect(
    () =>
      onLedgerChange(() => {
        // What is over does not change; a late line about it shows at the next visit.
        if (question?.period.isCurrent) load(true);
      }),
    [key, needsRepos],
  );
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

  useThresholdNews(answer, model);
  const total = model && formatMoney(model.total.cost, moneyFormat.value);
  return (
    <>
      <PageHeader
        title="Usage"
        tabTitle={total ? `${total} · Usage` : undefined}
        dataAt={held.at}
        period={question && <PeriodControls period={question.period} />}
        actions={
          question && (
            <>
              <CopyLink period={question.period} tz={question.setting.tz} />
              <FilterButton question={question} />
            </>
          )
        }
      >
        <FilterChips />
      </PageHeader>
      {phase === 'skeleton' && <UsageSkeleton />}
      {phase === 'failed' && held.failure && <ErrorCard failure={held.failure} onRetry={() => load(true)} />}
      {(phase === 'ready' || phase === 'dimmed') && answer && model && (
        <div class={phase === 'dimmed' ? 'stack is-dimmed' : 'stack'} aria-busy={phase === 'dimmed'}>
          <Cards answer={answer} model={model} />
        </div>
      )}
    </>
  );
}

function Cards({ answer, model }: { readonly answer: UsageAnswer; readonly model: UsageModel }) {
  if (model.total.calls === 0 && model.total.tokens === 0) return <UsageEmpty period={answer.period} />;
  return (
    <>
      <UsageHero answer={answer} model={model} />
      <TypesCard total={model.total} />
      <StepsCard answer={answer} model={model} />
      <RankCard answer={answer} model={model} />
      <LimitsCard />
      <AttributionBelow question={answer} />
    </>
  );
}

/** Says aloud when a refresh carries the figure over a line; opening another page or period is no news. */
function useThresholdNews(answer: UsageAnswer | undefined, model: UsageModel | undefined): void {
  const last = useRef<{ readonly key: string; readonly ratio: number; readonly level: Level } | undefined>(undefined);
  useEffect(() => {
    const found = model?.threshold;
    const now = found && answer && { key: usageKey(answer), ratio: found.ratio, level: found.level };
    const before = last.current;
    last.current = now;
    if (!now || before?.key !== now.key || now.level === before.level || now.ratio < before.ratio) return;
    announce(`${levelWords(now.level)}: ${formatPercent(now.ratio)} of the limit used.`);
  }, [answer, model]);
}
