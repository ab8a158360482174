import { describe, expect, it } from 'vitest';
import { chargeOf, ratesOf, scaleOf } from './charge.ts';
import { aDetail, OPUS, PARTS } from './session-fixture.ts';

describe('ratesOf()', () => {
  it('takes the base rates up to the tier, the tier from one token above', () => {
    expect(ratesOf(aDetail({ context: 200_000 })).tierAbove).toBeUndefined();
    expect(ratesOf(aDetail({ context: 200_001 }))).toMatchObject({ tierAbove: 200_000, rates: { input: '10' } });
  });

  it('knows none without a price', () => {
    expect(ratesOf(aDetail({ price: null })).rates).toBeUndefined();
  });
});

describe('chargeOf()', () => {
  const call = aDetail({
    input: 38_600,
    cache_read: 100_000,
    cache_write_5m: 2_000,
    cache_write_1h: 1_000,
    output: 1_000,
    context: 141_600,
    cost_usd: '0.300500000',
    cost_parts: { ...PARTS, input: '0.193', cache_read: '0.05', cache_write: '0.0225', output: '0.025', other: '0.01' },
    web_searches: 1,
  });

  it('writes every line with the listed rate, the ledger’s own amount, and a total', () => {
    const { lines, total } = chargeOf(call);
    expect(lines.map(({ label, tokens, perMillion, amount }) => [label, tokens, perMillion, amount])).toEqual([
      ['Input', 38_600, 5_000_000_000n, 193_000_000n],
      ['Cache read', 100_000, 500_000_000n, 50_000_000n],
      ['Cache write 5m', 2_000, 6_250_000_000n, 12_500_000n],
      ['Cache write 1h', 1_000, 10_000_000_000n, 10_000_000n],
      ['Output', 1_000, 25_000_000_000n, 25_000_000n],
      ['1 web search', 0, undefined, 10_000_000n],
    ]);
    expect(total).toBe(300_500_000n);
    expect(lines.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n)).toBe(total);
  });

  it('shows the rate that was charged and how it was scaled, where a tier doubled it', () => {
    const fast = aDetail({
      input: 1_000,
      output: 0,
      context: 1_000,
      tier: 'fast',
      cost_usd: '0.01',
      cost_parts: { ...PARTS, input: '0.01' },
    });
    const charge = chargeOf(fast);
    expect(charge.lines[0]?.perMillion).toBe(10_000_000_000n);
    expect(scaleOf(charge, fast)).toBe(2);
    expect(scaleOf(chargeOf(call), call)).toBeUndefined();
  });

  it('has no amount without a price, and no zero either', () => {
    const { lines, total } = chargeOf(aDetail({ cost_usd: null, price: null, price_match: null }));
    expect(total).toBeNull();
    expect(lines.every(({ amount, perMillion }) => amount === null && perMillion === undefined)).toBe(true);
  });

  it('takes the input’s rate for caches the price does not name', () => {
    const bare = { ...OPUS, model: 'own-model', rates: { ...OPUS.rates, cache_read: null, cache_write_5m: null } };
    const { lines } = chargeOf(
      aDetail({
        price: bare,
        input: 0,
        cache_read: 1_000,
        cost_usd: '0.005',
        cost_parts: { ...PARTS, cache_read: '0.005' },
      }),
    );
    expect(lines[1]).toMatchObject({ label: 'Cache read', perMillion: 5_000_000_000n, amount: 5_000_000n });
  });
});
