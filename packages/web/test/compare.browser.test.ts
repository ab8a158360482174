/** Choosing sessions on the list and setting them beside each other, in a real Chromium. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { address, setScene } from './scene.ts';
import { SessionFixture } from './session-fixture.ts';

const { server, visit } = setScene();

beforeEach(() => new SessionFixture().serve(server));

async function list(options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const { page } = await visit('/sessions', options);
  await page.locator('.session-link').first().waitFor();
  return page;
}
const boxes = (page: Page) => page.getByRole('checkbox', { name: /^Select / });
const bar = (page: Page) => page.getByRole('region', { name: 'Chosen sessions' });

describe('choosing sessions', () => {
  it('tells how many and what they cost, with Shift for all between', async () => {
    const page = await list();
    await boxes(page).nth(0).check();
    await bar(page).getByText('1 selected').waitFor();
    expect(await bar(page).getByRole('button', { name: 'Compare' }).isDisabled()).toBe(true);
    await boxes(page)
      .nth(2)
      .click({ modifiers: ['Shift'] });
    await bar(page)
      .getByText(/^3 selected, \$\d/)
      .waitFor();
    await keepScreenshot(page, 'sessions-chosen-light-1440x900');
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
    expect(await boxes(page).nth(0).isChecked()).toBe(false);
  });

  it('works with the keyboard alone, and does not open the session', async () => {
    const page = await list();
    await boxes(page).nth(0).focus();
    await page.keyboard.press('Space');
    await bar(page).getByText('1 selected').waitFor();
    expect(new URL(page.url()).pathname).toBe('/sessions');
  });

  it('copies the chosen ones', async () => {
    const page = await list();
    await boxes(page).nth(0).check();
    await boxes(page).nth(1).check();
    await bar(page).getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied 2 rows.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.trim().split('\r\n')).toHaveLength(3);
  });
});

describe('a comparison', () => {
  async function compare(options: Parameters<typeof visit>[1] = {}): Promise<Page> {
    const page = await list(options);
    for (const index of [0, 1, 2]) await boxes(page).nth(index).check();
    await bar(page).getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare sessions' }).waitFor();
    await page.locator('.compare-table').waitFor();
    return page;
  }

  it('sets sessions beside each other and says in words which is lowest and highest', async () => {
    const page = await compare();
    expect(address(page)).toMatch(/^\?compare=[^,]+,[^,]+,[^,]+$/);
    expect(await page.locator('.compare-table thead th').count()).toBe(3);
    const calls = page.locator('.compare-table tr', {
      has: page.getByRole('rowheader', { name: 'Calls', exact: true }),
    });
    expect((await calls.locator('.compare-mark').allTextContents()).map((text) => text.trim()).toSorted()).toEqual([
      'highest',
      'lowest',
    ]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'compare-light-1440x900');
  });

  it('is a link of its own, and leads back to the list', async () => {
    const page = await compare();
    await page.reload();
    await page.locator('.compare-table').waitFor();
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Sessions' }).click();
    await page.locator('.session-link').first().waitFor();
    expect(address(page)).toBe('');
  });

  it('says when one of them is not there', async () => {
    const { page } = await visit('/sessions?compare=nobody,nothing');
    await page.getByText('This didn’t load.').waitFor();
  });

  for (const width of [320, 390, 1440])
    it(`does not scroll the page sideways at ${width} px`, async () => {
      const page = await list();
      for (const index of [0, 1, 2]) await boxes(page).nth(index).check();
      const href = await bar(page).getByRole('link', { name: 'Compare' }).getAttribute('href');
      const { page: narrow } = await visit(href ?? '', { viewport: { width, height: 844 }, colorScheme: 'dark' });
      await narrow.locator('.compare-table').waitFor();
      expect(await narrow.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await keepScreenshot(narrow, `compare-dark-${width}x844`);
    });
});
