/** The Live page in a real Chromium: its figures, every state of a run, and that everybody can use it. */
import type { WireLiveRun } from '@tokenmeter/core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { activity, ago, context, makeCap, spend } from '../src/views/live/run-fixture.ts';
import { accessibilityProblems, keepScreenshot } from './browser.ts';
import { DOCS, FLAKY, idleNow, liveNow, NOTES, PRICES, WAL } from './live-fixture.ts';
import { order, run, setLiveScene } from './live-scene.ts';
import { HEALTH } from './serve.ts';

const { server, visit, live } = setLiveScene();

const cents = (text: string | null) => Math.round(Number((text ?? '').replaceAll(/[^\d.]/g, '')) * 100);

describe('the stylesheets', () => {
  it('of other pages change nothing here once they were visited', async () => {
    const boxes = (page: Page) =>
      page
        .locator('.strip-part > *, .run-mark, .run-head > *, .meter-head > *, .meter, .token-cells > div')
        .evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
    const page = await live();
    const direct = await boxes(page);
    for (const name of ['Usage', 'Token cost', 'Sessions', 'Settings', 'Live']) {
      await page.locator('nav').getByRole('link', { name, exact: false }).first().click();
      await page.locator('h1', { hasText: name }).waitFor();
      await page.waitForLoadState('networkidle');
    }
    await page.locator('.run').first().waitFor();
    await expect.poll(() => boxes(page)).toEqual(direct);
  });
});

describe('the Live page', () => {
  it('writes names with a narrow hyphen and figures with digits of one width', async () => {
    const page = await live();
    const digits = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).fontVariantNumeric);
    for (const words of ['.run-link', '.run-meta', '.live-count'])
      expect([words, await digits(words)]).toEqual([words, 'normal']);
    for (const figures of ['.run-now', '.strip-figure', '.run-elapsed'])
      expect([figures, await digits(figures)]).toEqual([figures, 'tabular-nums']);
  });

  it('says first what is being spent, today and the month, tokens and the cache', async () => {
    const page = await live();
    expect(await page.title()).toBe('$6.40/h · Live');
    expect(await page.locator('.strip-figure').allTextContents()).toEqual([
      '$6.40 / hour',
      '$18.42',
      expect.stringContaining('14.8M'),
      '94%',
    ]);
    const strip = await page.locator('.strip').textContent();
    expect(strip).toContain('month 61% of $600 cap');
    expect(strip).toContain('saved about $52');
    expect(await page.locator('.area-line').getAttribute('aria-label')).toMatch(
      /^Spend per hour over the last 60 minutes, from \$\d\.\d\d to \$\d\.\d\d$/,
    );
    expect(await page.locator('.live-count').textContent()).toBe('5 runs, 3 sub-agents working');
    expect(await page.locator('.nav-count').first().textContent()).toBe('5 runs in progress');
  });

  it('tells each minute of the hour by pointer and by arrows', async () => {
    const page = await live();
    const line = page.getByRole('slider', { name: /^Spend per hour/ });
    await line.focus();
    expect(await page.locator('.area-tip').textContent()).toMatch(/^14:32, \$\d\.\d\d \/ hour$/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('.area-tip').textContent()).toMatch(/^14:31, /);
    await page.keyboard.press('Home');
    await expect.poll(() => line.getAttribute('aria-valuetext')).toMatch(/^13:33, /);
    await line.hover({ position: { x: 2, y: 20 } });
    await expect.poll(() => page.locator('.area-tip').textContent()).toMatch(/^13:33, /);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('without a cap draws no meter and says so; a cache that cost more says that', async () => {
    const now = liveNow();
    const today = { ...now.strip.today, cache_saved_usd: '-1.200000000' };
    server.live = {
      ...now,
      strip: { ...now.strip, today, monthly_cap_usd: null, rate_usd_per_hour: null, minutes_usd: [] },
    };
    const page = await live();
    expect(await page.locator('.strip .meter').count()).toBe(0);
    expect(await page.locator('.strip').textContent()).toContain('no monthly cap');
    expect(await page.locator('.strip').textContent()).toContain('cost $1.20 more than no cache');
    expect(await page.locator('.strip-figure').first().textContent()).toBe('— / hour');
    expect(await page.locator('.area-line').count()).toBe(0);
    expect(await page.title()).toBe('Live');
  });

  it('shows of each run its context, cost, tokens and what it does', async () => {
    const page = await live();
    const row = run(page, 'run-wal');
    expect(await row.locator('.run-meta').textContent()).toBe('Claude Codeledger-apifeat/walOpus 4.6');
    expect(await row.locator('.run-elapsed').textContent()).toBe('42m');
    expect(await row.locator('.context-meter .meter-head').textContent()).toBe('Context64%128k / 200k');
    expect(await row.locator('.cost-meter .meter-head').textContent()).toBe('Cost$3.82of $8.00 cap');
    expect(await row.locator('.token-cells dd > b > span > [aria-hidden]').allTextContents()).toEqual([
      '38.6k',
      '71.5k',
      '3.06M',
      '274k',
    ]);
    expect(await row.locator('.token-rate dd').textContent()).toBe('61 tok/s');
    expect(await row.locator('.run-now').textContent()).toBe('Bash · 12s');
    expect(await row.getByRole('link', { name: WAL.title ?? '' }).getAttribute('href')).toBe('/sessions/session-wal');
    const context = row.getByRole('meter', { name: 'Context' });
    expect(await context.getAttribute('aria-valuetext')).toBe('64 percent, 128 thousand of 200 thousand tokens');
    const cost = row.getByRole('meter', { name: 'Cost against cap' });
    expect(await cost.getAttribute('aria-valuetext')).toBe('47 percent of the cap, Within threshold');
  });

  it('opens the latest run’s sub-agents, whose own costs and the main agent’s add up to the run’s', async () => {
    const page = await live();
    const tree = run(page, 'run-wal').getByRole('treegrid', { name: 'Sub-agents' });
    expect(await tree.locator('tbody .agent-name .medium').allTextContents()).toEqual([
      'explore',
      'test-writer',
      'explore',
      'reviewer',
    ]);
    expect(
      await tree.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-level'))),
    ).toEqual(['1', '1', '2', '1']);
    const own = (await tree.locator('tbody .strong').allTextContents()).map(cents).reduce((sum, cost) => sum + cost, 0);
    const main = cents((await tree.locator('.agent-split').textContent())?.split('main')[1] ?? '');
    expect(own + main).toBe(382);
    expect(await page.getByRole('treegrid').count()).toBe(1);
  });

  it('says of a run whose usage nobody told yet that it is unknown', async () => {
    server.live = liveNow({
      runs: [
        { ...WAL, usage: null, spend: spend('0.000000000'), context: context(null, null), cap: null, branch: 'HEAD' },
      ],
    });
    const page = await live();
    expect(await page.locator('.token-cells dd').first().textContent()).toBe('—');
    expect(await page.locator('.cost-meter').textContent()).toBe('Cost—no cap');
    expect(await page.locator('.run-meta').textContent()).toBe('Claude Codeledger-apiOpus 4.6');
    expect(await page.locator('.context-meter').textContent()).toBe('Context—window unknown');
  });
});

