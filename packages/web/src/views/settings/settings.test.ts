import type { WirePrice, WirePrices, WireSettings, WireSource } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { overruled } from '../../stores/patch-settings.ts';
import { faultsOf, fieldOf, formFor, isNoChange, priceSet, ratesFrom } from './price-form.ts';
import { matchWords, pricedModels, rateText, tierWords, unpricedWords } from './price-words.ts';
import { checkAmount, checkCurrency, checkLocale, checkTokens, checkZone, readTokens } from './setting-checks.ts';
import { sourceOrder } from './source-words.ts';

const PRICE: WirePrice = {
  id: 'google/gemini-3-flash',
  seller: 'google',
  model: 'gemini-3-flash',
  from: null,
  rates: { input: '0.5', output: '3', cache_read: '0.05', cache_write_5m: null, cache_write_1h: null },
  tiers: [
    {
      above_tokens: 200_000,
      rates: { input: '1', output: '4.5', cache_read: null, cache_write_5m: null, cache_write_1h: null },
    },
  ],
  origin: 'catalogue',
};
const MODEL: WirePrices['models'][number] = {
  agent: 'gemini-cli',
  seller: 'google',
  model: 'gemini-3-flash',
  calls: 3,
  tokens: 1_900_000,
  unpriced_tokens: 0,
  match: 'exact',
  price: PRICE,
  context_window: null,
};

describe('the form of a price', () => {
  it('starts empty without a price and with its rates where there is one', () => {
    expect(formFor(null, '2026-11-21')).toMatchObject({ rates: { input: '' }, from: 'always', day: '2026-11-21' });
    expect(formFor(PRICE, '2026-11-21')).toMatchObject({ rates: { input: '0.5', cache_write_5m: '' }, seller: '' });
    const own = { ...PRICE, origin: 'user', from: '2026-03-01' } as const;
    expect(formFor(own, '2026-11-21')).toMatchObject({ from: 'day', day: '2026-03-01', seller: 'google' });
  });

  it('needs input and output, and takes plain decimals only', () => {
    const form = formFor(null, '2026-11-21');
    expect(Object.keys(faultsOf(form))).toEqual(['input', 'output']);
    const typed = { ...form, rates: { ...form.rates, input: '$5', output: '25', cache_read: '1e-3' } };
    expect(Object.keys(faultsOf(typed))).toEqual(['input', 'cache_read']);
    expect(faultsOf({ ...typed, from: 'day', day: '2026-02-30' }).day).toBeDefined();
    expect(faultsOf({ ...form, rates: { ...form.rates, input: ' 0 ', output: '0.000001' } })).toEqual({});
  });

  it('asks only for what was given', () => {
    const form = { ...formFor(null, '2026-11-21'), rates: { ...ratesFrom(PRICE), cache_read: '' }, seller: ' ' };
    expect(priceSet('m', form)).toEqual({ model: 'm', rates: { input: '0.5', output: '3' } });
    expect(priceSet('m', { ...form, from: 'day', seller: 'google' })).toMatchObject({
      from: '2026-11-21',
      seller: 'google',
    });
  });

  it('knows which field a refusal is about', () => {
    expect(fieldOf('rates.cache_read')).toBe('cache_read');
    expect(fieldOf('from')).toBe('day');
    expect(fieldOf('model')).toBeUndefined();
  });

  it('tells no change from one', () => {
    const effect = { calls: 1, before_usd: '1', after_usd: '1', unpriced_tokens_before: 5, unpriced_tokens_after: 5 };
    expect(isNoChange(effect)).toBe(true);
    expect(isNoChange({ ...effect, unpriced_tokens_after: 0 })).toBe(false);
  });
});

