/**
 * Which limit the figure of a period is held against, and how near it is. A limit counts all usage of its own period, so
 * a filter or another period has none: the ring stays blank rather than show a share of the wrong whole.
 */
import { parseNanoDecimal, type WireSettings } from '@tokenmeter/core';
import { capLevel, type Level } from '@tokenmeter/core/format';
import type { Figures } from '../../figures.ts';

export type Limit =
  | { readonly of: 'money'; readonly nano: bigint }
  | { readonly of: 'tokens'; readonly tokens: number };

export interface Threshold {
  readonly limit: Limit;
  /** Used over limit, unrounded; above 1 once it is passed. */
  readonly ratio: number;
  readonly level: Level;
}

/** The limits that hold for a whole period of this kind. */
export function limitsFor(
  kind: string,
  settings: Pick<WireSettings, 'monthly_cap_usd' | 'usage_threshold_tokens' | 'usage_reset'> | undefined,
): Limit[] {
  const limits: Limit[] = [];
  const cap = settings?.monthly_cap_usd ? parseNanoDecimal(settings.monthly_cap_usd) : undefined;
  if (kind === 'month' && cap !== undefined && cap > 0n) limits.push({ of: 'money', nano: cap });
  const tokens = settings?.usage_threshold_tokens ?? 0;
  if (kind === settings?.usage_reset && tokens > 0) limits.push({ of: 'tokens', tokens });
  return limits;
}

/** The limit that is nearest to being reached; undefined where none holds or the spend is unknown. */
export function nearestThreshold(figures: Figures, limits: readonly Limit[]): Threshold | undefined {
  let nearest: Threshold | undefined;
  for (const limit of limits) {
    const ratio =
      limit.of === 'tokens'
        ? figures.tokens / limit.tokens
        : figures.cost === null
          ? undefined
          : Number(figures.cost) / Number(limit.nano);
    if (ratio === undefined || (nearest && nearest.ratio >= ratio)) continue;
    nearest = { limit, ratio, level: capLevel(ratio) };
  }
  return nearest;
}
