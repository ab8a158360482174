/** Stops a run in two steps: the first press asks, the second (or Enter) sends. What became of it shows in its place. */
import type { WireLiveRun } from '@tokenmeter/core';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import { useShortcut } from '../../shortcuts.ts';
import { asked, confirmInterrupt, dropInterrupt, sendInterrupt } from '../../stores/interrupts.ts';
import { isUnknown, runNow, runTitle } from '../../stores/runs.ts';
import { BOUNCE_MS, CONFIRM_MS, type InterruptFace, interruptFace, stopWords } from './interrupt-face.ts';
import './interrupt-button.css';

const LABELS: Readonly<Record<Exclude<InterruptFace, 'absent'>, string>> = {
  offline: 'Interrupt',
  idle: 'Interrupt',
  confirm: 'Stop run? Enter',
  sending: 'Stopping',
  stuck: 'Force stop',
  forcing: 'Stopping',
};

export function useInterruptFace(run: WireLiveRun): InterruptFace {
  const now = { steady: performance.now(), utc: runNow.value, isOffline: isUnknown.value };
  return interruptFace(run, asked.value.get(run.run_id), now);
}

export function InterruptButton({ run }: { readonly run: WireLiveRun }) {
  const face = useInterruptFace(run);
  if (face === 'absent') return null;
  return <Button run={run} face={face} />;
}

function Button({ run, face }: { readonly run: WireLiveRun; readonly face: Exclude<InterruptFace, 'absent'> }) {
  const button = useRef<HTMLButtonElement>(null);
  const id = run.run_id;
  const isIdle = face === 'idle';
  const isDead = face === 'sending' || face === 'forcing' || face === 'offline';
  const press = () => {
    const held = asked.peek().get(id);
    if (face === 'confirm' && held?.step === 'confirm') {
      // The same press heard twice is no second one.
      if (performance.now() - held.at >= BOUNCE_MS) void sendInterrupt(id, false);
    } else if (face === 'stuck') void sendInterrupt(id, true);
    else if (isIdle) confirmInterrupt(id);
  };
  useEffect(() => {
    if (face !== 'confirm') return;
    // Whoever came by keyboard may take their time: the question stays while it has the focus.
    const look = () => {
      if (button.current?.matches(':focus-visible')) timer = setTimeout(look, BOUNCE_MS);
      else dropInterrupt(id);
    };
    let timer = setTimeout(look, CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [face, id]);
  const title = runTitle(run);
  const name = {
    offline: `Interrupt ${title}. Offline`,
    idle: `Interrupt ${title}`,
    confirm: `${LABELS.confirm}. ${stopWords(run)}. ${title}`,
    sending: `Stopping ${title}`,
    stuck: `Still running. Force stop ${title}`,
    forcing: `Stopping ${title}`,
  }[face];
  return (
    <>
      {face === 'confirm' && <TakeBack id={id} />}
      <button
        ref={button}
        type="button"
        class={`button interrupt is-${face}`}
        aria-label={name}
        aria-disabled={isDead}
        title={
          face === 'offline'
            ? 'Offline. Use the terminal where it runs.'
            : face === 'confirm'
              ? stopWords(run)
              : undefined
        }
        onClick={press}
        // A key held down is one press.
        onKeyDown={(event) => event.repeat && event.preventDefault()}
      >
        {(isIdle || face === 'offline') && <Icon name="stop" />}
        <span class="interrupt-label">{LABELS[face]}</span>
      </button>
    </>
  );
}

function TakeBack({ id }: { readonly id: string }) {
  useShortcut({
    keys: ['Escape'],
    label: undefined,
    group: 'Everywhere',
    run: () => {
      dropInterrupt(id);
      return true;
    },
  });
  return null;
}