describe('states of a run', () => {
  const ended = (status: WireLiveRun['status'], changes: Partial<WireLiveRun> = {}): Partial<WireLiveRun> => ({
    status,
    ended_at: ago(2),
    last_event_at: ago(2),
    activity: activity('ended', 2),
    ...changes,
  });
  it.each<[string, Partial<WireLiveRun>, string, string]>([
    ['thinking', { activity: activity('model', 9) }, 'live', 'Thinking · 9s'],
    ['in a tool', { activity: activity('tool', 12, ['Bash', 'shell']) }, 'live', 'Bash · 12s'],
    [
      'asking',
      { activity: activity('waiting_approval', 120, ['Bash', 'shell']) },
      'approval',
      'Needs approval: Bash · 2m',
    ],
    ['waiting', { activity: activity('waiting_user', 360) }, 'waiting', 'Waiting for you · 6m'],
    ['quiet', { activity: activity('model', 90), last_event_at: ago(80) }, 'quiet', 'Quiet for 1 min'],
    ['compacting', { activity: activity('compacting', 3) }, 'live', 'Compacting context · 3s'],
    ['near its cap', { cap: makeCap('7', '6.91', 60) }, 'danger', 'Stops at $7.00, in about 1 min at this pace'],
    ['finished', ended('success'), 'done', 'Finished in 41m'],
    [
      'failed',
      ended('error', { activity: { ...activity('ended', 2), message: 'rate limited' } }),
      'failed',
      'Ended with an error: rate limited',
    ],
    [
      'stopped',
      ended('interrupted', { stop_reason: 'user', interrupt: { ...WAL.interrupt, stop_ms: 340 } }),
      'stopped',
      'Stopped by you, in 340 ms',
    ],
    [
      'capped',
      ended('interrupted', { stop_reason: 'budget_capped', cap: { ...makeCap('7', '7.11'), overshoot_usd: '0.11' } }),
      'capped',
      'Stopped by its cap of $7.00, $0.11 over',
    ],
  ])('%s', async (_, changes, mark, words) => {
    server.live = liveNow({ runs: [{ ...WAL, cap: null, ...changes }] });
    const page = await live();
    expect(await page.locator('.run-now').textContent()).toBe(words);
    expect(await page.locator('.run .run-line .run-mark').getAttribute('class')).toContain(`is-${mark}`);
    expect(await page.locator('.run .interrupt').count()).toBe('status' in changes ? 0 : 1);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each([
    [149_999, 'ok'],
    [150_000, 'watch'],
    [179_999, 'watch'],
    [180_000, 'critical'],
  ])('with %i of 200k in its window is %s', async (used, level) => {
    server.live = liveNow({ runs: [{ ...WAL, context: context(used, 200_000) }] });
    const page = await live();
    expect(await page.locator('.run > .run-head .context-meter').getAttribute('class')).toContain(`context-${level}`);
  });

  it.each([
    ['7.000000000', 'ok', 'Within threshold'],
    ['7.001000000', 'watch', 'Watch'],
    ['8.500000000', 'watch', 'Watch'],
    ['8.501000000', 'near', 'Near threshold'],
    ['9.500000000', 'near', 'Near threshold'],
    ['9.501000000', 'critical', 'Over 95%'],
  ])('with $%s of a $10 cap is %s', async (usd, level, words) => {
    server.live = liveNow({ runs: [{ ...WAL, spend: spend(usd), cap: makeCap('10', usd) }] });
    const page = await live();
    expect(await page.locator('.run .cost-meter').getAttribute('class')).toContain(`level-${level}`);
    const meter = page.getByRole('meter', { name: 'Cost against cap' });
    expect(await meter.getAttribute('aria-valuetext')).toContain(words);
  });

  it('that cannot be stopped offers no button, and says why', async () => {
    const page = await live();
    const row = run(page, 'run-docs');
    expect(await row.locator('.interrupt').count()).toBe(0);
    await row.getByRole('button', { name: /^More about/ }).click();
    expect(await row.locator('.run-cannot li').allTextContents()).toEqual([
      'This source is read only. tokenmeter can’t stop it.',
      'Output appears when a reply is over.',
    ]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describe('nothing to show', () => {
  it('on first use says what was looked for and offers the demo', async () => {
    server.live = idleNow();
    server.health = { ...HEALTH, ledger: { ...HEALTH.ledger, calls: 0, first_call_at: null, last_call_at: null } };
    const { page } = await visit('/live');
    await page.getByRole('heading', { name: 'Nothing is running' }).waitFor();
    await expect
      .poll(() => page.locator('.looked-for').textContent())
      .toContain('~/.claude/projects found, no usage in it');
    expect(await page.locator('.empty').textContent()).toContain('tokenmeter demo');
    expect(await page.locator('.strip').textContent()).toContain('Cache hit—no calls yet');
    expect(await page.getByRole('link', { name: 'Check sources' }).getAttribute('href')).toBe('/settings/sources');
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('later names the last run and leads to it', async () => {
    server.live = idleNow();
    server.answers.set('/api/sessions', () => ({
      sessions: [
        {
          session_id: 'session-notes',
          title: 'Draft release notes for 2.14',
          project: '/x',
          project_name: 'x',
          started_at: ago(2_000),
          ended_at: ago(720),
          totals: { cost_usd: '0.28' },
        },
      ],
      matched: 1,
      next: null,
    }));
    const { page } = await visit('/live');
    await page.getByText('Last run ended 12 min ago: Draft release notes for 2.14, $0.28.').waitFor();
    expect(await page.getByRole('link', { name: 'Open it' }).getAttribute('href')).toBe('/sessions/session-notes');
  });

  it('behind a filter offers to clear it', async () => {
    const { page } = await visit('/live?repo=ghost');
    await page.getByRole('heading', { name: 'No runs match' }).waitFor();
    expect(await page.locator('.empty-text').textContent()).toBe('5 runs are hidden by 1 filter.');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.locator('.run').first().waitFor();
  });
});

describe('the address', () => {
  it('of nothing leads to the runs where there are some, else to what was used', async () => {
    const { page } = await visit('/');
    await page.locator('.run').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/live');
    server.live = idleNow();
    const idle = await visit('/');
    await idle.page.locator('.hero-figure').waitFor();
    expect(new URL(idle.page.url()).pathname).toBe('/usage');
  });

  it('of a run opens it, brings it in sight and names the tab', async () => {
    const runs = [FLAKY, PRICES, NOTES, DOCS, { ...WAL, last_event_at: ago(400) }];
    server.live = liveNow({ runs });
    const page = await live('/live/run-wal', { viewport: { width: 1440, height: 480 } });
    await expect.poll(() => page.title()).toBe('Migrate session store to SQLite WAL · Live');
    await run(page, 'run-wal').getByRole('treegrid').waitFor();
    const isSeen = () =>
      run(page, 'run-wal').evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
    await expect.poll(isSeen).toBe(true);
  });

  it('of a run that is over says what became of it and leads to its session', async () => {
    server.answers.set('/api/runs/run-old', () => ({
      run_id: 'run-old',
      title: 'Draft release notes for 2.14',
      status: 'interrupted',
      session_id: 'session-notes',
      spend: spend('0.280000000'),
    }));
    const page = await live('/live/run-old');
    await page.getByText('Draft release notes for 2.14 was stopped, $0.28.').waitFor();
    expect(await page.getByRole('link', { name: 'Open its session' }).getAttribute('href')).toBe(
      '/sessions/session-notes',
    );
    const other = await live('/live/run-none');
    await other.getByText('No run with the id run-none is in progress or kept.').waitFor();
  });

  it('keeps the order and the repositories', async () => {
    const page = await live();
    await page.getByRole('button', { name: 'Most recent' }).click();
    await page.getByRole('button', { name: 'Highest cost' }).click();
    await expect.poll(() => order(page)).toEqual(['run-prices', 'run-wal', 'run-flaky', 'run-notes', 'run-docs']);
    expect(new URL(page.url()).search).toBe('?sort=cost');
    await page.getByRole('button', { name: 'All repos' }).click();
    await page.getByRole('checkbox', { name: 'storefront' }).check();
    await expect.poll(() => order(page)).toEqual(['run-flaky', 'run-notes']);
    expect(new URL(page.url()).search).toBe('?sort=cost&repo=storefront');
    await page.goBack();
    await expect.poll(() => order(page)).toHaveLength(5);
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)('has no accessibility problems in %s', async (colorScheme) => {
    const page = await live('/live', { colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
    const phone = await live('/live', { colorScheme, viewport: { width: 390, height: 844 } });
    await phone.getByText('Latest calls').click();
    expect(await accessibilityProblems(phone)).toEqual([]);
  });

  it.each([320, 390, 768, 1100, 1440])('fits %i px without scrolling sideways', async (width) => {
    const page = await live('/live', { viewport: { width, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('on phones has stops of 44 px and the calls behind a row', async () => {
    const page = await live('/live', { viewport: { width: 390, height: 844 }, hasTouch: true });
    const box = await page.locator('.interrupt').first().boundingBox();
    expect([box?.width, box?.height]).toEqual([44, 44]);
    expect(await page.locator('.feed li').first().isVisible()).toBe(false);
    await page.getByText('Latest calls').click();
    await expect.poll(() => page.locator('.feed li').first().isVisible()).toBe(true);
  });

  it('says on every page that a demo is played', async () => {
    server.live = liveNow({ is_demo: true });
    for (const path of ['/live', '/usage', '/sessions', '/settings/display']) {
      const { page } = await visit(path);
      await page.getByRole('note').waitFor();
      expect(await page.getByRole('note').textContent()).toContain('Demo.');
    }
  });

  const sizes = [
    [1440, 900],
    [390, 844],
  ] as const;
  it.each(
    sizes.flatMap(([width, height]) => (['light', 'dark'] as const).map((scheme) => [width, height, scheme] as const)),
  )('is drawn at %i by %i in %s', async (width, height, colorScheme) => {
    const { page, errors } = await visit('/live', { viewport: { width, height }, colorScheme });
    await page.locator('.run').first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    await keepScreenshot(page, `live-${colorScheme}-${width}x${height}`);
    await keepScreenshot(page, `live-${colorScheme}-${width}x${height}-full`);
    expect(errors).toEqual([]);
  });
});
