/** The list of sessions in a real Chromium: rows, order, pages, search, filters, states, keys, every width. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { address, setScene } from './scene.ts';
import { HEALTH } from './serve.ts';
import { SessionFixture } from './session-fixture.ts';

const { server, visit } = setScene();
let fixture = new SessionFixture();

beforeEach(() => {
  fixture = new SessionFixture();
  fixture.serve(server);
});

const names = (page: Page) => page.locator('.session-link').allTextContents();
const asked = () => server.asked.filter((path) => path.startsWith('/api/sessions'));

async function list(path = '/sessions', options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const { page } = await visit(path, options);
  await page.locator('.session-link').first().waitFor();
  return page;
}

describe('the list of sessions', () => {
  it('shows what a session was and took, newest first', async () => {
    const page = await list();
    const row = page.locator('.sessions-table tbody tr').first();
    expect(await row.locator('.session-link').textContent()).toBe('Migrate session store to SQLite WAL');
    expect(await row.locator('.session-detail').first().textContent()).toContain('Claude Code');
    expect((await row.locator('td').allTextContents()).map((text) => text.trim())).toEqual([
      'ledger-apifeat/wal',
      'Nov 21, 13:50',
      '19m',
      '45',
      '34',
      '3',
      '91%',
      expect.stringMatching(/M$|million/),
      expect.stringMatching(/\$\d/),
    ]);
    expect(await page.title()).toBe('Sessions');
    await keepScreenshot(page, 'sessions-light-1440x900');
  });

  it('calls a session without a title by project and time, and leaves unknown figures blank', async () => {
    const page = await list();
    expect(await names(page)).toContain('ledger-api, Nov 21, 10:50');
    const row = (name: string) => page.locator('tr', { has: page.getByRole('link', { name, exact: true }) });
    const unpriced = row('Task number 4');
    expect(await unpriced.locator('td').last().textContent()).toContain('—');
    expect(await unpriced.getByText('No price').count()).toBe(1);
    expect(await row('Task number 5').locator('.context-share').textContent()).toBe('—');
  });

  it('leaves titles a quarter of the width, and ends unknown context where a known one ends', async () => {
    const page = await list();
    const widths = await page.locator('.sessions-table th').evaluateAll((all) => all.map((one) => one.clientWidth));
    expect(widths[0] ?? 0).toBeGreaterThan(0.25 * widths.slice(0, 10).reduce((sum, width) => sum + width, 0));
    const ends = await page.locator('.context-share').evaluateAll((all) =>
      all.slice(0, 8).map((one) => {
        const text = document.createRange();
        text.selectNodeContents(one.querySelector('.context-figure') ?? one);
        return Math.round(text.getBoundingClientRect().right);
      }),
    );
    expect(new Set(ends).size).toBe(1);
  });

  it('shows nothing billed for an agent that a plan covers, with the list price behind it', async () => {
    server.withSettings({ plans: { codex: 'Plus' } });
    const page = await list('/sessions?unit=billed');
    const codex = page.locator('tr', { hasText: 'Codex' }).first();
    expect(await codex.locator('td').last().textContent()).toBe('$0.00');
    expect(await codex.getByTitle('Covered by Plus').getAttribute('title')).toMatch(/\$0\.\d+ at list price$/);
    const claude = page.locator('tr', { hasText: 'Claude Code' }).first();
    expect(await claude.locator('td').last().textContent()).not.toContain('$0.00');
  });

  it('asks the ledger for another order and says it in the address and in the header', async () => {
    const page = await list();
    await page.getByRole('button', { name: 'Cost' }).click();
    await expect.poll(() => address(page)).toBe('?sort=cost');
    await expect.poll(async () => (await names(page))[0]).toBe('Index product docs for search');
    expect(await page.locator('th', { hasText: 'Cost' }).getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Cost' }).click();
    await expect.poll(() => address(page)).toBe('?sort=cost:asc');
    await expect.poll(() => asked().at(-1)).toContain('sort=cost%3Aasc');
  });

  it('goes through pages of fifty and back again', async () => {
    const page = await list();
    expect(await page.locator('.pager').textContent()).toContain('1 – 50 of 112');
    await page.getByRole('link', { name: 'Next' }).click();
    await expect.poll(() => page.locator('.pager').textContent()).toContain('51 – 100 of 112');
    await page.getByRole('link', { name: 'Next' }).click();
    await expect.poll(() => page.locator('.pager').textContent()).toContain('101 – 112 of 112');
    expect(await page.getByRole('link', { name: 'Next' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Previous' }).click();
    await expect.poll(() => page.locator('.pager').textContent()).toContain('51 – 100 of 112');
    await page.goBack();
    await expect.poll(() => page.locator('.pager').textContent()).toContain('101 – 112 of 112');
  });

  it('opens a page by its link alone', async () => {
    const page = await list('/sessions?page=2&after=50');
    expect(await page.locator('.pager').textContent()).toContain('51 – 100 of 112');
    expect(await page.getByRole('link', { name: 'Previous' }).count()).toBe(1);
  });

  it('searches with / and gives one step back for the whole word', async () => {
    const page = await list();
    await page.keyboard.press('/');
    await page.keyboard.type('wal');
    await expect.poll(() => address(page)).toBe('?q=wal');
    await expect.poll(async () => (await names(page)).length).toBe(50);
    await page.keyboard.type(' store');
    await expect.poll(() => address(page)).toBe('?q=wal%20store');
    await page.getByRole('heading', { name: 'No sessions match “wal store”' }).waitFor();
    await page.goBack();
    await expect.poll(() => address(page)).toBe('');
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('offers to clear a search that finds nothing', async () => {
    const { page } = await visit('/sessions?q=nothing%20like%20it');
    await page.getByRole('heading', { name: 'No sessions match “nothing like it”' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear search' }).click();
    await page.locator('.session-link').first().waitFor();
    expect(address(page)).toBe('');
  });

  it('leaves page and key behind when a filter changes', async () => {
    const page = await list('/sessions?page=2&after=50');
    await page.goto(`${server.url}/sessions?agent=codex`);
    await page.getByText('28 sessions').waitFor();
    await page.getByRole('button', { name: 'Remove filter Agent: Codex' }).click();
    await page.getByText('112 sessions').waitFor();
  });

  it('copies every session that matches, not only those of the page', async () => {
    const page = await list();
    await page.getByRole('button', { name: 'Copy CSV' }).click();
    await page.getByText('Copied 112 rows.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text.trim().split('\r\n')).toHaveLength(113);
  });

  it('goes by j, k and arrows and opens by Enter', async () => {
    const page = await list();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    expect(focused).toBe('Index product docs for search');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Index product docs for search' }).waitFor();
    await page.goBack();
    await page.locator('.session-link').first().waitFor();
  });

  it('opens a session by a press anywhere on its row', async () => {
    const page = await list();
    await page.locator('.sessions-table tbody tr').first().locator('td').nth(2).click();
    await page.getByRole('heading', { level: 1, name: 'Migrate session store to SQLite WAL' }).waitFor();
  });
});

describe('states of the list', () => {
  it('without any session lead to the sources', async () => {
    server.answers.set('/api/sessions', () => ({ sessions: [], matched: 0, next: null }));
    server.health = { ...HEALTH, ledger: { ...HEALTH.ledger, first_call_at: null, last_call_at: null, calls: 0 } };
    const { page } = await visit('/sessions');
    await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
    await page.getByRole('link', { name: 'Check sources' }).click();
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
  });

  it('without a session in the period show all', async () => {
    server.answers.set('/api/sessions', ({ searchParams }) => ({
      sessions: searchParams.has('since') ? [] : fixture.list().slice(0, 3),
      matched: searchParams.has('since') ? 0 : 3,
      next: null,
    }));
    const { page } = await visit('/sessions?w=day&at=2026-11-03');
    await page.getByRole('heading', { name: 'No sessions on Nov 3' }).waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.locator('.session-link').first().waitFor();
  });

  it('draw the table in grey first, and say what failed', async () => {
    server.delays.set('/api/sessions', 700);
    const { page } = await visit('/sessions');
    await page.getByRole('status', { name: 'Loading sessions' }).waitFor();
    await page.locator('.session-link').first().waitFor();
    server.delays.clear();
    server.failures.set('/api/sessions', {
      status: 500,
      body: { error: { code: 'internal', message: 'Broken', request_id: 'r-9' } },
    });
    await page.goto(`${server.url}/sessions?w=day`);
    await page.getByText('The server answered 500.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    server.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.session-link').first().waitFor();
  });

  it('keep the rows when a refresh fails, and ask again when the ledger moves', async () => {
    const page = await list();
    const before = asked().length;
    server.tellChange(['session-wal']);
    await expect.poll(() => asked().length).toBeGreaterThan(before);
    server.failures.set('/api/sessions', { status: 503, body: {} });
    await page.keyboard.press('r');
    await expect
      .poll(() => server.asked.filter((path) => path.startsWith('/api/sessions')).length)
      .toBeGreaterThan(before + 1);
    expect(await page.locator('.session-link').count()).toBe(50);
  });
});

describe('the list for everybody', () => {
  it.each(['light', 'dark'] as const)('has no accessibility problem in the %s scheme', async (colorScheme) => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const page = await list('/sessions', { colorScheme, viewport });
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepScreenshot(page, `sessions-${colorScheme}-${viewport.width}x${viewport.height}`);
    }
  });

  it.each([320, 390, 768, 1440])('does not scroll sideways at %i px', async (width) => {
    const page = await list('/sessions', { viewport: { width, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  it('keeps name, start and cost on a phone', async () => {
    const page = await list('/sessions', { viewport: { width: 390, height: 844 } });
    const heads = page.locator('.sessions-table thead th');
    const shown = await heads.evaluateAll((cells) =>
      cells.filter((cell) => cell.getClientRects().length > 0).map((cell) => cell.textContent?.trim()),
    );
    expect(shown).toEqual(['Session', 'Started ↓', 'Cost']);
  });
});
