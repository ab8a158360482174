import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { totalTokens } from '../usage.ts';
import { checkTokenEvent, eventTokens, eventUsage, measureEvent, saysTheSame, type TokenEvent } from './token-event.ts';

const plain: TokenEvent = {
  id: 'e1',
  taskId: '',
  workplanId: '',
  repoId: '',
  commitSha: '',
  releaseId: '',
  runId: '',
  sessionId: '',
  model: '',
  agent: '',
  tokensIn: 100,
  tokensOut: 10,
  certainty: 'reported',
  createdAt: 0,
  key: '',
};

describe('checkTokenEvent()', () => {
  test.each([
    [{ tokensIn: undefined, tokensOut: undefined }, 'tokens_in'],
    [{ tokensIn: -1 }, 'tokens_in'],
    [{ tokensOut: 1.5 }, 'tokens_out'],
    [{ tokensOut: 1e13 }, 'tokens_out'],
    [{ cacheRead: -2 }, 'cache_read'],
    [{ cacheWrite5m: Number.NaN }, 'cache_write_5m'],
    [{ cacheRead: 60, cacheWrite1h: 41 }, 'tokens_in'],
    [{ createdAt: Number.NaN }, 'created_at'],
  ])('names what is wrong with %o', (told, path) => {
    expect(checkTokenEvent({ ...plain, ...told })?.path).toBe(path);
  });

  test.each([
    { tokensIn: 0, tokensOut: undefined },
    { tokensIn: undefined, tokensOut: 0 },
    { cacheRead: 60, cacheWrite1h: 40 },
  ])('takes %o', (told) => {
    expect(checkTokenEvent({ ...plain, ...told })).toBeUndefined();
  });
});

test('004-2 the total is tokens_in and tokens_out, and tokens_in is all four input buckets', () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(count, count, count, count, count, (input, cacheRead, cacheWrite5m, cacheWrite1h, tokensOut) => {
      const event = {
        ...plain,
        tokensIn: input + cacheRead + cacheWrite5m + cacheWrite1h,
        tokensOut,
        cacheRead,
        cacheWrite5m,
        cacheWrite1h,
      };
      expect(checkTokenEvent(event)).toBeUndefined();
      expect(eventUsage(event)).toEqual({ input, cacheRead, cacheWrite5m, cacheWrite1h, output: tokensOut });
      expect(totalTokens(eventUsage(event))).toBe(eventTokens(event));
    }),
  );
});

test('004-21 what is reported or estimated is not exact in any sum', () => {
  expect(measureEvent(plain, null)).toMatchObject({ inexactTokens: 110, unpricedTokens: 110, calls: 0, entries: 1 });
  expect(measureEvent({ ...plain, certainty: 'exact' }, null).inexactTokens).toBe(0);
});

test('saysTheSame() does not mind when it was said, but what', () => {
  expect(saysTheSame(plain, { ...plain, id: 'e2', createdAt: 9 })).toBe(true);
  expect(saysTheSame(plain, { ...plain, tokensOut: undefined })).toBe(false);
  expect(saysTheSame({ ...plain, tokensOut: 0 }, { ...plain, tokensOut: undefined })).toBe(false);
});
