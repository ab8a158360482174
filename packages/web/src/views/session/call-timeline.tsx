/**
 * The list of calls with their tool calls and what happened between them. Only rows near the window are drawn; the row with
 * the focus stays drawn wherever one scrolls. Arrows, j and k go from call to call.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useMedia } from '../../components/use-media.ts';
import { useShortcut } from '../../shortcuts.ts';
import { CallRow, MarkRow, ToolRow } from './call-rows.tsx';
import { offsetsOf } from './rows.ts';
import type { TimelineItem } from './timeline.ts';
import { useRows } from './use-rows.ts';

interface Properties {
  readonly items: readonly TimelineItem[];
  readonly selected: string | undefined;
  /** By thread, where calls of several are mixed; '' for the main one. */
  readonly threadNames: ReadonlyMap<string, string>;
  /** Tokens that fill a context column; undefined: the largest of the list. */
  readonly scale: number | undefined;
  readonly onSelect: (callId: string) => void;
}

const HEIGHTS = { call: 34, tool: 26, mark: 34 } as const;
const PHONE_HEIGHTS = { call: 44, tool: 30, mark: 34 } as const;
/** Kept free above and below a row that is scrolled to: sticky things stand there. */
const MARGIN_PX = 110;

export function CallTimeline({ items, selected, threadNames, scale, onSelect }: Properties) {
  const frame = useRef<HTMLOListElement>(null);
  const heights = useMedia('(max-width: 720px)') ? PHONE_HEIGHTS : HEIGHTS;
  const offsets = useMemo(() => offsetsOf(items.map(({ kind }) => heights[kind])), [items, heights]);
  const range = useRows(frame, offsets);
  const callAt = useMemo(() => items.flatMap(({ kind }, index) => (kind === 'call' ? [index] : [])), [items]);
  const full = useMemo(
    () => scale ?? items.reduce((most, item) => (item.kind === 'call' ? Math.max(most, item.call.context) : most), 1),
    [items, scale],
  );
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const wanted = useRef<string | undefined>(undefined);
  /** Call that has the focus. A row that is redrawn elsewhere in the document loses it and gets it back. */
  const held = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const lost = document.activeElement === document.body ? held.current : undefined;
    const row = document.getElementById(`call-${wanted.current ?? lost ?? ''}`);
    row?.focus({ preventScroll: true });
    if (row) wanted.current = undefined;
  });
  useEffect(() => {
    // A press elsewhere is meant to take the focus away.
    const release = (event: Event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) held.current = undefined;
    };
    document.addEventListener('pointerdown', release);
    document.addEventListener('focusin', release);
    return () => {
      document.removeEventListener('pointerdown', release);
      document.removeEventListener('focusin', release);
    };
  }, []);
  const show = (index: number) => {
    const top = (frame.current?.getBoundingClientRect().top ?? 0) + (offsets[index] ?? 0);
    const under = top - (window.innerHeight - MARGIN_PX);
    if (top < MARGIN_PX) window.scrollBy(0, top - MARGIN_PX);
    else if (under > 0) window.scrollBy(0, under);
  };
  const focus = (index: number | undefined) => {
    const item = index === undefined ? undefined : items[index];
    if (index === undefined || item?.kind !== 'call') return;
    wanted.current = item.call.id;
    setFocused(index);
    show(index);
    document.getElementById(`call-${item.call.id}`)?.focus({ preventScroll: true });
  };
  const move = (step: number) => {
    const id = document.activeElement?.id.replace(/^call-/, '') ?? '';
    const from = items.findIndex((item) => item.kind === 'call' && item.call.id === (id || selected));
    const place = callAt.indexOf(from);
    const next = place < 0 ? (step > 0 ? 0 : callAt.length - 1) : place + step;
    focus(callAt[Math.min(Math.max(0, next), callAt.length - 1)]);
    return callAt.length > 0;
  };
  useShortcut({ keys: ['j'], label: 'Next call', group: 'Page', run: () => move(1) });
  useShortcut({ keys: ['k'], label: 'Previous call', group: 'Page', run: () => move(-1) });
  // A call opened by its address is scrolled to once; one that was pressed is where it was pressed.
  const shownOnce = useRef(false);
  useEffect(() => {
    const index = items.findIndex((item) => item.kind === 'call' && item.call.id === selected);
    if (shownOnce.current || (selected !== undefined && index < 0)) return;
    shownOnce.current = true;
    if (index > 0) show(index);
  }, [items, selected]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -items.length, End: items.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
  };
  const drawn: number[] = [];
  for (let index = range.from; index < range.to; index++) drawn.push(index);
  // In its place: a row that moved in the document would lose the focus it is drawn for.
  if (focused !== undefined && focused < range.from) drawn.unshift(focused);
  else if (focused !== undefined && focused >= range.to && focused < items.length) drawn.push(focused);
  return (
    <ol class="timeline" ref={frame} style={{ height: `${offsets.at(-1) ?? 0}px` }} onKeyDown={onKeyDown}>
      {drawn.map((index) => {
        const item = items[index];
        if (!item) return null;
        return (
          <li
            key={item.key}
            class={`timeline-item is-${item.kind}`}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            style={{ top: `${offsets[index] ?? 0}px`, height: `${heights[item.kind]}px` }}
          >
            {item.kind === 'call' && (
              <CallRow
                call={item.call}
                number={item.number}
                isSelected={item.call.id === selected}
                thread={threadNames.get(item.call.thread_id) ?? ''}
                fill={item.call.context / full}
                onSelect={onSelect}
                onFocus={() => {
                  held.current = item.call.id;
                  setFocused(index);
                }}
              />
            )}
            {item.kind === 'tool' && <ToolRow tool={item.tool} />}
            {item.kind === 'mark' && <MarkRow text={item.text} sort={item.sort} at={item.at} />}
          </li>
        );
      })}
    </ol>
  );
}