describe('words of prices', () => {
  it('write rates in dollars and an unknown one as a dash', () => {
    expect([rateText('5'), rateText('0.075'), rateText(null)]).toEqual(['$5.00', '$0.075', '—']);
    expect(tierWords(PRICE)).toEqual(['Above 200k: $1.00 / $4.50']);
  });

  it('flag a price guessed from the family', () => {
    expect(matchWords({ ...MODEL, model: 'gemini-3-flash-next', match: 'family' })).toBe('guessed, as gemini-3-flash');
    expect(matchWords(MODEL)).toBe('');
  });

  it('of another seller’s price for the same name say whose it is', () => {
    const other = { ...MODEL, match: 'family' as const, price: { ...PRICE, model: MODEL.model, seller: 'openai' } };
    expect(matchWords(other)).toBe('guessed, as sold by openai');
  });

  it('say what is missing from the totals, and nothing where nothing is', () => {
    const without = { ...MODEL, price: null, match: null, unpriced_tokens: 1_900_000 };
    expect(unpricedWords([without, MODEL])).toBe('1 model has no price. 1.90M tokens aren’t in your totals.');
    expect(unpricedWords([without, { ...without, model: 'b' }])).toMatch(/^2 models have no price\. 3\.80M/);
    expect(unpricedWords([MODEL])).toBe('');
  });

  it('offer each other priced model once', () => {
    const other = { ...MODEL, model: 'a' };
    const models = [MODEL, other, { ...other, agent: 'codex' }, { ...MODEL, model: 'z', price: null }];
    expect(pricedModels(models, MODEL).map(({ model }) => model)).toEqual(['a']);
  });
});

describe('checks of settings', () => {
  it('take zones, not offsets', () => {
    expect(checkZone('Europe/Berlin')).toBeUndefined();
    expect(checkZone('+02:00')).toBeDefined();
    expect(checkZone('Mars/Olympus')).toBeDefined();
  });

  it('take language tags', () => {
    expect(checkLocale('de-DE')).toBeUndefined();
    expect(checkLocale('not a tag')).toBeDefined();
  });

  it('take amounts above nothing', () => {
    expect(checkAmount('600')).toBeUndefined();
    for (const text of ['0', '-5', '6,5', 'much']) expect(checkAmount(text)).toBeDefined();
  });

  it('read tokens with separators and units', () => {
    expect([readTokens('1,500,000'), readTokens('1.5M'), readTokens('800k')]).toEqual([1_500_000, 1_500_000, 800_000]);
    for (const text of ['0', '-1', 'all', '1.5X']) expect(checkTokens(text)).toBeDefined();
  });

  it('want a rate for any currency but dollars', () => {
    expect(checkCurrency('USD', '', '')).toBeUndefined();
    expect(checkCurrency('EUR', '', '')).toBeDefined();
    expect(checkCurrency('EUR', '0.93', '2026-11-20')).toBeUndefined();
    expect(checkCurrency('EU', '0.93', '')).toBeDefined();
    expect(checkCurrency('EUR', '0', '')).toBeDefined();
  });
});

describe('overruled()', () => {
  const answer = { display: { theme: 'dark', tz: 'UTC' }, monthly_cap_usd: '600' } as unknown as WireSettings;

  it('names what something else holds, and not what was reset', () => {
    expect(overruled({ display: { theme: 'light' } }, answer)).toEqual(['theme']);
    expect(overruled({ display: { theme: 'dark', tz: null }, monthly_cap_usd: '600' }, answer)).toEqual([]);
    expect(overruled({ monthly_cap_usd: '500' }, answer)).toEqual(['monthly_cap_usd']);
  });
});

describe('sourceOrder()', () => {
  it('puts what fails first and what is not there last', () => {
    const source = (agent: string, state: WireSource['state'], calls: number) =>
      ({ agent, agent_name: agent, state, calls }) as unknown as WireSource;
    const all = [
      source('a', 'not_found', 9),
      source('b', 'reading', 1),
      source('c', 'reading', 5),
      source('d', 'error', 0),
    ];
    expect(sourceOrder(all).map(({ agent }) => agent)).toEqual(['d', 'c', 'b', 'a']);
  });
});
