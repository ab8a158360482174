/**
 * A step area against a limit, one step a call. It is a slider to the keyboard: arrows move along the calls and tell each,
 * Enter opens the one it stands on; a press opens the nearest.
 */

import { formatTokens } from '@tokenmeter/core/format';
import { useRef, useState } from 'preact/hooks';
import { useWidth } from '../components/use-width.ts';
import { stepPath } from './step-path.ts';
import './charts.css';
import '../styles/context-graph.css';

export interface GraphPoint {
  readonly id: string;
  readonly value: number;
  /** It fell on purpose just before this point. */
  readonly isCompacted: boolean;
}

interface Properties {
  readonly points: readonly GraphPoint[];
  readonly limit: number | undefined;
  readonly selected: string | undefined;
  readonly label: string;
  /** A point in words. */
  readonly describe: (index: number) => string;
  readonly onSelect: (id: string) => void;
}

const HEIGHT = 96;
const TOP = 10;
const AXIS_WIDTH = 44;
/** Steps of PageUp and PageDown. */
const PAGE = 10;

export function ContextGraph({ points, limit, selected, label, describe, onSelect }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const full = useWidth(frame);
  const [shown, setShown] = useState<number | undefined>(undefined);
  const width = Math.max(60, full - AXIS_WIDTH);
  const last = points.length - 1;
  const chosen = points.findIndex(({ id }) => id === selected);
  const here = Math.min(shown ?? (chosen >= 0 ? chosen : last), last);
  const peak = points.reduce((most, { value }) => Math.max(most, value), 0);
  // The window is worth its room only where the line comes near it; far below, the line itself is the subject.
  const showsLimit = limit !== undefined && peak * 4 >= limit;
  const top = Math.max(peak, showsLimit ? limit : 0, 1);
  const y = (value: number) => TOP + (HEIGHT - TOP) * (1 - value / top);
  const x = (index: number) => ((index + 0.5) / points.length) * width;
  const line = stepPath(
    points.map(({ value }) => value),
    width,
    y,
  );
  const pointAt = (event: PointerEvent | MouseEvent) => {
    const left = frame.current?.getBoundingClientRect().left ?? 0;
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - left) / width) * points.length)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowLeft: here - 1,
      ArrowDown: here - 1,
      ArrowRight: here + 1,
      ArrowUp: here + 1,
      PageDown: here - PAGE,
      PageUp: here + PAGE,
      Home: 0,
      End: last,
    }[event.key];
    const opens = event.key === 'Enter' || event.key === ' ';
    if (to === undefined && !opens) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) setShown(Math.min(Math.max(0, to), last));
    const point = points[here];
    if (opens && point) onSelect(point.id);
  };
  const tip = shown === undefined ? undefined : Math.min(shown, last);
  return (
    <div
      class="context-graph"
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label={`${label}. Enter opens the call`}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={here + 1}
      aria-valuetext={describe(here)}
      onKeyDown={onKeyDown}
      onFocus={() => setShown(here)}
      onBlur={() => setShown(undefined)}
      onPointerMove={(event) => setShown(pointAt(event))}
      onPointerLeave={() => setShown(undefined)}
      onClick={(event) => {
        const point = points[pointAt(event)];
        if (point) onSelect(point.id);
      }}
    >
      {full > 0 && (
        <svg width={full} height={HEIGHT + 4} viewBox={`0 0 ${full} ${HEIGHT + 4}`} aria-hidden="true">
          <path class="context-area" d={`${line}V${HEIGHT}H0Z`} />
          <path class="context-line" d={line} />
          {points.map(({ id, isCompacted }, index) =>
            isCompacted ? (
              <line
                key={id}
                class="context-drop"
                x1={(index / points.length) * width}
                x2={(index / points.length) * width}
                y1={TOP}
                y2={HEIGHT}
              />
            ) : null,
          )}
          {showsLimit && <line class="rule-dashed" x1="0" x2={width} y1={y(limit)} y2={y(limit)} />}
          <line class="rule" x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} />
          {showsLimit && (
            <text class="axis" x={width + 6} y={y(limit) + 4}>
              {formatTokens(limit)}
            </text>
          )}
          {(!showsLimit || y(peak) - y(limit) > 13) && (
            <text class="axis strong-axis" x={width + 6} y={y(peak) + 4}>
              {formatTokens(peak)}
            </text>
          )}
          {chosen >= 0 && <circle class="context-chosen" cx={x(chosen)} cy={y(points[chosen]?.value ?? 0)} r="4" />}
          {tip !== undefined && (
            <>
              <line class="context-cursor" x1={x(tip)} x2={x(tip)} y1={TOP} y2={HEIGHT} />
              <circle class="context-dot" cx={x(tip)} cy={y(points[tip]?.value ?? 0)} r="3.5" />
            </>
          )}
        </svg>
      )}
      {tip !== undefined && (
        <div
          class="context-tip"
          style={x(tip) > width / 2 ? { right: `${full - x(tip) + 8}px` } : { left: `${x(tip) + 8}px` }}
        >
          {describe(tip)}
        </div>
      )}
    </div>
  );
}
