/** What the table of prices says of a price: where it comes from, how it was found, its rates, its tier. Pure. */
import { parseNanoDecimal, type WirePrice, type WirePrices } from '@tokenmeter/core';
import { formatMoney, formatTokens } from '@tokenmeter/core/format';

export type Model = WirePrices['models'][number];

/** `$5.00`, `$0.075`: dollars, whatever currency totals are shown in; a dash where the book takes another rate. */
export function rateText(rate: string | null | undefined): string {
  if (rate === null || rate === undefined) return '—';
  return formatMoney(parseNanoDecimal(rate) ?? null, { precision: 'exact' });
}

export function originWords({ origin }: WirePrice): string {
  return { catalogue: 'Built in', overlay: 'Imported', user: 'Yours' }[origin];
}

/** How the model's name led to its price; nothing for its own name. */
export function matchWords({ match, price, model }: Model): string {
  if (match === 'alias') return `as ${price?.model ?? ''}`;
  if (match !== 'family' || !price) return '';
  return price.model === model ? `guessed, as sold by ${price.seller}` : `guessed, as ${price.model}`;
}

/** `Above 200k: $6.00 / $22.50`, a line a tier. */
export function tierWords({ tiers }: WirePrice): string[] {
  return tiers.map(
    ({ above_tokens, rates }) =>
      `Above ${formatTokens(above_tokens)}: ${rateText(rates.input)} / ${rateText(rates.output)}`,
  );
}

/** `1 model has no price. 1.9M tokens aren’t in your totals.`; nothing where every model has one. */
export function unpricedWords(models: readonly Model[]): string {
  const without = models.filter(({ unpriced_tokens }) => unpriced_tokens > 0);
  if (without.length === 0) return '';
  const tokens = without.reduce((sum, { unpriced_tokens }) => sum + unpriced_tokens, 0);
  const who = without.length === 1 ? '1 model has no price.' : `${without.length} models have no price.`;
  return `${who} ${formatTokens(tokens)} tokens aren’t in your totals.`;
}

/** Models whose price can be copied to another: one of each, by name. */
export function pricedModels(models: readonly Model[], except: Model): Model[] {
  const seen = new Set<string>([except.model]);
  return models
    .filter(({ price, model }) => price !== null && !seen.has(model) && seen.add(model))
    .toSorted((a, b) => a.model.localeCompare(b.model, 'en'));
}
