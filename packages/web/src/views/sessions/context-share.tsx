/** How full a context window got, small: a meter and its percentage. No meter where the window is unknown. */
import { contextLevel, formatTokensExact } from '@tokenmeter/core/format';
import type { ComponentChildren } from 'preact';
import '../../styles/context.css';

interface Properties {
  readonly used: number | null;
  readonly window: number | null;
  /** The percentage as the formatter writes it. */
  readonly children: ComponentChildren;
}

export function ContextShare({ used, window, children }: Properties) {
  if (used === null || !window)
    return (
      <span class="context-share ink-3" title={used === null ? 'Context unknown' : 'The model’s window is unknown'}>
        <span class="context-figure">{children}</span>
      </span>
    );
  const ratio = used / window;
  return (
    <span class={`context-share context-${contextLevel(ratio)}`} title={`${formatTokensExact(used)} of ${window}`}>
      <span class="meter" aria-hidden="true">
        <b style={{ width: `${Math.min(1, ratio) * 100}%` }} />
      </span>
      <span class="context-figure">{children}</span>
    </span>
  );
}
