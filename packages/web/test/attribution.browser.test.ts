/** What consumed the tokens, in a real Chromium: the card of a session and of a period, by eye, by ear and by keyboard. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerAttribution } from './attribution-fixture.ts';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { setScene } from './scene.ts';
import { SessionFixture, WAL } from './session-fixture.ts';

const { server, visit } = setScene();

beforeEach(() => new SessionFixture().serve(server));

async function card(path = `/sessions/${WAL}`, options: Parameters<typeof visit>[1] = {}) {
  const { page, errors } = await visit(path, options);
  // On the Usage page it waits below the fold.
  await page.locator('.attribution-card, .attribution-below').first().scrollIntoViewIfNeeded();
  const found = page.locator('.attribution-card');
  await found.locator('.attribution-legend').waitFor();
  return { page, found, errors };
}

const legend = (page: Page) =>
  page
    .locator('.attribution-legend tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => `${row.querySelector('th')?.textContent} ${row.querySelector('td.strong')?.textContent}`),
    );

describe('the card of a session', () => {
  it.each(['light', 'dark'] as const)('draws kinds, items and advice in the %s scheme', async (colorScheme) => {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const { page, found, errors } = await card(undefined, { colorScheme, viewport: { width, height } });
      await page.evaluate(() => document.fonts.ready);
      await found.scrollIntoViewIfNeeded();
      await keepScreenshot(page, `attribution-${colorScheme}-${width}x${height}`);
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(errors).toEqual([]);
    }
  });

  it('ranks kinds by share in whole percents that add up to 100, small ones together', async () => {
    const { page } = await card();
    const rows = await legend(page);
    expect(rows).toEqual([
      'Read 38 files 41%',
      'System prompt, tools 24%',
      'Bash 24 commands 23%',
      'Edit 17 edits 8%',
      'Messages replies, your text, plan 4%',
      'Other  <1%',
    ]);
    expect(rows.reduce((sum, row) => sum + Number(/(\d+)%$/.exec(row.replace('<1%', '0%'))?.[1]), 0)).toBe(100);
  });

  it('says the same to those who do not see the bar', async () => {
    const { found } = await card();
    expect(await found.getByRole('img').getAttribute('aria-label')).toMatch(
      /^What consumed the tokens: Read 41%, System 24%, Bash 23%/,
    );
    expect(await found.locator('.attribution-legend caption').textContent()).toBe('What consumed the tokens');
  });

  it('draws what was carried along lighter than what entered', async () => {
    const { found } = await card();
    const first = found.locator('.attribution-part').first();
    expect(await first.locator('i').count()).toBe(2);
    expect(await first.locator('.is-carried').evaluate((part) => Number(getComputedStyle(part).opacity))).toBeLessThan(
      1,
    );
    const [solid, lighter] = await first
      .locator('i')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    expect((lighter ?? 0) / (solid ?? 1)).toBeCloseTo(1_180 / 149, 0);
  });

  it('marks estimates, says how much is measured, and never 100% of it', async () => {
    const { found } = await card();
    expect(await found.locator('tr', { hasText: 'System' }).textContent()).toContain('≈');
    expect(await found.locator('tr', { hasText: 'Bash' }).textContent()).not.toContain('≈');
    await found.getByText('≈ 88% measured, the rest is split by estimate; totals are exact.').waitFor();
    server.answers.set('/api/attribution', (url) =>
      answerAttribution(url.searchParams, true, { measured_share: 0.999 }),
    );
    const other = await card();
    await other.found.getByText('≈ 99% measured').waitFor();
  });

  it('changes to money and to what sits in the window, by keyboard', async () => {
    const { page, found } = await card();
    await found.getByRole('button', { name: 'Cost', exact: true }).focus();
    await page.keyboard.press('Enter');
    await found.getByRole('heading', { name: 'What the money went to' }).waitFor();
    expect(await found.locator('.attribution-total').textContent()).toBe('$3.82');
    expect((await legend(page))[0]).toBe('Read 38 files 34%');
    await found.getByRole('button', { name: 'Context', exact: true }).click();
    await found.getByRole('heading', { name: 'Where the context went' }).waitFor();
    expect(await legend(page)).toEqual([
      'Read 38 reads 41%',
      'System tools, prompt 25%',
      'Bash 24 commands 22%',
      'Edit 17 edits 12%',
    ]);
  });

  it('names the largest items, how often they were read again, and what could be saved', async () => {
    const { found } = await card();
    expect(await found.locator('.attribution-items tr').first().textContent()).toContain('pnpm-lock.yaml14.2k × 62');
    await found.getByText('Could save up to 660k tokens, $0.34.').waitFor();
  });

  it('names nothing that the server does not name', async () => {
    server.answers.set('/api/attribution', (url) => answerAttribution(url.searchParams, false));
    const { found } = await card();
    expect(await found.locator('.attribution-items th').first().textContent()).toBe('one Read result');
    expect(await found.textContent()).not.toContain('pnpm');
    await found.getByText('Names of files and commands are not told here.').waitFor();
  });

  it('fails alone and tries again', async () => {
    server.failures.set('/api/attribution', { status: 500, body: {} });
    const { page } = await visit(`/sessions/${WAL}`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    await page.locator('.call-row').first().waitFor();
    server.failures.clear();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.attribution-legend').waitFor();
  });

  it('is absent where nothing was used, and says so where the source tells no tools', async () => {
    server.answers.set('/api/attribution', (url) =>
      answerAttribution(url.searchParams, true, { state: 'no_usage', groups: [] }),
    );
    const { page } = await visit(`/sessions/${WAL}`);
    await page.locator('.call-row').first().waitFor();
    await expect.poll(() => server.asked.some((path) => path.startsWith('/api/attribution'))).toBe(true);
    await expect.poll(() => page.locator('.attribution-card').count()).toBe(0);
    server.answers.set('/api/attribution', (url) =>
      answerAttribution(url.searchParams, true, { state: 'not_measured' }),
    );
    const { found } = await card();
    await found.getByText('This source does not tell its tools').waitFor();
  });

  it('is asked anew when the session moves', async () => {
    const { page } = await card();
    server.answers.set('/api/attribution', (url) =>
      answerAttribution(url.searchParams, true, {
        totals: { ...answerAttribution(url.searchParams).totals, tokens: 9_120_000 },
      }),
    );
    server.tellChange([WAL]);
    await expect.poll(() => page.locator('.attribution-total').textContent(), { timeout: 10_000 }).toContain('9.12M');
  });
});

describe('the card of a period', () => {
  it('asks for nothing before one gets there', async () => {
    const { page } = await visit('/usage');
    await page.locator('.rank-table').waitFor();
    expect(server.asked.filter((path) => path.startsWith('/api/attribution'))).toEqual([]);
    await page.locator('.attribution-below').scrollIntoViewIfNeeded();
    await page.locator('.attribution-legend').waitFor();
    await keepScreenshot(page, 'attribution-usage');
  });

  it('asks for the period with its filters', async () => {
    const { found } = await card('/usage?w=week&agent=codex');
    expect(await found.getByRole('button', { name: 'Context', exact: true }).count()).toBe(0);
    const path = server.asked.find((asked) => asked.startsWith('/api/attribution')) ?? '';
    const parameters = new URL(path, 'http://x').searchParams;
    expect(Object.fromEntries(parameters)).toEqual({
      scope: 'period',
      tz: 'Europe/Berlin',
      since: '2026-11-15T23:00:00.000Z',
      until: '2026-11-22T23:00:00.000Z',
      agent: 'codex',
    });
  });

  it.each([320, 390, 768, 1440])('does not scroll sideways at %i px', async (width) => {
    for (const path of ['/usage', `/sessions/${WAL}`]) {
      const { page } = await card(path, { viewport: { width, height: 800 } });
      const sizes = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(sizes[0], path).toBeLessThanOrEqual(sizes[1] ?? 0);
    }
  });
});
