/** Settings, prices, in a real Chromium: what has none, the editor, what a change does to totals, taking it back. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './browser.ts';
import { price, servePrices, UNPRICED } from './price-fixture.ts';
import { figure, setScene } from './scene.ts';

const { server, visit } = setScene();

beforeEach(() => servePrices(server));

async function prices(options: Parameters<typeof visit>[1] = {}, path = '/settings/prices'): Promise<Page> {
  const { page } = await visit(path, options);
  await page.locator('.price-table').waitFor();
  return page;
}

const lastBody = (page: Page, method: string) =>
  page.waitForRequest((request) => request.method() === method).then((request) => request.postDataJSON());

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
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('inputmode'))).toBe('decimal');
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
    await page.locator('.price-editor').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.price-editor').count()).toBe(0);
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('open the editor of the model that a link names', async () => {
    const page = await prices({}, `/settings/prices?model=${UNPRICED}`);
    await page.getByRole('form', { name: `Price of ${UNPRICED}` }).waitFor();
  });

  it('of one’s own can be taken back, after a second press', async () => {
    servePrices(server, [price(UNPRICED, '0.5', '3', { id: `user:${UNPRICED}`, seller: '', origin: 'user' })]);
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
