/**
 * Prices as people write them (decimal dollars per million tokens) and as we keep them (integer pico-dollars per token):
 * one dollar per million is one million pico per token, so six decimals are exact. It refuses to round.
 */

const PLACES = 6;

/**
 * Pico-dollars per token of a decimal price in dollars per million tokens, exactly; undefined for anything that is not a
 * plain decimal >= 0, has more than six decimals, or is too large to be exact. `parseDollarsPerMillion('0.075')` is 75000.
 */
export function parseDollarsPerMillion(text: string): number | undefined {
  const match = /^\$?\s*(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > PLACES) return undefined;
  const pico = Number(`${whole}${kept.padEnd(PLACES, '0')}`);
  return Number.isSafeInteger(pico) ? pico : undefined;
}

/** The inverse: `formatDollarsPerMillion(75000)` is `0.075`; no trailing zeros, no sign, no thousands separator. */
export function formatDollarsPerMillion(pico: number): string {
  const digits = String(pico).padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  const whole = digits.slice(0, -PLACES);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
