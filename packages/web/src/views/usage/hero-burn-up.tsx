/** The burn-up of the hero: only for weeks, months and ranges of days, and only once it has two days to draw. */
import { formatDate, formatMoney } from '@tokenmeter/core/format';
import { BurnUp, type BurnUpMark } from '../../charts/burn-up.tsx';
import { dateFormat, moneyFormat } from '../../stores/house.ts';
import type { UsageAnswer } from '../../stores/usage.ts';
import type { Step, UsageModel } from './model.ts';
import { roundMoney } from './words.ts';

const DAY = 86_400_000;

export function HeroBurnUp({ answer, model }: { readonly answer: UsageAnswer; readonly model: UsageModel }) {
  const { period, setting } = answer;
  if (model.unit !== 'day' || period.kind === 'all' || period.since === undefined || period.until === undefined)
    return null;
  const begun = model.steps.filter(({ state }) => state !== 'future');
  if (begun.filter(({ figures }) => (figures.cost ?? 0n) > 0n).length < 2) return null;
  const dates = { ...dateFormat.peek(), now: setting.now, tz: setting.tz };
  const points = cumulative(begun, setting.now, setting.tz);
  const cap = model.limits.find((limit) => limit.of === 'money')?.nano;
  const found = model.forecast;
  const total = found && 'total' in found ? found.total : undefined;
  const days = model.steps.length;
  const today = begun.length;
  const crossing = found?.kind === 'passing' ? today + found.capInDays : undefined;
  const isAhead = total !== undefined && period.isCurrent && today < days;
  const crossesAt =
    crossing !== undefined && isAhead && cap !== undefined ? meets(points.at(-1), total, cap, days) : undefined;
  const label = [
    `Spend added up: ${formatMoney(model.total.cost, moneyFormat.value)} so far`,
    total === undefined ? '' : `, forecast ${roundMoney(total, moneyFormat.value)}`,
    cap === undefined ? '' : `, soft cap ${axisMoney(cap)}`,
    crossing === undefined ? '' : `, crossed around day ${crossing}`,
  ].join('');
  return (
    <div class="hero-burn">
      <BurnUp
        points={points}
        days={days}
        cap={cap === undefined ? undefined : { dollars: toDollars(cap), label: axisMoney(cap) }}
        forecast={
          isAhead ? { dollars: toDollars(total), label: roundMoney(total, moneyFormat.value), crossesAt } : undefined
        }
        marks={axisMarks(period.since, days, period.isCurrent ? points.at(-1)?.day : undefined, crossesAt, dates)}
        level={model.threshold?.level ?? 'none'}
        label={label}
      />
    </div>
  );
}

/** Sums by the end of each day, today's at the part of it that has passed. */
function cumulative(begun: readonly Step[], now: number, tz: string) {
  let nano = 0n;
  const points = [{ day: 0, dollars: 0 }];
  for (const [index, { state, figures }] of begun.entries()) {
    nano += figures.cost ?? 0n;
    points.push({ day: index + (state === 'current' ? dayFraction(now, tz) : 1), dollars: toDollars(nano) });
  }
  return points;
}

/** Where the line from now to the forecast meets the cap, in days. */
function meets(now: { day: number; dollars: number } | undefined, total: bigint, cap: bigint, days: number): number {
  const { day, dollars } = now ?? { day: 0, dollars: 0 };
  const rise = toDollars(total) - dollars;
  return rise <= 0 ? days : Math.min(days, day + ((toDollars(cap) - dollars) / rise) * (days - day));
}

function axisMarks(
  since: number,
  days: number,
  today: number | undefined,
  crossing: number | undefined,
  dates: Parameters<typeof formatDate>[1],
): BurnUpMark[] {
  // 26.2 is on the 27th day; the very end of a day is still that day.
  const dayOf = (day: number) =>
    formatDate(since + (Math.ceil(day) - 0.5) * DAY, dates)
      .replace(/^\D+/, '')
      .replace(/,.*$/, '');
  const marks: BurnUpMark[] = [{ day: 0, label: formatDate(since, dates) }];
  // The first label is wide; what would touch it or another is left out, the crossing last of all.
  const room = days * 0.075;
  const add = (mark: BurnUpMark) => {
    const isFree = marks.every(({ day }) => day === 0 || Math.abs(day - mark.day) >= room);
    if (mark.day > room * 2.6 && isFree) marks.push(mark);
  };
  if (crossing !== undefined) add({ day: crossing, label: dayOf(crossing), isStrong: true });
  if (today !== undefined) add({ day: today, label: dayOf(today) });
  add({ day: days, label: dayOf(days) });
  return marks;
}

function axisMoney(nano: bigint): string {
  return formatMoney(nano, { ...moneyFormat.value, precision: 'axis' });
}

function toDollars(nano: bigint): number {
  return Number(nano) / 1e9;
}

function dayFraction(now: number, tz: string): number {
  const [hours = 0, minutes = 0] = new Intl.DateTimeFormat('en-GB', {
    timeZone: tz,
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(now)
    .split(':')
    .map(Number);
  return Math.max(0.02, (hours * 60 + minutes) / 1440);
}
