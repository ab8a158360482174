/** A profile of what consumed the tokens, opened in speedscope itself: it shows our stacks with our weights. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProfileSample } from '@tokenmeter/core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speedscopeFile } from '../../app/src/exporters/speedscope.ts';
import { launchBrowser, openPage } from './browser.ts';

const RELEASE = dirname(fileURLToPath(import.meta.resolve('speedscope/dist/release/index.html')));
/** Nobody's address: every request to it is answered here. */
const SITE = 'http://speedscope.test';

const SAMPLES: readonly ProfileSample[] = [
  { stack: ['Claude Code', 'main', 'Read', 'pnpm-lock.yaml'], tokens: 880_400, nano: 450_000_000 },
  { stack: ['Claude Code', 'main', 'Bash', 'npm'], tokens: 119_600, nano: 50_000_000 },
  { stack: ['Claude Code', 'explore', 'Grep'], tokens: 250_000, nano: 500_000_000 },
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function openProfile(weight: 'tokens' | 'cost') {
  const { page, errors } = await openPage(browser);
  const file = JSON.stringify(speedscopeFile(SAMPLES, { name: 'session wal', version: '0.1.0', weight }));
  await page.route(`${SITE}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/profile.json') return route.fulfill({ contentType: 'application/json', body: file });
    const path = join(RELEASE, pathname === '/' ? 'index.html' : pathname);
    return existsSync(path) ? route.fulfill({ path }) : route.fulfill({ status: 404 });
  });
  await page.goto(`${SITE}/#profileURL=${encodeURIComponent(`${SITE}/profile.json`)}`);
  return { page, errors };
}

describe('a profile in speedscope', () => {
  it('is the very build that is installed', () => {
    expect(readFileSync(join(RELEASE, 'release.txt'), 'utf8')).toContain('speedscope@1.25.0');
  });

  it.each([
    ['tokens', 'Tokens (1/2)', ['pnpm-lock.yaml', '880,400 (70%)'], '1,250,000 (100%)'],
    ['cost', 'Cost (nano-dollars) (2/2)', ['Grep', '500,000,000 (50%)'], '1,000,000,000 (100%)'],
  ] as const)('weighed by %s opens with our stacks and weights', async (weight, name, [heaviest, self], whole) => {
    const { page, errors } = await openProfile(weight);
    await page.getByText(name, { exact: true }).waitFor();
    expect(await page.title()).toContain('session wal');
    await page.getByText('Sandwich').click();
    const row = (symbol: string) => page.locator('tr', { hasText: symbol });
    await row(heaviest).waitFor();
    expect(await row(heaviest).locator('td').nth(1).textContent()).toBe(self);
    // The outermost frame holds all there is, and nothing of its own.
    expect(await row('Claude Code').locator('td').nth(0).textContent()).toBe(whole);
    expect(await row('Claude Code').locator('td').nth(1).textContent()).toMatch(/^0 /);
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
    await page.context().close();
  });
});
