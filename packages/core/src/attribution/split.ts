/** Splitting a whole number by weights, so that the parts add up to it: largest remainder, ties to the earlier. */
import { splitByLargestRemainder } from '../money.ts';

/** Numbers while every product is exact, bigint beyond. All-zero weights share evenly. Weights are integers >= 0. */
export function split(whole: number, weights: readonly number[]): number[] {
  if (weights.length <= 1) return weights.length === 0 ? [] : [whole];
  let sum = 0;
  let largest = 0;
  for (const weight of weights) {
    sum += weight;
    if (weight > largest) largest = weight;
  }
  if (sum === 0) return split(whole, Array<number>(weights.length).fill(1));
  if (whole * largest > Number.MAX_SAFE_INTEGER || sum > Number.MAX_SAFE_INTEGER)
    return splitByLargestRemainder(BigInt(whole), weights.map(BigInt)).map(Number);
  const parts: number[] = [];
  let left = whole;
  for (const weight of weights) {
    const part = Math.floor((whole * weight) / sum);
    parts.push(part);
    left -= part;
  }
  if (left === 0) return parts;
  const rests = weights.map((weight) => (whole * weight) % sum);
  const order = rests.map((_, index) => index).sort((a, b) => (rests[b] ?? 0) - (rests[a] ?? 0) || a - b);
  for (const index of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
