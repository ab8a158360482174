/** What one does on the Live page, in a real Chromium: stop a run, go through the rows, lose the line and find it again. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { activity, ago, makeRun } from '../src/views/live/run-fixture.ts';
import { accessibilityProblems } from './browser.ts';
import { NOW } from './fixture.ts';
import { DOCS, delta, grown, idleNow, liveNow, WAL } from './live-fixture.ts';
import { cost, order, output, run, SOON, setLiveScene } from './live-scene.ts';
import { WAL as SESSION, SessionFixture } from './session-fixture.ts';

const { server, open, visit, live } = setLiveScene();

const tell = (changed: WireLiveRun) => server.tellLive('usage_delta', delta(changed));

describe('stopping a run', () => {
  const asked = () => server.asked.filter((path) => path.endsWith('/interrupt'));
  const button = (page: Page, id = 'run-wal') => run(page, id).locator('.interrupt');
  const accept = (bodies: unknown[] = []) =>
    server.answers.set('/api/runs/run-wal/interrupt', async (_, request) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      bodies.push(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
      return { run_id: 'run-wal' };
    });

  it('takes two presses, tells what would end with it, and says how long it took', async () => {
    accept();
    const page = await live();
    await button(page).click();
    expect(await button(page).textContent()).toBe('Stop run? Enter');
    expect(await run(page, 'run-wal').locator('.run-now').textContent()).toBe('Stop this run and 3 sub-agents?');
    expect(asked()).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.waitForTimeout(350);
    await button(page).click();
    await expect.poll(asked, SOON).toEqual(['/api/runs/run-wal/interrupt']);
    expect(await button(page).textContent()).toBe('Stopping');
    expect(await button(page).getAttribute('aria-disabled')).toBe('true');
    const stop = { ...WAL.interrupt, requested_at: ago(2), stop_ms: 840 };
    server.tellLive('usage_settled', {
      run: { ...WAL, seq: 20, status: 'interrupted', stop_reason: 'user', ended_at: ago(0), interrupt: stop },
    });
    await expect
      .poll(() => run(page, 'run-wal').locator('.run-now').textContent(), SOON)
      .toBe('Stopped by you, in 840 ms');
    expect(await output(page)).toBe('71.5k');
    expect(await button(page).count()).toBe(0);
  });

  it('is not done by a double click, nor by a key held down', async () => {
    accept();
    const page = await live();
    await button(page).dblclick();
    expect(await button(page).textContent()).toBe('Stop run? Enter');
    expect(asked()).toEqual([]);
  });

  it('goes by keyboard: x asks, Enter sends, Escape takes it back', async () => {
    accept();
    const page = await live();
    await run(page, 'run-wal').locator('.run-link').focus();
    await page.keyboard.press('x');
    await expect.poll(() => button(page).textContent(), SOON).toBe('Stop run? Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => button(page).textContent(), SOON).toBe('Interrupt');
    await page.keyboard.press('x');
    await expect.poll(() => button(page).textContent(), SOON).toBe('Stop run? Enter');
    // Longer than the question stands by itself: it stays while the keyboard is on it.
    await page.waitForTimeout(4_600);
    expect(await button(page).textContent()).toBe('Stop run? Enter');
    await page.keyboard.press('Enter');
    await expect.poll(asked, SOON).toEqual(['/api/runs/run-wal/interrupt']);
  });

  it('is forgotten after four seconds where a pointer asked', async () => {
    accept();
    const page = await live();
    await button(page).click();
    expect(await button(page).textContent()).toBe('Stop run? Enter');
    await expect.poll(() => button(page).textContent(), SOON).toBe('Interrupt');
    expect(asked()).toEqual([]);
  });

  it('that has no effect offers a harder way', async () => {
    const bodies: unknown[] = [];
    accept(bodies);
    const page = await live();
    await button(page).click();
    await page.waitForTimeout(350);
    await button(page).click();
    await expect.poll(() => button(page).textContent(), SOON).toBe('Force stop');
    expect(await run(page, 'run-wal').locator('.run-now').textContent()).toBe('Still running');
    expect(await button(page).getAttribute('aria-label')).toMatch(/^Still running\. Force stop/);
    await button(page).click();
    await expect.poll(() => bodies, SOON).toEqual([{}, { force: true }]);
    await expect.poll(() => button(page).textContent(), SOON).toBe('Stopping');
  });

  it('that is refused says why and can be tried again', async () => {
    const body = {
      error: { code: 'gone', message: 'Cannot stop run "run-wal": its process is gone', request_id: 'r' },
    };
    server.failures.set('/api/runs/run-wal/interrupt', { status: 409, body });
    const page = await live();
    await button(page).click();
    await page.waitForTimeout(350);
    await button(page).click();
    await page.getByText('The run was not stopped. Cannot stop run "run-wal": its process is gone.').waitFor();
    expect(await button(page).textContent()).toBe('Interrupt');
  });

  it('keeps every other thing where it is', async () => {
    const page = await live();
    const box = () => run(page, 'run-wal').locator('.cost-meter').boundingBox();
    const before = await box();
    await button(page).click();
    expect(await box()).toEqual(before);
  });
});

describe('rows by keyboard and pointer', () => {
  it('open and close by a press on the head, by arrows and by the button, and stay so', async () => {
    const page = await live();
    const tree = run(page, 'run-wal').getByRole('treegrid');
    await run(page, 'run-wal').locator('.run-meta').click();
    await expect.poll(() => tree.count(), SOON).toBe(0);
    await run(page, 'run-wal').locator('.run-link').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tree.count(), SOON).toBe(1);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => tree.count(), SOON).toBe(0);
    await page.reload();
    await page.locator('.run').first().waitFor();
    expect(await tree.count()).toBe(0);
    const toggle = page.getByRole('button', { name: /^4 sub-agents of/ });
    expect(await toggle.getAttribute('aria-expanded')).toBe('false');
    await toggle.click();
    await expect.poll(() => tree.count(), SOON).toBe(1);
  });

  it('go by j and k, and through the tree by arrows with one stop for Tab', async () => {
    const page = await live();
    const focused = () => page.evaluate(() => document.activeElement?.closest('[data-run]')?.getAttribute('data-run'));
    await page.keyboard.press('j');
    expect(await focused()).toBe('run-flaky');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toBe('run-wal');
    await page.keyboard.press('k');
    expect(await focused()).toBe('run-docs');
    const rows = page.locator('.agent-tree tbody tr');
    expect(await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).tabIndex))).toEqual([0, -1, -1, -1]);
    await rows.first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    expect(await rows.nth(2).evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowLeft');
    expect(await rows.count()).toBe(4);
  });

  it('copy their link', async () => {
    const page = await live();
    await run(page, 'run-wal')
      .getByRole('button', { name: /^More about/ })
      .click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/live/run-wal`);
  });
});

describe('the line', () => {
  it('that breaks keeps all figures, stops the clocks and heals without a reload or a double count', async () => {
    const { page } = await open();
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/live`);
    await page.locator('.run').first().waitFor();
    await server.stop();
    const banner = page.locator('.banner');
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        return banner.count();
      }, SOON)
      .toBe(1);
    expect(await banner.textContent()).toMatch(/^Offline since 14:32\. Showing figures from 14:32:\d\d\.Retry now$/);
    expect(await output(page)).toBe('71.5k');
    expect(await cost(page)).toBe('$3.82');
    expect(await run(page, 'run-wal').locator('.run-line .run-mark').getAttribute('class')).toContain('is-unknown');
    const elapsed = await run(page, 'run-wal').locator('.run-elapsed').textContent();
    await page.clock.runFor(180_000);
    expect(await run(page, 'run-wal').locator('.run-elapsed').textContent()).toBe(elapsed);
    const stop = run(page, 'run-wal').locator('.interrupt');
    expect(await stop.getAttribute('aria-disabled')).toBe('true');
    expect(await stop.getAttribute('title')).toBe('Offline. Use the terminal where it runs.');
    server.live = liveNow({ runs: [{ ...grown(WAL, 5_000), seq: 3 }, DOCS] });
    await server.start();
    await expect
      .poll(async () => {
        await page.clock.runFor(2_000);
        return banner.count();
      }, SOON)
      .toBe(0);
    await expect
      .poll(async () => {
        await page.clock.runFor(500);
        return output(page);
      }, SOON)
      .toBe('76.5k');
    expect((await order(page)).toSorted()).toEqual(['run-docs', 'run-wal']);
    await page.getByText('Live', { exact: true }).first().waitFor();
  });

  it('cut in between begins anew with a snapshot', async () => {
    const page = await live();
    server.live = liveNow({ runs: [grown(WAL, 9_000)] });
    server.cutLive();
    await expect.poll(() => output(page), SOON).toBe('80.5k');
  });

  it('that lets no stream through is replaced by a question every five seconds', async () => {
    server.failures.set('/api/live', { status: 502, body: {} });
    const { page } = await visit('/live');
    await expect.poll(() => page.locator('.run').count(), { timeout: 20_000 }).toBe(5);
    await page.getByText('Updating every 5 s').first().waitFor();
    server.live = liveNow({ runs: [grown(WAL, 9_000)] });
    await expect.poll(() => output(page), { timeout: 15_000 }).toBe('80.5k');
  });

  it('that a server refuses says so, is not tried in a hurry, and heals', async () => {
    const failure = { status: 503, body: { error: { code: 'internal', message: 'x', request_id: 'r-9' } } };
    server.failures.set('/api/live', failure);
    server.failures.set('/api/live/now', failure);
    const { page } = await visit('/live');
    const card = page.getByRole('alert');
    await card.waitFor();
    expect(await card.textContent()).toContain('This didn’t load. The server answered 503.');
    server.asked.length = 0;
    await page.waitForTimeout(3_000);
    expect(server.asked.filter((path) => path === '/api/live').length).toBeLessThanOrEqual(3);
    server.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.run').first().waitFor();
  });

  it('is given back when the page is left, and the count stays', async () => {
    const page = await live();
    expect(server.followers).toBe(1);
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.locator('.hero-figure').waitFor();
    await expect.poll(() => server.followers, SOON).toBe(0);
    expect(await page.locator('.nav-count').first().textContent()).toContain('5');
  });

  it('tells a first run to a page that was empty', async () => {
    server.live = idleNow();
    const { page } = await visit('/live');
    await expect.poll(() => server.followers, SOON).toBe(1);
    tell(makeRun({ activity: activity('starting', 1) }));
    await page.locator('.run').first().waitFor();
  });
});

describe('the page of a session that goes on', () => {
  it('says what it does, ticks, and stops it', async () => {
    new SessionFixture().serve(server);
    server.live = liveNow({ runs: [{ ...WAL, session_id: SESSION }] });
    server.answers.set('/api/runs/run-wal/interrupt', () => ({ run_id: 'run-wal' }));
    const { page } = await visit(`/sessions/${SESSION}`);
    const now = page.getByRole('region', { name: 'Now' });
    await now.waitFor();
    expect(await now.locator('.run-now').textContent()).toBe('Bash · 12s');
    tell({ ...grown(WAL, 1_000), session_id: SESSION });
    await expect
      .poll(() => now.locator('.token-cells dd').nth(1).locator('[aria-hidden]').textContent(), SOON)
      .toBe('72.5k');
    const button = page.locator('.interrupt');
    await button.click();
    await expect.poll(() => button.textContent(), SOON).toBe('Stop run? Enter');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.waitForTimeout(350);
    await button.click();
    await expect.poll(() => server.asked.filter((path) => path.endsWith('/interrupt')), SOON).toHaveLength(1);
  });

  it('is as ever where no run is in it', async () => {
    new SessionFixture().serve(server);
    server.live = liveNow({ runs: [DOCS] });
    const { page } = await visit(`/sessions/${SESSION}`);
    await page.locator('.call-row').first().waitFor();
    await expect.poll(() => server.followers, SOON).toBe(1);
    expect(await page.locator('.session-live, .interrupt').count()).toBe(0);
  });
});
