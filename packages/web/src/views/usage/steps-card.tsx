/** The period step by step: the strip, its day allowance, and the same as a table. */
import { startOfDay } from '@tokenmeter/core';
import { formatDay, formatMoney, formatPercent, formatTokens } from '@tokenmeter/core/format';
import { useState } from 'preact/hooks';
import { DayStrip, type StripBar } from '../../charts/day-strip.tsx';
import { Icon } from '../../components/icon.tsx';
import { MoneyText } from '../../components/money-text.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { type Figures, TOKEN_TYPE_NAMES, TOKEN_TYPES } from '../../figures.ts';
import { periodWords } from '../../period-words.ts';
import { navigateSearch, search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { dateFormat, moneyFormat } from '../../stores/house.ts';
import type { UsageAnswer } from '../../stores/usage.ts';
import { changeView, readView } from '../../url-state.ts';
import type { Step, UsageModel } from './model.ts';
import { allowanceOf, axisLabels, STEP_NAMES, stepChange, stepName } from './steps.ts';
import { limitText } from './usage-hero.tsx';

interface Properties {
  readonly answer: UsageAnswer;
  readonly model: UsageModel;
}

export function StepsCard({ answer, model }: Properties) {
  const [isTable, setTable] = useState(false);
  const asked = readView(search.value).by;
  // Money of which nothing is known cannot be drawn.
  const by = model.total.cost === null ? 'tokens' : asked;
  const dates = { ...dateFormat.peek(), now: answer.setting.now, tz: answer.setting.tz };
  const spread = model.unit === 'day' ? allowanceOf(model.limits, by, model.steps.length) : undefined;
  const amount = (figures: Figures) => (by === 'cost' ? Number(figures.cost ?? 0n) / 1e9 : figures.tokens);
  const write = (figures: Figures) =>
    by === 'cost' ? formatMoney(figures.cost, moneyFormat.value) : `${formatTokens(figures.tokens)} tokens`;
  const used = model.steps.filter(({ figures }) => amount(figures) > 0);
  const switchBy = () => {
    navigateSearch(changeView(search.peek(), { by: by === 'cost' ? 'tokens' : 'cost' }), { replace: true });
    return true;
  };
  useShortcut({ keys: ['b'], label: 'Switch cost and tokens', group: 'Page', run: switchBy });
  const labels = axisLabels(model.steps, model.unit, dates);
  const bars = model.steps.map((step, index): StripBar => {
    const name = stepName(step.key, model.unit, dates);
    const change = stepChange(step.key, model.unit);
    return {
      key: step.key,
      state: step.state,
      parts: TOKEN_TYPES.map((type) => ({
        class: `type-${type}`,
        amount: by === 'cost' ? Number(step.figures.costByType[type]) / 1e9 : step.figures.byType[type],
      })).concat(by === 'cost' ? [{ class: 'type-other', amount: Number(step.figures.costOther) / 1e9 }] : []),
      total: amount(step.figures),
      axis: labels[index],
      label: `${name}: ${write(step.figures)}`,
      href: change && (changeView(search.value, { ...change, page: 1 }) || '?'),
      tip: () => <Tip step={step} name={tipName(step, model, answer, name)} by={by} model={model} />,
    };
  });
  const unit = STEP_NAMES[model.unit];
  return (
    <section class="card" aria-labelledby="steps-title">
      <div class="card-head steps-head">
        <h2 id="steps-title">Per {unit}</h2>
        {spread !== undefined && (
          <span class="card-note">
            <span class="dash" aria-hidden="true" />
            {typeof spread === 'bigint' ? formatMoney(spread, moneyFormat.value) : `${formatTokens(spread)} tokens`} a
            day keeps {allowancePeriod(answer)} at{' '}
            {model.limits.filter(({ of }) => of === (by === 'cost' ? 'money' : 'tokens')).map(limitText)}
          </span>
        )}
        <span class="segmented slim steps-by">
          <button
            type="button"
            aria-pressed={by === 'cost'}
            disabled={model.total.cost === null}
            onClick={by === 'cost' ? undefined : switchBy}
          >
            Cost
          </button>
          <button type="button" aria-pressed={by === 'tokens'} onClick={by === 'tokens' ? undefined : switchBy}>
            Tokens
          </button>
        </span>
        <button
          type="button"
          class="button quiet slim"
          aria-expanded={isTable}
          aria-controls="steps-table"
          aria-label="Show as table"
          title="Show as table"
          onClick={() => setTable(!isTable)}
        >
          <Icon name="table" />
        </button>
      </div>
      {used.length < 2 ? (
        <p class="steps-sentence">
          {used[0]
            ? `All of it is from ${stepName(used[0].key, model.unit, dates)}.`
            : 'Nothing to draw: no amount is known.'}
        </p>
      ) : (
        <div class="steps-strip">
          <DayStrip
            bars={bars}
            allowance={typeof spread === 'bigint' ? Number(spread) / 1e9 : spread}
            formatTick={(tick) =>
              by === 'cost'
                ? formatMoney(BigInt(Math.round(tick * 1e9)), { ...moneyFormat.value, precision: 'axis' })
                : formatTokens(tick)
            }
            label={stripLabel(used, unit, answer, model, by, amount)}
          />
        </div>
      )}
      <div id="steps-table" hidden={!isTable}>
        {isTable && <StepsTable answer={answer} model={model} />}
      </div>
    </section>
  );
}

function Tip(properties: {
  readonly step: Step;
  readonly name: string;
  readonly by: 'cost' | 'tokens';
  readonly model: UsageModel;
}) {
  const { step, name, by, model } = properties;
  const { figures } = step;
  const cap = model.limits.find((limit) => limit.of === 'money')?.nano;
  return (
    <>
      <p class="tip-name">{name}</p>
      <dl class="tip-list">
        <div class="tip-total">
          <dt>{by === 'cost' ? 'Cost' : 'Tokens'}</dt>
          <dd>{by === 'cost' ? formatMoney(figures.cost, moneyFormat.value) : formatTokens(figures.tokens)}</dd>
        </div>
        {TOKEN_TYPES.toReversed().map((type) => (
          <div key={type}>
            <dt>
              <span class={`legend-swatch type-${type}`} />
              {TOKEN_TYPE_NAMES[type]}
            </dt>
            <dd>
              {by === 'cost'
                ? formatMoney(figures.cost === null ? null : figures.costByType[type], moneyFormat.value)
                : formatTokens(figures.byType[type])}
            </dd>
          </div>
        ))}
        <div>
          <dt>{by === 'cost' ? 'Tokens' : 'Cost'}</dt>
          <dd>{by === 'cost' ? formatTokens(figures.tokens) : formatMoney(figures.cost, moneyFormat.value)}</dd>
        </div>
        {cap !== undefined && figures.cost !== null && (
          <div>
            <dt>Of the cap</dt>
            <dd>{formatPercent(Number(figures.cost) / Number(cap))}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function StepsTable({ answer, model }: Properties) {
  const dates = { ...dateFormat.peek(), now: answer.setting.now, tz: answer.setting.tz };
  let sum = 0n;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable to scroll
    <section class="table-scroll" tabIndex={0} aria-label={`Usage per ${STEP_NAMES[model.unit]}`}>
      <table class="table">
        <caption class="sr">
          Usage per {STEP_NAMES[model.unit]}, {periodWords(answer.period)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{STEP_NAMES[model.unit].replace(/^./, (letter) => letter.toUpperCase())}</th>
            {TOKEN_TYPES.map((type) => (
              <th key={type} scope="col" class="end">
                {TOKEN_TYPE_NAMES[type]}
              </th>
            ))}
            <th scope="col" class="end">
              Tokens
            </th>
            <th scope="col" class="end">
              Cost
            </th>
            <th scope="col" class="end">
              So far
            </th>
          </tr>
        </thead>
        <tbody>
          {model.steps
            .filter(({ state }) => state !== 'future')
            .map(({ key, figures }) => {
              sum += figures.cost ?? 0n;
              return (
                <tr key={key}>
                  <th scope="row">{stepName(key, model.unit, dates)}</th>
                  {TOKEN_TYPES.map((type) => (
                    <td key={type} class="end ink-2">
                      <TokenText value={figures.byType[type]} />
                    </td>
                  ))}
                  <td class="end">
                    <TokenText value={figures.tokens} />
                  </td>
                  <td class="end strong">
                    <MoneyText nano={figures.cost} />
                  </td>
                  <td class="end ink-2">
                    <MoneyText nano={sum} />
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </section>
  );
}

/** Days carry their zone: a day is a day somewhere. */
function tipName({ key }: Step, model: UsageModel, { setting }: UsageAnswer, name: string): string {
  if (model.unit !== 'day') return name;
  return formatDay(startOfDay(key, setting.tz), { tz: setting.tz, locale: setting.locale });
}

function stripLabel(
  used: readonly Step[],
  unit: string,
  answer: UsageAnswer,
  model: UsageModel,
  by: 'cost' | 'tokens',
  amount: (figures: Figures) => number,
): string {
  const dates = { ...dateFormat.peek(), now: answer.setting.now, tz: answer.setting.tz };
  const sorted = used.toSorted((a, b) => amount(a.figures) - amount(b.figures));
  const name = (step: Step | undefined) => (step ? stepName(step.key, model.unit, dates) : '');
  const what = by === 'cost' ? 'Spend' : 'Tokens';
  return `${what} per ${unit}, ${periodWords(answer.period)}. Highest: ${name(sorted.at(-1))}, lowest: ${name(sorted[0])}.`;
}

function allowancePeriod({ period }: UsageAnswer): string {
  return period.kind === 'month' || period.kind === 'week' ? `the ${period.kind}` : 'the period';
}
