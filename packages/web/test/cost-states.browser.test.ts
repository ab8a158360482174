/** The Token cost page in a real Chromium: nothing there, failures, offline, closed periods, and that everybody can use it. */
import { describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { answerCost, WORK } from './cost-fixture.ts';
import { costFigure, setCostScene } from './cost-scene.ts';
import { NOW } from './fixture.ts';
import { HEALTH, SOURCES } from './serve.ts';

const { server, open, visit, costPage, withWork, asked } = setCostScene();

const NOTHING = { repo: [], model: [], workplan: [], outcome: [], release: [], task: [], agent: [] };

describe('states', () => {
  it('004-20: without data say so in each card, in these words', async () => {
    withWork(NOTHING);
    server.answers.set('/api/cost', (url) => ({ ...answerCost(url.searchParams, NOTHING), last_event_at: null }));
    const page = await costPage();
    expect(await page.locator('.empty h2').allTextContents()).toEqual([
      'No token events recorded yet.',
      'No model data yet.',
      'No workstream data yet.',
      'No commits linked yet',
      'No task-level data yet.',
    ]);
    expect(await costFigure(page)).toBe('$0.00');
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'cost-empty');
    await page.getByRole('button', { name: 'Copy command' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('tokenmeter task add');
  });

  it('of a period without spend name it, where others have some, and lead to all of it', async () => {
    server.answers.set('/api/cost', (url) =>
      answerCost(url.searchParams, url.searchParams.get('window') === 'all' ? WORK : NOTHING),
    );
    const page = await costPage('/cost?at=2026-10');
    expect(await page.locator('.empty h2').allTextContents()).toEqual(['No spend in October 2026']);
    expect(await page.locator('.empty-text').textContent()).toBe('The last event was on Nov 21.');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(() => costFigure(page)).not.toBe('$0.00');
    expect(await page.locator('.empty').count()).toBe(0);
  });

  it('behind a filter offer to clear it', async () => {
    withWork(NOTHING);
    const page = await costPage('/cost?agent=ghost');
    await page.getByRole('heading', { name: 'No spend matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  it('replace only the card that failed, and try again', async () => {
    const { page } = await open({ now: NOW });
    const isTasks = (url: URL) => url.pathname === '/api/cost' && url.searchParams.get('by') === 'task';
    await page.route(isTasks, (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.goto(`${server.url}/cost`);
    const card = page.getByRole('alert');
    await card.waitFor();
    expect(await card.textContent()).toContain('This didn’t load.');
    expect(await page.locator('.plan-table tbody tr').count()).toBe(6);
    expect(await page.locator('.live-state').textContent()).toMatch(/^Not refreshed\. The server answered 500\./);
    await page.unroute(isTasks);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.task-table').waitFor();
    await page.locator('.live-state.is-live').waitFor();
  });

  it('after a failure of all say the cause', async () => {
    server.failures.set('/api/cost', { status: 500, body: {} });
    const { page } = await visit('/cost');
    expect(await page.getByRole('alert').textContent()).toContain('This didn’t load. The server answered 500.');
    server.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.cost-figure').waitFor();
  });

  it('while loading keep the geometry, then dim the old figures for a new question', async () => {
    server.delays.set('/api/cost', 700);
    const { page } = await visit('/cost');
    await page.getByRole('status', { name: 'Loading cost' }).waitFor();
    await page.locator('.cost-figure').waitFor();
    await page.keyboard.press('d');
    await page.locator('.cost-cards.is-dimmed').waitFor();
    await expect.poll(() => costFigure(page), { timeout: 10_000 }).toBe('$46.82');
    await expect.poll(() => page.locator('.cost-cards.is-dimmed').count(), { timeout: 10_000 }).toBe(0);
  });

  it('with a plan call it list price, or leave out what the plan covers', async () => {
    server.withSettings({ plans: { 'claude-code': 'max' } });
    const page = await costPage();
    await page.getByText('List price. Part of this is covered by your plan. It isn’t your bill.').waitFor();
    server.asked.length = 0;
    const billed = await costPage('/cost?unit=billed');
    await billed.getByText('266M tokens were covered by a plan and are left out.').waitFor();
    const by = (name: string) => asked().find((path) => path.includes(`by=${name}&`)) ?? '';
    expect(by('repo')).toContain('&-agent=claude-code');
    expect(by('agent')).not.toContain('-agent');
  });
});

describe('the line', () => {
  it('004-13: says Live with the time of the figures and the number of events', async () => {
    const page = await costPage();
    const text = await page.locator('.live-line').textContent();
    expect(text).toMatch(/^Live, 14:32:08, 175 eventsPrices from Nov 201 model without a price1 source not reading/);
    expect(await page.locator('.live-state > [title]').getAttribute('title')).toBe('Last event 2 s ago');
    expect(await page.getByRole('link', { name: '1 source not reading' }).getAttribute('href')).toBe(
      '/settings/sources',
    );
  });

  it('is amber where prices are old, and silent about sources that are well', async () => {
    server.sources = { sources: SOURCES.sources.map((source) => ({ ...source, state: 'reading' as const })) };
    server.answers.set('/api/cost', (url) => ({ ...answerCost(url.searchParams), prices_from: '2026-11-02' }));
    const page = await costPage();
    await page.locator('.live-amber', { hasText: 'Prices from Nov 2, 19 days old' }).waitFor();
    expect(await page.locator('.live-line').textContent()).not.toContain('not reading');
  });

  it('calls a past period closed, with the prices of each call, and never asks again for it', async () => {
    const page = await costPage('/cost?at=2026-10');
    expect(await page.locator('.live-line').textContent()).toMatch(
      /^Closed period, final since Nov 1Prices as of each call/,
    );
    server.asked.length = 0;
    server.tellChange();
    await expect.poll(() => server.asked.includes('/api/health')).toBe(true);
    expect(asked()).toEqual([]);
  });

  it('brings new figures in place when the ledger moves', async () => {
    const page = await costPage();
    withWork({ repo: [{ id: 'r-1', name: 'acme/ledger-api', cost: 500, tokens: 1_000_000 }] });
    server.tellChange();
    await expect.poll(() => costFigure(page)).toBe('$500.00');
  });

  it('004-13, 004-14: says API offline in red and keeps the last good figures, then heals without a reload', async () => {
    const { page } = await open();
    // Time is needed here: the page is offline after ten seconds.
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/cost`);
    await page.locator('.cost-figure').waitFor();
    await server.stop();
    for (let second = 0; second < 16; second++) await page.clock.runFor(1_000);
    const state = page.locator('.live-state.is-offline');
    await state.waitFor();
    expect(await state.textContent()).toMatch(/^API offline since 14:32, showing figures from 14:32:\d\d$/);
    const color = await state.locator('b').evaluate((element) => getComputedStyle(element).color);
    expect(color).toBe('rgb(179, 38, 30)');
    expect(await costFigure(page)).toBe('$468.18');
    expect(await page.locator('.task-table tbody tr').count()).toBe(10);
    expect(await accessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, 'cost-offline');
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
    await server.start();
    // The page may find the server by itself before anybody can press the button; then it polls, and the stream comes later.
    const retry = page.getByRole('button', { name: 'Retry', exact: true });
    await expect
      .poll(async () => {
        await retry.click({ timeout: 200 }).catch(() => undefined);
        await page.clock.runFor(1_000);
        return page.locator('.live-state.is-live').count();
      })
      .toBe(1);
    expect(await costFigure(page)).toBe('$468.18');
  });

  it('says API offline at once when a refresh finds nobody', async () => {
    const page = await costPage();
    await page.route('**/api/cost?**', (route) => route.abort());
    await page.keyboard.press('r');
    await page.locator('.live-state.is-offline').waitFor();
    expect(await costFigure(page)).toBe('$468.18');
    await page.unroute('**/api/cost?**');
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.locator('.live-state.is-live').waitFor();
  });

  it('004-12: without a stream asks once a minute, and not at all while hidden', async () => {
    server.failures.set('/api/changes', { status: 503, body: {} });
    const { page } = await open();
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/cost`);
    await page.locator('.cost-figure').waitFor();
    const line = page.locator('.live-state', { hasText: 'updating every 60 s' });
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        return line.count();
      })
      .toBe(1);
    // From here time moves only when told, or the line's own next try would ask as well.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
    const hide = (state: 'hidden' | 'visible') =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await hide('hidden');
    server.asked.length = 0;
    const rounds = () => asked().filter((path) => path.includes('by=repo&')).length;
    for (let part = 0; part < 3; part++) await page.clock.runFor(25_000);
    expect(asked()).toEqual([]);
    await hide('visible');
    await expect.poll(rounds, { timeout: 10_000 }).toBeGreaterThan(0);
    const before = rounds();
    await page.clock.runFor(20_000);
    expect(rounds()).toBe(before);
    await expect
      .poll(
        async () => {
          await page.clock.runFor(5_000);
          return rounds();
        },
        { timeout: 10_000 },
      )
      .toBe(before + 1);
  });

  it('asks once a minute beside an open stream, too: not everything is told by it', async () => {
    const { page } = await open();
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/cost`);
    await page.locator('.live-state.is-live').waitFor();
    withWork({ repo: [{ id: 'r-1', name: 'acme/ledger-api', cost: 500, tokens: 1_000_000 }] });
    await expect
      .poll(
        async () => {
          await page.clock.runFor(10_000);
          return costFigure(page);
        },
        { timeout: 20_000 },
      )
      .toBe('$500.00');
  });

  it('pauses and resumes', async () => {
    const page = await costPage();
    await page.keyboard.press('p');
    await page.locator('.live-state.is-paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await page.locator('.live-state.is-live').waitFor();
  });

  it('shows how far reading of history is', async () => {
    server.health = { ...HEALTH, status: 'importing', import: { files_done: 1204, files_total: 3880 } };
    const page = await costPage();
    await page.locator('.main .import', { hasText: 'Reading history: 1,204 of 3,880 files.' }).waitFor();
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing in the %s scheme', async (colorScheme) => {
    const page = await costPage('/cost?agent=codex', { colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'by git outcome' }).click();
    await page.locator('.rule-text').waitFor();
    await page.getByRole('button', { name: 'Branches of acme/ledger-api' }).click();
    await page.locator('.ranked-sub').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const phone = await costPage('/cost?by=tokens', { colorScheme, viewport: { width: 390, height: 844 } });
    expect(await accessibilityProblems(phone)).toEqual([]);
  });

  it.each([320, 390, 768, 1440])('does not scroll sideways at %i px', async (width) => {
    for (const path of ['/cost?-agent=cursor', '/cost?w=all&by=tokens']) {
      const page = await costPage(path, { viewport: { width, height: 800 } });
      const sizes = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(sizes[0], path).toBeLessThanOrEqual(sizes[1] ?? 0);
    }
  });

  it('has one main, one h1, named navigation, and a heading for each card', async () => {
    const page = await costPage();
    expect(await page.locator('main').count()).toBe(1);
    expect(await page.locator('h1').allTextContents()).toEqual(['Token cost']);
    expect(await page.locator('nav:not([aria-label])').count()).toBe(0);
    expect(await page.locator('section.card:not(:has(h2))').count()).toBe(0);
  });

  it('leaves targets of 24 px or more', async () => {
    for (const width of [390, 1440]) {
      const page = await costPage('/cost?agent=codex', { viewport: { width, height: 844 } });
      const small = await page.locator('button:visible, nav a:visible').evaluateAll((elements) =>
        elements
          .map((element) => ({ box: element.getBoundingClientRect(), name: element.outerHTML.slice(0, 80) }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ name }) => name),
      );
      expect(small).toEqual([]);
    }
  });
});
