/** The Live page in a real Chromium: its figures, its states and that everybody can use it. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepScreenshot } from './browser.ts';
import { liveNow } from './live-fixture.ts';
import { setScene } from './scene.ts';

const { server, visit } = setScene();

beforeEach(() => {
  server.live = liveNow();
});

async function live(path = '/live', options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const { page } = await visit(path, options);
  await page.locator('.run').first().waitFor();
  return page;
}

describe('pictures', () => {
  const sizes = [
    [1440, 900],
    [390, 844],
  ] as const;
  it.each(
    sizes.flatMap(([width, height]) => (['light', 'dark'] as const).map((scheme) => [width, height, scheme] as const)),
  )('at %i by %i in %s', async (width, height, colorScheme) => {
    const page = await live('/live', { viewport: { width, height }, colorScheme });
    await page.evaluate(() => document.fonts.ready);
    await keepScreenshot(page, `live-${colorScheme}-${width}x${height}`);
    await keepScreenshot(page, `live-${colorScheme}-${width}x${height}-full`);
    expect(await page.locator('.run').count()).toBe(5);
  });
});
