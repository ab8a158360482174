/**
 * What a call's service tier and inference region do to its price, as far as the sellers' pages say. It refuses to take an
 * unknown tier for the standard one: `modifierOf` then answers `isGuess`, the call is rated at standard rates and its match
 * is `family`, so that it is shown as a guess.
 */
import { bareName } from './model-name.ts';

/** Rates times `numerator / denominator`. */
export interface Modifier {
  readonly numerator: number;
  readonly denominator: number;
  /** True where the tier or region is not one whose price we know. */
  readonly isGuess: boolean;
  /** True where the tier is sold for requests below the long-context threshold only; above, standard rates apply. */
  readonly isShortOnly: boolean;
}

const STANDARD_TIERS: ReadonlySet<string> = new Set(['', 'standard', 'default', 'auto', 'on_demand', 'not_available']);
const STANDARD_REGIONS: ReadonlySet<string> = new Set(['', 'global', 'not_available']);

export const isStandard = (tier: string, geo: string): boolean => STANDARD_TIERS.has(tier) && STANDARD_REGIONS.has(geo);

/**
 * Anthropic's fast mode (`speed: fast`), all buckets: platform.claude.com/docs/en/build-with-claude/fast-mode. 30/150 on
 * Opus 4.6 and 4.7, 10/50 on 4.8 and 5, 8/40 on 5.5. First-party only.
 */
const CLAUDE_FAST: Readonly<Record<string, number>> = {
  'claude-opus-4-6': 6,
  'claude-opus-4-7': 6,
  'claude-opus-4-8': 2,
  'claude-opus-5': 2,
  'claude-opus-5-5': 2,
};

/**
 * OpenAI's fast mode, named priority processing until 2026-07-30, in hundredths: the "Fast" table of
 * developers.openai.com/api/docs/pricing, 2026-10. Its dashes for long context mark the short-only ones.
 */
const GPT_FAST: Readonly<Record<string, { readonly percent: number; readonly isShortOnly?: boolean }>> = {
  'gpt-6-1-sol': { percent: 200 },
  'gpt-6-astra': { percent: 200 },
  'gpt-6-sol': { percent: 200 },
  'gpt-6-luna': { percent: 200 },
  'gpt-5-6-sol': { percent: 200 },
  'gpt-5-6-terra': { percent: 200 },
  'gpt-5-6-luna': { percent: 200 },
  'gpt-5-5': { percent: 250, isShortOnly: true },
  'gpt-5-4': { percent: 200, isShortOnly: true },
  'gpt-5-4-mini': { percent: 200 },
  'gpt-5-3-codex': { percent: 200 },
  'gpt-5-2': { percent: 200 },
  'gpt-5-1': { percent: 200 },
  'gpt-5': { percent: 200 },
  'gpt-5-mini': { percent: 180 },
  'gpt-4-1': { percent: 175 },
};

/** OpenAI's flex processing is half price on these (the "Flex" table of the same page). */
const GPT_FLEX: ReadonlySet<string> = new Set([
  ...Object.keys(GPT_FAST).filter((model) => model !== 'gpt-4-1' && model !== 'gpt-5-3-codex'),
  'gpt-5-4-nano',
  'gpt-5-4-pro',
  'gpt-5-nano',
  'o3',
  'o4-mini',
]);

const unknown: Modifier = { numerator: 1, denominator: 1, isGuess: true, isShortOnly: false };
const times = (numerator: number, denominator = 1, isShortOnly = false): Modifier => ({
  numerator,
  denominator,
  isGuess: false,
  isShortOnly,
});

/** The two together; `seller` and `model` are those of the price. */
export function modifierOf(seller: string, model: string, tier: string, geo: string): Modifier {
  const byTier = STANDARD_TIERS.has(tier) ? times(1) : tierModifier(seller, bareName(model.toLowerCase()), tier);
  const byRegion = STANDARD_REGIONS.has(geo) ? times(1) : regionModifier(seller, geo);
  return {
    numerator: byTier.numerator * byRegion.numerator,
    denominator: byTier.denominator * byRegion.denominator,
    isGuess: byTier.isGuess || byRegion.isGuess,
    isShortOnly: byTier.isShortOnly,
  };
}

function tierModifier(seller: string, model: string, tier: string): Modifier {
  if (seller === 'anthropic') {
    const fast = Object.hasOwn(CLAUDE_FAST, model) ? CLAUDE_FAST[model] : undefined;
    if (tier === 'fast' && fast !== undefined) return times(fast);
    // "50% discount on both input and output tokens"; the caching multipliers stack.
    if (tier === 'batch') return times(1, 2);
    // Anthropic's Priority Tier is committed capacity at a negotiated price: unknown.
  }
  if (seller === 'openai') {
    if (tier === 'fast' || tier === 'priority') {
      const fast = Object.hasOwn(GPT_FAST, model) ? GPT_FAST[model] : undefined;
      if (fast !== undefined) return times(fast.percent, 100, fast.isShortOnly ?? false);
    }
    if (tier === 'batch' || (tier === 'flex' && GPT_FLEX.has(model))) return times(1, 2);
  }
  return unknown;
}

/** "US-only inference ... incurs a 1.1x multiplier on all token pricing categories" (Anthropic's pricing page). */
function regionModifier(seller: string, geo: string): Modifier {
  return seller === 'anthropic' && geo === 'us' ? times(11, 10) : unknown;
}
