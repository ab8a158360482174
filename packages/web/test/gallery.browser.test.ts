/** The page of components, as the development server shows it: every state of every component is drawn, in both schemes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerAttribution } from './attribution-fixture.ts';
import { accessibilityProblems, keepScreenshot, launchBrowser, openPage } from './browser.ts';
import { buildPages } from './built.ts';
import { NOW } from './fixture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheDir = mkdtempSync(join(tmpdir(), 'gallery-'));
let vite: ViteDevServer;
let browser: Browser;
let url = '';

beforeAll(async () => {
  vite = await createServer({
    root,
    configFile: join(root, 'vite.config.ts'),
    cacheDir,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await vite.listen();
  url = vite.resolvedUrls?.local[0] ?? '';
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await vite?.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

it('is no part of what is shipped', async () => {
  await buildPages();
  const assets = join(root, 'dist/assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(5);
  expect(scripts.filter((name) => readFileSync(join(assets, name), 'utf8').includes('data-specimen'))).toEqual([]);
});

it.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const)('draws every state of every component in the %s scheme, %i px wide', async (colorScheme, width) => {
  const { page, errors } = await openPage(browser, { colorScheme, viewport: { width, height: 900 }, now: NOW });
  // What rows of runs ask for by themselves.
  await page.route('**/api/attribution?*', (route) =>
    route.fulfill({ json: answerAttribution(new URL(route.request().url()).searchParams) }),
  );
  await page.goto(`${url}__ui`);
  await page.locator('.gallery').waitFor();
  const specimens = page.locator('[data-specimen]');
  await expect.poll(() => specimens.count()).toBeGreaterThan(100);
  await page.evaluate(() => document.fonts.ready);
  await keepScreenshot(page, `gallery-${colorScheme}-${width}-full`);
  const blank = await specimens.evaluateAll((all) =>
    all
      .filter((one) => {
        const drawn = one.querySelector('.gallery-stage')?.firstElementChild;
        return !drawn || drawn.getBoundingClientRect().width === 0 || drawn.getBoundingClientRect().height === 0;
      })
      .map((one) => one.getAttribute('data-specimen')),
  );
  expect(blank).toEqual([]);
  const wide = await specimens.evaluateAll((all) =>
    all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute('data-specimen')),
  );
  expect(wide).toEqual([]);
  expect(errors).toEqual([]);
  // Two states of one card have its name twice; no page has both.
  const problems = (await accessibilityProblems(page)).filter((problem) => !problem.startsWith('landmark-unique'));
  expect(problems).toEqual([]);
  await page.context().close();
});
