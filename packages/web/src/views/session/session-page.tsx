/** One session: who spent what in it, call by call. */
import { useEffect } from 'preact/hooks';
import { AttributionCard } from '../../components/attribution-card.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorCard } from '../../components/states.tsx';
import { useMedia } from '../../components/use-media.ts';
import { usePhase } from '../../components/use-phase.ts';
import { navigate, search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { loadSessionAttribution, sessionAttribution } from '../../stores/attribution.ts';
import { dateFormat } from '../../stores/house.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { callDetail, loadCall, loadCalls, loadSession, sessionCalls, sessionDetail } from '../../stores/session.ts';
import { InterruptButton } from '../live/interrupt-button.tsx';
import { sessionTitle } from '../sessions/list.ts';
import { CallPane } from './call-pane.tsx';
import { ContextCard } from './context-card.tsx';
import { DearestCalls } from './dearest-calls.tsx';
import { CopySession } from './session-copy.tsx';
import { SessionLive, useLiveRow } from './session-live.tsx';
import { readThread, type SessionPlace, sessionHref } from './session-path.ts';
import { SessionSkeleton } from './session-skeleton.tsx';
import { SessionMeta, SessionSummary } from './session-summary.tsx';
import { ThreadPane } from './thread-pane.tsx';
import { TimelineCard } from './timeline-card.tsx';
import '../../styles/session.css';

/** From this width on the open call stands beside the timeline; below, it lies over the page. */
const WIDE = '(min-width: 1101px)';

export default function SessionPage({ place }: { readonly place: SessionPlace }) {
  const { sessionId, callId } = place;
  const held = sessionDetail.state.value;
  const detail = held.data?.session.session_id === sessionId ? held.data : undefined;
  // Another session's figures are none of this one's.
  const phase = usePhase({ ...held, data: detail, key: detail && held.key });
  const row = useLiveRow(sessionId);
  const threadId = readThread(place, search.value);
  const isWide = useMedia(WIDE);
  const calls = sessionCalls.value?.sessionId === sessionId ? sessionCalls.value : undefined;
  useEffect(() => {
    void loadSession(sessionId, false);
    void loadCalls(sessionId, 'all');
    void loadSessionAttribution(sessionId, false);
  }, [sessionId]);
  useEffect(() => {
    if (callId !== undefined) void loadCall(callId, false);
  }, [callId]);
  const { key: answered, data: call } = callDetail.state.value;
  useEffect(() => {
    // Who saw it at work names it otherwise: from here on it goes by its own id.
    if (call && answered === callId && call.id !== callId)
      navigate(sessionHref(call.session_id, { callId: call.id }), { replace: true, stay: true });
  }, [answered, call, callId]);
  useEffect(
    () =>
      onLedgerChange((moved) => {
        if (moved && !moved.has(sessionId)) return;
        void loadSession(sessionId, true);
        void loadSessionAttribution(sessionId, true);
        // Without names anything may have changed, earlier calls too.
        void loadCalls(sessionId, moved ? 'latest' : 'all');
        if (callId !== undefined) void loadCall(callId, true);
      }),
    [sessionId, callId],
  );
  const reload = () => {
    void loadSession(sessionId, true);
    void loadCalls(sessionId, 'all');
  };
  useShortcut({
    keys: ['r'],
    label: 'Refresh',
    group: 'Everywhere',
    run: () => {
      reload();
      return true;
    },
  });
  const openCall = (id: string) => {
    // The first one is a step for Back; looking through others is not.
    navigate(sessionHref(sessionId, { callId: id, threadId }), { replace: callId !== undefined, stay: true });
  };
  const closeCall = () => {
    if (callId === undefined) return;
    navigate(sessionHref(sessionId, { threadId }), { replace: true, stay: true });
    requestAnimationFrame(() => document.getElementById(`call-${callId}`)?.focus({ preventScroll: true }));
  };
  const title = detail ? sessionTitle(detail.session, dateFormat.peek()) : 'Session';
  const isMissing = held.failure?.status === 404 && held.failedKey === sessionId;
  return (
    <div class="session-page">
      <nav class="breadcrumb" aria-label="Breadcrumb">
        <a class="link" href="/sessions">
          Sessions
        </a>
        <span aria-hidden="true">/</span>
        <span class="clip" aria-current="page">
          {title}
        </span>
      </nav>
      <PageHeader
        title={title}
        tabTitle={`${title} · Sessions`}
        dataAt={detail && held.at}
        actions={
          detail && (
            <>
              {row && <InterruptButton run={row.run} />}
              <CopySession detail={detail} />
            </>
          )
        }
      >
        {detail && <SessionMeta session={detail.session} />}
      </PageHeader>
      {isMissing ? (
        <section class="card">
          <EmptyState
            title="There’s no such session."
            text={
              <>
                Nothing in the ledger has the id <span class="mono">{sessionId}</span>. It may have been forgotten.
              </>
            }
            action={
              <a class="button" href="/sessions">
                All sessions
              </a>
            }
          />
        </section>
      ) : detail ? (
        <div class="stack">
          {row && <SessionLive row={row} />}
          <SessionSummary detail={detail} />
          <AttributionCard
            held={attributionOf(sessionId)}
            first="tokens"
            onRetry={() => void loadSessionAttribution(sessionId, true)}
          />
          <div class="session-panes">
            <ThreadPane
              detail={detail}
              selected={threadId}
              onSelect={(id) => navigate(sessionHref(sessionId, { threadId: id }), { replace: true, stay: true })}
            />
            <div class="session-middle">
              <ContextCard
                calls={calls?.calls ?? []}
                detail={detail}
                threadId={threadId}
                selected={callId}
                onSelect={openCall}
              />
              <TimelineCard
                calls={calls}
                detail={detail}
                threadId={threadId}
                selected={callId}
                onSelect={openCall}
                onRetry={reload}
              />
            </div>
            {callId !== undefined ? (
              <CallPane
                key={isWide ? 'pane' : 'drawer'}
                callId={callId}
                detail={detail}
                isDrawer={!isWide}
                onClose={closeCall}
              />
            ) : (
              isWide && <DearestCalls calls={calls} threadId={threadId} onSelect={openCall} />
            )}
          </div>
        </div>
      ) : phase === 'failed' && held.failure ? (
        <ErrorCard failure={held.failure} onRetry={reload} />
      ) : (
        phase === 'skeleton' && <SessionSkeleton />
      )}
    </div>
  );
}

/** Another session's is none of this one's. */
function attributionOf(sessionId: string): (typeof sessionAttribution)['state']['value'] {
  const held = sessionAttribution.state.value;
  return held.key === sessionId ? held : { ...held, data: undefined, key: undefined };
}
