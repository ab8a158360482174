/** The Usage page in a real Chromium: its figures, the thresholds and their edges, the strip, the ranked table. */
import { describe, expect, it } from 'vitest';
import { keepScreenshot } from './browser.ts';
import { NOW } from './fixture.ts';
import { address, figure, rankNames, setScene } from './scene.ts';

const { server, open, visit, usage, queries } = setScene();

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

  it('marks every sum of tokens that is not exact, and no other', async () => {
    server.calls = server.calls.map((call) => ({ ...call, isInexact: call.agent === 'codex' }));
    const page = await usage();
    const shown = (selector: string) => page.locator(`${selector} [aria-hidden]`).allTextContents();
    expect((await shown('.facts dd'))[0]).toBe('~525M');
    expect((await shown('.types-row > b'))[0]).toBe('~525M');
    const rows = await page.locator('.rank-table tbody tr').allTextContents();
    expect(rows.filter((text) => text.includes('~')).map((text) => /Claude Code|Codex/.exec(text)?.[0])).toEqual([
      'Codex',
    ]);
    expect((await shown('.rank-table tfoot td'))[0]).toBe('~525M');
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
    const { page } = await open({ now: NOW });
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
    await page
      .locator('.rank-table')
      .getByRole('button', { name: /^Tokens/ })
      .click();
    expect(await rankNames(page)).toEqual(['Claude Code', 'Codex', 'OpenCode', 'Gemini CLI', 'Cursor']);
    expect(address(page)).toBe('?sort=tokens');
    await page
      .locator('.rank-table')
      .getByRole('button', { name: /^Tokens/ })
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
    await page.locator('.rank-table').getByRole('button', { name: /^Cost/ }).click();
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

  it('ranks by host: the machine whose logs were read, with all of it and nothing to filter', async () => {
    const page = await usage();
    await page.getByRole('button', { name: 'Host', exact: true }).click();
    expect(address(page)).toBe('?rank=host');
    expect(await rankNames(page)).toEqual(['ana-laptop']);
    const row = page.locator('.rank-table tbody tr');
    expect(await row.locator('td').last().textContent()).toBe('$468.18');
    expect(await row.locator('.share').textContent()).toBe('100%');
    expect(await row.locator('a:not(.badge)').count()).toBe(0);
    await page.getByText('A ledger holds the logs of one machine').waitFor();
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
