import { expect, it } from 'vitest';
import { NO_USAGE } from '../usage.ts';
import { cacheSavingNano } from './cache-saving.ts';
import { createPriceBook } from './price-book.ts';

const book = createPriceBook({
  overrides: [
    {
      seller: '',
      model: 'm',
      from: 0,
      inputPerMillion: '10',
      outputPerMillion: '50',
      cacheReadPerMillion: '1',
      cacheWrite5mPerMillion: '12.5',
      cacheWrite1hPerMillion: '20',
    },
  ],
});
const saved = (usage: object, model = 'm') =>
  cacheSavingNano(book, { agent: 'a', model, at: 1, usage: { ...NO_USAGE, ...usage } });

it('is what reading saved less what writing cost, and may be negative', () => {
  expect(saved({ cacheRead: 1_000_000 })).toBe(9_000_000_000n);
  expect(saved({ cacheRead: 1_000_000, cacheWrite5m: 1_000_000 })).toBe(6_500_000_000n);
  expect(saved({ cacheWrite1h: 1_000_000 })).toBe(-10_000_000_000n);
  expect(saved({ input: 5, output: 7 })).toBe(0n);
});

it('is unknown where the price is', () => {
  expect(saved({ cacheRead: 1 }, 'nobody-knows-1')).toBeUndefined();
});
