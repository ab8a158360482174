import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDollarsPerMillion } from './decimal.ts';
import type { Rateable, Rates } from './price.ts';
import { createPriceBook } from './price-book.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const book = createPriceBook();

const usage = (input: number, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, output = 0) => ({
  input,
  cacheRead,
  cacheWrite5m,
  cacheWrite1h,
  output,
});

const call = (model: string, more: Partial<Rateable> = {}): Rateable => ({
  agent: '',
  seller: '',
  model,
  at: NOW,
  usage: usage(1_000_000),
  tier: '',
  geo: '',
  webSearches: 0,
  ...more,
});

const usd = (rateable: Rateable): number | undefined => {
  const rating = book.rate(rateable);
  return rating && rating.totalNano / 1e9;
};

const shown = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Rates): string =>
  [input, output, cacheRead, cacheWrite5m, cacheWrite1h]
    .map((pico) => (pico === undefined ? '-' : formatDollarsPerMillion(pico)))
    .join(' ');

describe('the generated catalogue', () => {
  it('is what the compiler makes of the installed package', () => {
    const script = fileURLToPath(new URL('../../../../scripts/build-prices.mjs', import.meta.url));
    const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});

describe('rate() of counts that no call can have used', () => {
  it('is no price beyond ten thousand dollars a call, rather than an amount that sums cannot hold', () => {
    const dearest = call('claude-opus-4-6', { usage: usage(2e9) });
    expect(book.rate(dearest)?.totalNano).toBe(10_000 * 1e9);
    expect(book.rate({ ...dearest, usage: usage(2e9, 0, 0, 0, 1) })).toBeUndefined();
  });
});

describe('list prices of 2026-11-21, dollars per million: input, output, cache read, 5-minute and 1-hour write', () => {
  it.each([
    ['anthropic', 'claude-fable-5-1', '10 50 0.25 12.5 20', 1_000_000],
    ['anthropic', 'claude-fable-5', '10 50 1 12.5 20', 1_000_000],
    ['anthropic', 'claude-opus-5-5', '4 20 0.2 5 8', 1_000_000],
    ['anthropic', 'claude-opus-5', '5 25 0.5 6.25 10', 1_000_000],
    ['anthropic', 'claude-opus-4-6', '5 25 0.5 6.25 10', 1_000_000],
    ['anthropic', 'claude-opus-4-5', '5 25 0.5 6.25 10', 200_000],
    ['anthropic', 'claude-opus-4-1', '15 75 1.5 18.75 30', 200_000],
    ['anthropic', 'claude-sonnet-5', '2 10 0.2 2.5 4', 1_000_000],
    ['anthropic', 'claude-sonnet-4-5', '3 15 0.3 3.75 6', 200_000],
    ['anthropic', 'claude-haiku-4-5', '1 5 0.1 1.25 2', 200_000],
    ['anthropic', 'claude-sonnet-5-5', '2 10 0.1 2.5 4', 1_000_000],
    ['anthropic', 'claude-haiku-5-5', '0.1 0.5 0.01 0.125 0.2', 1_000_000],
    ['anthropic', 'claude-mythos-5-1', '10 50 0.25 12.5 20', 1_000_000],
    ['openai', 'gpt-6.1-sol', '2 10 0.1 2.5 -', 1_050_000],
    ['openai', 'gpt-6-astra', '10 50 1 12.5 -', 1_050_000],
    ['openai', 'gpt-6-luna', '0.1 0.5 0.01 0.125 -', 1_050_000],
    ['openai', 'gpt-5.6-sol', '4 20 0.4 5 -', 1_050_000],
    ['openai', 'gpt-5.6-luna', '0.2 1.2 0.02 0.25 -', 1_050_000],
    ['openai', 'gpt-5.5', '5 30 0.5 - -', 1_000_000],
    ['openai', 'gpt-5.4-mini', '0.75 4.5 0.075 - -', 400_000],
    ['openai', 'gpt-5.3-codex', '1.75 14 0.175 - -', 400_000],
    ['openai', 'codex-mini', '1.5 6 0.375 - -', 200_000],
    ['google', 'gemini-2.5-pro', '1.25 10 0.125 - -', undefined],
    ['google', 'gemini-3.8-flash', '0.75 3.75 0.075 - -', 1_000_000],
    ['x-ai', 'grok-4.6', '2 6 0.5 - -', 500_000],
    ['deepseek', 'deepseek-v4-pro', '0.66 1.98 0.022 - -', 1_000_000],
    ['moonshotai', 'kimi-k3', '3 15 0.3 - -', 1_048_576],
    ['zai', 'GLM-5.3', '1.4 4.4 0.26 - -', 1_000_000],
    ['zhipuai', 'GLM-5.3', '1.103 3.862 0.276 - -', 1_000_000],
    ['minimax', 'MiniMax-M2.7', '0.3 1.2 0.06 0.375 -', 204_800],
    ['openrouter', 'qwen/qwen3-coder-flash', '0.195 0.975 0.039 0.24375 -', 1_000_000],
    ['cursor', 'composer-2.5', '0.5 2.5 0.2 - -', 200_000],
    ['cursor', 'composer-2.5-fast', '3 15 0.5 - -', 200_000],
    ['cursor', 'grok-4.6', '2 6 0.5 - -', 256_000],
    ['github-copilot', 'gpt-5.6-sol', '4 20 0.4 5 -', 400_000],
  ])('%s %s: %s', (seller, model, expected, window) => {
    const found = book.find('', seller, model, NOW);
    expect(found && shown(found.price.rates)).toBe(expected);
    expect(found?.match).toBe('exact');
    expect(found?.price.seller).toBe(seller);
    expect(book.contextWindow('', seller, model)).toBe(window);
  });
});

describe('rate() over the long-context threshold', () => {
  it('moves every bucket of the whole call at the first token above it, not at it', () => {
    expect(usd(call('claude-sonnet-4-5', { usage: usage(200_000) }))).toBe(0.6);
    expect(usd(call('claude-sonnet-4-5', { usage: usage(200_001) }))).toBe(1.200006);
    expect(usd(call('claude-sonnet-4-5', { usage: usage(200_001, 0, 0, 0, 1000) }))).toBe(1.222506);
  });

  it('counts cached input towards it', () => {
    expect(usd(call('claude-sonnet-4-5', { usage: usage(1, 200_000) }))).toBe(0.120006);
    expect(usd(call('claude-haiku-5-5', { usage: usage(0, 50_000, 25_000, 25_000) }))).toBe(0.008625);
    expect(usd(call('claude-haiku-5-5', { usage: usage(1, 50_000, 25_000, 25_000) }))).toBe(0.0431255);
  });

  it('keeps the threshold as the catalogue has it', () => {
    expect(usd(call('gpt-5.5', { usage: usage(271_999) }))).toBe(1.359995);
    expect(usd(call('gpt-5.5', { usage: usage(272_000) }))).toBe(2.72);
    expect(usd(call('gpt-6-sol', { usage: usage(272_000) }))).toBe(0.544);
    expect(usd(call('gpt-6-sol', { usage: usage(272_001) }))).toBe(1.088004);
  });
});

describe('rate() at the time of the call', () => {
  it('drops the surcharge of Opus 4.6 from 2026-03-13 on', () => {
    const at = (day: number) => usd(call('claude-opus-4-6', { usage: usage(300_000), at: day }));
    expect(at(Date.UTC(2026, 2, 1))).toBe(3);
    expect(at(Date.UTC(2026, 2, 13) - 1)).toBe(3);
    expect(at(Date.UTC(2026, 2, 13))).toBe(1.5);
    expect(at(Date.UTC(2026, 3, 1))).toBe(1.5);
  });

  it('follows the fall of GPT-5.6 Luna on 2026-07-30, and the name of the reviewer with it', () => {
    const at = (model: string, day: number) => usd(call(model, { usage: usage(100_000), at: day }));
    expect(at('gpt-5.6-luna', Date.UTC(2026, 6, 29))).toBe(0.1);
    expect(at('gpt-5.6-luna', Date.UTC(2026, 6, 30))).toBe(0.02);
    expect(at('codex-auto-review', Date.UTC(2026, 6, 29))).toBe(0.25);
    expect(at('codex-auto-review', Date.UTC(2026, 6, 30))).toBe(0.02);
    expect(book.find('codex', '', 'codex-auto-review', NOW)).toMatchObject({
      match: 'alias',
      price: { id: 'openai/gpt-5.6-luna@2026-07-30' },
    });
  });

  it('knows prices that have been announced for later', () => {
    expect(usd(call('gemini-3.8-flash', { at: Date.UTC(2026, 11, 31) }))).toBe(0.75);
    expect(usd(call('gemini-3.8-flash', { at: Date.UTC(2027, 0, 1) }))).toBe(1.5);
  });

  it('asks the peak price in the seller’s hours of the UTC day, from the day it has them', () => {
    const at = (hour: number, minute: number, day = 21) =>
      usd(call('deepseek-v4-pro', { at: Date.UTC(2026, 10, day, hour, minute) }));
    expect([at(0, 59), at(1, 0), at(3, 59), at(4, 0)]).toEqual([0.66, 1.32, 1.32, 0.66]);
    expect([at(5, 59), at(6, 0), at(9, 59), at(10, 0)]).toEqual([0.66, 1.32, 1.32, 0.66]);
    expect(usd(call('deepseek-v4-pro', { at: Date.UTC(2026, 7, 16, 2) }))).toBe(0.435);
    expect(book.find('', '', 'deepseek-v4-pro', Date.UTC(2026, 10, 21, 2))?.price.id).toBe(
      'deepseek/deepseek-v4-pro@2026-08-17@01:00-04:00Z',
    );
  });
});

describe('rate() by bucket', () => {
  it('charges 1-hour writes twice the input price', () => {
    expect(usd(call('claude-opus-5', { usage: usage(0, 0, 0, 1_000_000) }))).toBe(10);
    expect(usd(call('claude-opus-5', { usage: usage(0, 0, 1_000_000) }))).toBe(6.25);
    // Copilot's catalogue has no 1-hour price for it.
    expect(usd(call('claude-opus-5', { seller: 'github-copilot', usage: usage(0, 0, 0, 1_000_000) }))).toBe(10);
  });

  it('charges cache writes as input where the seller has no price for them', () => {
    expect(usd(call('gpt-5.4-mini', { usage: usage(0, 0, 1_000_000) }))).toBe(0.75);
  });

  it('adds the fee of web searches apart from the tokens', () => {
    const rating = book.rate(call('claude-opus-5', { usage: usage(1000), webSearches: 3 }));
    expect(rating).toMatchObject({ inputNano: 5_000_000, otherNano: 30_000_000, totalNano: 35_000_000 });
  });

  it('equals what Claude Code told of two recorded sessions, to the nano-dollar', () => {
    const sonnet = call('claude-sonnet-4-5-20250929', { usage: usage(1428, 8003, 8598, 0, 268) });
    const haiku = call('claude-haiku-5-5', { usage: usage(312, 2001, 2092, 0, 62) });
    expect(book.rate(sonnet)?.totalNano).toBe(42_947_400);
    expect(book.rate(haiku)?.totalNano).toBe(343_710);
    const hooks = call('claude-sonnet-4-5-20250929', { usage: usage(1541, 14_512, 7957, 800, 378) });
    expect(book.rate(hooks)?.totalNano).toBe(49_285_350);
  });
});

describe('what a name finds', () => {
  it.each([
    ['claude-sonnet-4-5', 'exact', 'anthropic/claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929', 'alias', 'anthropic/claude-sonnet-4-5'],
    ['claude-sonnet-4-20250514', 'alias', 'anthropic/claude-sonnet-4-0'],
    ['claude-opus-4-5-20251101', 'alias', 'anthropic/claude-opus-4-5'],
    ['claude-opus-4.5', 'alias', 'anthropic/claude-opus-4-5'],
    ['Claude-Opus-5-5[1m]', 'alias', 'anthropic/claude-opus-5-5'],
    ['claude-haiku-5-5-20261007', 'alias', 'anthropic/claude-haiku-5-5'],
    ['claude-3-5-sonnet-latest', 'alias', 'anthropic/claude-3-5-sonnet'],
    ['claude-opus-5-thinking', 'family', 'anthropic/claude-opus-5'],
    ['claude-sonnet-5-turbo', 'family', 'anthropic/claude-sonnet-5'],
    ['anthropic/claude-opus-5', 'alias', 'anthropic/claude-opus-5'],
    ['openrouter/anthropic/claude-opus-5', 'alias', 'openrouter/anthropic/claude-opus-5'],
    ['global.anthropic.claude-sonnet-4-6', 'alias', 'aws/global.anthropic.claude-sonnet-4-6-v1:0'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'alias', 'aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['gpt-5-codex', 'alias', 'openai/gpt-5'],
    ['gpt-5.2-codex', 'alias', 'openai/gpt-5.2'],
    ['gpt-5.5-codex', 'alias', 'openai/gpt-5.5'],
    ['gpt-5.5-2026-04-23', 'alias', 'openai/gpt-5.5'],
    ['gpt-5-nano-preview', 'family', 'openai/gpt-5-nano'],
    ['gpt-5-codex-high', 'family', 'openai/gpt-5'],
    ['glm-5.3', 'exact', 'zai/GLM-5.3'],
    ['glm-4.7', 'family', 'zhipuai/GLM-4.7'],
  ])('%s: %s, %s', (model, match, id) => {
    const found = book.find('', '', model, Date.UTC(2026, 10, 21, 12));
    expect([found?.match, found?.price.id]).toEqual([match, id]);
  });

  it.each([
    'claude-opus-9-9',
    'gpt-7',
    'gemini-9-unlisted',
    'local-oss-120b',
    'local/qwen3-coder-next',
    'ollama/gpt-oss:120b',
    'qwen3-coder-next',
    '<synthetic>',
    '',
    'constructor',
    '__proto__',
  ])('leaves "%s" unpriced', (model) => {
    expect(book.find('claude-code', '', model, NOW)).toBeUndefined();
    expect(book.rate(call(model))).toBeUndefined();
  });

  it('never gives a local model somebody else’s price', () => {
    expect(book.find('codex', 'ollama', 'gpt-oss-120b', NOW)).toBeUndefined();
    expect(book.find('codex', 'openai', 'gpt-oss-120b', NOW)).toBeDefined();
  });

  it('prices the same model by its seller', () => {
    const of = (seller: string) => book.find('', seller, 'grok-4.5', NOW)?.price.rates.cacheRead;
    expect([of('cursor'), of('xai'), of('')]).toEqual([500_000, 300_000, 300_000]);
  });

  it('takes where an agent buys when its log does not say', () => {
    expect(book.find('cursor', '', 'grok-4.6', NOW)?.price.seller).toBe('cursor');
    expect(book.find('copilot-cli', '', 'claude-opus-5', NOW)?.price.seller).toBe('github-copilot');
    expect(book.find('opencode', 'amazon-bedrock', 'anthropic.claude-opus-5', NOW)?.price.seller).toBe('aws');
  });

  it('flags the maker’s list price at a seller that does not list the model', () => {
    expect(book.find('opencode', 'some-gateway', 'claude-opus-5', NOW)).toMatchObject({
      match: 'family',
      price: { seller: 'anthropic' },
    });
    expect(book.find('copilot-cli', 'github-copilot', 'claude-haiku-5-5', NOW)?.match).toBe('family');
  });

  it('leaves unpriced what its seller lists without a price', () => {
    expect(book.find('copilot-cli', 'github-copilot', 'gpt-4.1', NOW)).toBeUndefined();
    expect(book.contextWindow('copilot-cli', 'github-copilot', 'gpt-4.1')).toBe(128_000);
  });

  it('opens the window that the name asks for', () => {
    expect(book.contextWindow('claude-code', '', 'claude-sonnet-4-5[1m]')).toBe(1_000_000);
    expect(book.contextWindow('claude-code', '', 'unheard-of')).toBeUndefined();
  });
});

describe('rate() of what it does not know', () => {
  it('costs nothing without tokens, whatever the model', () => {
    expect(book.rate(call('unheard-of', { usage: usage(0) }))).toMatchObject({ totalNano: 0, priceId: '' });
    expect(book.rate(call('unheard-of', { usage: usage(0), webSearches: 1 }))).toBeUndefined();
  });

  it('never throws, whatever the words and numbers', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('claude-opus-5', 'a/b/c', '@', '[1m]', 'us.anthropic.', '/', '-v1:0'),
    );
    const numbers = fc.oneof(fc.double(), fc.integer());
    fc.assert(
      fc.property(words, words, words, words, numbers, numbers, (agent, seller, model, tier, at, count) => {
        const rateable = call(model, { agent, seller, tier, geo: tier, at, usage: usage(count), webSearches: count });
        expect(() => book.rate(rateable)).not.toThrow();
        expect(() => book.contextWindow(agent, seller, model)).not.toThrow();
        expect(() => book.ceiling(agent, seller, model, at)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ceiling()', () => {
  it('is the price where it is known', () => {
    expect(book.ceiling('', '', 'claude-opus-5', NOW).id).toBe('anthropic/claude-opus-5');
  });

  it('is no less than any model of the family, tiers included, and of all where the family is unknown', () => {
    const claude = book.ceiling('', '', 'claude-opus-9-9', NOW).rates;
    expect(claude.input).toBeGreaterThanOrEqual(15_000_000);
    expect(claude.cacheWrite1h).toBeGreaterThanOrEqual(30_000_000);
    const any = book.ceiling('', '', 'unheard-of', NOW).rates;
    for (const price of book.list()) expect(any.output).toBeGreaterThanOrEqual(price.rates.output);
  });
});

describe('list()', () => {
  it('has every price once, with ids that tell them apart', () => {
    const ids = book.list().map((price) => price.id);
    expect(ids.length).toBeGreaterThan(1500);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.indexOf('anthropic/claude-opus-4-6@2026-03-13')).toBe(ids.indexOf('anthropic/claude-opus-4-6') - 1);
  });
});
