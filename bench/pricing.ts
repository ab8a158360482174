/** Call pricings a second, over models and shapes that hit every branch: tiers, long context, unknown names. */
import { createPriceBook } from '@tokenmeter/core/price';
import { measure, tell } from './measure.ts';

const MODELS = [
  'claude-opus-4-6',
  'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5-20251001',
  'gpt-5.3-codex',
  'gpt-5.4',
  'local/unknown',
];
const COUNT = 1_000_000;

export async function benchPricing(): Promise<void> {
  const book = createPriceBook({});
  const calls = Array.from({ length: 1_000 }, (_, index) => ({
    agent: index % 6 > 2 ? 'codex' : 'claude-code',
    model: MODELS[index % 6] ?? '',
    seller: '',
    at: 1_780_000_000_000 + index * 60_000,
    usage: {
      input: index * 7,
      cacheRead: index * 290,
      cacheWrite5m: index,
      cacheWrite1h: index * 3,
      output: index * 2,
    },
    tier: '',
    geo: '',
    webSearches: 0,
  }));
  let priced = 0;
  const rounds = await measure(5, () => {
    for (let index = 0; index < COUNT; index++) {
      const call = calls[index % 1_000];
      if (call && book.rate(call)) priced++;
    }
  });
  if (priced === 0) throw new Error('Cannot bench pricing: nothing was priced');
  tell('price a call', COUNT, 'calls', rounds);
}
