import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFigures, coveredByPlan, type Figures, hitRatio, NO_FIGURES, sumFigures, TOKEN_TYPES } from './figures.ts';

const priced = (tokens: number, cost: bigint): Figures => ({
  ...NO_FIGURES,
  calls: 1,
  tokens,
  byType: { ...NO_FIGURES.byType, input: tokens },
  cost,
  costByType: { ...NO_FIGURES.costByType, input: cost },
});
const unpriced = (tokens: number): Figures => ({ ...priced(tokens, 0n), cost: null, unpricedTokens: tokens });

describe('addFigures()', () => {
  it('keeps unknown money unknown until something has a price', () => {
    expect(sumFigures([unpriced(5), unpriced(6)]).cost).toBeNull();
    expect(addFigures(NO_FIGURES, unpriced(5)).cost).toBeNull();
    expect(sumFigures([unpriced(5), priced(1, 7n), unpriced(6)])).toMatchObject({ cost: 7n, unpricedTokens: 11 });
  });

  it('keeps what is free at zero', () => {
    expect(sumFigures([priced(5, 0n), priced(6, 0n)]).cost).toBe(0n);
    expect(sumFigures([priced(5, 0n), unpriced(6)]).cost).toBe(0n);
    expect(sumFigures([]).cost).toBe(0n);
  });

  it('gives the same sum in any order, and types that add up to the whole', () => {
    const figures = fc.oneof(
      fc.tuple(fc.nat(), fc.bigInt({ min: 1n, max: 10n ** 15n })).map(([tokens, cost]) => priced(tokens, cost)),
      fc.integer({ min: 1, max: 1e6 }).map(unpriced),
    );
    fc.assert(
      fc.property(fc.array(figures, { minLength: 1 }), (all) => {
        const sum = sumFigures(all);
        expect(sumFigures(all.toReversed())).toEqual(sum);
        expect(TOKEN_TYPES.reduce((total, type) => total + sum.byType[type], 0)).toBe(sum.tokens);
        expect(TOKEN_TYPES.reduce((total, type) => total + sum.costByType[type], 0n)).toBe(sum.cost ?? 0n);
      }),
    );
  });
});

describe('coveredByPlan()', () => {
  it('takes the money away and keeps the tokens', () => {
    expect(coveredByPlan(unpriced(5))).toMatchObject({ tokens: 5, cost: 0n, unpricedTokens: 0, coveredTokens: 5 });
  });
});

describe('hitRatio()', () => {
  it('is what was read from the cache over all that was sent, nothing where nothing was', () => {
    const byType = { input: 1, cacheRead: 6, cacheWrite: 1, output: 900 };
    expect(hitRatio({ ...NO_FIGURES, byType })).toBe(0.75);
    expect(hitRatio(NO_FIGURES)).toBeNull();
  });
});
