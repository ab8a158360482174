/** How much of a limit is used. Without a limit it is blank: the track alone, no arc, no figure, no level. */
import { formatPercent } from '@tokenmeter/core/format';
import './charts.css';

interface Properties {
  /** Used over limit; null draws the blank track. Above 1 the ring stays full and the figure tells the truth. */
  readonly ratio: number | null;
  readonly level: string;
  /** Where the first warning lies, of the limit. */
  readonly warnAt: number;
  /** Under the figure: `of $600`. */
  readonly of: string;
  readonly label: string;
}

const RADIUS = 62;
const ROUND = 2 * Math.PI * RADIUS;

export function ThresholdRing({ ratio, level, warnAt, of, label }: Properties) {
  if (ratio === null)
    return (
      <svg class="ring" viewBox="0 0 152 152" role="img" aria-label={label}>
        <circle class="ring-track" cx="76" cy="76" r={RADIUS} />
      </svg>
    );
  const used = Math.min(1, Math.max(0, ratio));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot hold the drawing
    <div
      class="ring-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, Math.round(ratio * 100))}
      aria-valuetext={`${formatPercent(ratio)} ${of}`}
    >
      <svg class={`ring level-${level}`} viewBox="0 0 152 152" aria-hidden="true">
        <circle class="ring-track" cx="76" cy="76" r={RADIUS} />
        {used > 0 && (
          <circle
            class="ring-arc"
            cx="76"
            cy="76"
            r={RADIUS}
            stroke-linecap={used < 1 ? 'round' : 'butt'}
            stroke-dasharray={`${ROUND * used} ${ROUND}`}
            transform="rotate(-90 76 76)"
          />
        )}
        <line class="ring-tick" x1="76" y1="1" x2="76" y2="6" transform={`rotate(${360 * warnAt} 76 76)`} />
        <text class="ring-figure" x="76" y="78" text-anchor="middle">
          {formatPercent(ratio)}
        </text>
        <text class="ring-of" x="76" y="97" text-anchor="middle">
          {of}
        </text>
      </svg>
    </div>
  );
}
