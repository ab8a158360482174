/** The Live page as it moves, in a real Chromium: frames, an end, the order of the rows, the feed. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ago, makeCall, makeRun, spend } from '../src/views/live/run-fixture.ts';
import { NOW } from './fixture.ts';
import { delta, FLAKY, grown, liveNow, NOTES, WAL } from './live-fixture.ts';
import { cost, order, output, run, SOON, setLiveScene } from './live-scene.ts';

const { server, open, live } = setLiveScene();

const tell = (changed: WireLiveRun, kind: Parameters<typeof delta>[1] = 'live') =>
  server.tellLive('usage_delta', delta(changed, kind));

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

  it('of more than thirty runs are painted once a second', async () => {
    const runs = Array.from({ length: 31 }, (_, index) => ({ ...FLAKY, run_id: `run-${index}`, session_id: null }));
    server.live = liveNow({ runs });
    const page = await live();
    await page.evaluate(() => {
      const counted = { writes: 0 };
      Object.assign(window, { counted });
      const cell = document.querySelectorAll('[data-run="run-7"] .token-cells dd')[1];
      const watch = { characterData: true, childList: true, subtree: true };
      if (cell) new MutationObserver(() => counted.writes++).observe(cell, watch);
    });
    const [seventh] = runs.slice(7);
    const began = Date.now();
    for (let frame = 1; seventh && frame <= 24; frame++) {
      tell(grown(seventh, frame * 1_000, { seq: seventh.seq + frame }));
      await page.waitForTimeout(100);
    }
    await expect.poll(() => output(page, 'run-7'), SOON).toBe('53.7k');
    const seconds = (Date.now() - began) / 1_000;
    const writes = await page.evaluate(() => (window as unknown as { counted: { writes: number } }).counted.writes);
    expect(writes).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
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

  it('leave their connection to others while nobody looks', async () => {
    const page = await live();
    expect(server.followers).toBe(1);
    const look = (state: string) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await look('hidden');
    await expect.poll(() => server.followers, SOON).toBe(0);
    server.live = liveNow({ runs: [grown(WAL, 7_000)] });
    await look('visible');
    await expect.poll(() => output(page), SOON).toBe('78.5k');
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
  const call = (id: number) => makeCall(`claude-code/new-${id}`, { tool: { name: `Tool ${id}`, kind: 'other' } });

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

  it('leads from a call to its place in its session', async () => {
    const page = await live();
    server.tellLive('calls', { calls: [call(1)] });
    const link = page.locator('.feed').getByRole('link', { name: 'Tool 1', exact: true });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('/sessions/session-wal/calls/claude-code%2Fnew-1');
    await link.click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/sessions/session-wal/calls/claude-code%2Fnew-1');
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
