import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, type TokenUsage } from '../usage.ts';
import { charge, completeRates, type RateCard } from './cost.ts';
import type { Rating } from './price.ts';

const rate = fc.oneof(fc.nat(100_000_000), fc.nat(1000));
const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate });
const cards: fc.Arbitrary<RateCard> = fc.record({
  priceId: fc.constant('seller/model'),
  match: fc.constant('exact' as const),
  base: rates,
  tiers: fc.oneof(fc.constant([]), fc.tuple(fc.record({ aboveTokens: fc.constant(200_000), rates }))),
  searchPico: fc.option(fc.nat(20_000_000_000), { nil: undefined }),
});
const tokens = fc.oneof(fc.nat(1000), fc.nat(2_000_000), fc.nat(10_000_000_000));
const usages: fc.Arbitrary<TokenUsage> = fc.record({
  input: tokens,
  cacheRead: tokens,
  cacheWrite5m: tokens,
  cacheWrite1h: tokens,
  output: tokens,
});

const sumOfParts = (rating: Rating) =>
  rating.inputNano + rating.cacheReadNano + rating.cacheWriteNano + rating.outputNano + rating.otherNano;

/** The definition, without any haste: exact pico-dollars in bigint. */
function exactPico(card: RateCard, usage: TokenUsage, searches: number): bigint {
  const sent = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const applied = card.tiers.find((tier) => sent > tier.aboveTokens)?.rates ?? card.base;
  const tokenCost = BUCKETS.reduce((sum, bucket) => sum + BigInt(usage[bucket]) * BigInt(applied[bucket]), 0n);
  return tokenCost + BigInt(searches) * BigInt(card.searchPico ?? 0);
}

describe('charge()', () => {
  it('is the exact price rounded once, half to even, however large the call', () => {
    fc.assert(
      fc.property(cards, usages, fc.nat(20), (card, usage, searches) => {
        const pico = exactPico(card, usage, searches);
        const total = BigInt(charge(card, usage, searches).totalNano);
        const distance = pico - total * 1000n;
        fc.pre(total < BigInt(Number.MAX_SAFE_INTEGER));
        expect(distance <= 500n && distance >= -500n).toBe(true);
        if (distance === 500n || distance === -500n) expect(total % 2n).toBe(0n);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [500, 0],
    [501, 1],
    [1500, 2],
    [2500, 2],
    [2501, 3],
  ])('rounds %d pico-dollars to %d nano-dollars', (pico, nano) => {
    const base = completeRates({ input: pico, output: 0 }, false);
    const card: RateCard = { priceId: 'seller/model', match: 'exact', base, tiers: [], searchPico: undefined };
    const usage = { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
    expect(charge(card, usage, 0).totalNano).toBe(nano);
  });

  it('has parts that sum to the whole, each within a nano-dollar of its own price', () => {
    fc.assert(
      fc.property(cards, usages, fc.nat(20), (card, usage, searches) => {
        const rating = charge(card, usage, searches);
        fc.pre(rating.totalNano < Number.MAX_SAFE_INTEGER);
        expect(sumOfParts(rating)).toBe(rating.totalNano);
        for (const part of [rating.inputNano, rating.cacheReadNano, rating.cacheWriteNano, rating.outputNano]) {
          expect(part).toBeGreaterThanOrEqual(0);
        }
        const output = BigInt(usage.output) * BigInt(ratesOf(card, usage).output);
        expect(Math.abs(rating.outputNano - Number(output / 1000n))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('never falls when a bucket grows within a tier', () => {
    fc.assert(
      fc.property(cards, usages, fc.constantFrom(...BUCKETS), fc.nat(1000), (card, usage, bucket, more) => {
        const flat = { ...card, tiers: [] };
        const larger = { ...usage, [bucket]: usage[bucket] + more };
        expect(charge(flat, larger, 0).totalNano).toBeGreaterThanOrEqual(charge(flat, usage, 0).totalNano);
      }),
    );
  });

  it('takes what is no count as none instead of throwing', () => {
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -5, 1.5, 1e300, 0, 7);
    const strange = fc.record({ input: odd, cacheRead: odd, cacheWrite5m: odd, cacheWrite1h: odd, output: odd });
    fc.assert(
      fc.property(cards, strange, odd, (card, usage, searches) => {
        expect(charge(card, usage, searches).totalNano).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('says that a search fee nobody published is a guess', () => {
    const card: RateCard = {
      priceId: 'seller/model',
      match: 'exact',
      base: completeRates({ input: 1, output: 1 }, false),
      tiers: [],
      searchPico: undefined,
    };
    const usage = { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1 };
    expect(charge(card, usage, 0).match).toBe('exact');
    expect(charge(card, usage, 1).match).toBe('family');
  });
});

describe('completeRates()', () => {
  it('asks the input price for cache buckets without one', () => {
    expect(completeRates({ input: 7, output: 9 }, false)).toEqual({
      input: 7,
      output: 9,
      cacheRead: 7,
      cacheWrite5m: 7,
      cacheWrite1h: 7,
    });
  });

  it('asks the 5-minute price for 1-hour writes, and twice the input price on Claude models', () => {
    expect(completeRates({ input: 4, output: 9, cacheWrite5m: 5 }, false).cacheWrite1h).toBe(5);
    expect(completeRates({ input: 4, output: 9, cacheWrite5m: 5 }, true).cacheWrite1h).toBe(8);
  });
});

function ratesOf(card: RateCard, usage: TokenUsage) {
  const sent = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return card.tiers.find((tier) => sent > tier.aboveTokens)?.rates ?? card.base;
}
