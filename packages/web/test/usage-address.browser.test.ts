/** The Usage page in a real Chromium: the address is the state, for periods, filters and keys. */
import { describe, expect, it } from 'vitest';
import { address, figure, setScene } from './scene.ts';

const { server, usage, queries } = setScene();

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
    await expect.poll(() => page.locator('.strip-hits li').count()).toBe(3);
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
    // Several are asked at once, and come in any order.
    const sinces = () => queries().map((path) => new URL(path, server.url).searchParams.get('since'));
    expect(sinces()).toContain('2026-11-01T07:00:00.000Z');
    server.asked.length = 0;
    await usage('/usage?tz=Asia/Tokyo');
    expect(sinces()).toContain('2026-10-31T15:00:00.000Z');
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
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('OpenCode');
    await page.keyboard.press('o');
    await page.getByText('Agent: OpenCode').waitFor();
  });

  it('reach the page past the navigation', async () => {
    const page = await usage();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
  });
});
