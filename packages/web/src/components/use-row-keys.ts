/** j and k move the focus between the links of a table's rows; o opens the one that has it, as Enter does. */
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { useShortcut } from '../shortcuts.ts';

/** Answers what to hand to the table's body as its ref. */
export function useRowKeys(): RefObject<HTMLTableSectionElement | null> {
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (by: number) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('th a, td:first-child a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(0, at + by), links.length - 1)];
    next?.focus();
    return next !== undefined;
  };
  useShortcut({ keys: ['j'], label: 'Next row', group: 'Page', run: () => move(1) });
  useShortcut({ keys: ['k'], label: 'Row before', group: 'Page', run: () => move(-1) });
  useShortcut({
    keys: ['o'],
    label: 'Open the row',
    group: 'Page',
    run: () => {
      const link = document.activeElement;
      if (!(link instanceof HTMLAnchorElement) || !body.current?.contains(link)) return false;
      link.click();
      return true;
    },
  });
  return body;
}
