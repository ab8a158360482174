/** Settings in a real Chromium: sources, prices that mend totals, display that holds at once, data; keys and every width. */
import type { IncomingMessage } from 'node:http';
import type { WirePrice, WirePriceSet, WirePrices, WireSettings } from '@tokenmeter/core';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { figure, setScene } from './scene.ts';
import { HEALTH, SOURCES } from './serve.ts';

const { server, visit } = setScene();
const UNPRICED = 'gemini-3-flash-preview';
let overrides: WirePrice[] = [];

const price = (model: string, input: string, output: string, change: Partial<WirePrice> = {}): WirePrice => ({
  id: `anthropic/${model}`,
  seller: 'anthropic',
  model,
  from: null,
  rates: { input, output, cache_read: '0.5', cache_write_5m: '6.25', cache_write_1h: '10' },
  tiers: [],
  origin: 'catalogue',
  ...change,
});
type Model = WirePrices['models'][number];
const model = (name: string, found: WirePrice | null, change: Partial<Model> = {}): Model => ({
  agent: 'claude-code',
  seller: 'anthropic',
  model: name,
  calls: 90,
  tokens: 12_000_000,
  unpriced_tokens: 0,
  match: found ? 'exact' : null,
  price: found,
  context_window: 200_000,
  ...change,
});

/** The prices as the server would tell them now. */
function listPrices(): WirePrices {
  const own = overrides.find((override) => override.model === UNPRICED) ?? null;
  const google = { agent: 'gemini-cli', seller: 'google', calls: 3, tokens: 1_900_000 };
  return {
    catalogue_from: '2026-11-20',
    version: '2026-11-20',
    models: [
      model(UNPRICED, own, { ...google, unpriced_tokens: own ? 0 : 1_900_000 }),
      model('claude-opus-4-6', price('claude-opus-4-6', '5', '25')),
      model('claude-opus-9', price('claude-opus-4-6', '5', '25'), { match: 'family' }),
    ],
    overrides,
  };
}

/** Prices the tokens that had no price, as the ledger does when it rates calls anew. */
function rateAnew(set: WirePriceSet | undefined): void {
  server.calls = server.calls.map((call) => {
    if (call.model !== UNPRICED) return call;
    if (!set) return { ...call, cost: undefined };
    const nano = (tokens: number, rate: string | undefined) => BigInt(Math.round(tokens * Number(rate ?? 0) * 1000));
    const { input, output, cache_read } = set.rates;
    return {
      ...call,
      cost: [nano(call.input, input), nano(call.cacheRead, cache_read ?? input), 0n, nano(call.output, output)],
    };
  });
  server.health = { ...HEALTH, unpriced_models: set ? 0 : 1 };
}

const effect = (before: string, after: string, left: number) => ({
  calls: 3,
  before_usd: before,
  after_usd: after,
  unpriced_tokens_before: 1_900_000,
  unpriced_tokens_after: left,
});

async function readBody<T>(request: IncomingMessage): Promise<T> {
  let text = '';
  for await (const part of request) text += String(part);
  return JSON.parse(text) as T;
}

beforeEach(() => {
  overrides = [];
  server.answers.set('/api/prices', async (url, request) => {
    if (request.method === 'PUT') {
      const set = await readBody<WirePriceSet>(request);
      rateAnew(set);
      const { input, output, cache_read = null } = set.rates;
      const rates = { input, output, cache_read, cache_write_5m: null, cache_write_1h: null };
      overrides = [price(set.model, input, output, { id: `user:${set.model}`, seller: '', origin: 'user', rates })];
      return effect('468.180000000', '470.020000000', 0);
    }
    if (request.method === 'DELETE') {
      expect(url.searchParams.get('model')).toBe(UNPRICED);
      overrides = [];
      rateAnew(undefined);
      return effect('470.020000000', '468.180000000', 1_900_000);
    }
    return listPrices();
  });
  server.answers.set('/api/prices/preview', () => effect('468.180000000', '470.020000000', 0));
  server.answers.set('/api/settings', async (_, request) => {
    if (request.method !== 'PATCH') return undefined;
    const { display, ...others } = await readBody<Partial<WireSettings>>(request);
    server.settings = { ...server.settings, ...others, display: { ...server.settings.display, ...display } };
    return server.settings;
  });
});

