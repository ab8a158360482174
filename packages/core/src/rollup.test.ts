import { expect, test } from 'vitest';
import type { Rating } from './price/price.ts';
import { addMeasures, bucketOf, contextTokens, measureCall, noMeasures, totalsOf } from './rollup.ts';
import { NO_USAGE } from './usage.ts';

const rating: Rating = {
  priceId: 'p',
  match: 'exact',
  totalNano: 15,
  inputNano: 5,
  cacheReadNano: 1,
  cacheWriteNano: 2,
  outputNano: 4,
  otherNano: 3,
};
const call = (usage: Partial<typeof NO_USAGE & { reasoning: number }>) => ({
  usage: { ...NO_USAGE, ...usage },
  certainty: 'exact' as const,
  counted: true,
});

test('totalsOf() keeps what is unknown apart from zero: reasoning nobody told, cost nobody can rate', () => {
  expect(totalsOf(measureCall(call({ input: 3, output: 2 }), undefined))).toMatchObject({
    calls: 1,
    costNano: null,
    unpricedTokens: 5,
    reasoningComplete: false,
    usage: { reasoning: undefined },
  });
  expect(totalsOf(measureCall(call({}), undefined))).toMatchObject({
    costNano: 0n,
    unpricedTokens: 0,
    reasoningComplete: true,
  });
  expect(totalsOf(measureCall(call({ output: 2, reasoning: 0 }), rating)).usage.reasoning).toBe(0);
});

test('addMeasures() and its reverse leave nothing, and mixed sums say what they lack', () => {
  const sum = noMeasures();
  addMeasures(sum, measureCall(call({ input: 3 }), undefined));
  addMeasures(
    sum,
    measureCall({ ...call({ output: 7, reasoning: 2 }), certainty: 'at_least', counted: false }, rating),
  );
  expect(totalsOf(sum)).toMatchObject({
    calls: 1,
    costNano: 15n,
    unpricedTokens: 3,
    inexactTokens: 7,
    usage: { reasoning: 2 },
  });
  addMeasures(sum, measureCall(call({ input: 3 }), undefined), -1);
  addMeasures(
    sum,
    measureCall({ ...call({ output: 7, reasoning: 2 }), certainty: 'at_least', counted: false }, rating),
    -1,
  );
  expect(sum).toEqual(noMeasures());
});

test('totalsOf() adds nano-dollars beyond 2^53 exactly', () => {
  const big = { ...noMeasures(), priced: 2, costInput: 9_007_199_254_740_993n, costOther: 2n };
  expect(totalsOf(big).costNano).toBe(9_007_199_254_740_995n);
});

test('bucketOf() counts quarters of an hour; a reported remainder fills no window', () => {
  expect(bucketOf(899_999)).toBe(0);
  expect(bucketOf(900_000)).toBe(1);
  expect(contextTokens(call({ input: 3, cacheRead: 4, output: 9 }))).toBe(7);
  expect(contextTokens({ ...call({ input: 3 }), certainty: 'reported' })).toBe(0);
});
