/** Names that stand for an id: the id on hover, and a press copies it. */
import type { ComponentChildren } from 'preact';
import { writeClipboard } from '../clipboard.ts';
import { showToast } from '../stores/toasts.ts';
import './copy-id.css';

const SHORT = 8;

interface Properties {
  readonly id: string;
  /** What it is the id of, for those who hear it. */
  readonly of: string;
}

/** The first letters of an id, seen when its row is pointed at or has the focus. Stands beside a name that is a link. */
export function CopyId({ id, of }: Properties) {
  return (
    <button type="button" class="copy-id" title={`Copy ${id}`} onClick={() => copy(id)}>
      <span class="sr">Copy the id of {of}, </span>
      <span class="mono">{id.slice(0, SHORT)}</span>
    </button>
  );
}

/** A name that leads nowhere: pressed, it copies its id. */
export function CopyName({
  id,
  of,
  class: extra,
  children,
}: Properties & {
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class={`copy-name ${extra ?? ''}`}
      title={`${of}. Press to copy ${id}`}
      onClick={() => copy(id)}
    >
      {children}
    </button>
  );
}

async function copy(id: string): Promise<void> {
  showToast((await writeClipboard(id)) ? `Copied ${id}.` : 'The browser refused to copy.');
}
