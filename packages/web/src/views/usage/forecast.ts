/**
 * Where a period is heading, from its own days and the last seven full ones. Nano-dollars in, one finding out; the words
 * are the sentence's business. It refuses to guess from fewer than three full days.
 */
export interface Spend {
  /** Spent by the end of the day before today, nano-dollars; the whole spend of an ended period. */
  readonly beforeToday: bigint;
  readonly today: bigint;
  /** Spend of the latest full days before today, oldest first, at most seven. */
  readonly fullDays: readonly bigint[];
  /** Whole days of the period after today. */
  readonly daysLeft: number;
  /** Spend of each day of the period up to and with today, oldest first. */
  readonly days: readonly bigint[];
  readonly cap: bigint | undefined;
  readonly isEnded: boolean;
}

export type Forecast =
  /** Passes the cap `capInDays` days after today. */
  | { readonly kind: 'passing'; readonly total: bigint; readonly capInDays: number }
  | { readonly kind: 'under'; readonly total: bigint }
  | { readonly kind: 'uncapped'; readonly total: bigint }
  /** Day of the period (0 is its first) on which the cap was passed, and what it comes to. */
  | { readonly kind: 'passed'; readonly onDay: number; readonly total: bigint | undefined }
  | { readonly kind: 'early' }
  | { readonly kind: 'over-at-end'; readonly by: bigint }
  | { readonly kind: 'under-at-end'; readonly by: bigint };

const LEAST_DAYS = 3;

/** What can be said; undefined where there is nothing to say (an ended period without a cap). */
export function forecast(spend: Spend): Forecast | undefined {
  const { cap, today, beforeToday } = spend;
  const spent = beforeToday + today;
  if (spend.isEnded) {
    if (cap === undefined) return undefined;
    return spent > cap ? { kind: 'over-at-end', by: spent - cap } : { kind: 'under-at-end', by: cap - spent };
  }
  const pace = paceOf(spend.fullDays);
  const end = pace === undefined ? undefined : atEndOfToday(spend, pace) + pace * BigInt(spend.daysLeft);
  if (cap !== undefined && spent > cap) return { kind: 'passed', onDay: dayPassed(spend.days, cap), total: end };
  if (pace === undefined || end === undefined) return { kind: 'early' };
  if (cap === undefined) return { kind: 'uncapped', total: end };
  if (end <= cap) return { kind: 'under', total: end };
  return { kind: 'passing', total: end, capInDays: daysUntil(atEndOfToday(spend, pace), pace, cap) };
}

/** Mean of the full days, nano-dollars a day; undefined for fewer than three. */
function paceOf(days: readonly bigint[]): bigint | undefined {
  if (days.length < LEAST_DAYS) return undefined;
  return days.reduce((a, b) => a + b, 0n) / BigInt(days.length);
}

function atEndOfToday({ beforeToday, today }: Spend, pace: bigint): bigint {
  return beforeToday + (today > pace ? today : pace);
}

function daysUntil(atEndOfToday: bigint, pace: bigint, cap: bigint): number {
  if (atEndOfToday > cap || pace <= 0n) return 0;
  return Number((cap - atEndOfToday) / pace) + 1;
}

function dayPassed(days: readonly bigint[], cap: bigint): number {
  let sum = 0n;
  for (const [index, day] of days.entries()) {
    sum += day;
    if (sum > cap) return index;
  }
  return Math.max(0, days.length - 1);
}
