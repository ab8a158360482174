/** Sums of parts: what an owner had over many calls. Additive in every figure, so that groups of any kind make the whole. */
import type { Part } from './piece.ts';
import { partTokens } from './piece.ts';

/** The figures by phase; output has one bucket. Money in nano-dollars. */
export const ATTRIBUTION_SUMS = [
  'enteredInput',
  'enteredCacheRead',
  'enteredCacheWrite5m',
  'enteredCacheWrite1h',
  'carriedInput',
  'carriedCacheRead',
  'carriedCacheWrite5m',
  'carriedCacheWrite1h',
  'output',
  'measured',
  'costEntered',
  'costCarried',
  'costOutput',
  'unpricedTokens',
] as const;
export type AttributionSum = (typeof ATTRIBUTION_SUMS)[number];
export type AttributionSums = Record<AttributionSum, number>;

export function noAttribution(): AttributionSums {
  return {
    enteredInput: 0,
    enteredCacheRead: 0,
    enteredCacheWrite5m: 0,
    enteredCacheWrite1h: 0,
    carriedInput: 0,
    carriedCacheRead: 0,
    carriedCacheWrite5m: 0,
    carriedCacheWrite1h: 0,
    output: 0,
    measured: 0,
    costEntered: 0,
    costCarried: 0,
    costOutput: 0,
    unpricedTokens: 0,
  };
}

/** Adds a part in place. The second method's parts have output that they did not write: it is output all the same. */
export function addPart(sums: AttributionSums, part: Part, isPriced: boolean): void {
  if (part.phase === 'carried') {
    sums.carriedInput += part.input;
    sums.carriedCacheRead += part.cacheRead;
    sums.carriedCacheWrite5m += part.cacheWrite5m;
    sums.carriedCacheWrite1h += part.cacheWrite1h;
    sums.costCarried += part.costNano;
  } else {
    sums.enteredInput += part.input;
    sums.enteredCacheRead += part.cacheRead;
    sums.enteredCacheWrite5m += part.cacheWrite5m;
    sums.enteredCacheWrite1h += part.cacheWrite1h;
    if (part.phase === 'entered') sums.costEntered += part.costNano;
    else sums.costOutput += part.costNano;
  }
  sums.output += part.output;
  sums.measured += part.measured;
  if (!isPriced) sums.unpricedTokens += partTokens(part);
}

export function addSums(into: AttributionSums, other: AttributionSums): void {
  for (const name of ATTRIBUTION_SUMS) into[name] += other[name];
}

export function sumTokens(sums: AttributionSums): number {
  return enteredTokens(sums) + carriedTokens(sums) + sums.output;
}

export function enteredTokens(sums: AttributionSums): number {
  return sums.enteredInput + sums.enteredCacheRead + sums.enteredCacheWrite5m + sums.enteredCacheWrite1h;
}

export function carriedTokens(sums: AttributionSums): number {
  return sums.carriedInput + sums.carriedCacheRead + sums.carriedCacheWrite5m + sums.carriedCacheWrite1h;
}

export function sumNano(sums: AttributionSums): number {
  return sums.costEntered + sums.costCarried + sums.costOutput;
}
