/** j, k and the arrows through the rows of a list, Home and End to its ends; `o` opens like Enter. Focus goes to each row's link. */
import type { RefObject } from 'preact';
import { useShortcut } from '../shortcuts.ts';

/** `selector` finds the link of each row inside the frame, in order. Answers what to put on the frame's onKeyDown. */
export function useRowKeys(frame: RefObject<HTMLElement | null>, selector: string): (event: KeyboardEvent) => void {
  const links = () => [...(frame.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const move = (step: number) => {
    const all = links();
    const at = document.activeElement instanceof HTMLElement ? all.indexOf(document.activeElement) : -1;
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(0, at + step), all.length - 1);
    all[next]?.focus();
    all[next]?.scrollIntoView({ block: 'nearest' });
    return all.length > 0;
  };
  useShortcut({ keys: ['j'], label: 'Next row', group: 'Page', run: () => move(1) });
  useShortcut({ keys: ['k'], label: 'Previous row', group: 'Page', run: () => move(-1) });
  useShortcut({
    keys: ['o'],
    label: 'Open',
    group: 'Page',
    run: () => {
      const here = links().find((link) => link === document.activeElement);
      here?.click();
      return here !== undefined;
    },
  });
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !links().some((link) => link === event.target)) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
  };
}
