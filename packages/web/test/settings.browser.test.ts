/** Settings in a real Chromium: sources, display that holds at once, data; every width and scheme. */
import type { WireSettings } from '@tokenmeter/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { readBody, servePrices, UNPRICED } from './price-fixture.ts';
import { figure, setScene } from './scene.ts';
import { SOURCES } from './serve.ts';

const { server, visit } = setScene();

beforeEach(() => {
  servePrices(server);
  server.answers.set('/api/settings', async (_, request) => {
    if (request.method !== 'PATCH') return undefined;
    const { display, ...others } = await readBody<Partial<WireSettings>>(request);
    server.settings = { ...server.settings, ...others, display: { ...server.settings.display, ...display } };
    return server.settings;
  });
});

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
              unread: [{ path: '~/.cursor/old.jsonl', why: 'cut' as const }],
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
    await page.getByText('Not read to the end: 1 compressed log').click();
    await page.getByText('its compressed bytes end too early').waitFor();
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

  it('holds at once on every page where somebody else changes it, in the config file say', async () => {
    const { page } = await visit('/usage');
    await page.locator('.hero-figure').waitFor();
    server.withSettings({
      display: { ...server.settings.display, theme: 'dark', currency: 'EUR', currency_rate: '0.5' },
    });
    server.tellSettings();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await expect.poll(() => figure(page)).toBe('€234.09');
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
    await page.getByText('the name of the file or the command it was about').waitFor();
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
