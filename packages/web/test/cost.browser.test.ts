/** The Token cost page in a real Chromium: its figures as designed, its tables, what is measured and what is reported. */
import { describe, expect, it } from 'vitest';
import { keepScreenshot } from './browser.ts';
import { WORK, type Work } from './cost-fixture.ts';
import { costFigure, repoNames, setCostScene, taskNames } from './cost-scene.ts';
import { address } from './scene.ts';

const { visit, costPage, withWork, server } = setCostScene();

const rows = (repos: readonly Partial<Work>[]) =>
  repos.map((change, index) => ({ ...(WORK.repo[index] as Work), ...change })); // -- the fixture has seven

describe('Token cost as designed', () => {
  it.each(['light', 'dark'] as const)('draws the figures of the design in the %s scheme', async (colorScheme) => {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const options = { colorScheme, viewport: { width, height }, deviceScaleFactor: 1.25 };
      const { page, errors } = await visit('/cost', options);
      await page.locator('.cost-figure').waitFor();
      await page.evaluate(() => document.fonts.ready);
      await keepScreenshot(page, `cost-${colorScheme}-${width}x${height}`);
      await keepScreenshot(page, `cost-${colorScheme}-${width}x${height}-full`);
      expect(await costFigure(page)).toBe('$468.18');
      expect(errors).toEqual([]);
    }
  });

  it('draws the tasks in rows of one height, each with its share of the largest', async () => {
    const page = await costPage();
    const rows = page.locator('.task-table tbody tr');
    const heights = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    // Lines between rows are shared: a row may have half of one more.
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(0.5);
    const bars = await rows.locator('.meter > b').evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect()));
    expect(bars.map(({ height }) => height)).toEqual(Array(10).fill(6));
    expect(bars.map(({ width }) => Math.round(width)).slice(0, 3)).toEqual([112, 92, 79]);
  });

  it('cuts no name on a phone', async () => {
    const page = await costPage('/cost', { viewport: { width: 390, height: 844 } });
    const cut = page.locator('.plan-name a, .task-name :is(a, .copy-name), .outcome-legend .clip, .releases .clip');
    const names = await cut.evaluateAll((all) =>
      all
        .filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight)
        .map((one) => one.textContent),
    );
    expect(names).toEqual([]);
    expect(await cut.count()).toBe(27);
  });

  it('says the sum, how many repositories and runs it is of, and what has no price', async () => {
    const page = await costPage();
    expect(await page.locator('.cost-total').textContent()).toBe(
      '$468.18across 6 repos, 337 runs 1.90M tokens unpriced',
    );
    expect(await page.title()).toBe('Token cost');
    expect(await page.locator('nav[aria-label="Main"] [aria-current]').textContent()).toBe('Token cost');
    expect(await page.locator('nav[aria-label="Main, compact"] [aria-current] .label').textContent()).toBe('Cost');
  });

  it('004-19: ranks repositories by cost, with what belongs to none last', async () => {
    const page = await costPage();
    expect(await page.locator('.ranked:not(.ranked-models) .ranked-name > :first-child').allTextContents()).toEqual([
      'acme/ledger-api',
      'acme/storefront',
      'acme/mobile',
      'acme/docs',
      'acme/infra',
      'dotfiles',
    ]);
    expect((await repoNames(page)).at(-1)).toBe('No repo');
    expect(await page.locator('.ranked:not(.ranked-models) .is-muted').count()).toBe(1);
    expect(await page.locator('.ranked:not(.ranked-models) .ranked-row > .ink-3').allTextContents()).toEqual([
      '41%',
      '26%',
      '14%',
      '8%',
      '6%',
      '2%',
      '3%',
    ]);
  });

  it('shows the branches of a repository, and the repositories beyond the first eight, when asked', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      id: `r-${index}`,
      name: `team/service-${index}`,
      cost: 20 - index,
      tokens: 1_000_000,
    }));
    withWork({ repo: [...WORK.repo.slice(0, 1), ...many] });
    const page = await costPage();
    await page.getByRole('button', { name: 'Branches of acme/ledger-api' }).click();
    const branches = page.getByRole('list', { name: 'Branches of acme/ledger-api' });
    await expect.poll(() => branches.locator('.ranked-name').allTextContents()).toEqual(['feat/wal', 'main']);
    await page.getByRole('button', { name: '5 more, $55.00' }).click();
    await page.getByText('team/service-11', { exact: true }).waitFor();
  });

  it('says what the models behind the fold come to, and keeps those without a price before it', async () => {
    const many = Array.from({ length: 10 }, (_, index) => ({
      id: `claude-opus-${index}`,
      name: `claude-opus-${index}`,
      cost: 20 - index,
      tokens: 1_000_000,
    }));
    withWork({ model: [...many, ...WORK.model.slice(-1)] });
    const page = await costPage();
    expect(await page.locator('.ranked-models li').last().textContent()).toContain('gemini-3-flash-preview');
    await page.getByRole('button', { name: '2 more, $23.00' }).click();
    await expect.poll(() => page.locator('.ranked-models li').count()).toBe(12);
  });

  it('004-17: names list prices, and puts a model without a price last, with its tokens and the way to Settings', async () => {
    const page = await costPage();
    const names = await page.locator('.ranked-models .ranked-name').allTextContents();
    expect(names[0]).toBe('Opus 4.6$5 / $25');
    const last = page.locator('.ranked-models li').last();
    expect(await last.textContent()).toContain('gemini-3-flash-preview');
    expect(await last.textContent()).not.toContain('$0');
    expect(await last.locator('.ranked-stub').count()).toBe(1);
    await last.getByRole('link', { name: /1\.90M tok/ }).click();
    await expect
      .poll(() => new URL(page.url()).pathname + address(page))
      .toBe('/settings/prices?model=gemini-3-flash-preview');
  });

  it('004-16: tells of each workplan what is done, what a done task cost, and its cap', async () => {
    const page = await costPage();
    const cells = (index: number) => page.locator('.plan-table tbody tr').nth(index).locator('td').allTextContents();
    expect(await cells(0)).toEqual(['9 of 12', '$10.61', '86%', ' $95.51']);
    expect(await cells(4)).toEqual(['0 of 6', '—', 'No cap', ' $34.65']);
    expect(await page.locator('#workplan-title ~ .card-note').textContent()).toBe('71% of spend is in a workplan');
    const cap = page.getByRole('meter', { name: 'Cap of CI speed-up' });
    expect(await cap.getAttribute('aria-valuenow')).toBe('99');
    expect(await cap.locator('..').getAttribute('class')).toContain('level-critical');
  });

  it('tells where the spend ended up, and what releases and their commits cost', async () => {
    const page = await costPage();
    expect(await page.locator('.stacked-bar').getAttribute('aria-label')).toBe(
      'Where the spend ended up: Shipped in a release 42%, Committed, not released 29%, Uncommitted work 16%, Reverted or dropped 8%, Not linked 5%',
    );
    expect(await page.locator('.outcome-legend li').nth(1).textContent()).toBe(
      'Committed, not released 38 commits29%$137.18',
    );
    expect(await page.locator('.releases li').allTextContents()).toEqual([
      'Next12 commits$69.29$5.77 a commit',
      'v2.13Nov 12, 31 commits$110.49$3.56 a commit',
      'v2.12Nov 3, 27 commits$86.61$3.21 a commit',
    ]);
    await page.getByRole('button', { name: 'by git outcome' }).click();
    await page.getByText(/first commit on its branch/).waitFor();
  });

  it('004-18: lists the ten dearest tasks and where each ended', async () => {
    const page = await costPage();
    expect((await taskNames(page)).length).toBe(10);
    expect(await page.locator('.task-table tbody tr').nth(4).textContent()).toBe(
      '5Price table importer with historyledger-apiSonnet 4.6v2.1344.7M44.7 million $17.79',
    );
    expect(await page.locator('.tasks-card .card-note').textContent()).toBe('36% of spend');
  });
});

