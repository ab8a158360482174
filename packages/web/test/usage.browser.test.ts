/** The Usage page in a real Chromium: every state, the thresholds and their edges, keys, address, accessibility. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot, launchBrowser, openPage, type Visit } from './browser.ts';
import { buildPages } from './built.ts';
import { NOW } from './fixture.ts';
import { HEALTH, SOURCES, TestServer } from './serve.ts';

const server = new TestServer();
let browser: Browser;
let close: (() => Promise<void>)[] = [];

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
  for (const end of close) await end();
  close = [];
  server.reset();
});

async function visit(path: string, options: Visit = {}): Promise<{ page: Page; errors: string[] }> {
  const opened = await openPage(browser, { now: NOW, ...options });
  close.push(() => opened.page.context().close());
  await opened.page.goto(server.url + path);
  return opened;
}

async function usage(path = '/usage', options: Visit = {}): Promise<Page> {
  const { page } = await visit(path, options);
  await page.locator('.hero-figure').waitFor();
  return page;
}

const figure = (page: Page) => page.locator('.hero-figure > .sr').textContent();
const address = (page: Page) => new URL(page.url()).search;
const rankNames = (page: Page) => page.locator('.rank-name > :first-child').allTextContents();
const queries = () => server.asked.filter((path) => path.startsWith('/api/query'));

describe('Usage as designed', () => {
  it.each(['light', 'dark'] as const)('draws the figures of the design in the %s scheme', async (colorScheme) => {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const options = { colorScheme, viewport: { width, height }, deviceScaleFactor: 1.25 };
      const { page, errors } = await visit('/usage', options);
      await page.locator('.hero-figure').waitFor();
      await page.evaluate(() => document.fonts.ready);
      await keepScreenshot(page, `usage-${colorScheme}-${width}x${height}`);
      expect(await figure(page)).toBe('$468.18');
      expect(errors).toEqual([]);
    }
  });

  it('goes from / to /usage and says the figure in the tab', async () => {
    const page = await usage('/');
    expect(new URL(page.url()).pathname).toBe('/usage');
    expect(await page.title()).toBe('$468.18 · Usage');
  });

  it('tells forecast, key figures and the same part of the month before', async () => {
    const page = await usage();
    expect(await page.locator('.hero-forecast').textContent()).toBe(
      'On pace for $691 by Nov 30, passing the $600 soft cap around Nov 27.',
    );
    const facts = await page.locator('.facts dd').allTextContents();
    expect(facts.map((text) => text.replace(/\d+ (million|thousand)$/, ''))).toEqual([
      '525M',
      '90%',
      '337',
      '$1.39',
      '+12%',
    ]);
    expect(await page.locator('.facts dt').last().textContent()).toBe('vs Oct 1–21');
    expect(await page.locator('.hero-caption .badge').textContent()).toBe('1.90M tokens unpriced');
  });

  it('shows token types in tokens and in cost, with shares that add up to 100', async () => {
    const page = await usage();
    const shares = (column: number) => page.locator(`.types-legend tbody td:nth-child(${column})`).allTextContents();
    expect(await shares(3)).toEqual(['88.7%', '3.4%', '6.3%', '1.6%']);
    expect(await shares(5)).toEqual(['36%', '21%', '11%', '32%']);
    expect(await page.locator('.types .card-note').textContent()).toBe(
      'Most tokens are cache reads. Most money is not.',
    );
    expect(await page.locator('.stacked-bar').first().getAttribute('aria-label')).toBe(
      'Tokens: Cache read 88.7%, Cache write 3.4%, Input 6.3%, Output 1.6%',
    );
  });

  it('loads in less than 60 KiB packed, fonts apart', async () => {
    const { gzipSync } = await import('node:zlib');
    const bodies: Buffer[] = [];
    const { page } = await openPage(browser, { now: NOW });
    close.push(() => page.context().close());
    page.on('response', async (response) => {
      if (/\.(js|css)$|\/usage$/.test(new URL(response.url()).pathname)) bodies.push(await response.body());
    });
    await page.goto(`${server.url}/usage`);
    await page.locator('.hero-figure').waitFor();
    await page.waitForLoadState('load');
    expect(bodies.length).toBeGreaterThan(3);
    expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(60 * 1024);
  });
});

describe('the ring and the figure', () => {
  // $468.18 as so many percent of the cap, and what that is called.
  it.each([
    ['70 %', '668.828571429', '$468.18 of it is ok at the very line', 'ok', 'Within threshold', '70%'],
    ['70.01 %', '668.733', 'just over', 'watch', 'Watch', '70%'],
    ['85 %', '550.8', 'still watch at the very line', 'watch', 'Watch', '85%'],
    ['85.01 %', '550.73', 'just over', 'near', 'Near threshold', '85%'],
    ['95 %', '492.821052632', 'still near at the very line', 'near', 'Near threshold', '95%'],
    ['95.01 %', '492.76', 'just over', 'critical', 'Over 95%', '95%'],
    ['132 %', '354.68', 'full, with the true number', 'critical', 'Over 95%', '132%'],
  ])('at %s of the cap', async (_, cap, __, level, words, percent) => {
    server.withSettings({ monthly_cap_usd: cap });
    const page = await usage();
    expect(await page.locator('.hero-figure').getAttribute('class')).toContain(`level-${level}`);
    expect(await page.locator('.hero-ring .ring').getAttribute('class')).toContain(`level-${level}`);
    expect(await page.locator('.level-words').textContent()).toBe(words);
    expect(await page.locator('.ring-figure').textContent()).toBe(percent);
    const color = await page.locator('.hero-figure').evaluate((element) => getComputedStyle(element).color);
    const token = await page.evaluate((name) => {
      const probe = document.createElement('i');
      probe.className = 'level-words';
      document.body.append(probe);
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    }, level);
    expect(color).toBe(token);
  });

  it('is blank without a cap: no arc, no figure, no level', async () => {
    server.withSettings({ monthly_cap_usd: null });
    const page = await usage();
    expect(await page.locator('.hero-ring .ring-track').count()).toBe(1);
    expect(await page.locator('.hero-ring :is(.ring-arc, .ring-figure, .ring-tick)').count()).toBe(0);
    expect(await page.locator('.hero-ring-caption').textContent()).toContain('No budget for this month');
    expect(await page.locator('.hero-figure').getAttribute('class')).toContain('level-none');
    expect(await page.locator('.hero-forecast').textContent()).toBe('On pace for $691 by Nov 30.');
  });

  it('is blank for another period and under a filter: the cap counts neither', async () => {
    const week = await usage('/usage?w=week');
    expect(await week.locator('.hero-ring .ring-arc').count()).toBe(0);
    const filtered = await usage('/usage?agent=codex');
    expect(await filtered.locator('.hero-ring .ring-arc').count()).toBe(0);
  });

  it('holds a token threshold against the period it resets with', async () => {
    server.withSettings({ monthly_cap_usd: null, usage_threshold_tokens: 250_000_000, usage_reset: 'week' });
    const page = await usage('/usage?w=week');
    expect(await page.locator('.ring-figure').textContent()).toBe('79%');
    expect(await page.locator('.ring-of').textContent()).toBe('of 250M tok');
  });

  it('speaks as a meter', async () => {
    const meter = (await usage()).getByRole('meter', { name: 'Soft cap used' });
    expect(await meter.getAttribute('aria-valuenow')).toBe('78');
    expect(await meter.getAttribute('aria-valuetext')).toBe('78% of $600');
  });
});

describe('the period', () => {
  it('asks again with the period of the chip that is pressed', async () => {
    const page = await usage();
    server.asked.length = 0;
    await page.getByRole('link', { name: 'Day', exact: true }).click();
    await page.getByText('Spend today').waitFor();
    expect(address(page)).toBe('?w=day');
    expect(queries()[0]).toContain('by=hour%2Cagent%2Cmodel');
    expect(queries()[0]).toContain('since=2026-11-20T23%3A00%3A00.000Z&until=2026-11-21T23%3A00%3A00.000Z');
    expect(await page.locator('.segmented [aria-current]').textContent()).toBe('Day');
  });

  it('leaves the default out of the address, keeps what it does not know, and comes back with Back', async () => {
    const page = await usage('/usage?w=week&theme=plain');
    await page.getByRole('link', { name: 'Month', exact: true }).click();
    await page.getByText('Spend this month').waitFor();
    expect(address(page)).toBe('?theme=plain');
    await page.goBack();
    await page.getByText('Spend this week').waitFor();
    expect(address(page)).toBe('?w=week&theme=plain');
  });

  it('steps to the period before and back to the current one', async () => {
    const page = await usage();
    expect(await page.getByRole('button', { name: 'Next month' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Previous month' }).click();
    await page.getByText('Spend in October 2026').waitFor();
    expect(address(page)).toBe('?at=2026-10');
    expect(await page.locator('.hero-forecast').textContent()).toBe('$17 over the $600 cap.');
    await page.getByRole('button', { name: 'Next month' }).click();
    await page.getByText('Spend this month').waitFor();
    expect(address(page)).toBe('');
  });

  it('shows a range of one’s own', async () => {
    const page = await usage();
    await page.getByRole('button', { name: 'November 2026' }).click();
    await page.getByLabel('From', { exact: true }).fill('2026-11-03');
    await page.getByLabel('To', { exact: true }).fill('2026-11-05');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('button', { name: 'Nov 3 – 5' }).waitFor();
    expect(address(page)).toBe('?from=2026-11-03&to=2026-11-05');
    expect(await page.locator('.strip-hits li').count()).toBe(3);
  });

  it('draws hours of a day, days of a week, months of all time', async () => {
    const heads = [];
    for (const path of ['/usage?w=day', '/usage?w=week', '/usage?w=all']) {
      const page = await usage(path);
      await page.locator('.strip-hits li').first().waitFor();
      heads.push([await page.locator('#steps-title').textContent(), await page.locator('.strip-hits li').count()]);
    }
    expect(heads).toEqual([
      ['Per hour', 15],
      ['Per day', 6],
      ['Per month', 21],
    ]);
  });

  it('follows the zone of the settings, and that of a shared link', async () => {
    server.withSettings({ display: { ...server.settings.display, tz: 'America/Los_Angeles' } });
    await usage();
    expect(queries()[0]).toContain('since=2026-11-01T07%3A00%3A00.000Z');
    server.asked.length = 0;
    await usage('/usage?tz=Asia/Tokyo');
    expect(queries()[0]).toContain('since=2026-10-31T15%3A00%3A00.000Z');
  });
});

describe('the strip', () => {
  it('leads to the day that is pressed', async () => {
    const page = await usage();
    await page.getByRole('link', { name: /^Nov 18: / }).click();
    await page.getByText('Spend on Nov 18').waitFor();
    expect(address(page)).toBe('?w=day&at=2026-11-18');
  });

  it('moves with the arrow keys, tells the day it is on, and opens it with Enter', async () => {
    const page = await usage();
    await page.locator('.strip-hit[tabindex="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const tip = await page.locator('.strip-tip').textContent();
    expect(tip).toContain('Thu 19 Nov 2026, Europe/Berlin');
    expect(tip).toContain('Of the cap6%');
    expect(await page.locator('.strip-hit[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('.strip-tip').count()).toBe(0);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByText('Spend on Nov 1', { exact: true }).waitFor();
  });

  it('draws tokens instead of cost, without a step for Back', async () => {
    const page = await usage('/usage?w=week');
    await page.getByRole('button', { name: 'Tokens', exact: true }).first().click();
    expect(address(page)).toBe('?w=week&by=tokens');
    expect(await page.locator('.strip-chart').getAttribute('aria-label')).toContain('Tokens per day, this week');
    await page.keyboard.press('b');
    expect(address(page)).toBe('?w=week');
  });

  it('draws the allowance of a day', async () => {
    const page = await usage();
    expect(await page.locator('.steps-head .card-note').textContent()).toBe('$20.00 a day keeps the month at $600');
  });

  it('is a table for those who want one', async () => {
    const page = await usage();
    await page.getByRole('button', { name: 'Show as table' }).click();
    const rows = page.locator('#steps-table tbody tr');
    expect(await rows.count()).toBe(21);
    expect(await rows.last().textContent()).toContain('$468.18');
  });

  it('says in words what one column would show', async () => {
    server.calls = server.calls.filter(({ at }) => at >= Date.parse('2026-11-21T00:00:00+01:00'));
    const page = await usage();
    expect(await page.locator('.steps-sentence').textContent()).toBe('All of it is from Nov 21.');
    expect(await page.locator('.burn-up').count()).toBe(0);
  });
});

describe('the ranked table', () => {
  it('ranks agents by cost, with models, runs and shares', async () => {
    const page = await usage();
    expect(await rankNames(page)).toEqual(['Claude Code', 'OpenCode', 'Codex', 'Gemini CLI', 'Cursor']);
    const first = page.locator('.rank-table tbody tr').first();
    expect(await first.locator('.rank-detail').textContent()).toBe('Opus 4.6, Sonnet 4.6, Haiku 4.5');
    expect(await first.locator('td').last().textContent()).toBe('$304.27');
    expect(await page.locator('.share > .ink-3').allTextContents()).toEqual(['65%', '13%', '13%', '6%', '3%']);
  });

  it('sorts by a header, turns round at the second press, and says so', async () => {
    const page = await usage();
    await page.getByRole('button', { name: 'Tokens', exact: true }).last().click();
    expect(await rankNames(page)).toEqual(['Claude Code', 'Codex', 'OpenCode', 'Gemini CLI', 'Cursor']);
    expect(address(page)).toBe('?sort=tokens');
    await page
      .getByRole('button', { name: /^Tokens/ })
      .last()
      .click();
    expect(await page.locator('.rank-table [aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    expect(address(page)).toBe('?sort=tokens:asc');
    expect((await rankNames(page))[0]).toBe('Cursor');
    await page.reload();
    await page.locator('.rank-name').first().waitFor();
    expect((await rankNames(page))[0]).toBe('Cursor');
  });

  it('puts a model without a price last in both directions, and never at zero', async () => {
    const page = await usage('/usage?rank=model');
    const last = page.locator('.rank-table tbody tr').last();
    expect(await last.textContent()).toContain('gemini-3-flash-preview');
    expect(await last.locator('td').last().textContent()).toBe('—');
    expect(await last.locator('.badge').textContent()).toBe('No price');
    await page.getByRole('button', { name: /^Cost/ }).last().click();
    expect(await last.textContent()).toContain('gemini-3-flash-preview');
  });

  it('asks for repositories when they are wanted', async () => {
    const page = await usage();
    expect(queries().some((path) => path.includes('project'))).toBe(false);
    await page.getByRole('button', { name: 'Repo', exact: true }).click();
    await page.getByText('ledger-api').waitFor();
    expect(address(page)).toBe('?rank=repo');
    expect(await rankNames(page)).toContain('No project');
  });

  it('filters by the row that is pressed, and undoes it with Back', async () => {
    const page = await usage();
    await page.locator('.rank-table tbody tr').nth(2).locator('td').nth(3).click();
    await page.getByText('Agent: Codex').waitFor();
    expect(address(page)).toBe('?agent=codex');
    await expect.poll(() => figure(page)).toBe('$61.29');
    expect(await page.locator('.facts dd').nth(2).textContent()).toBe('88');
    await page.goBack();
    await expect.poll(() => figure(page)).toBe('$468.18');
  });

  it('copies what is sorted and filtered, raw', async () => {
    const page = await usage();
    await page.getByRole('button', { name: 'Copy CSV' }).click();
    await page.getByText('Copied 5 rows.').waitFor();
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    const [head, first] = csv.split('\r\n');
    expect(head).toBe(
      'agent,runs,calls,input,cache_read,cache_write,output,tokens,cost_usd,cost_is_partial,unpriced_tokens',
    );
    expect(first).toMatch(/^claude-code,142,\d+,1920000,248500000,11900000,3840000,266160000,304\.272500000,false,0$/);
    await page.getByRole('button', { name: 'Other formats' }).click();
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('"agent": "claude-code"');
  });
});

describe('filters', () => {
  it('offer each dimension by cost, and live in the address', async () => {
    const page = await usage();
    await page.keyboard.press('f');
    await page.getByRole('checkbox', { name: 'ledger-api' }).click();
    await page.getByText('Repo: ledger-api').waitFor();
    expect(address(page)).toBe('?repo=/home/ana/code/ledger-api');
    await page.getByRole('button', { name: 'not Cursor' }).click();
    await page.getByText('Agent: not Cursor').waitFor();
    expect(address(page)).toBe('?repo=/home/ana/code/ledger-api&-agent=cursor');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    // Runs are told for agents only; sessions take their place.
    await page.getByText('Per session').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await expect.poll(() => figure(page)).toBe('$468.18');
    expect(address(page)).toBe('');
  });

  it('leave a value out with Alt and a click', async () => {
    const page = await usage();
    await page.keyboard.press('f');
    await page.getByRole('checkbox', { name: 'Codex', exact: true }).click({ modifiers: ['Alt'] });
    await page.getByText('Agent: not Codex').waitFor();
    expect(address(page)).toBe('?-agent=codex');
  });
});

describe('keys', () => {
  it('choose the period, step, and come back to now', async () => {
    const page = await usage();
    await page.keyboard.press('d');
    await page.getByText('Spend today').waitFor();
    await page.keyboard.press('[');
    await page.getByText('Spend on Nov 20').waitFor();
    await page.keyboard.press('t');
    await page.getByText('Spend today').waitFor();
    await page.keyboard.press('a');
    await page.getByText('Spend since Mar 2, 2025').waitFor();
    await page.keyboard.press('m');
    await page.getByText('Spend this month').waitFor();
  });

  it('copy a link that always shows this month', async () => {
    const page = await usage('/usage?agent=codex');
    await page.keyboard.press('y');
    await page.getByText('Link copied. It always shows November 2026.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${server.url}/usage?agent=codex&at=2026-11&tz=Europe/Berlin`,
    );
  });

  it('list themselves, and say nothing while somebody types', async () => {
    const page = await usage();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.waitFor();
    expect(await sheet.textContent()).toContain('Switch cost and tokens');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'November 2026' }).click();
    await page.getByLabel('From', { exact: true }).focus();
    await page.keyboard.press('d');
    expect(address(page)).toBe('');
  });

  it('move along the rows and open one', async () => {
    const page = await usage();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('OpenCode');
    await page.keyboard.press('o');
    await page.getByText('Agent: OpenCode').waitFor();
  });

  it('reach the page past the navigation', async () => {
    const page = await usage();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });
});

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
    await page.getByRole('link', { name: 'Go to Usage' }).click();
    await page.locator('.hero-figure').waitFor();
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
    const { page } = await openPage(browser, {});
    close.push(() => page.context().close());
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
    await server.start();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await banner.waitFor({ state: 'detached' });
    expect(await figure(page)).toBe('$468.18');
  });

  it('polls where streams do not get through', async () => {
    server.failures.set('/api/changes', { status: 503, body: {} });
    const { page } = await openPage(browser, {});
    close.push(() => page.context().close());
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
