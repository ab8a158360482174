/** Which span of time a page shows: the four chips, the step to the one before and after, and a range of one's own. */
import { dayKey } from '@tokenmeter/core';
import { useState } from 'preact/hooks';
import type { Period } from '../period.ts';
import { navigateSearch, search } from '../router.ts';
import { useShortcut } from '../shortcuts.ts';
import { zone } from '../stores/house.ts';
import { changeView, PERIOD_WINDOWS, type PeriodWindow, readView, type ViewChange } from '../url-state.ts';
import { Icon } from './icon.tsx';
import { Popover } from './popover.tsx';
import './period-controls.css';

const NAMES: Readonly<Record<PeriodWindow, string>> = { day: 'Day', week: 'Week', month: 'Month', all: 'All' };
const FRESH: ViewChange = { at: undefined, from: undefined, to: undefined, tz: undefined };

export function PeriodControls({ period }: { readonly period: Period }) {
  const go = (change: ViewChange | undefined) => {
    if (!change) return false;
    navigateSearch(changeView(search.peek(), { page: 1, ...change }));
    return true;
  };
  useShortcut({ keys: ['['], label: 'Previous period', group: 'Period', run: () => go(period.previous) });
  useShortcut({ keys: [']'], label: 'Next period', group: 'Period', run: () => go(period.next) });
  useShortcut({ keys: ['t'], label: 'Current period', group: 'Period', run: () => go(FRESH) });
  return (
    <>
      <WindowChips />
      <span class="stepper">
        {period.kind !== 'all' && <Step direction="previous" change={period.previous} kind={period.kind} />}
        <Popover label="Choose a period" side="start" buttonClass="button quiet stepper-name" button={period.label}>
          {(close) => <RangeForm period={period} close={close} />}
        </Popover>
        {period.kind !== 'all' && <Step direction="next" change={period.next} kind={period.kind} />}
      </span>
    </>
  );
}

function WindowChips() {
  const view = readView(search.value);
  const hasRange = view.from !== undefined && view.to !== undefined;
  return (
    <nav class="segmented" aria-label="Period">
      {PERIOD_WINDOWS.map((window) => (
        <WindowChip key={window} window={window} isChosen={!hasRange && view.window === window} />
      ))}
    </nav>
  );
}

function WindowChip({ window, isChosen }: { readonly window: PeriodWindow; readonly isChosen: boolean }) {
  const next = changeView(search.value, { window, ...FRESH, page: 1 });
  useShortcut({
    keys: [window[0] ?? ''],
    label: NAMES[window],
    group: 'Period',
    run: () => {
      navigateSearch(next);
      return true;
    },
  });
  return (
    <a href={next || '?'} aria-current={isChosen ? 'true' : undefined}>
      {NAMES[window]}
    </a>
  );
}

function Step(properties: {
  readonly direction: 'previous' | 'next';
  readonly change: ViewChange | undefined;
  readonly kind: Period['kind'];
}) {
  const { direction, change, kind } = properties;
  const label = `${direction === 'previous' ? 'Previous' : 'Next'} ${kind === 'range' ? 'period' : kind}`;
  return (
    <button
      type="button"
      class="button quiet square"
      aria-label={label}
      title={label}
      disabled={change === undefined}
      onClick={() => change && navigateSearch(changeView(search.peek(), { page: 1, ...change }))}
    >
      <Icon name={direction} />
    </button>
  );
}

function RangeForm({ period, close }: { readonly period: Period; readonly close: () => void }) {
  const today = dayKey(Date.now(), zone.peek());
  const [from, setFrom] = useState(period.since === undefined ? today : dayKey(period.since, zone.peek()));
  const [to, setTo] = useState(() => {
    const last = period.until === undefined ? today : dayKey(period.until - 1, zone.peek());
    return last > today ? today : last;
  });
  return (
    <form
      class="range-form"
      onSubmit={(event) => {
        event.preventDefault();
        close();
        if (from !== '' && to !== '') navigateSearch(changeView(search.peek(), { at: undefined, from, to, page: 1 }));
      }}
    >
      <label>
        From
        <input
          class="field"
          type="date"
          max={today}
          value={from}
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input class="field" type="date" max={today} value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        Show
      </button>
    </form>
  );
}
