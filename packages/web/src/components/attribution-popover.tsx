/**
 * What consumed a run's tokens, over what it hangs on: opens when pointed at or focused, stays while one is in it, and a
 * press pins it until Escape or a press elsewhere. On a small screen it is a sheet at the bottom.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useShortcut } from '../shortcuts.ts';
import { loadRunAttribution, runAttribution } from '../stores/attribution.ts';
import { AttributionChart } from './attribution-chart.tsx';
import { Icon } from './icon.tsx';
import './attribution-popover.css';

/** Passing over it with the pointer is no question. */
const HOVER_MS = 150;
/** On the way from the meter to the panel. */
const LEAVE_MS = 200;
/** A live run's figures are asked for again this often while somebody looks. */
const REFRESH_MS = 2_000;

type Openness = 'closed' | 'pointed' | 'pinned';

interface Properties {
  /** Where its figures are asked for; null until that is known. */
  readonly path: string | null;
  readonly title: string;
  /** What it hangs on. */
  readonly children: ComponentChildren;
}

export function AttributionPopover({ path, title, children }: Properties) {
  const [openness, setOpenness] = useState<Openness>('closed');
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const id = useId();
  const isOpen = openness !== 'closed';
  const later = (ms: number, run: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  };
  const point = () => setOpenness((now) => (now === 'closed' ? 'pointed' : now));
  const unpoint = () => {
    if (frame.current?.contains(document.activeElement)) return;
    setOpenness((now) => (now === 'pointed' ? 'closed' : now));
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpenness('closed');
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [isOpen]);
  const close = () => {
    setOpenness('closed');
    if (frame.current?.contains(document.activeElement)) button.current?.focus({ preventScroll: true });
    // Focus coming back is no wish to open it again.
    later(0, () => setOpenness('closed'));
  };
  return (
    <div
      ref={frame}
      class="attribution-anchor"
      onPointerEnter={(event) => event.pointerType === 'mouse' && later(HOVER_MS, point)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && later(LEAVE_MS, unpoint)}
    >
      {children}
      <button
        ref={button}
        type="button"
        class="attribution-open"
        aria-label={`What consumed the tokens of ${title}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onFocus={(event) => event.currentTarget.matches(':focus-visible') && point()}
        onClick={() => setOpenness((now) => (now === 'pinned' ? 'closed' : 'pinned'))}
      />
      {isOpen && <CloseKey close={close} />}
      {isOpen && (
        <div id={id} class="popover attribution-popover" role="dialog" aria-labelledby={`${id}-title`}>
          <Chart path={path} headingId={`${id}-title`} title={title} />
          <button type="button" class="button quiet square attribution-close" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

interface ChartProperties {
  readonly path: string | null;
  readonly headingId: string;
  readonly title: string;
}

function Chart({ path, headingId, title }: ChartProperties) {
  useEffect(() => {
    if (path === null) return;
    void loadRunAttribution(path);
    const timer = setInterval(() => void loadRunAttribution(path), REFRESH_MS);
    return () => clearInterval(timer);
  }, [path]);
  const { data, key, failure } = runAttribution.state.value;
  if (data && key === path) return <AttributionChart answer={data} first="context" headingId={headingId} />;
  const text = path === null ? 'No usage yet.' : failure ? `This didn’t load. ${failure.message}` : 'Loading';
  return (
    <>
      <h2 id={headingId} class="sr">
        What consumed the tokens of {title}
      </h2>
      <p class="ink-3">{text}</p>
    </>
  );
}

/** `i` pins the panel of the run that has the focus; the focus goes to it, so that Tab leads in and Escape back. */
export function useAttributionKey(): void {
  useShortcut({
    keys: ['i'],
    label: 'What consumed the focused run’s tokens',
    group: 'Page',
    run: () => {
      const button = document.activeElement?.closest('[data-run]')?.querySelector<HTMLElement>('.attribution-open');
      button?.focus({ preventScroll: true });
      button?.click();
      return button !== undefined && button !== null;
    },
  });
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
