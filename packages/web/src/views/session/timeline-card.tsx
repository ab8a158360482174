/** The calls of a session, or of one thread of it, and what the list says while it is empty, loading or cut short. */
import type { WireSessionDetail } from '@tokenmeter/core';
import { formatPlural } from '@tokenmeter/core/format';
import { useMemo } from 'preact/hooks';
import { EmptyState } from '../../components/states.tsx';
import type { SessionCalls } from '../../stores/session.ts';
import { CallTimeline } from './call-timeline.tsx';
import { threadName } from './threads.ts';
import { timelineItems } from './timeline.ts';

interface Properties {
  readonly calls: SessionCalls | undefined;
  readonly detail: WireSessionDetail;
  readonly threadId: string | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (callId: string) => void;
  readonly onRetry: () => void;
}

export function TimelineCard({ calls, detail, threadId, selected, onSelect, onRetry }: Properties) {
  const all = calls?.calls;
  const items = useMemo(() => timelineItems(all ?? [], detail.marks, threadId), [all, detail.marks, threadId]);
  const names = useMemo(
    () =>
      new Map(
        detail.threads.length > 1 && threadId === undefined
          ? detail.threads.map((thread) => [
              thread.thread_id,
              thread.parent_thread_id === null ? '' : threadName(thread),
            ])
          : [],
      ),
    [detail.threads, threadId],
  );
  const thread = detail.threads.find(({ thread_id }) => thread_id === threadId);
  const shown = items.reduce((sum, { kind }) => sum + (kind === 'call' ? 1 : 0), 0);
  const isLoading = calls === undefined || (!calls.isComplete && calls.failure === undefined);
  return (
    <section class="card timeline-card" aria-labelledby="timeline-title">
      <div class="card-head timeline-head">
        <h2 id="timeline-title">Calls</h2>
        {thread && <span class="badge">{threadName(thread)}</span>}
        <span class="card-note">
          {isLoading && shown < detail.session.totals.calls
            ? `${formatPlural(shown, 'call')} of ${detail.session.totals.calls}`
            : formatPlural(shown, 'call')}
        </span>
      </div>
      {shown > 0 && (
        <div class="timeline-names" aria-hidden="true">
          <span>Time</span>
          <span>Model and tools</span>
          <span />
          <span>In</span>
          <span>Out</span>
          <span>Cost</span>
        </div>
      )}
      {shown === 0 && !isLoading && !calls?.failure ? (
        <EmptyState
          title="No calls here"
          text={threadId === undefined ? 'The ledger keeps the totals of this session only.' : 'This agent made none.'}
        />
      ) : (
        <CallTimeline
          items={items}
          selected={selected}
          threadNames={names}
          // What fills a column: the largest window there is, so that columns of one thread compare.
          scale={detail.session.context_window ?? undefined}
          onSelect={onSelect}
        />
      )}
      {calls?.failure && (
        <p class="timeline-failure" role="alert">
          <b class="strong">Not all calls loaded.</b> {calls.failure.message}{' '}
          <button type="button" class="link" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </section>
  );
}
