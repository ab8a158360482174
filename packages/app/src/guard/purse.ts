/**
 * What has been spent of the month and of each run, in memory, and the verdict on it. The month is what the ledger holds
 * without the runs that are followed, and what these have spent live; so nothing is counted twice, whoever writes first.
 * Asking the ledger happens behind; a verdict never waits for it.
 */
import type { Budget, Ledger, Query, Span, Verdict } from '@tokenmeter/core';
import { assess, nanoOfAmount, overshootBound, spanOf } from '@tokenmeter/core';
import type { PriceBook } from '@tokenmeter/core/price';
import type { Config } from '../config.ts';

/** What the purse must know of a run. */
export interface Spender {
  readonly id: string;
  readonly agent: string;
  readonly startedAt: number;
  /** Its own sessions and its sub-agents'. */
  readonly sessions: readonly string[];
  readonly spentNano: number;
  /** The part of it that lies before the month. */
  readonly spentBefore: number;
  readonly budgetNano: bigint | null;
  /** Of each agent that may have a call in flight, itself and its sub-agents at work: its model, '' unknown. Never empty. */
  readonly models: readonly string[];
}

export interface Judgement {
  readonly kind: 'run' | 'monthly';
  readonly budget: Budget;
  readonly verdict: Verdict;
  /** Nano-dollars by which it may be passed, as told beforehand. */
  readonly boundNano: bigint;
}

export class Purse {
  readonly #ledger: Pick<Ledger, 'query'>;
  readonly #book: { now(): PriceBook };
  readonly #config: () => Config;
  #committedNano = 0n;
  #span: Span | undefined;
  #month: Budget | undefined;

  constructor(ledger: Pick<Ledger, 'query'>, book: { now(): PriceBook }, config: () => Config) {
    this.#ledger = ledger;
    this.#book = book;
    this.#config = config;
  }

  /** The month's budget; undefined without a cap. */
  get month(): Budget | undefined {
    const { monthlyCap } = this.#config();
    // Asked for each run on each event.
    if (this.#month?.declared !== monthlyCap) this.#month = monthlyCap && monthOf(monthlyCap);
    return this.#month;
  }

  /** True when another month has begun since the ledger was asked: what runs spent so far belongs to the one before. */
  isStale(now: number): boolean {
    return this.#span !== undefined && now >= (this.#span.until ?? Number.POSITIVE_INFINITY);
  }

  /** Asks the ledger what is committed in the month without the runs that are followed. */
  async refresh(spenders: readonly Spender[], now: number): Promise<void> {
    const { tz } = this.#config();
    const span = spanOf({ period: 'month' }, now, tz);
    if (!span) return;
    const ask = (only: Query['only'], since: number) =>
      this.#ledger.query({ by: ['agent', 'model'], since, until: span.until, tz, only });
    // All are asked in one turn, so that no append comes between them.
    const [all, ...own] = await Promise.all([
      ask(undefined, span.since),
      ...spenders
        .filter(({ sessions }) => sessions.length > 0)
        .map(({ sessions, startedAt }) => ask({ session: sessions }, Math.max(span.since, startedAt))),
    ]);
    const sum = (result: Awaited<ReturnType<typeof ask>>) => capNanoOf(result.rows, this.#book.now(), now);
    this.#committedNano = own.reduce((left, result) => left - sum(result), sum(all));
    this.#span = span;
  }

  /** The verdict alone, as each delta asks it: whether a run is at its own limit or all are at the month's. */
  isAtLimit(budgetNano: bigint | null, spentNano: number, liveNano: number): boolean {
    if (budgetNano !== null && BigInt(spentNano) >= budgetNano) return true;
    const budget = this.month;
    if (!budget) return false;
    const spending = { committedNano: this.#committedNano, liveNano: BigInt(liveNano) };
    return assess(budget, spending).action === 'stop';
  }

  /** The tightest verdict on a run; undefined without any cap. In memory, at once. */
  judge(run: Spender, spenders: readonly Spender[], now: number): Judgement | undefined {
    const judgements = [this.#judgeRun(run, now), this.#judgeMonth(spenders, now)].filter((each) => each !== undefined);
    return judgements.sort((a, b) => b.verdict.ratio - a.verdict.ratio)[0];
  }

  #judgeRun(run: Spender, now: number): Judgement | undefined {
    if (run.budgetNano === null) return undefined;
    const budget: Budget = {
      id: `run:${run.id}`,
      scope: { kind: 'run', runId: run.id },
      period: 'run',
      amountNano: run.budgetNano,
      declared: { amount: '', currency: 'USD' },
    };
    const verdict = assess(budget, { committedNano: 0n, liveNano: BigInt(run.spentNano) });
    return { kind: 'run', budget, verdict, boundNano: this.#bound([run], now) };
  }

  #judgeMonth(spenders: readonly Spender[], now: number): Judgement | undefined {
    const budget = this.month;
    if (!budget) return undefined;
    const live = spenders.reduce((sum, { spentNano, spentBefore }) => sum + spentNano - spentBefore, 0);
    const verdict = assess(budget, { committedNano: this.#committedNano, liveNano: BigInt(live) });
    return { kind: 'monthly', budget, verdict, boundNano: this.#bound(spenders, now) };
  }

  #bound(spenders: readonly Spender[], now: number): bigint {
    const seats = spenders.flatMap(({ agent, models }) => models.map((model) => ({ agent, seller: '', model })));
    return overshootBound(this.#book.now(), seats, now);
  }
}

function monthOf(declared: NonNullable<Config['monthlyCap']>): Budget | undefined {
  const amountNano = nanoOfAmount(declared);
  if (amountNano === undefined) return undefined;
  return { id: 'monthly_cap', scope: { kind: 'all' }, period: 'month', amountNano, declared };
}

/** Nano-dollars of rows by model, tokens without a price at the dearest they could cost. */
function capNanoOf(rows: Awaited<ReturnType<Ledger['query']>>['rows'], book: PriceBook, now: number): bigint {
  return rows.reduce((sum, { key, costNano, unpricedTokens }) => {
    const known = sum + (costNano ?? 0n);
    if (unpricedTokens === 0) return known;
    const { rates } = book.ceiling(key.agent ?? '', '', key.model ?? '', now);
    const dearest = Math.max(rates.input, rates.output, rates.cacheWrite1h ?? 0, rates.cacheWrite5m ?? 0);
    return known + (BigInt(dearest) * BigInt(unpricedTokens)) / 1000n;
  }, 0n);
}
