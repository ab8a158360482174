import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPriceBook } from '../price/price-book.ts';
import { totalTokens } from '../usage.ts';
import { assess, type Budget, declaredWords, mayStart, nanoOfAmount, secondsLeft, spanOf } from './budget.ts';
import { ceilingNano } from './ceiling-cost.ts';
import { overshootBound, worstCallNano } from './overshoot.ts';

const book = createPriceBook();
const AT = Date.parse('2026-06-01T10:00:00Z');
const budget = (amountNano: bigint): Budget => ({
  id: 'b1',
  scope: { kind: 'all' },
  period: 'month',
  amountNano,
  declared: { amount: '1', currency: 'USD' },
});
const spent = (committedNano: bigint, liveNano = 0n) => ({ committedNano, liveNano });

describe('assess()', () => {
  it('interrupts at the limit, not one token later', () => {
    expect(assess(budget(1_000n), spent(600n, 399n)).action).toBe('warn');
    expect(assess(budget(1_000n), spent(600n, 400n))).toMatchObject({
      action: 'stop',
      overshootNano: 0n,
      leftNano: 0n,
    });
    expect(assess(budget(1_000n), spent(600n, 407n))).toMatchObject({ action: 'stop', overshootNano: 7n });
  });

  it('has its steps at 70, 85 and 95 percent, strictly greater than, on the unrounded ratio', () => {
    const level = (nano: bigint) => assess(budget(10_000_000_000n), spent(nano)).level;
    expect(level(7_000_000_000n)).toBe('ok');
    expect(level(7_000_000_001n)).toBe('watch');
    expect(level(8_500_000_000n)).toBe('watch');
    expect(level(8_500_000_001n)).toBe('near');
    expect(level(9_500_000_000n)).toBe('near');
    expect(level(9_500_000_001n)).toBe('critical');
  });

  it('stops all spending against a budget of nothing', () => {
    expect(assess(budget(0n), spent(0n))).toMatchObject({ action: 'stop', level: 'critical' });
  });

  it('never starts what holds leave no room for, and never stops for a hold alone', () => {
    const holds = [
      { id: 'c1', nano: 300n },
      { id: 'c2', nano: 200n },
    ];
    expect(mayStart(budget(1_000n), { ...spent(500n), holds })).toBe(false);
    expect(mayStart(budget(1_001n), { ...spent(500n), holds })).toBe(true);
    expect(assess(budget(1_000n), { ...spent(500n), holds }).action).toBe('ok');
  });

  it('adds up: spent and left are the amount until it is passed, then overshoot is the rest', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), fc.bigInt(0n, 10n ** 15n), fc.bigInt(0n, 10n ** 15n), (amount, a, b) => {
        const verdict = assess(budget(amount), spent(a, b));
        expect(verdict.spentNano).toBe(a + b);
        expect(verdict.spentNano + verdict.leftNano - verdict.overshootNano).toBe(amount);
        expect(verdict.action === 'stop').toBe(a + b >= amount);
      }),
    );
  });
});

describe('an amount', () => {
  it('becomes dollars at its dated rate, never more than was written', () => {
    expect(nanoOfAmount({ amount: '200', currency: 'USD' })).toBe(200_000_000_000n);
    expect(nanoOfAmount({ amount: '200', currency: 'EUR', rate: '0.864' })).toBe(231_481_481_481n);
    expect(nanoOfAmount({ amount: '200', currency: 'EUR' })).toBeUndefined();
    expect(nanoOfAmount({ amount: '-1', currency: 'USD' })).toBeUndefined();
    expect(nanoOfAmount({ amount: 'much', currency: 'USD' })).toBeUndefined();
  });

  it('is told as it was declared, with the rate and its day', () => {
    expect(declaredWords({ ...budget(200_000_000_000n), declared: { amount: '200', currency: 'USD' } })).toBe(
      '$200.00',
    );
    const declared = { amount: '200', currency: 'EUR', rate: '0.8', rateDate: '2026-11-20' };
    expect(declaredWords({ ...budget(250_000_000_000n), declared })).toBe('200 EUR ($250.00 at 0.8 of 2026-11-20)');
  });
});

