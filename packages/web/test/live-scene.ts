/** What the tests of the Live page share: the page with its runs, one run on it, and what stands where. */
import type { Page } from 'playwright-core';
import { beforeEach } from 'vitest';
import { liveNow } from './live-fixture.ts';
import { setScene } from './scene.ts';

/** Registers the set-up of a test file, with the runs of the design on the server. */
export function setLiveScene() {
  const scene = setScene();
  beforeEach(() => {
    scene.server.live = liveNow();
  });
  /** The Live page with its runs, its stream open. */
  async function live(path = '/live', options: Parameters<typeof scene.visit>[1] = {}): Promise<Page> {
    const { page } = await scene.visit(path, options);
    await page.locator('.run').first().waitFor();
    return page;
  }
  return { ...scene, live };
}

export const run = (page: Page, id: string) => page.locator(`[data-run="${id}"]`);
export const order = (page: Page) =>
  page.locator('[data-run]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-run')));
/** Its output tokens and its cost, as they are read. */
export const output = (page: Page, id = 'run-wal') =>
  run(page, id).locator('.token-cells dd').nth(1).locator('[aria-hidden]').textContent();
export const cost = (page: Page, id = 'run-wal') => run(page, id).locator('.cost-figure').textContent();
/** How long a test waits for what comes by the stream. */
export const SOON = { timeout: 10_000 };
