import { describe, expect, it } from 'vitest';
import type { Rateable } from './price.ts';
import { createPriceBook } from './price-book.ts';

const book = createPriceBook();
const rated = (model: string, more: Partial<Rateable>) =>
  book.rate({
    agent: '',
    seller: '',
    model,
    at: Date.UTC(2026, 10, 21, 12),
    usage: { input: 100_000, cacheRead: 100_000, cacheWrite5m: 0, cacheWrite1h: 0, output: 10_000 },
    tier: '',
    geo: '',
    webSearches: 0,
    ...more,
  });

describe('service tiers', () => {
  it.each([
    ['claude-opus-4-7', 'fast', 6],
    ['claude-opus-4-8', 'fast', 2],
    ['claude-opus-5-5', 'fast', 2],
    ['claude-opus-5-20260724', 'fast', 2],
    ['claude-sonnet-5', 'batch', 0.5],
    ['gpt-5.5', 'priority', 2.5],
    ['gpt-5.5', 'fast', 2.5],
    ['gpt-5.3-codex', 'fast', 2],
    ['gpt-6.1-sol', 'priority', 2],
    ['gpt-5-mini', 'priority', 1.8],
    ['gpt-5.6-luna', 'flex', 0.5],
    ['gpt-5.6-luna', 'batch', 0.5],
  ])('%s in %s costs %d times the standard price, every bucket', (model, tier, factor) => {
    const standard = rated(model, {});
    const other = rated(model, { tier });
    expect(other?.totalNano).toBe((standard?.totalNano ?? 0) * factor);
    expect(other?.cacheReadNano).toBe((standard?.cacheReadNano ?? 0) * factor);
    expect(other?.match).toBe(standard?.match);
    expect(other?.priceId).toBe(`${standard?.priceId}+${tier}`);
  });

  it.each(['standard', 'default', 'auto', 'not_available'])('takes "%s" for the standard tier', (tier) => {
    expect(rated('gpt-5.5', { tier })).toEqual(rated('gpt-5.5', {}));
  });

  it.each([
    ['claude-sonnet-5', 'fast'],
    ['claude-opus-5', 'priority'],
    ['gpt-6-sol', 'ultrafast'],
    ['gemini-3-pro-preview', 'flex'],
    ['claude-opus-5', 'toString'],
  ])('rates %s in %s at the standard price and says that it is a guess', (model, tier) => {
    const other = rated(model, { tier });
    expect(other?.totalNano).toBe(rated(model, {})?.totalNano);
    expect(other?.match).toBe('family');
  });

  it('leaves searches at their own fee', () => {
    expect(rated('claude-opus-4-7', { tier: 'fast', geo: 'us', webSearches: 2 })?.otherNano).toBe(20_000_000);
  });

  it('asks the standard long-context price where the tier is not sold for long context', () => {
    const usage = { input: 300_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
    expect(rated('gpt-5.5', { tier: 'priority', usage })?.totalNano).toBe(3_000_000_000);
    expect(rated('gpt-6-astra', { tier: 'priority', usage })?.totalNano).toBe(12_000_000_000);
  });
});

describe('inference regions', () => {
  it('adds a tenth for Anthropic in the US, on top of the tier', () => {
    expect(rated('claude-opus-4-7', {})?.totalNano).toBe(800_000_000);
    expect(rated('claude-opus-4-7', { geo: 'us' })).toMatchObject({ totalNano: 880_000_000, match: 'exact' });
    expect(rated('claude-opus-4-7', { geo: 'us', tier: 'fast' })).toMatchObject({
      totalNano: 5_280_000_000,
      priceId: 'anthropic/claude-opus-4-7+fast+us',
    });
    expect(rated('claude-opus-4-7', { geo: 'global' })?.totalNano).toBe(800_000_000);
  });

  it('says that a region it has no price for is a guess', () => {
    expect(rated('claude-opus-4-7', { geo: 'mars' })?.match).toBe('family');
  });
});