describe('spanOf()', () => {
  it('is the calendar month of the zone, half open', () => {
    expect(spanOf(budget(1n), Date.parse('2026-03-31T22:30:00Z'), 'Europe/Berlin')).toEqual({
      since: Date.parse('2026-03-31T22:00:00Z'),
      until: Date.parse('2026-04-30T22:00:00Z'),
    });
    expect(spanOf({ period: 'run' }, AT, 'UTC')).toBeUndefined();
  });
});

describe('secondsLeft()', () => {
  it('is told at a pace, and not where nothing moves', () => {
    const verdict = assess(budget(3_600n), spent(1_800n));
    expect(secondsLeft(verdict, 1_800)).toBe(3_600);
    expect(secondsLeft(verdict, 0)).toBeUndefined();
    expect(secondsLeft(verdict, undefined)).toBeUndefined();
  });
});

describe('overshootBound()', () => {
  const seat = { agent: 'claude-code', seller: 'anthropic', model: 'claude-opus-4-6' };

  it('is never passed by calls in flight when the limit was reached, whatever they are', () => {
    const call = fc.record({
      input: fc.nat(200_000),
      cacheRead: fc.nat(200_000),
      cacheWrite5m: fc.nat(200_000),
      cacheWrite1h: fc.nat(200_000),
      output: fc.nat(64_000),
    });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 6 }), fc.nat(1_000_000_000), (usages, before) => {
        const fits = usages.filter((usage) => totalTokens(usage) <= 1_000_000);
        const bound = overshootBound(
          book,
          fits.map(() => seat),
          AT,
        );
        const amount = BigInt(before) + 1n;
        const flying = fits.reduce(
          (sum, usage) => sum + BigInt(ceilingNano(book, { ...seat, at: AT, usage, webSearches: 0 })),
          0n,
        );
        expect(assess(budget(amount), spent(BigInt(before), flying)).overshootNano).toBeLessThanOrEqual(bound);
      }),
    );
  });

  it('is larger for a model nobody knows than for the one it could be', () => {
    const unknown = worstCallNano(book, { ...seat, model: 'nobody-knows-1' }, AT);
    expect(unknown).toBeGreaterThan(worstCallNano(book, seat, AT));
  });

  it.each([
    ['claude-code', 'anthropic'],
    ['codex', 'openai'],
    ['gemini-cli', 'google'],
  ])('is, while nobody told the model of %s, the dearest that %s sells, and no more', (agent, seller) => {
    const untold = worstCallNano(book, { agent, seller: '', model: '' }, AT);
    const each = book
      .list()
      .filter(
        ({ model, ...price }) => price.seller === seller && book.contextWindow(agent, seller, model) !== undefined,
      )
      .map(({ model }) => worstCallNano(book, { agent, seller, model }, AT));
    for (const nano of each) expect(nano).toBeLessThanOrEqual(untold);
    expect(each).toContain(untold);
  });

  it("is that of the models a client's short name may stand for, not that of a model nobody knows", () => {
    const bound = (model: string, agent = 'claude-code') => worstCallNano(book, { agent, seller: '', model }, AT);
    const opus = book.list().filter(({ seller: from, model }) => from === 'anthropic' && model.includes('opus'));
    for (const { model } of opus)
      if (book.contextWindow('claude-code', 'anthropic', model))
        expect(bound(model)).toBeLessThanOrEqual(bound('opus'));
    expect(bound('opus[1m]')).toBe(bound('opus'));
    expect(bound('default')).toBe(bound(''));
    expect(bound('haiku')).toBeLessThan(bound('sonnet'));
    expect(bound('opus')).toBeLessThan(20_000_000_000n);
    // A name of a gateway's own is no short name.
    expect(bound('opus-of-ours')).toBeGreaterThan(bound(''));
    expect(bound('opus', 'codex')).toBeGreaterThan(bound('', 'codex'));
  });

  it('holds no window of one model against the rates of another: an untold Claude stays below $50', () => {
    const untold = worstCallNano(book, { agent: 'claude-code', seller: '', model: '' }, AT);
    expect(untold).toBeLessThan(50_000_000_000n);
  });

  it('stays at the ceiling of all for an agent that buys anywhere', () => {
    const anywhere = worstCallNano(book, { agent: 'opencode', seller: '', model: '' }, AT);
    expect(anywhere).toBeGreaterThanOrEqual(worstCallNano(book, seat, AT));
  });
});