describe('what is measured and what is reported', () => {
  it('hatches what an agent only reported, and says so below', async () => {
    withWork({ repo: rows([{ told: 0.25 }, { superseded: 400_000 }]) });
    const page = await costPage();
    const first = page.locator('.ranked').first().locator('li').first();
    expect(await first.locator('.bar-told').count()).toBe(1);
    expect(await first.locator('.ranked-bar').getAttribute('title')).toContain('reported by the agent, not measured');
    expect(await page.locator('.ranked-legend').first().textContent()).toBe(
      ' reported by the agent, not measured400k reported tokens were measured as well and count once.',
    );
  });

  it('says nothing of it where all is measured', async () => {
    const page = await costPage();
    expect(await page.locator('.ranked-legend').count()).toBe(0);
    expect(await page.locator('.bar-told').count()).toBe(0);
  });
});

describe('cost or tokens', () => {
  it('004-15: draws tokens in and out, with a legend, without a step for Back', async () => {
    const page = await costPage('/cost?w=week');
    await page.getByRole('button', { name: 'Tokens', exact: true }).first().click();
    await expect.poll(() => address(page)).toBe('?w=week&by=tokens');
    await page.locator('.bar-in').first().waitFor();
    expect(await page.locator('.ranked-legend').first().textContent()).toContain('Tokens in');
    await page.keyboard.press('b');
    await expect.poll(() => address(page)).toBe('?w=week');
  });

  it('draws tokens where nothing has a price, and no amount', async () => {
    withWork(
      Object.fromEntries(Object.entries(WORK).map(([by, all]) => [by, all.map((work) => ({ ...work, cost: null }))])),
    );
    const page = await costPage();
    expect(await costFigure(page)).toBe('—');
    await page.locator('.bar-in').first().waitFor();
    expect(await page.locator('main').textContent()).not.toContain('$0');
  });
});

