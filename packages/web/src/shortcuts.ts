/**
 * Single keys. Pages and the shell register what works now; the sheet lists exactly that. Ignored while somebody types,
 * except Escape and keys with Ctrl or the command key.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  /** `d`, `Shift+y`, `g u`, `Ctrl+k`, `Escape`. The first is the one the sheet shows. */
  readonly keys: readonly string[];
  /** Undefined: works, but is not listed. */
  readonly label: string | undefined;
  readonly group: 'Pages' | 'Period' | 'Page' | 'Everywhere';
  /** Answers false where it had nothing to do, so that an older one may have the key. */
  run(event: KeyboardEvent): boolean | undefined;
}

/** Newest last; the newest that wants a key has it. */
export const shortcuts = signal<readonly Shortcut[]>([]);

const CHORD_MS = 1_500;

/** Registers a shortcut for as long as the component is on screen. */
export function useShortcut(shortcut: Shortcut): void {
  const latest = useRef(shortcut);
  latest.current = shortcut;
  const { label, group } = shortcut;
  const keys = shortcut.keys.join('|');
  // With the layout, not after the paint: what is seen can be used.
  useLayoutEffect(() => {
    const mine: Shortcut = { keys: keys.split('|'), label, group, run: (event) => latest.current.run(event) };
    shortcuts.value = [...shortcuts.value, mine];
    return () => {
      shortcuts.value = shortcuts.value.filter((other) => other !== mine);
    };
  }, [keys, label, group]);
}

/** Listens on the document. Answers how to stop. */
export function startShortcuts(): () => void {
  let chord: { readonly key: string; readonly at: number } | undefined;
  const onKey = (event: KeyboardEvent) => {
    const key = keyName(event);
    const modified = event.ctrlKey || event.metaKey;
    if (event.isComposing || event.altKey) return;
    if (isTyping(event.target) && key !== 'Escape' && !modified) return;
    const before = chord && event.timeStamp - chord.at < CHORD_MS ? `${chord.key} ` : '';
    chord = undefined;
    for (const wanted of before ? [before + key, key] : [key]) {
      for (const shortcut of shortcuts.value.toReversed()) {
        if (!shortcut.keys.includes(wanted) || shortcut.run(event) === false) continue;
        event.preventDefault();
        return;
      }
    }
    if (shortcuts.value.some(({ keys }) => keys.some((known) => known.startsWith(`${key} `))))
      chord = { key, at: event.timeStamp };
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** `Shift+y`, `Ctrl+k` (also for the command key), `?`, `ArrowLeft`. */
function keyName(event: KeyboardEvent): string {
  const letter = /^[A-Za-z]$/.test(event.key);
  const shift = event.shiftKey && (letter || event.key.length > 1) ? 'Shift+' : '';
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return control + shift + (letter ? event.key.toLowerCase() : event.key === ' ' ? 'Space' : event.key);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
