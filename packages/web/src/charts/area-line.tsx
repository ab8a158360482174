/**
 * A small area under a line, as wide as its place. Pointer and arrow keys go through its points; what is said of each one
 * is handed in, as is the name of the whole.
 */
import { useState } from 'preact/hooks';
import './area-line.css';

interface Properties {
  /** Oldest first, at least two. */
  readonly values: readonly number[];
  readonly label: string;
  /** `14:02, $5.20 / hour`. */
  readonly describe: (index: number) => string;
}

const [WIDTH, HEIGHT] = [256, 44];
/** Room for the stroke at the top and the foot. */
const INSET = 2;

export function AreaLine({ values, label, describe }: Properties) {
  const [shown, setShown] = useState<number | undefined>(undefined);
  const top = Math.max(...values);
  const last = values.length - 1;
  const x = (index: number) => (index / last) * WIDTH;
  const y = (value: number) => (top > 0 ? HEIGHT - INSET - (value / top) * (HEIGHT - 2 * INSET) : HEIGHT - INSET);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const here = Math.min(shown ?? last, last);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setShown(Math.min(Math.max(0, to), last));
  };
  const pointAt = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (event.clientX - left) / width)) * last);
  };
  const share = here / last;
  return (
    <div
      class="area-line"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={here}
      aria-valuetext={describe(here)}
      onKeyDown={onKeyDown}
      onFocus={() => setShown(here)}
      onBlur={() => setShown(undefined)}
      onPointerMove={(event) => setShown(pointAt(event))}
      onPointerLeave={() => setShown(undefined)}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
        <polyline points={points} vector-effect="non-scaling-stroke" />
        {shown !== undefined && (
          <line x1={x(here)} x2={x(here)} y1="0" y2={HEIGHT} vector-effect="non-scaling-stroke" />
        )}
      </svg>
      {shown !== undefined && (
        <div
          class="area-tip"
          style={share > 0.5 ? { right: `calc(${(1 - share) * 100}% + 8px)` } : { left: `calc(${share * 100}% + 8px)` }}
        >
          {describe(here)}
        </div>
      )}
    </div>
  );
}
