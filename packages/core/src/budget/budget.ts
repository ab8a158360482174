/**
 * A budget: an amount of money on a scope for a period, and the verdict on spending against it. Arithmetic alone: what is
 * committed, what runs have spent live and what is held for calls in flight are handed in. It stops at the limit, not one
 * token later, and says beforehand by how much concurrent calls may pass it.
 */
import type { Level } from '../format/level.ts';
import { capLevel } from '../format/level.ts';
import { formatMoney } from '../format/money.ts';
import { NANO_PER_USD, parseNanoDecimal } from '../money.ts';
import type { Span } from '../zone.ts';
import { periodAt } from '../zone.ts';

/** What a budget is on. A wider one (a task, a repository) is one more word here and where spend is summed. */
export type BudgetScope = { readonly kind: 'run'; readonly runId: string } | { readonly kind: 'all' };

/** Money as somebody wrote it, with the rate that made dollars of it. */
export interface DatedAmount {
  readonly amount: string;
  readonly currency: string;
  /** Units of the currency for a dollar, a decimal; undefined for dollars. */
  readonly rate?: string | undefined;
  readonly rateDate?: string | undefined;
}

export interface Budget {
  readonly id: string;
  readonly scope: BudgetScope;
  /** `run`: as long as the run; else the calendar period of the zone that an instant lies in. */
  readonly period: 'run' | 'day' | 'week' | 'month';
  readonly amountNano: bigint;
  readonly declared: DatedAmount;
}

/** Money set aside for a call in flight, so that another cannot spend it too. */
export interface Hold {
  readonly id: string;
  readonly nano: bigint;
}

/** What counts against one budget now. */
export interface Spending {
  /** Of calls that are in the ledger. */
  readonly committedNano: bigint;
  /** Of runs in progress, estimates in flight included. */
  readonly liveNano: bigint;
  readonly holds?: readonly Hold[] | undefined;
}

export interface Verdict {
  readonly action: 'ok' | 'warn' | 'stop';
  /** How near it is, on the unrounded ratio: up to 70 %, 85 %, 95 %, above. */
  readonly level: Level;
  readonly spentNano: bigint;
  /** What is left to spend, never below nothing. */
  readonly leftNano: bigint;
  /** By how much the amount is passed. */
  readonly overshootNano: bigint;
  /** Spent of the amount; Infinity for a budget of nothing. */
  readonly ratio: number;
}

/** The verdict on a budget. `stop` from the amount on; holds count for starting something new, not for stopping it. */
export function assess(budget: Pick<Budget, 'amountNano'>, spending: Spending): Verdict {
  const { amountNano } = budget;
  const spentNano = spending.committedNano + spending.liveNano;
  const heldNano = (spending.holds ?? []).reduce((sum, { nano }) => sum + nano, 0n);
  const ratio = amountNano > 0n ? ratioOf(spentNano, amountNano) : Number.POSITIVE_INFINITY;
  const left = amountNano - spentNano - heldNano;
  const level = capLevel(ratio);
  return {
    action: spentNano >= amountNano ? 'stop' : level === 'ok' ? 'ok' : 'warn',
    level,
    spentNano,
    leftNano: left > 0n ? left : 0n,
    overshootNano: spentNano > amountNano ? spentNano - amountNano : 0n,
    ratio,
  };
}

/** Whether something new may start: there must be something left beside what is held. */
export function mayStart(budget: Pick<Budget, 'amountNano'>, spending: Spending): boolean {
  return assess(budget, spending).leftNano > 0n;
}

/** The span a budget counts over at an instant; undefined: as long as its scope lasts. */
export function spanOf({ period }: Pick<Budget, 'period'>, atMs: number, tz: string): Span | undefined {
  return period === 'run' ? undefined : periodAt(period, atMs, tz);
}

/** Seconds until the amount is spent at a pace; undefined where it does not move. */
export function secondsLeft({ leftNano }: Verdict, nanoPerHour: number | undefined): number | undefined {
  if (nanoPerHour === undefined || nanoPerHour <= 0) return undefined;
  return Math.floor((Number(leftNano) / nanoPerHour) * 3_600);
}

/** An amount in nano-dollars at its rate, rounded down: a budget is never larger than what was written. Undefined for what is no amount. */
export function nanoOfAmount({ amount, currency, rate }: DatedAmount): bigint | undefined {
  const units = parseNanoDecimal(amount);
  if (units === undefined || units <= 0n) return undefined;
  if (currency === 'USD') return units;
  const perDollar = rate === undefined ? undefined : parseNanoDecimal(rate);
  if (perDollar === undefined || perDollar <= 0n) return undefined;
  return (units * NANO_PER_USD) / perDollar;
}

/** `$200.00`, or `200 EUR ($231.5 at 0.864 of 2026-11-20)`: an amount as it was declared, with what made dollars of it. */
export function declaredWords({ declared, amountNano }: Budget): string {
  const dollars = formatMoney(amountNano);
  if (declared.currency === 'USD') return dollars;
  const dated = declared.rateDate === undefined ? '' : ` of ${declared.rateDate}`;
  return `${declared.amount} ${declared.currency} (${dollars} at ${declared.rate}${dated})`;
}

/** Exact enough for steps: both sides are scaled to the amount before they become a float. */
function ratioOf(spent: bigint, amount: bigint): number {
  const whole = spent / amount;
  const rest = Number(((spent % amount) * 1_000_000_000_000n) / amount) / 1e12;
  return Number(whole) + rest;
}
