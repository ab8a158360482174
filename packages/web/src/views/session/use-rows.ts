/** Which rows of a list that scrolls with the page are worth drawing now: those near the window. */
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useShortcut } from '../../shortcuts.ts';
import { type RowRange, rowsBetween } from './rows.ts';

/** Up to so many rows, find-in-page gets all of them drawn. */
const FINDABLE = 5_000;

export function useRows(frame: RefObject<HTMLElement | null>, offsets: readonly number[]): RowRange {
  const rows = offsets.length - 1;
  const [range, setRange] = useState<RowRange>({ from: 0, to: Math.min(rows, 40) });
  const [isWhole, setWhole] = useState(false);
  useEffect(() => {
    let waiting = 0;
    const read = () => {
      waiting = 0;
      const top = -(frame.current?.getBoundingClientRect().top ?? 0);
      const next = rowsBetween(offsets, top, top + window.innerHeight);
      setRange((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    const later = () => {
      waiting ||= requestAnimationFrame(read);
    };
    read();
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(waiting);
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [frame, offsets]);
  useShortcut({
    keys: ['Ctrl+f'],
    label: undefined,
    group: 'Page',
    run: () => {
      if (rows <= FINDABLE) setWhole(true);
      // The key stays the browser's.
      return false;
    },
  });
  return isWhole ? { from: 0, to: rows } : { from: Math.min(range.from, rows), to: Math.min(range.to, rows) };
}
