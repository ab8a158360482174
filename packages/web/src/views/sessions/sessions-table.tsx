/** The table of sessions: one row each, opened by a press anywhere on it. */
import { parseNanoDecimal, type WireSession } from '@tokenmeter/core';
import {
  formatContextPercent,
  formatCount,
  formatDateTime,
  formatDuration,
  modelNames,
  totalsMark,
} from '@tokenmeter/core/format';
import { useRef } from 'preact/hooks';
import { exactMoney, MoneyText, PriceBadge } from '../../components/money-text.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { SortHeader } from '../../components/sort-header.tsx';
import { TokenText } from '../../components/token-text.tsx';
import { navigate, navigateSearch, search } from '../../router.ts';
import { dateFormat, settings } from '../../stores/house.ts';
import { coveringPlan } from '../../stores/plan.ts';
import { askedOrder, clickedOrder, orderToSort } from '../../table/sort.ts';
import { changeView, readView } from '../../url-state.ts';
import { ContextShare } from './context-share.tsx';
import { countSubAgents, durationMs, NEWEST_FIRST, projectTitle, SESSION_COLUMNS, sessionTitle } from './list.ts';
import { putPage } from './paging.ts';
import { selection, toggleSession } from './selection.ts';

export function SessionsTable({ sessions }: { readonly sessions: readonly WireSession[] }) {
  const frame = useRef<HTMLTableSectionElement>(null);
  const onKeyDown = useRowKeys(frame, 'a.session-link');
  const order = askedOrder(SESSION_COLUMNS, readView(search.value).sort, NEWEST_FIRST);
  const onSort = (id: string) => {
    const column = SESSION_COLUMNS.find((known) => known.id === id);
    if (!column) return;
    const sort = orderToSort(SESSION_COLUMNS, clickedOrder(column, order), NEWEST_FIRST);
    // Another order has other pages.
    const first = putPage(search.peek(), { number: 1, after: undefined });
    navigateSearch(changeView(first, { sort }), { replace: true });
  };
  const head = { order, onSort, isEnd: true };
  return (
    <section class={`card sessions-card${selection.value.size > 0 ? ' has-selection' : ''}`} aria-label="Sessions">
      <table class="table sessions-table">
        <caption class="sr">Sessions</caption>
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col" class="broad-only">
              Repo
            </th>
            <SortHeader column="started" {...head} isEnd={false}>
              Started
            </SortHeader>
            <SortHeader column="duration" {...head} class="roomy-only">
              Duration
            </SortHeader>
            <SortHeader column="calls" {...head} class="wide-only">
              Calls
            </SortHeader>
            <th scope="col" class="end roomy-only">
              Tool calls
            </th>
            <th scope="col" class="end roomy-only">
              Sub-agents
            </th>
            <th scope="col" class="end broad-only">
              Context peak
            </th>
            <SortHeader column="tokens" {...head} class="wide-only">
              Tokens
            </SortHeader>
            <SortHeader column="cost" {...head}>
              Cost
            </SortHeader>
          </tr>
        </thead>
        <tbody ref={frame} onKeyDown={onKeyDown}>
          {sessions.map((session) => (
            <SessionRow key={`${session.agent} ${session.session_id}`} session={session} page={sessions} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SessionRow({ session, page }: { readonly session: WireSession; readonly page: readonly WireSession[] }) {
  const { totals } = session;
  const locale = settings.state.value.data?.display.locale;
  const dates = dateFormat.peek();
  const title = sessionTitle(session, dates);
  const href = `/sessions/${encodeURIComponent(session.session_id)}`;
  const models = [...modelNames(session.models).values()].join(', ');
  const started = Date.parse(session.started_at);
  const cost = totals.cost_usd === null ? null : (parseNanoDecimal(totals.cost_usd) ?? null);
  const plan = coveringPlan(session.agent);
  const subAgents = countSubAgents(session);
  const isChosen = selection.value.has(session.session_id);
  const go = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a, button, label')) return;
    if (!getSelection()?.toString()) navigate(href);
  };
  return (
    // The anchor in the row is what the keyboard uses.
    <tr class={isChosen ? 'is-link is-chosen' : 'is-link'} onClick={go}>
      <th scope="row" class="session-name">
        <label class="session-choice">
          <input
            type="checkbox"
            aria-label={`Select ${title}`}
            checked={isChosen}
            onClick={(event) => toggleSession(session, page, event.shiftKey)}
          />
        </label>
        <a class="clip clip-two session-link" href={href} title={title}>
          {title}
        </a>
        <span class="session-detail clip">
          {session.agent_name}
          {models && <span class="wide-only"> · {models}</span>}
        </span>
      </th>
      <td class="broad-only session-repo">
        <span class="clip block" title={session.project}>
          {projectTitle(session)}
        </span>
        {session.branch && (
          <span class="session-detail clip mono" title={session.branch}>
            {session.branch}
          </span>
        )}
      </td>
      <td class="nowrap ink-2" title={session.started_at}>
        {formatDateTime(started, dates)}
      </td>
      <td class="end roomy-only ink-2 nowrap">{formatDuration(durationMs(session))}</td>
      <td class="end wide-only ink-2">{formatCount(totals.calls, locale)}</td>
      <td class="end roomy-only ink-2">{formatCount(totals.tool_calls, locale)}</td>
      <td class="end roomy-only ink-2">{subAgents === 0 ? <span class="ink-3">0</span> : subAgents}</td>
      <td class="end broad-only">
        <ContextShare used={session.context_peak} window={session.context_window}>
          {formatContextPercent(session.context_peak, session.context_window)}
        </ContextShare>
      </td>
      <td class="end wide-only ink-2">
        <TokenText value={totals.tokens} mark={totalsMark(totals.inexact_tokens, totals.tokens)} />
      </td>
      <td class="end strong nowrap">
        {plan === undefined ? (
          <>
            <PriceBadge nano={cost} unpricedTokens={totals.unpriced_tokens} short /> <MoneyText nano={cost} />
          </>
        ) : (
          <span title={`Covered by ${plan}. ${exactMoney(cost)} at list price`}>
            <MoneyText nano={0n} />
          </span>
        )}
      </td>
    </tr>
  );
}
