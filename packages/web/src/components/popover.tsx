/** A small panel under a button: opens on press, closes on Escape, on a press elsewhere and when focus leaves it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useShortcut } from '../shortcuts.ts';
import './popover.css';

interface Properties {
  readonly class?: string;
  /** What the button shows. */
  readonly button: ComponentChildren;
  /** Name of the button where what it shows is no text. */
  readonly buttonLabel?: string;
  readonly buttonClass?: string;
  /** Name of the panel. */
  readonly label: string;
  readonly side?: 'start' | 'end';
  /** Single key that opens it. */
  readonly shortcut?: { readonly letter: string; readonly label: string };
  readonly children: (close: () => void) => ComponentChildren;
  readonly onOpen?: () => void;
}

export function Popover(properties: Properties) {
  const [isOpen, setOpen] = useState(false);
  const wrapper = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const open = () => {
    properties.onOpen?.();
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const first = panel.current?.querySelector<HTMLElement>('input, button, a, select');
    (first ?? panel.current)?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !wrapper.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [isOpen]);
  return (
    <span class={`popover-anchor ${properties.class ?? ''}`} ref={wrapper}>
      {properties.shortcut && <OpenKey {...properties.shortcut} open={open} />}
      {isOpen && <CloseKey close={close} />}
      <button
        ref={button}
        type="button"
        class={properties.buttonClass ?? 'button'}
        aria-label={properties.buttonLabel}
        title={properties.buttonLabel}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => (isOpen ? close() : open())}
      >
        {properties.button}
      </button>
      {isOpen && (
        <div
          ref={panel}
          id={id}
          class={`popover ${properties.side === 'start' ? 'from-start' : 'from-end'}`}
          role="dialog"
          aria-label={properties.label}
          tabIndex={-1}
        >
          {properties.children(close)}
        </div>
      )}
    </span>
  );
}

function OpenKey({
  letter,
  label,
  open,
}: {
  readonly letter: string;
  readonly label: string;
  readonly open: () => void;
}) {
  useShortcut({
    keys: [letter],
    label,
    group: 'Page',
    run: () => {
      open();
      return true;
    },
  });
  return null;
}

function CloseKey({ close }: { readonly close: () => void }) {
  useShortcut({
    keys: ['Escape'],
    label: undefined,
    group: 'Everywhere',
    run: () => {
      close();
      return true;
    },
  });
  return null;
}
