import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPriceBook } from './price-book.ts';

/** The catalogue's own reckoning, in floats, of the same usage. */
function theirs(seller: string, model: string, at: number, usage: Sample): number | undefined {
  const result = calcPrice(
    {
      input_tokens: usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h,
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
      cache_write_1h_tokens: usage.cacheWrite1h,
      output_tokens: usage.output,
    },
    model,
    { providerId: seller, timestamp: new Date(at) },
  );
  return result?.total_price;
}

interface Sample {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
}

const book = createPriceBook();
const ours = (seller: string, model: string, at: number, usage: Sample) =>
  book.rate({ agent: '', seller, model, at, usage, tier: '', geo: '', webSearches: 0 });

/** Half a nano-dollar of ours and the float noise of theirs. */
const tolerance = (usd: number) => 0.6e-9 + Math.abs(usd) * 1e-9;

const keysOf = (model: ModelInfo): Set<string> =>
  new Set(
    (Array.isArray(model.prices) ? model.prices.map((entry) => entry.prices) : [model.prices]).flatMap((prices) =>
      Object.keys(prices),
    ),
  );

/** Where we differ on purpose, each for the reason beside it. */
function differs(seller: string, model: ModelInfo, at: number, usage: Sample): boolean {
  const keys = keysOf(model);
  const isClaude = model.id.toLowerCase().includes('claude');
  // A 1-hour write on a Claude model without a 1-hour price is twice the input price for us, a 5-minute write for them.
  if (isClaude && usage.cacheWrite1h > 0 && !keys.has('cache_write_1h_mtok')) return true;
  // OpenRouter's twelfth of a dollar for Gemini's cache writes has no finite decimal: ours is 0.083333.
  if (seller === 'openrouter' && model.id.includes('gemini') && usage.cacheWrite5m + usage.cacheWrite1h > 0)
    return true;
  // DeepSeek's peak hours double the price of 2026-08-17; they apply them to the earlier price as well.
  return seller === 'deepseek' && model.id.startsWith('deepseek-v4') && at < Date.UTC(2026, 7, 17);
}

describe('the compiled catalogue', () => {
  const samples: { readonly seller: string; readonly model: ModelInfo }[] = [];

  beforeAll(async () => {
    const providers: readonly Provider[] = (await waitForUpdate()) ?? [];
    for (const provider of providers) {
      for (const model of provider.models) samples.push({ seller: provider.id, model });
    }
  });

  it('rates every model of every seller as the catalogue itself does', () => {
    const usage = { input: 1234, cacheRead: 5678, cacheWrite5m: 910, cacheWrite1h: 0, output: 1112 };
    const at = Date.UTC(2026, 10, 21, 2, 30);
    const wrong: string[] = [];
    let rated = 0;
    for (const { seller, model } of samples) {
      const rating = ours(seller, model.id, at, usage);
      const usd = theirs(seller, model.id, at, usage);
      // Some ids are not among the names their own patterns match.
      if (rating === undefined || usd === undefined) continue;
      rated += 1;
      if (Math.abs(rating.totalNano / 1e9 - usd) > tolerance(usd)) {
        wrong.push(`${seller}/${model.id}: ${rating.totalNano / 1e9} by ${rating.priceId}, not ${usd}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(rated).toBeGreaterThan(1500);
  });

  it('agrees on any usage at any time, tiers and hours of the day included', () => {
    const tokens = fc.oneof(fc.nat(2000), fc.nat(300_000), fc.constantFrom(0, 200_000, 271_999, 272_000));
    const usages = fc.record({
      input: tokens,
      cacheRead: tokens,
      cacheWrite5m: tokens,
      cacheWrite1h: fc.oneof(fc.constant(0), tokens),
      output: tokens,
    });
    const times = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 2, 1) });
    fc.assert(
      fc.property(fc.nat(samples.length - 1), usages, times, (index, usage, at) => {
        const sample = samples[index];
        if (sample === undefined || differs(sample.seller, sample.model, at, usage)) return;
        const rating = ours(sample.seller, sample.model.id, at, usage);
        const usd = theirs(sample.seller, sample.model.id, at, usage);
        if (rating === undefined || usd === undefined) return;
        expect(Math.abs(rating.totalNano / 1e9 - usd)).toBeLessThanOrEqual(tolerance(usd));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds the same model by every other name the catalogue gives it', () => {
    const at = Date.UTC(2026, 10, 21, 12);
    const usage = { input: 1000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1000 };
    const wrong: string[] = [];
    for (const { seller, model } of samples) {
      for (const name of otherNames(model)) {
        const rating = ours(seller, name, at, usage);
        const usd = theirs(seller, name, at, usage);
        if (rating === undefined || usd === undefined) continue;
        if (Math.abs(rating.totalNano / 1e9 - usd) > tolerance(usd)) wrong.push(`${seller}/${name}: ${rating.priceId}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function otherNames(model: ModelInfo): readonly string[] {
  const match = model.match;
  const clauses = 'or' in match ? match.or : [match];
  return clauses.flatMap((clause) => ('equals' in clause ? [clause.equals] : []));
}
