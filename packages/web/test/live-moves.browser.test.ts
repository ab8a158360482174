/** The Live page as it moves, in a real Chromium: frames, order, the feed, stopping a run, a line that goes and comes back. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { activity, ago, makeCall, makeRun, spend } from '../src/views/live/run-fixture.ts';
import { accessibilityProblems } from './browser.ts';
import { NOW } from './fixture.ts';
import { DOCS, delta, FLAKY, grown, idleNow, liveNow, NOTES, WAL } from './live-fixture.ts';
import { order, run, SOON, setLiveScene } from './live-scene.ts';

const { server, open, visit, live } = setLiveScene();

const tell = (changed: WireLiveRun, kind: Parameters<typeof delta>[1] = 'live') =>
  server.tellLive('usage_delta', delta(changed, kind));
const output = (page: Page, id = 'run-wal') =>
  run(page, id).locator('.token-cells dd').nth(1).locator('[aria-hidden]').textContent();
const cost = (page: Page, id = 'run-wal') => run(page, id).locator('.cost-figure').textContent();

describe('frames', () => {
  it('tick the figures of their run', async () => {
    const page = await live();
    tell(grown(WAL, 1_000, { spend: spend('3.900000000') }));
    await expect.poll(() => output(page), SOON).toBe('72.5k');
    await expect.poll(() => cost(page), SOON).toBe('$3.90');
  });

  it('bring a run that just began, and one joined mid-way has its totals at once', async () => {
    const page = await live();
    tell(makeRun({ run_id: 'run-late', title: 'Joined mid-way', started_at: ago(30) }));
    await expect.poll(() => output(page, 'run-late'), SOON).toBe('71.5k');
    await expect
      .poll(() => order(page), SOON)
      .toEqual(['run-late', 'run-flaky', 'run-docs', 'run-wal', 'run-prices', 'run-notes']);
    await expect.poll(() => page.locator('.nav-count').first().textContent(), SOON).toContain('6');
  });

  it('that come late change nothing, and no figure goes down before the source settles', async () => {
    const page = await live();
    const ahead = grown(WAL, 4_000, { spend: spend('4.000000000'), estimated_tokens: 4_000 });
    tell(ahead);
    await expect.poll(() => output(page), SOON).toBe('~75.5k');
    tell(WAL);
    tell({ ...grown(WAL, 2_500, { spend: spend('3.950000000') }), seq: ahead.seq + 1, title: 'Heard' });
    await run(page, 'run-wal').getByRole('link', { name: 'Heard' }).waitFor();
    expect(await output(page)).toBe('~75.5k');
    expect(await cost(page)).toBe('~$4.00');
    tell({ ...grown(WAL, 2_500, { spend: spend('3.950000000') }), seq: ahead.seq + 2 }, 'settle');
    await expect.poll(() => output(page), SOON).toBe('74.0k');
    expect(await cost(page)).toBe('$3.95');
  });

  it('move nothing when they tick', async () => {
    const page = await live();
    const boxes = () =>
      page
        .locator('.run-head > *, .token-cells > div, .run-now, .run, .agent-tree td, .strip-part, .feed li')
        .evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
    const before = await boxes();
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift' });
    });
    for (let frame = 1; frame <= 8; frame++) {
      for (const one of [WAL, FLAKY])
        tell(
          grown(one, frame * 997, {
            seq: one.seq + frame,
            spend: spend((3 + frame / 7).toFixed(9)),
            output_per_minute: 600 * frame,
          }),
        );
      server.tellLive('strip', { ...server.live.strip, rate_usd_per_hour: (6 + frame / 3).toFixed(9) });
      await page.waitForTimeout(120);
    }
    await expect.poll(() => output(page), SOON).toBe('79.5k');
    expect(await boxes()).toEqual(before);
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    // What rounds to 0.000: a letter within its own box.
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.0005);
  });

  it('of a fast source are painted at most four times a second, and end exact', async () => {
    const page = await live();
    await page.evaluate(() => {
      const counted = { writes: 0 };
      Object.assign(window, { counted });
      const cell = document.querySelectorAll('[data-run="run-wal"] .token-cells dd')[1];
      if (cell)
        new MutationObserver(() => counted.writes++).observe(cell, {
          characterData: true,
          childList: true,
          subtree: true,
        });
    });
    const began = Date.now();
    for (let frame = 1; frame <= 200; frame++) {
      tell(grown(WAL, frame * 100, { seq: WAL.seq + frame }));
      if (frame % 10 === 0) await page.waitForTimeout(50);
    }
    await expect.poll(() => output(page), SOON).toBe('91.5k');
    const seconds = (Date.now() - began) / 1_000;
    const writes = await page.evaluate(() => (window as unknown as { counted: { writes: number } }).counted.writes);
    expect(writes).toBeGreaterThan(0);
    expect(writes).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
  });

  it('paint nothing while the tab is hidden, and all of it when it is seen again', async () => {
    const page = await live();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    tell(grown(WAL, 1_000));
    await page.waitForTimeout(700);
    expect(await output(page)).toBe('71.5k');
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'visible' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => output(page), SOON).toBe('72.5k');
  });

  it('tint a figure that grew, but neither a settled one nor where stillness is asked for', async () => {
    const flashes = (page: Page) =>
      page.evaluate(
        () =>
          document.getAnimations().filter((one) => !(one instanceof CSSAnimation || one instanceof CSSTransition))
            .length,
      );
    const still = await live();
    tell(grown(WAL, 1_000));
    await expect.poll(() => output(still), SOON).toBe('72.5k');
    expect(await flashes(still)).toBe(0);
    const page = await live('/live', { reducedMotion: 'no-preference' });
    await page.evaluate(() => {
      const tinted = { count: 0 };
      Object.assign(window, { tinted });
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...all) {
        tinted.count++;
        return animate.apply(this, all);
      };
    });
    const tinted = () => page.evaluate(() => (window as unknown as { tinted: { count: number } }).tinted.count);
    tell(grown(WAL, 2_000, { seq: 12 }), 'settle');
    await expect.poll(() => output(page), SOON).toBe('73.5k');
    expect(await tinted()).toBe(0);
    tell(grown(WAL, 3_000, { seq: 13 }));
    await expect.poll(() => output(page), SOON).toBe('74.5k');
    expect(await tinted()).toBe(1);
  });

  it('stop while the reader paused, and go on after', async () => {
    const page = await live();
    await page.keyboard.press('p');
    await page.getByText('Paused').first().waitFor();
    await expect.poll(() => server.followers, SOON).toBe(0);
    server.live = liveNow({ runs: [grown(WAL, 5_000)] });
    expect(await output(page)).toBe('71.5k');
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await expect.poll(() => output(page), SOON).toBe('76.5k');
  });
});

describe('an ended run', () => {
  it('stays a minute, then goes', async () => {
    const { page } = await open();
    await page.clock.install({ time: new Date(NOW) });
    await page.goto(`${server.url}/live`);
    await page.locator('.run').first().waitFor();
    server.tellLive('usage_settled', {
      run: { ...WAL, seq: 20, status: 'success', ended_at: ago(-1), last_event_at: ago(-1) },
    });
    await expect.poll(() => run(page, 'run-wal').locator('.run-now').textContent(), SOON).toBe('Finished in 42m');
    await page.clock.fastForward(50_000);
    expect(await run(page, 'run-wal').count()).toBe(1);
    await page.clock.fastForward(15_000);
    await expect.poll(() => run(page, 'run-wal').count(), SOON).toBe(0);
    expect(await order(page)).toHaveLength(4);
  });
});

describe('the order of the rows', () => {
  const dearer = (of: WireLiveRun, usd: string) => tell({ ...of, seq: of.seq + 1, spend: spend(usd) });

  it('stands still under a pointer, says that it changed, and follows when asked', async () => {
    const page = await live('/live?sort=cost');
    const before = await order(page);
    await run(page, 'run-flaky').locator('.run-meta').hover();
    dearer(NOTES, '9.000000000');
    const pill = page.getByRole('button', { name: 'Order changed. Re-sort' });
    await pill.waitFor();
    expect(await order(page)).toEqual(before);
    await pill.click();
    await expect.poll(async () => (await order(page))[0], SOON).toBe('run-notes');
    expect(await pill.count()).toBe(0);
  });

  it('stands still while the focus is in the list and follows when it leaves', async () => {
    const page = await live('/live?sort=cost');
    await run(page, 'run-wal').locator('.run-link').focus();
    dearer(NOTES, '9.000000000');
    await page.getByRole('button', { name: 'Order changed. Re-sort' }).waitFor();
    await page.getByRole('link', { name: 'Usage' }).first().focus();
    await expect.poll(async () => (await order(page))[0], SOON).toBe('run-notes');
  });

  it('lets new runs wait while the top is out of sight', async () => {
    const page = await live('/live', { viewport: { width: 1440, height: 400 } });
    await page.mouse.move(5, 300);
    await page.evaluate(() => scrollTo(0, 300));
    for (const id of ['run-a', 'run-b']) tell(makeRun({ run_id: id, title: id, started_at: ago(3) }));
    const pill = page.getByRole('button', { name: '2 new runs' });
    await pill.waitFor();
    expect(await order(page)).toHaveLength(5);
    await pill.click();
    await expect.poll(() => order(page), SOON).toHaveLength(7);
  });
});

describe('the feed', () => {
  const names = (page: Page) => page.locator('.feed li .medium').allTextContents();
  const call = (id: number) => makeCall(`new-${id}`, { tool: { name: `Tool ${id}`, kind: 'other' } });

  it('shows new calls on top, and counts those that come too fast', async () => {
    const page = await live();
    await page.mouse.move(400, 700);
    server.tellLive('calls', { calls: [call(1)] });
    await expect.poll(async () => (await names(page))[0], SOON).toBe('Tool 1');
    await page.waitForTimeout(1_100);
    server.tellLive('calls', { calls: Array.from({ length: 15 }, (_, index) => call(30 - index)) });
    const many = page.getByRole('button', { name: '+12 calls' });
    await many.waitFor();
    expect((await names(page)).slice(0, 4)).toEqual(['Tool 18', 'Tool 17', 'Tool 16', 'Tool 1']);
    await many.click();
    await expect.poll(() => page.locator('.feed li').count(), SOON).toBe(35);
  });

  it('waits while somebody points at it', async () => {
    const page = await live();
    await page.locator('.feed li').nth(3).hover();
    server.tellLive('calls', { calls: [call(2), call(1)] });
    await page.getByText('+2 calls').waitFor();
    expect((await names(page))[0]).toBe('Bash');
    await page.mouse.move(400, 20);
    await expect.poll(async () => (await names(page)).slice(0, 2), SOON).toEqual(['Tool 2', 'Tool 1']);
  });
});

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
