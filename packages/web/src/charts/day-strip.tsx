/**
 * A period step by step, stacked by token type. Steps of the past are links to themselves; arrows move between them, and
 * whatever has the focus or the pointer tells its figures beside its column.
 */
import { scaleBand } from 'd3-scale';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useWidth } from '../components/use-width.ts';
import { axisSteps, linear } from './scale.ts';
import './charts.css';
import './day-strip.css';

export interface StripBar {
  readonly key: string;
  readonly state: 'past' | 'current' | 'future';
  /** From the bottom up; amounts >= 0 in the unit of the axis. */
  readonly parts: readonly { readonly class: string; readonly amount: number }[];
  readonly total: number;
  /** Under the axis; absent for most. */
  readonly axis?: string | undefined;
  /** What it is, in words: `Nov 18: $28.14`. */
  readonly label: string;
  /** Where a press leads; absent for steps that lead nowhere. */
  readonly href?: string | undefined;
  readonly tip: () => ComponentChildren;
}

interface Properties {
  readonly bars: readonly StripBar[];
  readonly formatTick: (amount: number) => string;
  readonly allowance?: number | undefined;
  readonly label: string;
}

const HEIGHT = 128;
const PHONE_HEIGHT = 84;
const LEAST_PX = 2;
/** Room for the labels at the right: a gap and so much for each letter. */
const LABEL_GAP = 12;
const LETTER_PX = 7;
/** A tick's label nearer than this to the allowance's would overlap it. */
const LABEL_PX = 12;

export function DayStrip({ bars, formatTick, allowance, label }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const full = useWidth(frame);
  const [shown, setShown] = useState<number | undefined>(undefined);
  const links = useRef<(HTMLElement | null)[]>([]);
  const isPhone = full < 560;
  const height = isPhone ? PHONE_HEIGHT : HEIGHT;
  const largest = Math.max(allowance ?? 0, ...bars.map(({ total }) => total));
  const ticks = axisSteps(largest);
  const longest = Math.max(
    3,
    ...[...ticks, ...(allowance === undefined ? [] : [allowance])].map((tick) => formatTick(tick).length),
  );
  const width = Math.max(80, full - LABEL_GAP - longest * LETTER_PX);
  const y = linear([0, ticks.at(-1) ?? 1], [height, 0]);
  const x = scaleBand(
    bars.map(({ key }) => key),
    [0, width],
  ).paddingInner(Math.min(0.5, gapPx(width / bars.length) / (width / bars.length)));
  const reachable = bars.flatMap(({ state }, index) => (state === 'future' ? [] : [index]));
  const tabStop = shown ?? reachable.at(-1);
  const move = (event: KeyboardEvent) => {
    const at = reachable.indexOf(shown ?? -1);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: reachable.length - 1 }[event.key];
    const index = to === undefined ? undefined : reachable[Math.min(Math.max(0, to), reachable.length - 1)];
    if (event.key === 'Escape') setShown(undefined);
    if (index === undefined) return;
    event.preventDefault();
    links.current[index]?.focus();
  };
  const tipped = shown === undefined ? undefined : bars[shown];
  const tipX = tipped ? (x(tipped.key) ?? 0) : 0;
  const isTipLeft = tipX > width / 2;
  return (
    <div class="day-strip" ref={frame}>
      {full > 0 && (
        <svg
          class="strip-chart"
          width={full}
          height={height + 30}
          viewBox={`0 -8 ${full} ${height + 30}`}
          role="img"
          aria-label={label}
        >
          {ticks.map((tick) => (
            <line key={tick} class="rule-faint" x1="0" x2={width} y1={y(tick)} y2={y(tick)} />
          ))}
          {bars.map((bar) => (
            <Column
              key={bar.key}
              bar={bar}
              x={x(bar.key) ?? 0}
              width={x.bandwidth()}
              y={y}
              height={height}
              isSingle={isPhone}
            />
          ))}
          {allowance !== undefined && (
            <line class="rule-dashed" x1="0" x2={width} y1={y(allowance)} y2={y(allowance)} />
          )}
          <line class="rule" x1="0" x2={width} y1={height} y2={height} />
          {ticks
            .filter((tick) => allowance === undefined || Math.abs(y(tick) - y(allowance)) > LABEL_PX)
            .map((tick) => (
              <text key={tick} class="axis" x={width + LABEL_GAP - 4} y={y(tick) + 4}>
                {formatTick(tick)}
              </text>
            ))}
          {allowance !== undefined && (
            <text class="axis strong-axis" x={width + LABEL_GAP - 4} y={y(allowance) + 4}>
              {formatTick(allowance)}
            </text>
          )}
          {bars.map(
            (bar) =>
              bar.axis !== undefined && (
                <text
                  key={bar.key}
                  class={bar.state === 'current' ? 'axis strong-axis' : 'axis'}
                  x={(x(bar.key) ?? 0) + x.bandwidth() / 2}
                  y={height + 18}
                  text-anchor="middle"
                >
                  {bar.axis}
                </text>
              ),
          )}
        </svg>
      )}
      <ul class="strip-hits" style={{ width: `${width}px`, height: `${height + 8}px` }} onKeyDown={move}>
        {full > 0 &&
          bars.map((bar, index) =>
            bar.state === 'future' ? null : (
              <Hit
                key={bar.key}
                bar={bar}
                left={(x(bar.key) ?? 0) - (x.step() - x.bandwidth()) / 2}
                width={x.step()}
                isTabStop={index === tabStop}
                hold={(element) => {
                  links.current[index] = element;
                }}
                show={() => setShown(index)}
                hide={() => setShown((now) => (now === index ? undefined : now))}
              />
            ),
          )}
      </ul>
      {tipped && (
        <div
          class="strip-tip"
          style={isTipLeft ? { right: `${full - tipX + 6}px` } : { left: `${tipX + x.bandwidth() + 6}px` }}
        >
          {tipped.tip()}
        </div>
      )}
    </div>
  );
}

