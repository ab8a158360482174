/**
 * Money as integers: prices in pico-dollars per token, amounts in nano-dollars. One call's amount is a number (exact to
 * nine million dollars); sums are bigint. It refuses floats and rounds in one place.
 */

export const NANO_PER_USD = 1_000_000_000n;

/** Pico-dollars (integer, any size) to nano-dollars, half to even. */
export function picoToNano(pico: bigint): bigint {
  const negative = pico < 0n;
  const magnitude = negative ? -pico : pico;
  const whole = magnitude / 1000n;
  const rest = magnitude % 1000n;
  const up = rest > 500n || (rest === 500n && whole % 2n === 1n);
  const nano = whole + (up ? 1n : 0n);
  return negative ? -nano : nano;
}

/** Nano-dollars as a decimal dollar string with nine decimals: `12.345678901`. */
export function formatNanoDecimal(nano: bigint | number): string {
  const value = BigInt(nano);
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(10, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** A decimal dollar string to nano-dollars, exactly; undefined for anything else or for more than nine decimals. */
export function parseNanoDecimal(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const nano = BigInt(whole) * NANO_PER_USD + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -nano : nano;
}

/**
 * Splits `whole` into integer parts in proportion to `weights`, so that the parts add up to it exactly (largest
 * remainder, ties to the earlier). All-zero weights give everything to the first part.
 */
export function splitByLargestRemainder(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? whole : 0n));
  const parts = weights.map((weight) => (whole * weight) / sum);
  let left = whole - parts.reduce((a, b) => a + b, 0n);
  const order = weights
    .map((weight, index) => ({ index, rest: (whole * weight) % sum }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of order) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}
