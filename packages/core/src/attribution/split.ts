/** Splitting a whole number by weights, so that the parts add up to it: largest remainder, ties to the earlier. */
import { splitByLargestRemainder } from '../money.ts';

/** Numbers while every product is exact, bigint beyond. All-zero weights share evenly. Weights are integers >= 0. */
export function split(whole: number, weights: readonly number[]): number[] {
  if (weights.length <= 1) return weights.length === 0 ? [] : [whole];
  let sum = 0;
  let largest = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    sum += weight;
    if (weight > largest) largest = weight;
  }
  if (sum === 0) return split(whole, Array<number>(weights.length).fill(1));
  if (whole * largest > Number.MAX_SAFE_INTEGER || sum > Number.MAX_SAFE_INTEGER)
    return splitByLargestRemainder(BigInt(whole), weights.map(BigInt)).map(Number);
  const parts = weights.slice();
  const rests = weights.slice();
  let left = whole;
  for (let index = 0; index < weights.length; index++) {
    const product = whole * (weights[index] ?? 0);
    // Dividing is quicker than asking for a remainder, and may come out one too high.
    let part = Math.floor(product / sum);
    let rest = product - part * sum;
    if (rest < 0) {
      part--;
      rest += sum;
    }
    parts[index] = part;
    rests[index] = rest;
    left -= part;
  }
  for (; left > 0; left--) {
    let most = 0;
    for (let index = 1; index < rests.length; index++) if ((rests[index] ?? 0) > (rests[most] ?? 0)) most = index;
    parts[most] = (parts[most] ?? 0) + 1;
    rests[most] = -1;
  }
  return parts;
}