interface ColumnProperties {
  readonly bar: StripBar;
  readonly x: number;
  readonly width: number;
  readonly y: (amount: number) => number;
  readonly height: number;
  readonly isSingle: boolean;
}

function Column({ bar, x, width, y, height, isSingle }: ColumnProperties) {
  if (bar.state === 'future')
    return <rect class="strip-stub" x={x} y={height - LEAST_PX} width={width} height={LEAST_PX} rx="1" />;
  const parts = isSingle ? [{ class: 'strip-single', amount: bar.total }] : bar.parts;
  let base = 0;
  return (
    <g class={bar.state === 'current' ? 'is-current' : undefined}>
      {parts.map((part) => {
        if (part.amount <= 0) return null;
        const [bottom, top] = [y(base), y(base + part.amount)];
        base += part.amount;
        // The gap between parts comes off the part below it; a part too thin for a gap keeps half a pixel.
        const drawn = Math.max(0.5, bottom - top - 1);
        return (
          <rect
            key={part.class}
            class={`day-part ${part.class}`}
            x={x}
            y={bottom - drawn - (isSingle ? 0 : 1)}
            width={width}
            height={drawn}
            rx={Math.min(1.5, width / 4)}
          />
        );
      })}
    </g>
  );
}

interface HitProperties {
  readonly bar: StripBar;
  readonly left: number;
  readonly width: number;
  readonly isTabStop: boolean;
  readonly hold: (element: HTMLElement | null) => void;
  readonly show: () => void;
  readonly hide: () => void;
}

function Hit({ bar, left, width, isTabStop, hold, show, hide }: HitProperties) {
  const shared = {
    class: 'strip-hit',
    'aria-label': bar.label,
    tabIndex: isTabStop ? 0 : -1,
    ref: hold,
    onFocus: show,
    onBlur: hide,
  };
  return (
    <li style={{ left: `${left}px`, width: `${width}px` }} onPointerEnter={show} onPointerLeave={hide}>
      {bar.href === undefined ? <button type="button" {...shared} /> : <a href={bar.href} {...shared} />}
    </li>
  );
}

/** Ten pixels between columns where there is room, less where there are many. */
function gapPx(step: number): number {
  return Math.max(1, Math.min(10, step * 0.27));
}
