/** The head of a session: what it was, how full its context got, what it cost and whose share that is, its tokens. */
import type { WireSession, WireSessionDetail } from '@tokenmeter/core';
import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatPlural,
  modelNames,
  pullRequestName,
  totalsMark,
} from '@tokenmeter/core/format';
import { ContextMeter } from '../../components/context-meter.tsx';
import { exactMoney, MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { TokenMeter } from '../../components/token-meter.tsx';
import { readFigures, sumFigures } from '../../figures.ts';
import { dateFormat, moneyFormat, settings } from '../../stores/house.ts';
import { coveringPlan } from '../../stores/plan.ts';
import '../../styles/meters.css';
import { durationMs, projectTitle } from '../sessions/list.ts';
import { type CostSplit, splitCost } from './threads.ts';

export function SessionMeta({ session }: { readonly session: WireSession }) {
  const models = [...modelNames(session.models).values()].join(', ');
  const started = Date.parse(session.started_at);
  return (
    <p class="session-meta">
      <span>{session.agent_name}</span>
      <span class="mono" title={session.project}>
        {projectTitle(session)}
      </span>
      {session.branch && <span class="mono">{session.branch}</span>}
      {models && <span>{models}</span>}
      <span title={session.started_at}>{formatDateTime(started, dateFormat.peek())}</span>
      <span>{formatDuration(durationMs(session))}</span>
      {session.pull_requests.map((url) => (
        <a key={url} class="link" href={url} target="_blank" rel="noreferrer" title="Pull request that its log tells">
          {pullRequestName(url)}
        </a>
      ))}
      {session.parent_session_id && (
        <a class="link" href={`/sessions/${encodeURIComponent(session.parent_session_id)}`}>
          Sub-agent of another session
        </a>
      )}
    </p>
  );
}

export function SessionSummary({ detail }: { readonly detail: WireSessionDetail }) {
  const { session, threads, children } = detail;
  const figures = readFigures(session.totals);
  const split = splitCost(threads, figures.cost, moneyFormat.value);
  const locale = settings.state.value.data?.display.locale;
  const plan = coveringPlan(session.agent);
  const main = threads.find(({ parent_thread_id }) => parent_thread_id === null);
  const below = sumFigures(children.map(({ totals }) => readFigures(totals)));
  return (
    <section class="card session-summary" aria-label="Totals of the session">
      <ContextMeter
        label="Context peak"
        used={session.context_peak}
        window={session.context_window}
        now={main?.context_used ?? undefined}
      />
      <div class="cost-meter">
        <div class="meter-head">
          <span class="ink-3">{plan === undefined ? 'Cost' : 'List price'}</span>
          <span class="strong">
            <MoneyText nano={figures.cost} />
          </span>
          <PriceBadge nano={figures.cost} unpricedTokens={figures.unpricedTokens} short />
          {plan !== undefined && (
            <span class="meter-of">
              billed {formatMoney(0n, moneyFormat.value)}, covered by {plan}
            </span>
          )}
        </div>
        <CostBar cost={figures.cost} split={split} />
        <div class="meter-note">
          {split ? <SplitWords split={split} /> : 'All of it by the main agent.'}
          {children.length > 0 && (
            <span class="meter-beside">
              Beside it <MoneyText nano={below.cost} /> in {formatPlural(children.length, 'sub-agent session')}.
            </span>
          )}
        </div>
      </div>
      <div class="session-tokens">
        <TokenMeter
          tokens={figures.byType}
          total={figures.tokens}
          mark={totalsMark(figures.inexactTokens, figures.tokens)}
        />
        <p class="meter-note">
          {[
            formatPlural(figures.calls, 'call', 'calls', locale),
            formatPlural(figures.toolCalls, 'tool call', 'tool calls', locale),
            formatPlural(session.prompts, 'prompt', 'prompts', locale),
            ...(session.compactions > 0 ? [formatPlural(session.compactions, 'compaction')] : []),
            ...(threads.length > 1 ? [formatPlural(threads.length - 1, 'sub-agent')] : []),
          ].join(' · ')}
        </p>
      </div>
      {figures.inexactTokens > 0 && (
        <p class="meter-note session-inexact">
          {formatCount(figures.inexactTokens, locale)} of these tokens are not exact: their calls are marked with ~.
        </p>
      )}
    </section>
  );
}

function SplitWords({ split }: { readonly split: CostSplit }) {
  return (
    <>
      <span class="nowrap">
        <span class="swatch swatch-own" aria-hidden="true" /> Main agent{' '}
        <b class="medium" title={exactMoney(split.own)}>
          {split.ownText}
        </b>
      </span>{' '}
      <span class="nowrap">
        <span class="swatch swatch-sub" aria-hidden="true" /> Sub-agents{' '}
        <b class="medium" title={exactMoney(split.sub)}>
          {split.subText}
        </b>
      </span>
    </>
  );
}

function CostBar({ cost, split }: { readonly cost: bigint | null; readonly split: CostSplit | undefined }) {
  if (cost === null || cost === 0n) return <div class="meter meter-unknown" aria-hidden="true" />;
  const width = (part: bigint | null) => `${Number(((part ?? 0n) * 10_000n) / cost) / 100}%`;
  return (
    <div class="meter cost-bar" aria-hidden="true">
      <b class="cost-own" style={{ width: split ? width(split.own) : '100%' }} />
      {split && <b class="cost-sub" style={{ width: width(split.sub) }} />}
    </div>
  );
}
