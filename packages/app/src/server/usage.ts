/**
 * The answer of GET /usage (requirements 002): the seed's names and windows, with models, cost and completeness beside.
 * Windows are UTC unless a zone is asked for; weeks begin on Monday; days without use are there, with zeros.
 */
import {
  formatNanoDecimal,
  keysBetween,
  type LedgerReader,
  periodAt,
  type Row,
  type Totals,
  totalTokens,
  type WireUsage,
  type WireUsageTotals,
  wireInstant,
} from '@tokenmeter/core';
import type { Window } from './params.ts';

const DAY_MS = 86_400_000;
/** A log with a mad date must not make a list of a million days. */
const MOST_DAYS = 36_600;

export interface UsageQuestion {
  readonly window: Window;
  readonly tz: string;
  readonly nowMs: number;
  readonly thresholdTokens: number | undefined;
}

export async function readUsage(ledger: LedgerReader, asked: UsageQuestion): Promise<WireUsage> {
  const span = periodAt(asked.window, asked.nowMs, asked.tz);
  const period = { since: span?.since, until: span?.until, tz: asked.tz };
  const [agents, models, days, activity] = await Promise.all([
    ledger.query({ by: ['agent'], ...period }),
    ledger.query({ by: ['model'], ...period }),
    ledger.query({ by: ['day'], ...period }),
    ledger.activity(period.since, period.until),
  ]);
  const counts = new Map(activity.map(({ agent, runs, turns }) => [agent, { tasks: runs, turns }]));
  const none = { tasks: 0, turns: 0 };
  // An agent whose turns were answered by no call yet has a row as well.
  const silent = activity
    .filter(({ agent, runs, turns }) => runs + turns > 0 && !agents.rows.some((row) => row.key.agent === agent))
    .map(({ agent }) => ({ agent, ...(counts.get(agent) ?? none), ...wireUsageTotals(undefined) }));
  return {
    window: { kind: asked.window, since: wireInstant(span?.since), reset_at: wireInstant(span?.until) },
    totals: {
      tasks: activity.reduce((sum, { runs }) => sum + runs, 0),
      turns: activity.reduce((sum, { turns }) => sum + turns, 0),
      ...wireUsageTotals(agents.totals),
    },
    by_agent: [
      ...ranked(agents.rows, 'agent').map((row) => {
        const agent = row.key.agent ?? '';
        return { agent, ...(counts.get(agent) ?? none), ...wireUsageTotals(row) };
      }),
      ...silent,
    ],
    by_model: ranked(models.rows, 'model').map((row) => ({
      model: row.key.model ?? '',
      calls: row.calls,
      ...wireUsageTotals(row),
    })),
    by_day: fillDays(days.rows, span?.since, span?.until, asked),
    threshold_tokens: asked.thresholdTokens ?? null,
    period: { since: wireInstant(span?.since), until: wireInstant(span?.until), tz: asked.tz },
  };
}

/** Most tokens first, all buckets counted; equal ones by name. */
function ranked(rows: readonly Row[], key: string): readonly Row[] {
  const name = (row: Row) => row.key[key] ?? '';
  return rows.toSorted((a, b) => totalTokens(b.usage) - totalTokens(a.usage) || (name(a) < name(b) ? -1 : 1));
}

/** One entry for each day of the window; of all time, from the first day with use to today. */
function fillDays(
  rows: readonly Row[],
  since: number | undefined,
  until: number | undefined,
  { tz, nowMs }: UsageQuestion,
): WireUsage['by_day'] {
  const byDay = new Map(rows.map((row) => [row.key.day ?? '', row]));
  const used = [...byDay.keys()].filter((day) => day !== '').sort();
  const first = since ?? Date.parse(used[0] ?? '') - DAY_MS;
  const last = until ?? Math.max(nowMs, Date.parse(used.at(-1) ?? '') + 2 * DAY_MS);
  if (Number.isNaN(first)) return [];
  const isSane = (last - first) / DAY_MS <= MOST_DAYS;
  let days = isSane ? keysBetween('day', first, last, tz) : used;
  if (since === undefined && isSane) {
    const today = keysBetween('day', nowMs, nowMs + 1, tz)[0] ?? '';
    const end = [today, used.at(-1) ?? ''].sort().at(-1) ?? '';
    days = days.filter((day) => day >= (used[0] ?? '') && day <= end);
  }
  return days.map((day) => ({ day, ...wireUsageTotals(byDay.get(day)) }));
}

/** The seed's four names. Nothing counted is zero; `reasoning` is part of output and has no name here. */
function wireUsageTotals(totals: Totals | undefined): WireUsageTotals {
  return {
    input_tokens: totals?.usage.input ?? 0,
    output_tokens: totals?.usage.output ?? 0,
    cache_read: totals?.usage.cacheRead ?? 0,
    cache_creation: (totals?.usage.cacheWrite5m ?? 0) + (totals?.usage.cacheWrite1h ?? 0),
    cost_usd:
      totals === undefined
        ? formatNanoDecimal(0n)
        : totals.costNano === null
          ? null
          : formatNanoDecimal(totals.costNano),
    cost_complete: (totals?.unpricedTokens ?? 0) === 0,
    unpriced_tokens: totals?.unpricedTokens ?? 0,
  };
}
