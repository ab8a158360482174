/** What every browser test of a page begins with: the built pages, a server for them, one Chromium, and ways to look. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser, openPage, type Visit } from './browser.ts';
import { buildPages } from './built.ts';
import { NOW } from './fixture.ts';
import { TestServer } from './serve.ts';

/** Registers the set-up and the clean-up of a test file. Call it once, at the top. */
export function setScene() {
  const server = new TestServer();
  let browser: Browser | undefined;
  let opened: Page[] = [];

  beforeAll(async () => {
    await buildPages();
    await server.start();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });
  afterEach(async () => {
    for (const page of opened) await page.context().close();
    opened = [];
    server.reset();
  });

  /** A page that is not anywhere yet; closed after the test. */
  async function open(options: Visit = {}): Promise<{ page: Page; errors: string[] }> {
    if (!browser) throw new Error('Cannot open a page before the set-up of the tests');
    const found = await openPage(browser, options);
    opened.push(found.page);
    return found;
  }

  async function visit(path: string, options: Visit = {}): Promise<{ page: Page; errors: string[] }> {
    const found = await open({ now: NOW, ...options });
    await found.page.goto(server.url + path);
    return found;
  }

  /** The Usage page with its figures. */
  async function usage(path = '/usage', options: Visit = {}): Promise<Page> {
    const { page } = await visit(path, options);
    await page.locator('.hero-figure').waitFor();
    return page;
  }

  /** Queries that were asked since the server was reset. */
  const queries = () => server.asked.filter((path) => path.startsWith('/api/query'));

  return { server, open, visit, usage, queries };
}

export const figure = (page: Page) => page.locator('.hero-figure > .sr').textContent();
export const address = (page: Page) => new URL(page.url()).search;
export const rankNames = (page: Page) => page.locator('.rank-name > :first-child').allTextContents();
