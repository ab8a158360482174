import { describe, expect, it } from 'vitest';
import { retryDelay } from './backoff.ts';

describe('retryDelay()', () => {
  it('doubles from one second and stays at fifteen', () => {
    expect([0, 1, 2, 3, 4, 5, 90].map((tries) => retryDelay(tries, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('strays a fifth to either side, so that tabs do not come back all at once', () => {
    expect(retryDelay(4, 0)).toBe(12_000);
    expect(retryDelay(4, 1)).toBe(18_000);
  });
});
