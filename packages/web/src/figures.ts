/**
 * What the wire's totals are once read: numbers, and money as nano-dollars. Sums here are for regrouping rows of one
 * answer; they never turn unknown money into zero.
 */
import { parseNanoDecimal, type WireTotals } from '@tokenmeter/core';

/** The four types of every stack on screen, in its order. Both lifetimes of a cache write are one type here. */
export const TOKEN_TYPES = ['cacheRead', 'cacheWrite', 'input', 'output'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export const TOKEN_TYPE_NAMES: Readonly<Record<TokenType, string>> = {
  cacheRead: 'Cache read',
  cacheWrite: 'Cache write',
  input: 'Input',
  output: 'Output',
};

export interface Figures {
  readonly calls: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly byType: Readonly<Record<TokenType, number>>;
  /** Nano-dollars of what has a price; null where there are tokens and none of them has one. */
  readonly cost: bigint | null;
  readonly costByType: Readonly<Record<TokenType, bigint>>;
  /** Fees that are not tokens. */
  readonly costOther: bigint;
  readonly unpricedTokens: number;
  readonly inexactTokens: number;
  /** Tokens whose cost is nothing because a plan covers them; 0 when list prices lead. */
  readonly coveredTokens: number;
}

export const NO_FIGURES: Figures = {
  calls: 0,
  toolCalls: 0,
  tokens: 0,
  byType: { cacheRead: 0, cacheWrite: 0, input: 0, output: 0 },
  cost: 0n,
  costByType: { cacheRead: 0n, cacheWrite: 0n, input: 0n, output: 0n },
  costOther: 0n,
  unpricedTokens: 0,
  inexactTokens: 0,
  coveredTokens: 0,
};

export function readFigures(wire: WireTotals): Figures {
  const money = (text: string) => parseNanoDecimal(text) ?? 0n;
  return {
    calls: wire.calls,
    toolCalls: wire.tool_calls,
    tokens: wire.tokens,
    byType: {
      cacheRead: wire.cache_read,
      cacheWrite: wire.cache_write_5m + wire.cache_write_1h,
      input: wire.input,
      output: wire.output,
    },
    cost: wire.cost_usd === null ? null : money(wire.cost_usd),
    costByType: {
      cacheRead: money(wire.cost_parts.cache_read),
      cacheWrite: money(wire.cost_parts.cache_write),
      input: money(wire.cost_parts.input),
      output: money(wire.cost_parts.output),
    },
    costOther: money(wire.cost_parts.other),
    unpricedTokens: wire.unpriced_tokens,
    inexactTokens: wire.inexact_tokens,
    coveredTokens: 0,
  };
}

export function addFigures(a: Figures, b: Figures): Figures {
  const tokens = a.tokens + b.tokens;
  const unpricedTokens = a.unpricedTokens + b.unpricedTokens;
  const cost = (a.cost ?? 0n) + (b.cost ?? 0n);
  const isUnknown = (a.cost === null || b.cost === null) && cost === 0n && unpricedTokens >= tokens;
  return {
    calls: a.calls + b.calls,
    toolCalls: a.toolCalls + b.toolCalls,
    tokens,
    byType: byEachType((type) => a.byType[type] + b.byType[type]),
    cost: isUnknown ? null : cost,
    costByType: byEachType((type) => a.costByType[type] + b.costByType[type]),
    costOther: a.costOther + b.costOther,
    unpricedTokens,
    inexactTokens: a.inexactTokens + b.inexactTokens,
    coveredTokens: a.coveredTokens + b.coveredTokens,
  };
}

export function sumFigures(all: Iterable<Figures>): Figures {
  let sum = NO_FIGURES;
  for (const figures of all) sum = addFigures(sum, figures);
  return sum;
}

/** The same work as a plan bills it: nothing, and nothing unpriced. */
export function coveredByPlan(figures: Figures): Figures {
  return {
    ...figures,
    cost: 0n,
    costByType: NO_FIGURES.costByType,
    costOther: 0n,
    unpricedTokens: 0,
    coveredTokens: figures.tokens,
  };
}

/** Cache read over all that was sent; null when nothing was. */
export function hitRatio({ byType }: Figures): number | null {
  const sent = byType.input + byType.cacheRead + byType.cacheWrite;
  return sent === 0 ? null : byType.cacheRead / sent;
}

function byEachType<T>(value: (type: TokenType) => T): Record<TokenType, T> {
  return {
    cacheRead: value('cacheRead'),
    cacheWrite: value('cacheWrite'),
    input: value('input'),
    output: value('output'),
  };
}
