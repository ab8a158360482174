/** One session in a real Chromium: totals, tree, context, timeline, one call, live growth, keys, every width. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { setScene } from './scene.ts';
import { CHILD, detailOf, LONG, makeCall, SessionFixture, WAL } from './session-fixture.ts';

const { server, visit } = setScene();
let fixture = new SessionFixture();

beforeEach(() => {
  fixture = new SessionFixture();
  fixture.serve(server);
});

const path = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;
const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);
const cents = (text: string | null) => Math.round(Number((text ?? '').replaceAll(/[^\d.]/g, '')) * 100);

async function session(address = `/sessions/${WAL}`, options: Parameters<typeof visit>[1] = {}): Promise<Page> {
  const { page } = await visit(address, options);
  await page.locator('.call-row').first().waitFor();
  return page;
}

describe('a session', () => {
  it('says what it was and took, with the agents’ shares adding up to the whole', async () => {
    const page = await session();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Migrate session store to SQLite WAL');
    expect(await page.locator('.session-meta').textContent()).toContain('Claude Codeledger-apifeat/wal');
    const request = page.getByRole('link', { name: 'acme/ledger-api#214', exact: true });
    expect(await request.getAttribute('href')).toBe('https://github.com/acme/ledger-api/pull/214');
    const head = page.locator('.cost-meter');
    const [total, own, sub] = [
      await head.locator('.meter-head .strong').textContent(),
      await head.locator('.meter-note b').nth(0).textContent(),
      await head.locator('.meter-note b').nth(1).textContent(),
    ];
    expect(cents(own) + cents(sub)).toBe(cents(total));
    const tree = (await page.locator('.run-cost').allTextContents()).map(cents);
    expect(tree.slice(1).reduce((sum, part) => sum + part, 0)).toBe(cents(total));
    expect(tree[1]).toBe(cents(own));
    const context = page.getByRole('meter', { name: 'Context peak' });
    expect(await context.getAttribute('aria-valuenow')).toBe('91');
    expect(await page.locator('.context-meter').textContent()).toContain('182k / 200k');
    expect(await page.title()).toBe('Migrate session store to SQLite WAL · Sessions');
  });

  it('covered by a plan says that it is list price and what was billed', async () => {
    server.withSettings({ plans: { 'claude-code': 'Max' } });
    const page = await session(`/sessions/${WAL}?unit=billed`);
    expect(await page.locator('.cost-meter .meter-head').textContent()).toMatch(
      /^List price\$.*billed \$0\.00, covered by Max$/,
    );
  });

  it('leads back to the list and on to the sessions it started', async () => {
    const page = await session();
    const child = page.getByRole('link', { name: 'Review the migration' });
    expect(await child.getAttribute('href')).toBe(`/sessions/${CHILD}`);
    await page.getByRole('link', { name: 'Sessions' }).first().click();
    await page.locator('.session-link').first().waitFor();
  });

  it('that does not exist says so', async () => {
    const { page } = await visit('/sessions/never-was');
    await page.getByRole('heading', { name: 'There’s no such session.' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'All sessions' }).click();
    await page.locator('.session-link').first().waitFor();
  });

  it('copies as JSON and exports its calls', async () => {
    const page = await session();
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await page.getByText('Copied the session with 45 calls.').waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(copied.calls).toHaveLength(45);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    expect((await download).suggestedFilename()).toBe('session-session-wal.csv');
  });
});

describe('the tree of agents', () => {
  it('goes by arrows, opens, closes and selects, and the timeline follows', async () => {
    const page = await session();
    const item = (name: string) => page.getByRole('treeitem', { name });
    await item('Whole session').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    expect(await item('find fixtures').count()).toBe(0);
    expect(await item('explore').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    expect(await item('find fixtures').count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}?thread=wal%3Aexplore`);
    await expect.poll(() => page.locator('.timeline-head .card-note').textContent()).toBe('2 calls');
    expect(await item('explore').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Main agent');
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}`);
  });

  it('has one stop for Tab, and levels that a screen reader can tell', async () => {
    const page = await session();
    const items = page.getByRole('treeitem');
    expect(
      await items.evaluateAll((all) =>
        all.map((one) => [one.getAttribute('aria-level'), (one as HTMLElement).tabIndex]),
      ),
    ).toEqual([
      ['1', 0],
      ['2', -1],
      ['3', -1],
      ['4', -1],
      ['3', -1],
    ]);
  });

  it('is opened at an agent by the address', async () => {
    for (const address of [`/sessions/${WAL}?thread=wal%3Awriter`, `/sessions/${WAL}/runs/wal%3Awriter`]) {
      const page = await session(address);
      expect(await page.locator('.timeline-head .badge').textContent()).toBe('test-writer');
      expect(await page.locator('.call-row').count()).toBe(2);
    }
  });
});

describe('the timeline', () => {
  it('has prompts, tool calls under their call, the compaction and the change of model', async () => {
    const page = await session();
    const rows = await page.locator('.timeline-item').allTextContents();
    expect(rows[0]).toBe('Prompt 1');
    expect(rows[1]).toContain('Opus 4.6');
    expect(rows[2]).toContain('Read');
    expect(rows[2]).toContain('800 B');
    // Find-in-page gets every row drawn.
    await page.keyboard.press('Control+f');
    await page.getByText('Compacted: 182k to 41.0k').waitFor();
    await page.getByText('Model changed to Sonnet 4.6').waitFor();
    expect(await page.locator('.tool-row', { hasText: 'Error' }).count()).toBeGreaterThan(0);
  });

  it('marks a call that is not exact', async () => {
    const page = await session();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const row = page.locator(`#call-${WAL}-38`);
    await row.waitFor();
    expect(await row.locator('.call-cost').textContent()).toContain('~');
  });

  it('draws only the rows near the window, however long it is', async () => {
    const page = await session(`/sessions/${LONG}`);
    await expect.poll(() => page.locator('.timeline-head .card-note').textContent()).toBe('1,500 calls');
    expect(await page.locator('.timeline-item').count()).toBeLessThan(120);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.locator(`#call-${LONG}-1499`).waitFor();
    expect(await page.locator('.timeline-item').count()).toBeLessThan(120);
  });

  it('goes from call to call by keys, also past what is drawn', async () => {
    const page = await session(`/sessions/${LONG}`);
    await expect.poll(() => page.locator('.timeline-head .card-note').textContent()).toBe('1,500 calls');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focusedId(page)).toBe(`call-${LONG}-1`);
    await page.keyboard.press('ArrowDown');
    expect(await focusedId(page)).toBe(`call-${LONG}-2`);
    await page.keyboard.press('End');
    await expect.poll(() => focusedId(page)).toBe(`call-${LONG}-1499`);
    await page.keyboard.press('k');
    await expect.poll(() => focusedId(page)).toBe(`call-${LONG}-1498`);
    await page.keyboard.press('Home');
    await expect.poll(() => focusedId(page)).toBe(`call-${LONG}-0`);
  });
});

describe('an open call', () => {
  it('writes its cost out from the price that rated it', async () => {
    const page = await session();
    await page.locator(`#call-${WAL}-2`).click();
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}/calls/${WAL}-2`);
    const pane = page.locator('.call-pane');
    await pane.locator('.charge').waitFor();
    const rows = await pane.locator('.charge tbody tr').allTextContents();
    expect(rows[0]).toBe('Input120 × $5.00/M= $0.0006');
    expect(rows[1]).toMatch(/^Cache read30,100 × \$0\.50\/M= \$0\.015\d*$/);
    expect(rows.at(-1)).toMatch(/^Output374 × \$25\.00\/M= \$0\.0094$/);
    expect(await pane.textContent()).toContain('anthropic/claude-opus-4-6');
    expect(await pane.textContent()).toContain('Content isn’t stored.');
    expect(await pane.textContent()).toContain(`req_${WAL}-2`);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('is opened by its address, closed by Escape and gone back to by Back', async () => {
    const page = await session(`/sessions/${WAL}/calls/${WAL}-30`);
    const pane = page.locator('.call-pane');
    await pane.getByText('Price guessed from the model’s family').waitFor();
    await page.locator(`#call-${WAL}-30[aria-current]`).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}`);
    await expect.poll(() => focusedId(page)).toBe(`call-${WAL}-30`);
    await page.keyboard.press('Enter');
    await pane.waitFor();
    await page.goBack();
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}`);
    expect(await pane.count()).toBe(0);
  });

  it('keeps the place one has scrolled to', async () => {
    const page = await session();
    await page.evaluate(() => window.scrollTo(0, 500));
    await page.waitForFunction(() => scrollY === 500);
    await page.locator('.call-row:visible').nth(12).click();
    await page.locator('.call-pane .charge').waitFor();
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(300);
  });

  it('asked for by the name it had at work opens under its own', async () => {
    const call = fixture.walCalls[4];
    if (!call) throw new Error('The fixture has no fifth call');
    const seen = encodeURIComponent('claude-code/msg_5');
    server.answers.set(`/api/calls/${seen}`, () => detailOf(call));
    const page = await session(`/sessions/${WAL}/calls/${seen}`);
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}/calls/${call.id}`);
    await page.locator('.call-pane .charge').waitFor();
  });

  it('without a price says so and leads to setting one', async () => {
    const call = fixture.walCalls[4];
    if (!call) throw new Error('The fixture has no fifth call');
    server.answers.set(`/api/calls/${call.id}`, () => ({
      ...detailOf(call),
      price: null,
      price_match: null,
      cost_usd: null,
    }));
    const page = await session(`/sessions/${WAL}/calls/${call.id}`);
    const pane = page.locator('.call-pane');
    const link = pane.getByRole('link', { name: 'Add price' });
    expect(await link.getAttribute('href')).toBe('/settings/prices?model=claude-opus-4-6');
    expect(await pane.locator('.charge tfoot td').last().textContent()).toBe('—');
  });

  it('that does not exist says so beside the session', async () => {
    const page = await session(`/sessions/${WAL}/calls/gone`);
    await page.getByRole('heading', { name: 'There’s no such call.' }).waitFor();
    expect(await page.locator('.call-row').count()).toBeGreaterThan(5);
  });

  it.each([
    [900, 'lies over the page'],
    [390, 'fills a phone'],
  ])('at %i px %s, holds the focus and goes with Escape', async (width) => {
    const page = await session(`/sessions/${WAL}`, { viewport: { width, height: 844 } });
    await page.locator(`#call-${WAL}-0`).click();
    const drawer = page.getByRole('dialog');
    await drawer.locator('.charge').waitFor();
    const box = await drawer.boundingBox();
    expect(Math.round(box?.width ?? 0)).toBe(width === 390 ? 390 : 420);
    expect(await drawer.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => drawer.count()).toBe(0);
    expect(path(page)).toBe(`/sessions/${WAL}`);
  });
});

describe('the context graph', () => {
  it('tells call by call with the arrows and opens one with Enter', async () => {
    const page = await session();
    const graph = page.getByRole('slider');
    await graph.focus();
    await page.keyboard.press('Home');
    expect(await graph.getAttribute('aria-valuetext')).toBe('Call 1, 13:50:08: 18.0k, 9%');
    for (let step = 0; step < 26; step++) await page.keyboard.press('ArrowRight');
    expect(await graph.getAttribute('aria-valuetext')).toBe('Call 27, 14:03:08: 41.0k, 20%, compacted −141k');
    expect(await page.locator('.context-drop').count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}/calls/${WAL}-26`);
  });

  it('opens the nearest call by a press, and is a table for who wants one', async () => {
    const page = await session();
    const box = await page.getByRole('slider').boundingBox();
    if (!box) throw new Error('The graph is not drawn');
    await page.mouse.click(box.x + 3, box.y + 50);
    await expect.poll(() => path(page)).toBe(`/sessions/${WAL}/calls/${WAL}-0`);
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await page.locator('.context-table tbody tr').count()).toBe(40);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describe('a session that grows', () => {
  it('shows the new call in place when its name is told, and stands still for others', async () => {
    const page = await session();
    const note = page.locator('.timeline-head .card-note');
    await expect.poll(() => note.textContent()).toBe('45 calls');
    const asked = () => server.asked.filter((path) => path.startsWith(`/api/sessions/${WAL}`)).length;
    const before = asked();
    server.tellChange(['another']);
    await page.waitForTimeout(400);
    expect(asked()).toBe(before);
    const next = makeCall(WAL, WAL, 60, 140_000);
    fixture.walCalls = [...fixture.walCalls, next];
    server.tellChange([WAL]);
    await expect.poll(() => note.textContent(), { timeout: 6_000 }).toBe('46 calls');
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.locator(`#call-${next.id}`).waitFor();
  });

  it('keeps the calls it has when more of them fail to load', async () => {
    const page = await session();
    await expect.poll(() => page.locator('.timeline-head .card-note').textContent()).toBe('45 calls');
    server.failures.set(`/api/sessions/${WAL}/calls`, { status: 500, body: {} });
    await page.keyboard.press('r');
    await page.getByText('Not all calls loaded.').waitFor();
    expect(await page.locator('.call-row').count()).toBeGreaterThan(5);
  });
});

describe('a session for everybody', () => {
  it.each(['light', 'dark'] as const)('has no accessibility problem in the %s scheme', async (colorScheme) => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const page = await session(`/sessions/${WAL}`, { colorScheme, viewport });
      expect(await accessibilityProblems(page)).toEqual([]);
      await keepScreenshot(page, `session-${colorScheme}-${viewport.width}x${viewport.height}`);
    }
  });

  it.each([320, 390, 768, 1101, 1440])('does not scroll sideways at %i px', async (width) => {
    const page = await session(`/sessions/${WAL}/calls/${WAL}-0`, { viewport: { width, height: 844 } });
    await page.locator('.charge').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(
      await page.locator('.call-body').evaluate((body) => body.scrollWidth - body.clientWidth),
    ).toBeLessThanOrEqual(0);
  });
});
