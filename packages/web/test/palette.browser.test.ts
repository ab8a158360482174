/** The command palette in a real Chromium: opened by its key from any page, found by typing, chosen by key or press. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { address, setScene } from './scene.ts';
import { SessionFixture } from './session-fixture.ts';

const { server, usage } = setScene();

beforeEach(() => new SessionFixture().serve(server));

async function palette(options: Parameters<typeof usage>[1] = {}) {
  const page = await usage('/usage', options);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Pages, actions, sessions, repos' });
  await field.waitFor();
  return { page, field, options: page.getByRole('option') };
}

describe('the command palette', () => {
  it('offers pages, actions, sessions and repos, and goes where the arrows and Enter say', async () => {
    const { page, field, options } = await palette();
    await page.getByRole('group', { name: 'Repos' }).getByRole('option').first().waitFor();
    await page.getByRole('group', { name: 'Sessions' }).getByRole('option').first().waitFor();
    await keepScreenshot(page, 'palette-light-1440x900');
    await field.fill('settings pri');
    await expect.poll(() => options.count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/settings/prices');
    expect(await page.getByRole('combobox', { name: 'Pages, actions, sessions, repos' }).count()).toBe(0);
  });

  it('finds a session by what the server knows of it, and opens it with a press', async () => {
    const { page, field } = await palette();
    await field.fill('migrate');
    const found = page.getByRole('option', { name: /Migrate session store/ });
    await found.waitFor();
    await expect.poll(() => server.asked.some((path) => path.includes('q=migrate'))).toBe(true);
    await found.click();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/sessions\/./);
  });

  it('does what a key of the page behind does', async () => {
    const { page, field } = await palette();
    await field.fill('switch cost');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => address(page)).toBe('?by=tokens');
  });

  it('goes to the usage of a repo', async () => {
    const { page, field } = await palette();
    await field.fill('ledger-api');
    await page.getByRole('group', { name: 'Repos' }).getByRole('option').first().click();
    await expect.poll(() => address(page)).toMatch(/^\?repo=/);
  });

  it('says when nothing matches, closes with Escape and gives the focus back', async () => {
    const { page, field } = await palette();
    await field.fill('zzz');
    await page.getByText('Nothing matches “zzz”').waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await page.getByText('Go to anything').count()).toBe(1);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`is accessible in the ${colorScheme} scheme, and fits a phone`, async () => {
      const { page } = await palette({ colorScheme, viewport: { width: 390, height: 844 } });
      await page.getByRole('group', { name: 'Repos' }).getByRole('option').first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await keepScreenshot(page, `palette-${colorScheme}-390x844`);
    });
});