describe('sorting and copying', () => {
  it('sorts tasks by a header and turns round at the second press', async () => {
    const page = await costPage();
    const tokens = page.locator('.task-table').getByRole('button', { name: /^Tokens/ });
    await tokens.click();
    await expect.poll(async () => (await taskNames(page))[0]).toBe('Fix flaky checkout end-to-end test');
    expect(address(page)).toBe('?sort=tokens');
    await tokens.click();
    await expect.poll(() => address(page)).toBe('?sort=tokens:asc');
    await expect.poll(async () => (await taskNames(page))[0]).toBe('Tidy the changelog');
    await page.reload();
    await page.locator('.task-name').first().waitFor();
    expect((await taskNames(page))[0]).toBe('Tidy the changelog');
  });

  it('keeps a workplan whose figure is unknown last in both directions', async () => {
    const page = await costPage();
    const each = page.locator('.plan-table').getByRole('button', { name: /^Per done task/ });
    const last = () => page.locator('.plan-name > a').last().textContent();
    await each.click();
    await expect.poll(() => address(page)).toBe('?plan_sort=each');
    await expect.poll(last).toBe('Docs search');
    await each.click();
    await expect.poll(() => address(page)).toBe('?plan_sort=each:asc');
    await expect.poll(last).toBe('Docs search');
  });

  it('sorts workplans and tasks apart, each as the address says', async () => {
    const page = await costPage();
    await page
      .locator('.task-table')
      .getByRole('button', { name: /^Tokens/ })
      .click();
    await page
      .locator('.plan-table')
      .getByRole('button', { name: /^Workplan/ })
      .click();
    await expect.poll(() => address(page)).toBe('?sort=tokens&plan_sort=name');
    const sorted = () =>
      page.locator('[aria-sort]').evaluateAll((all) => all.map((one) => `${one.textContent} ${one.ariaSort}`));
    const both = ['Workplan ↑ ascending', 'Tokens ↓ descending'];
    await expect.poll(sorted).toEqual(both);
    await page.reload();
    await expect.poll(sorted).toEqual(both);
  });

  it('leads from a task to the sessions that worked on it, where their logs are here', async () => {
    const page = await costPage('/cost?w=week');
    const links = page.locator('.task-name a');
    expect(await links.evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.textContent]))).toEqual([
      ['/sessions/session-wal', 'Migrate session store to SQLite WAL'],
      ['/sessions?w=week&session=session-retry,session-keys&sort=cost', 'Rewrite retry queue around idempotency keys'],
    ]);
    await links.last().click();
    await expect
      .poll(() => server.asked.filter((path) => path.startsWith('/api/sessions?')).at(-1))
      .toMatch(/sort=cost&limit=50&session=session-retry,session-keys$/);
    // They came as one and go as one.
    expect(await page.locator('.filter-chip').allTextContents()).toEqual(['2 sessions']);
    await page.getByRole('button', { name: 'Remove filter 2 sessions' }).click();
    await expect.poll(() => address(page)).toBe('?w=week&sort=cost');
    await page.goto(`${server.url}/sessions?session=session-retry`);
    await page.getByText('Session: session-retr').waitFor();
  });

  it('copies all tasks, raw, as CSV with a key and as Markdown from the menu', async () => {
    const page = await costPage();
    await page.keyboard.press('Shift+y');
    await page.getByText('Copied 11 rows.').waitFor();
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    const [head, first] = csv.split('\r\n');
    expect(head).toMatch(/^id,name,repo,main_model,status,ended,commit_or_release,tokens_in,tokens_out,tokens,/);
    expect(first).toMatch(
      /^task-mig-2903,Migrate session store to SQLite WAL,ledger-api,claude-opus-4-6,in_progress,running,,/,
    );
    await page.getByRole('button', { name: 'Copy workplans' }).click();
    await page.getByRole('button', { name: 'Copy Markdown' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toContain('| w-wal-000001 | WAL storage migration | ledger-api | 9 | 12 |');
  });

  it('004-23: shows the id of a name on hover, and copies it at a press', async () => {
    const page = await costPage();
    const row = page.locator('.ranked').first().locator('li').first();
    expect(await row.locator('a').getAttribute('title')).toBe('acme/ledger-api, r-ledger-0001');
    await row.hover();
    await row.getByRole('button', { name: 'Copy the id of acme/ledger-api, r-ledger' }).click();
    await page.getByText('Copied r-ledger-0001.').waitFor();
    await page.locator('.task-name button').first().click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('task-mig-2903');
  });
});

