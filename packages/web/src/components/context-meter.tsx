/** How full a model's window got: label, percentage, used of window, a bar. Without a known window there is no bar. */
import { contextLevel, contextPercent, formatContextPercent, formatTokens, speakTokens } from '@tokenmeter/core/format';
import '../styles/context.css';
import '../styles/meters.css';

interface Properties {
  readonly label: string;
  readonly used: number | null;
  readonly window: number | null;
  /** Tokens in the window at the end, where that is worth telling beside a peak. */
  readonly now?: number | undefined;
  /** Part of the window at which the agent compacts by itself. */
  readonly compactsAt?: number | undefined;
  /** Where the caller holds the level steady; else it is that of the figures. */
  readonly level?: ReturnType<typeof contextLevel> | undefined;
}

export function ContextMeter({ label, used, window, now, compactsAt, level }: Properties) {
  if (used === null || !window)
    return (
      <div class="context-meter">
        <div class="meter-head">
          <span class="ink-3">{label}</span>
          <span class="strong">{used === null ? '—' : formatTokens(used)}</span>
        </div>
        <div class="meter-windowless">window unknown</div>
      </div>
    );
  const percent = contextPercent(used, window) ?? 0;
  const end = now !== undefined && now !== used ? now : undefined;
  return (
    <div class={`context-meter context-${level ?? contextLevel(used / window)}`}>
      <div class="meter-head">
        <span class="ink-3">{label}</span>
        <span class="strong context-figure">{formatContextPercent(used, window)}</span>
        <span class="meter-of">
          {formatTokens(used)} / {formatTokens(window)}
        </span>
      </div>
      <div class="meter-frame">
        {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike everywhere */}
        <div
          class="meter"
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.min(100, percent)}
          aria-valuetext={`${percent} percent, ${speakTokens(used)} of ${speakTokens(window)} tokens`}
        >
          <b class="is-scaled" style={{ transform: `scaleX(${Math.min(1, used / window)})` }} />
        </div>
        {compactsAt !== undefined && (
          <span class="meter-compacts" style={{ left: `${compactsAt * 100}%` }} title="Compacts about here" />
        )}
        {end !== undefined && (
          <span class="meter-tick" style={{ left: `${Math.min(100, (end / window) * 100)}%` }} aria-hidden="true" />
        )}
      </div>
      {end !== undefined && (
        <div class="meter-note">
          {formatContextPercent(end, window)} after the last call, {formatTokens(end)}
        </div>
      )}
    </div>
  );
}
