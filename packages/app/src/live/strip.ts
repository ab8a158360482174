/**
 * The strip above the runs: the pace of money and its last hour, today and the month. Sums are the ledger's, with what is
 * in flight on top; the ledger is asked behind, at most once a second, never for a frame.
 */
import type { Clock, Ledger, Measures, QueryResult, Totals, WireLiveStrip } from '@tokenmeter/core';
import { formatNanoDecimal, inputTokens, type Pace, periodAt, totalTokens } from '@tokenmeter/core';
import { cacheSavingNano } from '@tokenmeter/core/price';
import type { Config } from '../config.ts';

export interface StripSource {
  readonly ledger: Pick<Ledger, 'query' | 'prices'>;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly pace: Pace;
}

export class Strip {
  readonly #source: StripSource;
  #today: QueryResult | undefined;
  #month: Totals | undefined;
  #savedNano: bigint | undefined;

  constructor(source: StripSource) {
    this.#source = source;
  }

  /** Asks the ledger again. */
  async refresh(): Promise<void> {
    const { ledger, clock, config } = this.#source;
    const { tz } = config();
    const now = clock.now();
    const [day, month] = [periodAt('day', now, tz), periodAt('month', now, tz)];
    const [today, thisMonth] = await Promise.all([
      ledger.query({ by: ['agent', 'model'], since: day.since, until: day.until, tz }),
      ledger.query({ by: [], since: month.since, until: month.until, tz }),
    ]);
    this.#today = today;
    this.#month = thisMonth.totals;
    const book = ledger.prices();
    this.#savedNano = today.rows.reduce<bigint | undefined>((sum, { key, usage }) => {
      const saved = cacheSavingNano(book, { agent: key.agent ?? '', model: key.model ?? '', at: now, usage });
      return saved === undefined ? sum : (sum ?? 0n) + saved;
    }, undefined);
  }

  /** The strip now; `inFlight` are the runs' parts that no ledger has. */
  now(inFlight: readonly Measures[], activeRuns: number): WireLiveStrip {
    const { clock, config, pace } = this.#source;
    const now = clock.now();
    const perHour = pace.shownNanoPerHour(now);
    const usage = this.#today?.totals.usage;
    const flying = (of: (measures: Measures) => number) => inFlight.reduce((sum, measures) => sum + of(measures), 0);
    const input = usage ? inputTokens(usage) : 0;
    const saved = this.#savedNano;
    return {
      rate_usd_per_hour: perHour === undefined ? null : formatNanoDecimal(Math.max(0, perHour)),
      minutes_usd: pace.minutes(now).map((nano) => formatNanoDecimal(Math.max(0, nano))),
      today: {
        ...spend(this.#today?.totals, inFlight),
        tokens: (usage ? totalTokens(usage) : 0) + flying(tokensOf),
        output: (usage?.output ?? 0) + flying(({ output }) => output),
        cache_hit_percent: usage && input > 0 ? Math.floor((usage.cacheRead / input) * 100) : null,
        cache_saved_usd: saved === undefined ? null : formatNanoDecimal(saved),
      },
      month: spend(this.#month, inFlight),
      monthly_cap_usd: config().monthlyCapUsd ?? null,
      active_runs: activeRuns,
    };
  }
}

function spend(totals: Totals | undefined, inFlight: readonly Measures[]): WireLiveStrip['month'] {
  const unpriced =
    (totals?.unpricedTokens ?? 0) + inFlight.reduce((sum, { unpricedTokens }) => sum + unpricedTokens, 0);
  const flying = inFlight.reduce((sum, measures) => sum + costOf(measures), 0);
  const isUnknown = (totals === undefined || totals.costNano === null) && flying === 0 && unpriced > 0;
  return {
    cost_usd: isUnknown ? null : formatNanoDecimal((totals?.costNano ?? 0n) + BigInt(flying)),
    cost_complete: unpriced === 0,
    unpriced_tokens: unpriced,
  };
}

function costOf(measures: Measures): number {
  const { costInput, costCacheRead, costCacheWrite, costOutput, costOther } = measures;
  return costInput + costCacheRead + costCacheWrite + costOutput + costOther;
}

function tokensOf(measures: Measures): number {
  return measures.input + measures.cacheRead + measures.cacheWrite5m + measures.cacheWrite1h + measures.output;
}
