/** The runs in one card. Their order stands still while a pointer or the focus is among them; pills say what waits. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAttributionKey } from '../../components/attribution-popover.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { path, search } from '../../router.ts';
import { useShortcut } from '../../shortcuts.ts';
import { asked, confirmInterrupt } from '../../stores/interrupts.ts';
import { board, isListHeld, runNow } from '../../stores/runs.ts';
import { readView } from '../../url-state.ts';
import { expandFirst, toggleExpanded } from './expanded.ts';
import { passes } from './filter.ts';
import { arrange, orderRuns, readRunSort } from './order.ts';
import { RunCard } from './run-card.tsx';
import { isEnded } from './run-words.ts';

/** The run that the address names, if any. */
export function runInPath(): string | undefined {
  const match = /^\/live\/([^/]+)$/.exec(path.value);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}

export function RunList() {
  const list = useRef<HTMLElement>(null);
  const shown = useRef<readonly string[] | undefined>(undefined);
  const [, redraw] = useState(0);
  const view = readView(search.value);
  const sort = readRunSort(view.sort?.column);
  const lastSort = useRef(sort);
  if (lastSort.current !== sort) {
    // Asked for by hand: at once, pointer or not.
    lastSort.current = sort;
    shown.current = undefined;
  }
  const runs = [...board.value.rows.values()].map(({ run }) => run).filter((run) => passes(run, view));
  const wanted = orderRuns(runs, sort, runNow.peek());
  const isSame = wanted.length === shown.current?.length && wanted.every((id, index) => id === shown.current?.[index]);
  const isAtTop = isSame || (list.current?.getBoundingClientRect().top ?? 0) >= 0;
  const arrangement = arrange(wanted, shown.current, { isHeld: isListHeld.value, isAtTop });
  shown.current = arrangement.shown;
  const latest = runs
    .filter((run) => !isEnded(run))
    .toSorted((a, b) => (a.last_event_at > b.last_event_at ? -1 : 1))[0];
  useEffect(() => expandFirst(wanted, latest?.run_id), [wanted.join(), latest?.run_id]);
  useNamedRun(list, shown.current.join());
  useEffect(
    () => () => {
      isListHeld.value = false;
    },
    [],
  );
  const resort = (toTop: boolean) => {
    shown.current = undefined;
    redraw((count) => count + 1);
    if (toTop) list.current?.scrollIntoView({ block: 'nearest' });
  };
  const onRowKey = useRowKeys(list, '.run-link');
  useAttributionKey();
  useShortcut({
    keys: ['x'],
    label: 'Stop the focused run, then Enter',
    group: 'Page',
    run: () => askToStop(),
  });
  return (
    <section
      class="card runs"
      aria-label="Runs"
      ref={list}
      onKeyDown={onRowKey}
      onPointerEnter={(event) => {
        if (event.pointerType !== 'touch') isListHeld.value = true;
      }}
      onPointerLeave={() => {
        isListHeld.value = list.current?.contains(document.activeElement) ?? false;
      }}
      onFocusIn={() => {
        isListHeld.value = true;
      }}
      onFocusOut={(event) => {
        const isInside = event.relatedTarget instanceof Node && list.current?.contains(event.relatedTarget);
        if (!isInside && !list.current?.matches(':hover')) isListHeld.value = false;
      }}
    >
      <h2 class="sr">Runs</h2>
      {(arrangement.isChanged || arrangement.waiting.length > 0) && (
        <div class="runs-pills">
          {arrangement.waiting.length > 0 && (
            <button type="button" class="pill" onClick={() => resort(true)}>
              {arrangement.waiting.length === 1 ? '1 new run' : `${arrangement.waiting.length} new runs`}
            </button>
          )}
          {arrangement.isChanged && (
            <button type="button" class="pill" onClick={() => resort(false)}>
              Order changed. Re-sort
            </button>
          )}
        </div>
      )}
      {arrangement.shown.map((id) => (
        <RunCard key={id} id={id} />
      ))}
    </section>
  );
}

/** The run of the address is open and in sight, once. */
function useNamedRun(list: { readonly current: HTMLElement | null }, shownIds: string): void {
  const id = runInPath();
  const done = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (id === undefined || done.current === id || !shownIds.split(',').includes(id)) return;
    done.current = id;
    toggleExpanded(id, true);
    requestAnimationFrame(() => {
      const card = list.current?.querySelector<HTMLElement>(`[data-run="${CSS.escape(id)}"]`);
      card?.scrollIntoView({ block: 'center' });
    });
  }, [id, shownIds]);
}

/** Asks whether to stop the run that has the focus; the focus goes to the button, so that Enter is the second press. */
function askToStop(): boolean {
  const card = document.activeElement?.closest<HTMLElement>('[data-run]');
  const button = card?.querySelector<HTMLButtonElement>('.interrupt.is-idle');
  const id = card?.dataset.run;
  if (!button || id === undefined || asked.peek().has(id)) return false;
  button.focus();
  confirmInterrupt(id);
  return true;
}