async function prices(options: Parameters<typeof visit>[1] = {}, path = '/settings/prices'): Promise<Page> {
  const { page } = await visit(path, options);
  await page.locator('.price-table').waitFor();
  return page;
}

const lastBody = (page: Page, method: string) =>
  page.waitForRequest((request) => request.method() === method).then((request) => request.postDataJSON());

describe('the tabs', () => {
  it('are addresses; the bare one leads to sources, an unknown one back', async () => {
    const { page } = await visit('/settings');
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/sources');
    for (const name of ['Prices', 'Display', 'Data']) {
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
      await expect.poll(() => page.title()).toBe(`${name} · Settings`);
    }
    await page.goBack();
    await expect.poll(() => page.title()).toBe('Display · Settings');
    await page.goto(`${server.url}/settings/else`);
    await page.getByRole('heading', { name: 'There’s no page here.' }).waitFor();
  });
});

describe('sources', () => {
  it('tell state, what was read, what was skipped and where it was looked for', async () => {
    server.sources = {
      sources: SOURCES.sources.map((source) =>
        source.agent === 'cursor'
          ? {
              ...source,
              skipped_damaged: 3,
              roots: source.roots.map((root) => ({ ...root, error: 'EACCES: permission denied' })),
            }
          : source,
      ),
    };
    const { page } = await visit('/settings/sources');
    await page.locator('.source-row').first().waitFor();
    expect(await page.locator('.source-row th').first().textContent()).toBe('Cursor');
    expect(await page.locator('.source-row').first().textContent()).toContain('Error');
    await page.getByText('EACCES: permission denied').waitFor();
    await page.getByText('Skipped 3 damaged lines').waitFor();
    await page.getByText('Where it looked: 1 folder').nth(1).click();
    await page.getByText('~/.claude/projects').waitFor();
    expect(await page.locator('.source-row', { hasText: 'Claude Code' }).textContent()).toContain('9,000');
  });

  it('are looked for again on request', async () => {
    server.answers.set('/api/sources/scan', (_, request) => {
      expect(request.method).toBe('POST');
      server.sources = {
        sources: SOURCES.sources.map((source) =>
          source.agent === 'codex' ? { ...source, calls: source.calls + 12 } : source,
        ),
      };
      return server.sources;
    });
    const { page } = await visit('/settings/sources');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('Found 12 new calls.').waitFor();
    expect(await page.locator('.source-row', { hasText: 'Codex' }).textContent()).toContain('9,012');
  });

  it('that do not load say so and can be asked again', async () => {
    server.failures.set('/api/sources', { status: 500, body: {} });
    const { page } = await visit('/settings/sources');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The server answered 500.').waitFor();
    server.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.source-row').first().waitFor();
  });
});

