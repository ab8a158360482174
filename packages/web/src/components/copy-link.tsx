/** Copies an address that shows this very period for ever, in this zone, to whoever opens it. */
import { writeClipboard } from '../clipboard.ts';
import type { Period } from '../period.ts';
import { search } from '../router.ts';
import { useShortcut } from '../shortcuts.ts';
import { showToast } from '../stores/toasts.ts';
import { changeView } from '../url-state.ts';
import { Icon } from './icon.tsx';

interface Properties {
  readonly period: Period;
  readonly tz: string;
  /** Says in the button what it does; else only its tooltip does. */
  readonly isNamed?: boolean;
}

export function CopyLink({ period, tz, isNamed }: Properties) {
  const copy = async () => {
    const fixed = changeView(search.peek(), { ...period.fixed, tz });
    const isCopied = await writeClipboard(location.origin + location.pathname + fixed);
    const shows = period.label === 'Today' ? 'this day' : period.label;
    showToast(isCopied ? `Link copied. It always shows ${shows}.` : 'The browser refused to copy.');
  };
  useShortcut({
    keys: ['y'],
    label: 'Copy link',
    group: 'Page',
    run: () => {
      void copy();
      return true;
    },
  });
  if (isNamed)
    return (
      <button type="button" class="button wide-only" onClick={copy}>
        <Icon name="copy" />
        Copy link
      </button>
    );
  return (
    <button type="button" class="button quiet square wide-only" aria-label="Copy link" title="Copy link" onClick={copy}>
      <Icon name="link" />
    </button>
  );
}
