/** The Usage page in a real Chromium: nothing there, failures, waiting, the line to the server, and that everybody can use it. */
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from './browser.ts';
import { NOW } from './fixture.ts';
import { figure, setScene } from './scene.ts';
import { HEALTH, SOURCES } from './serve.ts';

const { server, open, visit, usage, queries } = setScene();

describe('states', () => {
  const nothing = { ...HEALTH, ledger: { ...HEALTH.ledger, calls: 0, first_call_at: null, last_call_at: null } };

  it('without any data say what was looked for', async () => {
    server.calls = [];
    server.health = nothing;
    server.sources = {
      sources: SOURCES.sources.map((source) => ({
        ...source,
        state: 'not_found' as const,
        roots: source.roots.map((root) => ({ ...root, exists: false })),
      })),
    };
    const { page } = await visit('/usage');
    await page.getByRole('heading', { name: 'No usage yet' }).waitFor();
    expect(await page.locator('.empty').textContent()).toContain('tokenmeter found 0 sources on this machine.');
    expect(await page.locator('.looked-for').textContent()).toContain('~/.claude/projects not found');
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('without data in the period name the first day and lead to all of it', async () => {
    server.calls = server.calls.filter(({ at }) => at < Date.parse('2026-10-31T23:00:00Z'));
    const { page } = await visit('/usage');
    await page.getByRole('heading', { name: 'No usage in November 2026' }).waitFor();
    expect(await page.locator('.empty-text').textContent()).toBe('The first recorded day is Mar 2, 2025.');
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByText('Spend since Mar 2, 2025').waitFor();
  });

  it('behind a filter offer to clear it', async () => {
    const { page } = await visit('/usage?agent=ghost');
    await page.getByRole('heading', { name: 'No usage matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.locator('.hero-figure').waitFor();
  });

  it('after a failure say the cause and try again', async () => {
    const body = { error: { code: 'internal', message: 'Cannot answer', request_id: 'r-77' } };
    server.failures.set('/api/query', { status: 500, body });
    const { page } = await visit('/usage');
    const card = page.getByRole('alert');
    await card.waitFor();
    expect(await card.textContent()).toContain('This didn’t load. The server answered 500.');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByText('Details').click();
    expect(await card.textContent()).toContain('r-77');
    server.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.hero-figure').waitFor();
  });

  it('of the ledger are told in its own words', async () => {
    const message = 'The ledger is locked by another process (pid 4121)';
    server.failures.set('/api/query', {
      status: 503,
      body: { error: { code: 'ledger-locked', message, request_id: 'r' } },
    });
    const { page } = await visit('/usage');
    await page.getByText(`${message}.`).waitFor();
  });

  it('show a dash for the runs alone when only they fail', async () => {
    server.failures.set('/api/activity', { status: 500, body: {} });
    const page = await usage();
    expect(await page.locator('.facts dd').nth(2).textContent()).toBe('—');
    expect(await figure(page)).toBe('$468.18');
  });

  it('while loading keep the geometry, then dim the old figures for a new question', async () => {
    server.delays.set('/api/query', 700);
    const { page } = await visit('/usage');
    await page.getByRole('status', { name: 'Loading usage' }).waitFor();
    await page.locator('.hero-figure').waitFor();
    await page.keyboard.press('d');
    await page.locator('.is-dimmed').waitFor();
    expect(await figure(page)).toBe('$468.18');
    await page.getByText('Spend today').waitFor();
    expect(await page.locator('.is-dimmed').count()).toBe(0);
  });

  it('while history is read say how far it is', async () => {
    server.health = { ...HEALTH, status: 'importing', import: { files_done: 1204, files_total: 3880 } };
    const page = await usage();
    expect(await page.locator('.main .import').textContent()).toBe(
      'Reading history: 1,204 of 3,880 files. Totals will grow.',
    );
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('1204');
  });

  it('where nothing has a price draw tokens and no amount', async () => {
    server.calls = server.calls.map((call) => ({ ...call, cost: undefined }));
    const page = await usage();
    expect(await figure(page)).toBe('—');
    expect(await page.locator('.hero-caption .badge').textContent()).toBe('No price');
    expect(await page.locator('.hero').textContent()).not.toContain('$0');
    expect(await page.locator('.hero-ring .ring-arc').count()).toBe(0);
    expect(await page.locator('.strip-chart').getAttribute('aria-label')).toContain('Tokens per day');
  });

  it('with a plan call it list price, or billed without what the plan covers', async () => {
    server.withSettings({ plans: { 'claude-code': 'max' } });
    const page = await usage();
    expect(await page.locator('.hero-caption').textContent()).toContain('List price this month');
    expect(await page.locator('.hero').textContent()).toContain(
      'Part of this is covered by your plan. It isn’t your bill.',
    );
    const billed = await usage('/usage?unit=billed');
    expect(await billed.locator('.hero-caption').textContent()).toContain('Billed this month');
    expect(await figure(billed)).toBe('$163.91');
    expect(await billed.locator('.hero').textContent()).toContain('266M tokens were covered by a plan.');
  });

  it('show plan limits where agents told of them', async () => {
    server.limits = {
      limits: [
        {
          agent: 'codex',
          name: 'weekly',
          at: NOW,
          used_percent: 88,
          window_minutes: 10_080,
          resets_at: '2026-11-24T16:00:00Z',
          plan: null,
        },
        {
          agent: 'codex',
          name: 'old',
          at: NOW,
          used_percent: 12,
          window_minutes: 300,
          resets_at: '2026-11-21T01:00:00Z',
          plan: null,
        },
      ],
    };
    const page = await usage();
    expect(await page.locator('.limits li').allTextContents()).toEqual(['Codex 7 days88%resets Nov 24, 17:00']);
  });

  it('of an address nobody serves lead home', async () => {
    const { page } = await visit('/nowhere');
    await page.getByRole('heading', { name: 'There’s no page here.' }).waitFor();
    await page.getByRole('link', { name: 'Go to Live' }).click();
    await page.getByRole('heading', { name: 'Nothing is running' }).waitFor();
  });

  it('write money in the currency of the settings, with the rate in the tooltip', async () => {
    const display = {
      ...server.settings.display,
      currency: 'EUR',
      currency_rate: '0.930',
      currency_rate_date: '2026-11-20',
    };
    server.withSettings({ display });
    const page = await usage();
    expect(await figure(page)).toBe('€435.41');
    expect(await page.locator('.hero-figure').getAttribute('title')).toContain('$468.18 at 0.930, rate from Nov 20');
  });
});

describe('the line to the server', () => {
  it('brings new figures in place when the ledger moves', async () => {
    const page = await usage();
    const [some] = server.calls;
    if (some)
      server.calls = [...server.calls, { ...some, at: Date.parse(NOW) - 1000, cost: [10_000_000_000n, 0n, 0n, 0n] }];
    server.tellChange();
    await expect.poll(() => figure(page)).toBe('$478.18');
  });

  it('never asks again for a period that is over', async () => {
    const page = await usage('/usage?at=2026-10');
    server.asked.length = 0;
    server.tellChange();
    await expect.poll(() => server.asked.includes('/api/health')).toBe(true);
    expect(queries()).toEqual([]);
    expect(await figure(page)).toBe('$617.08');
  });

  it('keeps all figures while the server is away, says since when, and heals without a reload', async () => {
    const { page } = await open();
    // Time is needed here: the banner comes after ten seconds.
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/usage`);
    await page.locator('.hero-figure').waitFor();
    await server.stop();
    await page.clock.runFor(4_000);
    await page.locator('.status:visible', { hasText: /Reconnecting in|Connecting/ }).waitFor();
    for (let second = 0; second < 12; second++) await page.clock.runFor(1_000);
    const banner = page.locator('.banner');
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/^Offline since 14:32\. Showing figures from 14:32:\d\d\.Retry now$/);
    expect(await page.locator('.status:visible').textContent()).toBe('Offline since 14:32');
    expect(await figure(page)).toBe('$468.18');
    expect(await page.locator('.rank-table tbody tr').count()).toBe(5);
    expect(await accessibilityProblems(page)).toEqual([]);
    // From here time moves only when told, or the page's own next try could heal it before the button is pressed.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
    await server.start();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await expect
      .poll(async () => {
        await page.clock.runFor(50);
        return banner.count();
      })
      .toBe(0);
    expect(await figure(page)).toBe('$468.18');
  });

  it('polls where streams do not get through', async () => {
    server.failures.set('/api/changes', { status: 503, body: {} });
    const { page } = await open();
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/usage`);
    await page.locator('.hero-figure').waitFor();
    const status = page.locator('.status:visible', { hasText: 'Updating every 5 s' });
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        return status.count();
      })
      .toBe(1);
    server.asked.length = 0;
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        return queries().length;
      })
      .toBeGreaterThan(0);
  });

  it('asks for the token of a server that wants one, and sends it', async () => {
    const refusal = {
      status: 401,
      body: { error: { code: 'token-needed', message: 'Cannot answer', request_id: 'r' } },
    };
    const paths = ['/api/query', '/api/health', '/api/settings', '/api/sources', '/api/limits', '/api/changes'];
    for (const path of paths) server.failures.set(path, refusal);
    const { page } = await visit('/usage');
    await page.getByLabel('Run tokenmeter token and paste it here.').fill('secret');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator('.status:visible', { hasText: 'Not signed in' }).waitFor();
    // Its words stand in one line.
    const label = await page.locator('.sign-in label > span').boundingBox();
    expect(label?.height).toBeLessThan(24);
    server.failures.clear();
    const asked = page.waitForRequest('**/api/query?**');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect((await asked).headers().authorization).toBe('Bearer secret');
    await page.locator('.hero-figure').waitFor();
    expect(await figure(page)).toBe('$468.18');
  });

  it('pauses and resumes', async () => {
    const page = await usage();
    await page.keyboard.press('p');
    await page.locator('.status:visible', { hasText: 'Paused' }).waitFor();
    server.asked.length = 0;
    server.tellChange();
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await page.locator('.status:visible', { hasText: 'Updated' }).waitFor();
    await expect.poll(() => queries().length).toBeGreaterThan(0);
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing in the %s scheme', async (colorScheme) => {
    const page = await usage('/usage?agent=codex,claude-code', { colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.keyboard.press('f');
    await page.getByRole('checkbox', { name: 'storefront' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const phone = await usage('/usage', { colorScheme, viewport: { width: 390, height: 844 } });
    expect(await accessibilityProblems(phone)).toEqual([]);
  });

  it.each([320, 390, 768, 1440])('does not scroll sideways at %i px', async (width) => {
    for (const path of ['/usage?-repo=/home/ana/code/docs', '/usage?w=all&rank=model']) {
      const page = await usage(path, { viewport: { width, height: 800 } });
      await page.locator('.strip-chart').waitFor();
      await page.getByRole('button', { name: 'Show as table' }).click();
      const sizes = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(sizes[0], path).toBeLessThanOrEqual(sizes[1] ?? 0);
    }
  });

  it('keeps to the scheme that the settings pin, from the first paint of the next visit', async () => {
    server.withSettings({ display: { ...server.settings.display, theme: 'dark' } });
    const page = await usage('/usage', { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe('rgb(18, 18, 17)');
    server.delays.set('/api/settings', 2_000);
    await page.reload({ waitUntil: 'domcontentloaded' });
    expect(await ground()).toBe('rgb(18, 18, 17)');
  });

  it('has one main, one h1, named navigation, and a heading for each card', async () => {
    const page = await usage();
    expect(await page.locator('main').count()).toBe(1);
    expect(await page.locator('h1').allTextContents()).toEqual(['Usage']);
    expect(await page.locator('nav:not([aria-label])').count()).toBe(0);
    expect(await page.locator('section.card:not(:has(h2))').count()).toBe(0);
  });

  it('leaves targets of 24 px or more', async () => {
    const page = await usage('/usage?agent=codex,cursor', { viewport: { width: 390, height: 844 } });
    const small = await page.locator('button:visible, nav a:visible').evaluateAll((elements) =>
      elements
        .map((element) => ({ box: element.getBoundingClientRect(), name: element.outerHTML.slice(0, 80) }))
        .filter(({ box, name }) => (box.width < 24 || box.height < 24) && !name.includes('strip-hit'))
        .map(({ name }) => name),
    );
    expect(small).toEqual([]);
  });
});
