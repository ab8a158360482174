/** The open call: beside the timeline where there is room, over the page where there is not. Escape closes it. */
import type { WireCallDetail, WireSessionDetail } from '@tokenmeter/core';
import { formatClock, formatDate, modelName } from '@tokenmeter/core/format';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorCard, Skeleton } from '../../components/states.tsx';
import { useShortcut } from '../../shortcuts.ts';
import { dateFormat, zone } from '../../stores/house.ts';
import { callDetail, loadCall } from '../../stores/session.ts';
import { CallFacts } from './call-facts.tsx';
import '../../styles/call.css';

interface Properties {
  readonly callId: string;
  readonly detail: WireSessionDetail;
  readonly isDrawer: boolean;
  readonly onClose: () => void;
}

export function CallPane({ callId, detail, isDrawer, onClose }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const held = callDetail.state.value;
  const call = held.data?.id === callId ? held.data : undefined;
  const failure = held.failedKey === callId ? held.failure : undefined;
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const drawer = dialog.current;
    if (!isDrawer || !drawer) return;
    if (!drawer.open) drawer.showModal();
    // A press on what lies behind it.
    const press = (event: MouseEvent) => {
      if (event.target === drawer) close.current();
    };
    drawer.addEventListener('click', press);
    return () => drawer.removeEventListener('click', press);
  }, [isDrawer]);
  useShortcut({
    keys: ['Escape'],
    label: isDrawer ? undefined : 'Close the call',
    group: 'Page',
    run: () => {
      onClose();
      return true;
    },
  });
  const body = (
    <>
      <div class="call-head">
        <button type="button" class="button quiet slim call-back" onClick={onClose}>
          <Icon name="previous" />
          Back
        </button>
        <h2 class="clip" id="call-title">
          {call ? modelName(call.model) : 'Call'}
        </h2>
        {call && <span class="call-when ink-3 nowrap">{when(call)}</span>}
        <button type="button" class="button quiet square call-close" aria-label="Close the call" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {call ? (
        <CallFacts call={call} detail={detail} />
      ) : failure?.status === 404 ? (
        <EmptyState
          title="There’s no such call."
          text="It may have been joined with another sighting of the same call."
        />
      ) : failure ? (
        <ErrorCard failure={failure} onRetry={() => void loadCall(callId, true)} />
      ) : (
        <div class="session-wait">
          <Skeleton height="20px" />
          <Skeleton height="120px" />
          <Skeleton height="60px" />
        </div>
      )}
    </>
  );
  if (!isDrawer)
    return (
      <section class="card session-aside call-pane" aria-labelledby="call-title">
        {body}
      </section>
    );
  return (
    <dialog ref={dialog} class="call-drawer" aria-labelledby="call-title" onClose={onClose}>
      {body}
    </dialog>
  );
}

function when({ at }: WireCallDetail): string {
  const ms = Date.parse(at);
  return `${formatDate(ms, dateFormat.peek())}, ${formatClock(ms, zone.value)}`;
}