describe('prices', () => {
  it('put models without a price first and flag a guessed one', async () => {
    const page = await prices();
    await page.getByText('1 model has no price. 1.90M tokens aren’t in your totals.').waitFor();
    const rows = page.locator('.price-table tbody tr');
    expect(await rows.first().textContent()).toContain(UNPRICED);
    expect(await rows.first().textContent()).toContain('No price');
    expect(await page.locator('tr', { hasText: 'Opus 9' }).textContent()).toContain('Guessed price');
    expect(await page.locator('tr', { hasText: 'Opus 4.6' }).first().textContent()).toContain('Built in');
  });

  it('show what changes before it is saved, then mend every total', async () => {
    const page = await prices();
    await page.getByRole('link', { name: 'Usage' }).first().click();
    await page.locator('.hero-figure').waitFor();
    expect(await figure(page)).toBe('$468.18');
    await page.getByRole('link', { name: '1.90M tokens unpriced' }).click();
    await page.getByRole('button', { name: `Set price of ${UNPRICED}` }).click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('inputmode'))).toBe('decimal');
    expect(await page.getByRole('button', { name: 'Save price' }).isEnabled()).toBe(true);
    await page.getByLabel('Input').fill('0.5');
    await page.getByLabel('Output', { exact: true }).fill('3');
    await page.getByText('Total: $468.18 to $470.02.').waitFor();
    expect(await page.locator('.price-preview').textContent()).toContain('no tokens left unpriced');
    expect(await accessibilityProblems(page)).toEqual([]);
    const body = lastBody(page, 'PUT');
    await page.getByRole('button', { name: 'Save price' }).click();
    expect(await body).toEqual({ model: UNPRICED, rates: { input: '0.5', output: '3' } });
    await page.getByText('Saved. Total: $468.18 to $470.02.').waitFor();
    await page.getByText('Every model has a price.').waitFor();
    expect(await page.locator('.nav-dot:visible').count()).toBe(0);
    await page.getByRole('link', { name: 'Usage' }).first().click();
    await expect.poll(() => figure(page)).not.toBe('$468.18');
    expect(await page.getByText('tokens unpriced').count()).toBe(0);
  });

  it('can hold from a day on and be the same as another model’s', async () => {
    const page = await prices();
    await page.getByRole('button', { name: `Set price of ${UNPRICED}` }).click();
    await page.getByLabel('Same as').selectOption({ label: 'claude-opus-4-6' });
    await page.getByLabel('First day it applies').fill('2026-11-01');
    await page.getByLabel('Seller').fill('google');
    await page.getByText('Total: $468.18 to $470.02.').waitFor();
    const body = lastBody(page, 'PUT');
    await page.getByRole('button', { name: 'Save price' }).click();
    expect(await body).toEqual({
      seller: 'google',
      model: UNPRICED,
      from: '2026-11-01',
      rates: { input: '5', output: '25', cache_read: '0.5', cache_write_5m: '6.25', cache_write_1h: '10' },
    });
  });

  it('say what is wrong beside the field, and keep what was typed', async () => {
    const page = await prices();
    await page.getByRole('button', { name: `Set price of ${UNPRICED}` }).click();
    await page.getByLabel('Input').fill('five');
    await page.getByLabel('Output', { exact: true }).fill('3');
    await page.keyboard.press('Enter');
    await page.getByText('Dollars such as 6.25').waitFor();
    expect(await page.getByLabel('Input').getAttribute('aria-invalid')).toBe('true');
    server.failures.set('/api/prices/preview', {
      status: 400,
      body: { error: { code: 'bad-request', message: 'Too dear', path: 'rates.output', request_id: 'r' } },
    });
    await page.getByLabel('Input').fill('5');
    await page.getByText('Too dear.').waitFor();
    expect(await page.getByLabel('Output', { exact: true }).inputValue()).toBe('3');
  });

  it('close the editor with Escape and give the focus back', async () => {
    const page = await prices();
    const button = page.getByRole('button', { name: 'Change of claude-opus-4-6' });
    await button.click();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.price-editor').count()).toBe(0);
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('open the editor of the model that a link names', async () => {
    const page = await prices({}, `/settings/prices?model=${UNPRICED}`);
    await page.getByRole('form', { name: `Price of ${UNPRICED}` }).waitFor();
  });

  it('of one’s own can be taken back, after a second press', async () => {
    overrides = [price(UNPRICED, '0.5', '3', { id: `user:${UNPRICED}`, seller: '', origin: 'user' })];
    const page = await prices();
    await page.getByRole('button', { name: `Remove the price of ${UNPRICED}` }).click();
    await page.getByRole('button', { name: 'Remove price' }).click();
    await page.getByText('Removed. Total: $470.02 to $468.18.').waitFor();
    await page.getByText('1 model has no price.').waitFor();
    expect(await page.getByRole('heading', { name: 'Your prices' }).count()).toBe(0);
  });

  it('download as JSON', async () => {
    const page = await prices();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as JSON' }).click();
    expect((await download).suggestedFilename()).toBe('prices.json');
  });
});

