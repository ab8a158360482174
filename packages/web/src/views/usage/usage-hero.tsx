/** The figure, what it is heading for, and the few numbers that explain it; beside it the burn-up and the ring. */
import { formatCount, formatMoney, formatPercent, formatTokens, levelWords, totalsMark } from '@tokenmeter/core/format';
import { ThresholdRing } from '../../charts/threshold-ring.tsx';
import { exactMoney, MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { hitRatio } from '../../figures.ts';
import { periodWords } from '../../period-words.ts';
import { hrefIfServed } from '../../routes.ts';
import { dateFormat, moneyFormat } from '../../stores/house.ts';
import type { UsageAnswer } from '../../stores/usage.ts';
import { isFiltered } from '../../url-state.ts';
import { HeroBurnUp } from './hero-burn-up.tsx';
import type { UsageModel } from './model.ts';
import type { Limit } from './threshold.ts';
import { forecastSentence, heroCaption, moneyParts } from './words.ts';

interface Properties {
  readonly answer: UsageAnswer;
  readonly model: UsageModel;
}

export function UsageHero({ answer, model }: Properties) {
  const { total, threshold } = model;
  const reading = model.unitOfMoney === 'billed' ? 'billed' : model.isPartlyCovered ? 'list' : 'plain';
  const level = threshold?.level ?? 'none';
  const cap = model.limits.find((limit) => limit.of === 'money')?.nano;
  const sentence = forecastSentence(
    model.forecast,
    answer.period,
    cap,
    { ...dateFormat.peek(), now: answer.setting.now, tz: answer.setting.tz },
    moneyFormat.value,
  );
  const note =
    reading === 'list'
      ? 'Part of this is covered by your plan. It isn’t your bill.'
      : total.coveredTokens > 0
        ? `${formatTokens(total.coveredTokens)} tokens were covered by a plan.`
        : '';
  return (
    <section class="card hero" aria-labelledby="hero-title">
      <div class="hero-text">
        <h2 id="hero-title" class="hero-caption">
          {heroCaption(answer.period, reading)} <PriceBadge nano={total.cost} unpricedTokens={total.unpricedTokens} />
        </h2>
        <HeroFigure nano={total.cost} level={level} />
        {sentence.length > 0 && (
          <p class="hero-forecast">
            {sentence.map(({ text, isStrong }) => (isStrong ? <b key={text}>{text}</b> : text))}
          </p>
        )}
        {note && <p class="hero-forecast">{note}</p>}
        <Facts model={model} />
      </div>
      <HeroBurnUp answer={answer} model={model} />
      <HeroRing answer={answer} model={model} />
    </section>
  );
}

function HeroFigure({ nano, level }: { readonly nano: bigint | null; readonly level: string }) {
  const text = formatMoney(nano, moneyFormat.value);
  const { before, whole, cents, after } = moneyParts(text);
  return (
    <p class={`hero-figure level-${level}`} title={nano === null ? undefined : exactMoney(nano)}>
      <span class="sr">{text}</span>
      <span aria-hidden="true">
        {before && <span class="hero-sign">{before}</span>}
        {whole}
        {cents && <small>{cents}</small>}
        {after && <small>{after}</small>}
      </span>
    </p>
  );
}

function Facts({ model }: { readonly model: UsageModel }) {
  const { total, runs, change } = model;
  const perRun = runs && runs.count > 0 && total.cost !== null ? total.cost / BigInt(runs.count) : null;
  const isSessions = runs?.of === 'sessions';
  return (
    <dl class="facts">
      <div>
        <dt>Tokens</dt>
        <dd>
          <TokenText value={total.tokens} mark={totalsMark(total.inexactTokens, total.tokens)} />
        </dd>
      </div>
      <div>
        <dt>Cache hit</dt>
        <dd>{formatPercent(hitRatio(total))}</dd>
      </div>
      <div>
        <dt>{isSessions ? 'Sessions' : 'Runs'}</dt>
        <dd>{runs ? formatCount(runs.count) : '—'}</dd>
      </div>
      <div>
        <dt>{isSessions ? 'Per session' : 'Per run'}</dt>
        <dd>
          <MoneyText nano={perRun} />
        </dd>
      </div>
      {change && (
        <div class="wide-only">
          <dt>vs {change.label}</dt>
          <dd>{changeText(change.ratio)}</dd>
        </div>
      )}
    </dl>
  );
}

function HeroRing({ answer, model }: Properties) {
  const { threshold } = model;
  if (!threshold) {
    const words = isFiltered(answer.view) ? 'A cap counts everything, not a filter' : `No budget for ${noun(answer)}`;
    const href = isFiltered(answer.view) ? undefined : hrefIfServed('/settings/display');
    return (
      <div class="hero-ring">
        <ThresholdRing ratio={null} level="none" warnAt={0.7} of="" label={words} />
        <p class="hero-ring-caption">
          {words}
          {href && (
            <>
              <br />
              <a class="link" href={href}>
                Set one
              </a>
            </>
          )}
        </p>
      </div>
    );
  }
  const { limit, ratio, level } = threshold;
  return (
    <div class="hero-ring">
      <ThresholdRing
        ratio={ratio}
        level={level}
        warnAt={0.7}
        of={`of ${limitText(limit)}`}
        label={limit.of === 'money' ? 'Soft cap used' : 'Token threshold used'}
      />
      <p class="hero-ring-caption">
        <b class={`level-words level-${level}`}>{levelWords(level)}</b>
        <span class="wide-only">
          <br />
          {limit.of === 'money' ? 'Soft cap, warns at 70%' : 'Token threshold, warns at 70%'}
        </span>
      </p>
    </div>
  );
}

export function limitText(limit: Limit): string {
  return limit.of === 'money'
    ? formatMoney(limit.nano, { ...moneyFormat.value, precision: 'axis' })
    : `${formatTokens(limit.tokens)} tok`;
}

function changeText(ratio: number | undefined): string {
  if (ratio === undefined) return '—';
  if (ratio === 0) return '0%';
  const size = formatPercent(Math.abs(ratio));
  return ratio > 0 ? `+${size}` : `−${size}`;
}

function noun({ period }: UsageAnswer): string {
  if (period.kind === 'all') return 'all time';
  return periodWords(period).replace(/^(on|in) /, '');
}
