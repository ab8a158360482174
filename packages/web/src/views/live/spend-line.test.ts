import { expect, it } from 'vitest';
import { spendLine } from './spend-line.ts';

it('spendLine() ends where the figure stands: the mean of ten minutes, as an hour', () => {
  const minutes = [...Array.from({ length: 50 }, () => '0'), ...Array.from({ length: 10 }, () => '0.1')];
  const line = spendLine(minutes);
  expect(line).toHaveLength(60);
  expect(line.at(-1)).toBeCloseTo(6e9, -3);
  expect(line.at(-6)).toBeCloseTo(3e9, -3);
  expect(line[0]).toBe(0);
});

it('spendLine() draws nothing of fewer than five minutes, or of nothing', () => {
  expect(spendLine(['1', '1', '1', '1'])).toEqual([]);
  expect(spendLine(Array.from({ length: 60 }, () => '0.000000000'))).toEqual([]);
});
