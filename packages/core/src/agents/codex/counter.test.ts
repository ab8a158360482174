import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { count, inherit, newCounter, recordIsNew } from './counter.ts';
import { NO_TOKENS, plus, sameTokens, type Tokens } from './tokens.ts';

const tokens = (input: number, output: number, cached = 0): Tokens => ({
  input,
  cached,
  written: 0,
  output,
  reasoning: 0,
});
const call = fc
  .record({ input: fc.integer({ min: 1, max: 50_000 }), output: fc.integer({ min: 1, max: 5000 }) })
  .map(({ input, output }) => tokens(input, output));

describe('count()', () => {
  test('counts the last of the first counter, not its total: a resumed session goes on where it was', () => {
    expect(count(newCounter(), tokens(90_000, 800), tokens(1000, 10))?.usage).toEqual(tokens(1000, 10));
  });

  test('counts every call once, however often its counter is repeated and zero snapshots come between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(call, fc.integer({ min: 0, max: 3 }), fc.boolean())), (calls) => {
        const counter = newCounter();
        const counted: Tokens[] = [];
        let total = NO_TOKENS;
        for (const [last, repeats, zero] of calls) {
          total = plus(total, last);
          for (let round = 0; round <= repeats; round++) {
            if (zero) expect(count(counter, NO_TOKENS, NO_TOKENS)).toBeUndefined();
            const told = count(counter, total, last);
            if (told) counted.push(told.usage);
          }
        }
        expect(counted).toEqual(calls.map(([last]) => last));
      }),
    );
  });

  test('names positions apart: no two calls of a session share epoch, position and usage', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(call, fc.boolean()), { minLength: 2 }), (calls) => {
        const counter = newCounter();
        const names = new Set<string>();
        let total = NO_TOKENS;
        let told = 0;
        for (const [last, restart] of calls) {
          total = restart ? last : plus(total, last);
          const counted = count(counter, total, last);
          if (!counted) continue;
          told++;
          names.add(JSON.stringify(counted));
        }
        expect(names.size).toBe(told);
      }),
    );
  });

  test('takes a counter that hardly went back for a stale snapshot and keeps its baseline', () => {
    const counter = newCounter();
    count(counter, tokens(100_000, 1000), tokens(5000, 50));
    expect(count(counter, tokens(99_000, 990), tokens(900, 9))).toBeUndefined();
    expect(count(counter, tokens(100_000, 1000), tokens(5000, 50))).toBeUndefined();
    expect(count(counter, tokens(101_000, 1010), tokens(1000, 10))?.usage).toEqual(tokens(1000, 10));
  });

  test('takes a total that is its own last for a new counter, even one nearly as large', () => {
    const counter = newCounter();
    count(counter, tokens(1000, 10), tokens(1000, 10));
    count(counter, tokens(2100, 20), tokens(1100, 10));
    const counted = count(counter, tokens(2000, 19), tokens(2000, 19));
    expect(counted).toMatchObject({ usage: tokens(2000, 19), epoch: 1 });
  });

  test('counts by difference where only totals are told, and rebases without counting where they went back', () => {
    const counter = newCounter();
    expect(count(counter, tokens(1000, 10), undefined)?.usage).toEqual(tokens(1000, 10));
    expect(count(counter, tokens(1500, 15), undefined)?.usage).toEqual(tokens(500, 5));
    expect(count(counter, tokens(200, 2), undefined)).toBeUndefined();
    expect(count(counter, tokens(260, 3), undefined)?.usage).toEqual(tokens(60, 1));
  });

  test('counts what the total moved by where last is empty, and nothing for an estimate alone', () => {
    const counter = newCounter();
    count(counter, tokens(1000, 10), tokens(1000, 10));
    expect(count(counter, tokens(1000, 10), NO_TOKENS)).toBeUndefined();
    expect(count(counter, tokens(1800, 90), NO_TOKENS)?.usage).toEqual(tokens(800, 80));
  });

  test('counts a last without a total and moves the baseline by it', () => {
    const counter = newCounter();
    count(counter, tokens(1000, 10), tokens(1000, 10));
    expect(count(counter, undefined, tokens(300, 3))?.usage).toEqual(tokens(300, 3));
    expect(count(counter, tokens(1300, 13), tokens(300, 3))).toBeUndefined();
  });
});

test('inherit() keeps what a copied history told from counting until a total goes above it', () => {
  const counter = newCounter();
  count(counter, tokens(5000, 50), tokens(1000, 10));
  inherit(counter);
  expect(count(counter, tokens(1000, 10), tokens(1000, 10))).toBeUndefined();
  expect(count(counter, tokens(5000, 50), tokens(1000, 10))).toBeUndefined();
  expect(count(counter, tokens(5100, 51), tokens(100, 1))?.usage).toEqual(tokens(100, 1));
  expect(count(counter, tokens(70, 7), tokens(70, 7))?.usage).toEqual(tokens(70, 7));
});

describe('recordIsNew()', () => {
  test('a counter that repeats a record adds nothing, with and without the thread total in the record', () => {
    for (const withTotal of [true, false]) {
      const counter = newCounter();
      let total = NO_TOKENS;
      for (const usage of [tokens(1000, 10), tokens(1000, 10), tokens(1200, 12)]) {
        total = plus(total, usage);
        expect(recordIsNew(counter, usage, withTotal ? total : undefined)).toBe(true);
        expect(count(counter, total, usage)).toBeUndefined();
        expect(count(counter, total, usage)).toBeUndefined();
      }
    }
  });

  test('a record of what a counter told is not new, once', () => {
    const counter = newCounter();
    const usage = tokens(800, 8);
    count(counter, tokens(5000, 50), tokens(100, 1));
    count(counter, plus(tokens(5000, 50), usage), usage);
    expect(recordIsNew(counter, usage, undefined)).toBe(false);
    expect(recordIsNew(counter, usage, undefined)).toBe(true);
  });

  test('sameTokens() holds an absent and a zero reasoning for the same position', () => {
    expect(sameTokens({ ...tokens(1, 1), reasoning: undefined }, tokens(1, 1))).toBe(true);
  });
});