describe('display', () => {
  const display = async (options: Parameters<typeof visit>[1] = {}) => {
    const { page } = await visit('/settings/display', options);
    await page.getByRole('heading', { name: 'Look' }).waitFor();
    return page;
  };

  it('holds at once: theme, density, motion', async () => {
    const page = await display();
    const root = (name: string) => page.evaluate((key) => document.documentElement.dataset[key], name);
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await expect.poll(() => root('theme')).toBe('dark');
    await page.getByRole('radio', { name: 'Compact' }).check({ force: true });
    await expect.poll(() => root('density')).toBe('compact');
    await page.getByRole('radio', { name: 'Off' }).check({ force: true });
    await expect.poll(() => root('motion')).toBe('off');
    expect(server.settings.display).toMatchObject({ theme: 'dark', density: 'compact', motion: 'off' });
  });

  it('is chosen with the arrow keys', async () => {
    const page = await display();
    await page.getByRole('radio', { name: 'System' }).first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => server.settings.display.theme).toBe('light');
  });

  it('takes a currency with its rate, and shows money in it', async () => {
    const page = await display();
    await page.getByLabel('Code').fill('eur');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('How much EUR is one dollar?').waitFor();
    await page.getByLabel('For one dollar').fill('0.93');
    await page.getByLabel('Rate from').fill('2026-11-20');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => server.settings.display.currency).toBe('EUR');
    await page.getByRole('link', { name: 'Usage' }).first().click();
    await page.locator('.hero-figure').waitFor();
    expect(await figure(page)).toBe('€435.41');
  });

  it('takes limits, reads short figures, and resets by an empty field', async () => {
    const page = await display();
    await page.getByLabel('Usage threshold').fill('5M');
    await page.keyboard.press('Enter');
    await expect.poll(() => server.settings.usage_threshold_tokens).toBe(5_000_000);
    await expect.poll(() => page.getByLabel('Usage threshold').inputValue()).toBe('5,000,000');
    await page.getByLabel('Monthly cap').fill('');
    await page.keyboard.press('Tab');
    await expect.poll(() => server.settings.monthly_cap_usd).toBeNull();
  });

  it('says what a value must be, and what the server refused', async () => {
    const page = await display();
    await page.getByLabel('Time zone').fill('Mars/Olympus');
    await page.keyboard.press('Enter');
    await page.getByText('A zone such as Europe/Berlin').waitFor();
    expect(server.settings.display.tz).toBe('Europe/Berlin');
    server.failures.set('/api/settings', {
      status: 400,
      body: { error: { code: 'bad-request', message: 'No such zone', path: 'display.tz', request_id: 'r' } },
    });
    await page.getByLabel('Time zone').fill('Asia/Tokyo');
    await page.keyboard.press('Enter');
    await page.getByText('No such zone.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  });

  it('says when the environment wins over what was set', async () => {
    server.answers.set('/api/settings', (_, request) => (request.method === 'PATCH' ? server.settings : undefined));
    const page = await display();
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await page.getByText('Saved, but TOKENMETER_THEME in the environment wins.').waitFor();
  });
});

describe('data', () => {
  it('tells what is kept and where, and that content is not', async () => {
    const { page } = await visit('/settings/data');
    await page.getByText('Content is never stored.').waitFor();
    const facts = await page.locator('.data-facts').textContent();
    expect(facts).toContain('48.0 MB');
    expect(facts).toContain('Mar 2, 2025');
    expect(facts).toContain('/home/ana/.local/share/tokenmeter/config.jsonc');
    await page.getByRole('button', { name: 'Copy tokenmeter verify' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('tokenmeter verify');
  });
});

describe('settings for everybody', () => {
  const tabs = ['sources', 'prices', 'display', 'data'] as const;

  it.each(['light', 'dark'] as const)('have no accessibility problem in the %s scheme', async (colorScheme) => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ])
      for (const tab of tabs) {
        const { page } = await visit(`/settings/${tab}`, { colorScheme, viewport });
        await page.locator('.card h2').first().waitFor();
        if (tab === 'prices') await page.getByRole('button', { name: `Set price of ${UNPRICED}` }).click();
        expect(await accessibilityProblems(page)).toEqual([]);
        await keepScreenshot(page, `settings-${tab}-${colorScheme}-${viewport.width}x${viewport.height}`);
      }
  });

  it.each([320, 390, 768, 1440])('do not scroll sideways at %i px', async (width) => {
    for (const tab of tabs) {
      const { page } = await visit(`/settings/${tab}`, { viewport: { width, height: 844 } });
      await page.locator('.card h2').first().waitFor();
      if (tab === 'prices') await page.getByRole('button', { name: `Set price of ${UNPRICED}` }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
});