describe('the address', () => {
  it('filters by the repository or workplan that is pressed, by name, and Back undoes it', async () => {
    const page = await costPage();
    await page.getByRole('link', { name: 'acme/mobile' }).click();
    await page.getByText('Repo: acme/mobile').waitFor();
    expect(address(page)).toBe('?repo=r-mobile-0003');
    await expect.poll(() => costFigure(page)).toBe('$66.48');
    expect(server.asked.some((path) => path.startsWith('/api/cost') && path.includes('&repo=r-mobile-0003'))).toBe(
      true,
    );
    await page.goBack();
    await expect.poll(() => costFigure(page)).toBe('$468.18');
    await page.getByRole('link', { name: 'Offline mode' }).click();
    await page.getByText('Workplan: Offline mode').waitFor();
    expect(address(page)).toBe('?workplan=w-offline-003');
  });

  it('asks for a directory as a directory, and for what the filters exclude', async () => {
    await costPage('/cost?repo=/home/ana/code/docs&-agent=cursor&model=claude-opus-4-6');
    const path = server.asked.find((asked) => asked.startsWith('/api/cost')) ?? '';
    const parameters = new URL(path, 'http://x').searchParams;
    expect(parameters.get('project')).toBe('/home/ana/code/docs');
    expect(parameters.get('repo')).toBeNull();
    expect(parameters.get('-agent')).toBe('cursor');
    expect(parameters.get('model')).toBe('claude-opus-4-6');
  });

  it('goes through periods with keys, and copies a link to this very one', async () => {
    const page = await costPage();
    await page.keyboard.press('[');
    await expect.poll(() => address(page)).toBe('?at=2026-10');
    await expect.poll(() => costFigure(page)).toBe('$46.82');
    await page.keyboard.press('t');
    await expect.poll(() => costFigure(page)).toBe('$468.18');
    await page.keyboard.press('y');
    await page.getByText('Link copied. It always shows November 2026.').waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    expect(link.pathname + link.search).toBe('/cost?at=2026-11&tz=Europe/Berlin');
  });

  it('opens with g c from any page', async () => {
    const { page } = await visit('/settings/display');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.locator('.cost-figure').waitFor();
    expect(new URL(page.url()).pathname).toBe('/cost');
  });

  it('walks through the tasks with j and k', async () => {
    const page = await costPage();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toBe('Rewrite retry queue around idempotency keys');
    await page.keyboard.press('k');
    await expect.poll(focused).toBe('Migrate session store to SQLite WAL');
  });
});
