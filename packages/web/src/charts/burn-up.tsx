/** Spend of a period as it added up, where it is heading, and the cap it may cross. The days are also in the strip's table. */
import { area, line } from 'd3-shape';
import { linear } from './scale.ts';
import './charts.css';

export interface BurnUpMark {
  /** In days from the start of the period: 21.6 is the afternoon of the 22nd day. */
  readonly day: number;
  readonly label: string;
  readonly isStrong?: boolean;
}

interface Properties {
  /** What was spent by so many days, in dollars, ascending from (0, 0). */
  readonly points: readonly { readonly day: number; readonly dollars: number }[];
  readonly days: number;
  readonly cap?: { readonly dollars: number; readonly label: string } | undefined;
  readonly forecast?:
    | { readonly dollars: number; readonly label: string; readonly crossesAt?: number | undefined }
    | undefined;
  readonly marks: readonly BurnUpMark[];
  readonly level: string;
  readonly label: string;
}

const [WIDTH, HEIGHT] = [340, 148];
/** Labels at the right closer than this would overlap. */
const LABEL_PX = 13;

export function BurnUp({ points, days, cap, forecast, marks, level, label }: Properties) {
  const last = points.at(-1) ?? { day: 0, dollars: 0 };
  const top = Math.max(last.dollars, forecast?.dollars ?? 0, cap?.dollars ?? 0) * 1.1 || 1;
  const x = linear([0, days], [0, WIDTH]);
  const y = linear([0, top], [HEIGHT, 0]);
  const stroke = line<(typeof points)[number]>()
    .x(({ day }) => x(day))
    .y(({ dollars }) => y(dollars));
  const fill = area<(typeof points)[number]>()
    .x(({ day }) => x(day))
    .y0(HEIGHT)
    .y1(({ dollars }) => y(dollars));
  const capY = cap && y(cap.dollars);
  const endY = forecast && y(forecast.dollars);
  return (
    <svg
      class={`burn-up level-${level}`}
      viewBox="-4 -4 388 174"
      width="388"
      height="174"
      role="img"
      aria-label={label}
    >
      {capY !== undefined && <line class="rule-dashed" x1="0" x2={WIDTH} y1={capY} y2={capY} />}
      {cap && capY !== undefined && (
        <text class="axis" x={WIDTH + 6} y={apart(capY, endY) + 4}>
          {cap.label}
        </text>
      )}
      <path class="burn-area" d={fill([...points]) ?? ''} />
      <path class="burn-line" d={stroke([...points]) ?? ''} />
      {forecast && endY !== undefined && (
        <>
          <line class="burn-ahead" x1={x(last.day)} y1={y(last.dollars)} x2={WIDTH} y2={endY} />
          <text class="axis strong-axis" x={WIDTH + 6} y={endY + 4}>
            {forecast.label}
          </text>
        </>
      )}
      <line class="rule" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      {forecast?.crossesAt !== undefined && capY !== undefined && (
        <line class="rule" x1={x(forecast.crossesAt)} x2={x(forecast.crossesAt)} y1={capY} y2={HEIGHT} />
      )}
      <circle class="burn-now" cx={x(last.day)} cy={y(last.dollars)} r="4" />
      {marks.map(({ day, label: text, isStrong }) => (
        <text
          key={text}
          class={isStrong ? 'axis strong-axis' : 'axis'}
          x={x(day)}
          y={HEIGHT + 17}
          text-anchor={day <= 0 ? 'start' : day >= days ? 'end' : 'middle'}
        >
          {text}
        </text>
      ))}
    </svg>
  );
}

/** The cap's label, moved out of the way of the forecast's. */
function apart(capY: number, endY: number | undefined): number {
  if (endY === undefined || Math.abs(capY - endY) >= LABEL_PX) return capY;
  return capY >= endY ? endY + LABEL_PX : endY - LABEL_PX;
}
