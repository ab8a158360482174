/** What consumed a live run's tokens, in a real Chromium: the bar under each run, and the panel of its context meter. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerAttribution } from './attribution-fixture.ts';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { delta, FLAKY, liveNow, WAL } from './live-fixture.ts';
import { run, SOON, setLiveScene } from './live-scene.ts';

const { server, live } = setLiveScene();

const bar = (page: Page, id = 'run-wal') => run(page, id).locator('.run-attribution [role="img"]');
const panel = (page: Page) => page.getByRole('dialog', { name: 'Where the context went' });
const opener = (page: Page, id = 'run-wal') => run(page, id).locator('.attribution-open');

describe('the bar under a run', () => {
  it('tells by kind what consumed its tokens, at the height of the row', async () => {
    const page = await live();
    await bar(page).waitFor();
    expect(await bar(page).getAttribute('aria-label')).toMatch(
      /^What consumed the tokens of Migrate session store to SQLite WAL: Read 41%, System 24%, Bash 23%/,
    );
    expect((await bar(page).boundingBox())?.height).toBe(4);
    expect(await bar(page).locator('.is-carried').count()).toBe(0);
  });

  it('moves with the run, and takes what the run itself tells before asking', async () => {
    const part = { input: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 0 };
    const spend = { cost_usd: null, cost_complete: true, unpriced_tokens: 0, measured_share: 1 };
    const by = (read: number) => ({
      ...WAL,
      usage_by_tool: [
        { ...part, ...spend, kind: 'read', tokens: read, percent: read },
        { ...part, ...spend, kind: 'shell', tokens: 100 - read, percent: 100 - read },
      ],
    });
    server.live = { ...liveNow(), runs: [by(70)] };
    const page = await live();
    await expect.poll(() => bar(page).getAttribute('aria-label'), SOON).toContain('Read 70%, Bash 30%');
    expect(server.asked.some((path) => path.startsWith('/api/attribution'))).toBe(false);
    server.tellLive('usage_delta', delta({ ...by(20), seq: WAL.seq + 1 }));
    await expect.poll(() => bar(page).getAttribute('aria-label'), SOON).toContain('Bash 80%, Read 20%');
  });

  it('asks for a started run as a run, for an observed one as its session', async () => {
    server.live = {
      ...liveNow(),
      runs: [
        { ...WAL, origin: 'started' },
        { ...FLAKY, origin: 'observed' },
      ],
    };
    await live();
    const wanted = ['scope=run&id=run-wal', 'scope=session&id=session-flaky'];
    await expect
      .poll(() => wanted.filter((part) => server.asked.some((path) => path.includes(part))), SOON)
      .toEqual(wanted);
  });

  it('is absent where nothing is told', async () => {
    server.failures.set('/api/attribution', { status: 404, body: {} });
    const page = await live();
    await expect.poll(() => server.asked.some((path) => path.startsWith('/api/attribution')), SOON).toBe(true);
    expect(await page.locator('.run-attribution [role="img"]').count()).toBe(0);
  });
});

describe('the panel of the context meter', () => {
  it.each(['light', 'dark'] as const)('draws what sits in the window in the %s scheme', async (colorScheme) => {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const page = await live('/live', { colorScheme, viewport: { width, height } });
      await opener(page).click();
      await panel(page).waitFor();
      await bar(page).waitFor();
      await page.evaluate(() => document.fonts.ready);
      await keepScreenshot(page, `attribution-live-${colorScheme}-${width}x${height}`);
      expect(await panel(page).textContent()).toContain('128k');
      expect(await panel(page).textContent()).toContain('Largest item: pnpm-lock.yaml, 14.2k.');
      expect(await accessibilityProblems(page)).toEqual([]);
    }
  });

  it('opens when pointed at for a while, stays while one is in it, and closes behind', async () => {
    const page = await live();
    await opener(page).hover();
    await panel(page).waitFor();
    await panel(page).getByRole('button', { name: 'Tokens', exact: true }).hover();
    await page.waitForTimeout(400);
    expect(await panel(page).count()).toBe(1);
    await page.getByRole('heading', { level: 1 }).hover();
    await panel(page).waitFor({ state: 'detached' });
  });

  it('is pinned by a press until Escape or a press elsewhere', async () => {
    const page = await live();
    await opener(page).click();
    await panel(page).waitFor();
    await page.getByRole('heading', { level: 1 }).hover();
    await page.waitForTimeout(400);
    expect(await panel(page).count()).toBe(1);
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    await opener(page).click();
    await panel(page).waitFor();
    await page.getByRole('heading', { level: 1 }).click();
    await panel(page).waitFor({ state: 'detached' });
  });

  it('works by keyboard alone: focus opens, Tab leads in, Escape leads back', async () => {
    const page = await live();
    await run(page, 'run-wal').locator('.run-link').focus();
    await page.keyboard.press('i');
    await panel(page).waitFor();
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.className);
    await expect.poll(focused).toBe('Context');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'What the money went to' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('attribution-open');
    await expect.poll(() => page.locator('.attribution-popover').count()).toBe(0);
  });

  it('is a sheet at the bottom of a touch screen, with a button to close it', async () => {
    const page = await live('/live', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await opener(page).tap();
    await panel(page).waitFor();
    const box = await panel(page).boundingBox();
    expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(844);
    expect(box?.width).toBe(390);
    await panel(page).getByRole('button', { name: 'Close' }).tap();
    await panel(page).waitFor({ state: 'detached' });
  });

  it('follows the run while it is open', async () => {
    const page = await live();
    await opener(page).click();
    await panel(page).waitFor();
    server.answers.set('/api/attribution', (url) => {
      const answer = answerAttribution(url.searchParams);
      return { ...answer, in_context: answer.in_context && { ...answer.in_context, used: 150_000 } };
    });
    await expect.poll(() => panel(page).locator('.attribution-total').textContent(), SOON).toContain('150k');
  });
});
