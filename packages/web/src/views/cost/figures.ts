/**
 * The figures of the Token cost page once read: numbers, money as nano-dollars, and what of them was measured and what
 * an agent only reported. Pure; unknown money stays unknown.
 */
import { parseNanoDecimal, type WireCost, type WireCostFigures, type WireCostPart } from '@tokenmeter/core';
import { formatShares } from '@tokenmeter/core/format';

/** What bars and shares are drawn by. */
export type Measure = 'cost' | 'tokens';

/** What each card of the page is given. */
export interface CardProperties {
  readonly answer: WireCost;
  readonly measure: Measure;
}

export interface Spend {
  readonly tokens: number;
  /** Null where nothing has a price. */
  readonly cost: bigint | null;
}

export interface CostFigures extends Spend {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly unpricedTokens: number;
  readonly inexactTokens: number;
  /** Calls and token events that count. */
  readonly events: number;
  readonly measured: Spend & { readonly tokensIn: number; readonly tokensOut: number };
  /** Reported or estimated by an agent, not measured. */
  readonly told: Spend;
  /** Reported of work that was measured as well: in no sum. */
  readonly superseded: Spend;
}

export function readCost(wire: WireCostFigures): CostFigures {
  const { reported, estimated } = wire;
  const told = [reported, estimated].map(readPart);
  return {
    tokens: wire.tokens,
    tokensIn: wire.tokens_in,
    tokensOut: wire.tokens_out,
    cost: readMoney(wire.cost_usd),
    unpricedTokens: wire.unpriced_tokens,
    inexactTokens: wire.inexact_tokens,
    events: wire.calls + wire.events,
    measured: { ...readPart(wire.measured), tokensIn: wire.measured.tokens_in, tokensOut: wire.measured.tokens_out },
    told: {
      tokens: reported.tokens + estimated.tokens,
      cost: told.every(({ cost }) => cost === null) ? null : told.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n),
    },
    superseded: readPart(wire.superseded),
  };
}

export function readMoney(text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : (parseNanoDecimal(text) ?? null);
}

/** What a bar of these figures is as long as; nothing where the money is unknown. */
export function weigh(spend: Spend, measure: Measure): bigint {
  return measure === 'tokens' ? BigInt(spend.tokens) : (spend.cost ?? 0n);
}

/** Money where any is known, tokens where nothing has a price: a bar of unknowns says nothing. */
export function measureOf(asked: Measure, totals: CostFigures): Measure {
  return totals.cost === null && totals.tokens > 0 ? 'tokens' : asked;
}

/** Whole percents of figures that together are all there is. */
export function sharesOf(all: readonly Spend[], measure: Measure): string[] {
  return formatShares(all.map((spend) => weigh(spend, measure)));
}

/** `36%` of a whole; undefined where the whole is nothing. */
export function ratioOf(part: Spend, whole: Spend, measure: Measure): number | undefined {
  const all = weigh(whole, measure);
  return all === 0n ? undefined : Number(weigh(part, measure)) / Number(all);
}

function readPart(part: WireCostPart): Spend {
  return { tokens: part.tokens, cost: readMoney(part.cost_usd) };
}
