/** The Live page beside the real Claude Code at scripted work: the bar of what consumed its tokens moves as it goes on. */
import type { WireAttribution, WireLiveNow } from '@tokenmeter/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../../packages/web/test/browser.ts';
import type { Lane } from './script.ts';
import { clientCommand, openWorld, type World } from './world.ts';

const command = clientCommand('claude-code');

let browser: Browser;
let world: World;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(() => world.close());
afterAll(() => browser.close());

const step = (id: string, name: string, input: Record<string, unknown>, usage: Lane['turns'][number]['usage']) => ({
  text: 'Goes on.',
  tools: [{ id, name, input }],
  usage,
  pauseMs: 150,
});

/** Each answer makes another tool's part the largest new one. */
const LANE: Lane = {
  name: 'main',
  asks: 'BAR-TASK',
  turns: [
    step(
      'toolu_1',
      'Bash',
      { command: 'sleep 1; seq 1 3000', description: 'many' },
      { cacheWrite5m: 9_000, output: 80 },
    ),
    step(
      'toolu_2',
      'Bash',
      { command: 'sleep 1; seq 1 2000', description: 'more' },
      { cacheRead: 9_000, cacheWrite5m: 6_000, output: 70 },
    ),
    step(
      'toolu_3',
      'Agent',
      { description: 'help', prompt: 'HELP-TASK', subagent_type: 'general-purpose', run_in_background: false },
      { cacheRead: 15_000, cacheWrite5m: 4_000, output: 60 },
    ),
    { text: 'Done.', usage: { cacheRead: 19_000, cacheWrite5m: 700, output: 20 }, pauseMs: 150 },
  ],
};
const HELPER: Lane = {
  name: 'helper',
  asks: 'HELP-TASK',
  turns: [
    step(
      'toolu_4',
      'Bash',
      { command: 'sleep 1; seq 1 500', description: 'some' },
      { cacheWrite5m: 5_000, output: 50 },
    ),
    { text: 'Helped.', usage: { cacheRead: 5_000, cacheWrite5m: 1_500, output: 30 }, pauseMs: 150 },
  ],
};

describe.skipIf(command.length === 0)('the Live page', () => {
  test('the bar under a run of the real client moves, and ends as its attribution says', async () => {
    world = await openWorld('claude-code', command, [HELPER, LANE]);
    const server = world.start('serve', '--port', '0');
    await expect.poll(() => server.text(), { timeout: 20_000 }).toContain('End it with');
    const url = /http:\/\/[\d.:]+/.exec(server.text())?.[0] ?? '';
    const { page } = await openPage(browser);
    await page.goto(`${url}/live`);
    const going = world.start('run', '--title', 'Move the bar', '--', 'BAR-TASK');
    const seen = await watchBar(page, going.ended);
    expect(await going.ended, going.errors()).toBe(0);

    // At first all is the fixed part of the prompt; then the shell's results, then the helper's share come in.
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen[0]).not.toContain('Bash');
    expect(seen.at(-1)).toContain('Bash');
    const last = await page.locator('.run').first().locator('.run-attribution [role="img"]').getAttribute('aria-label');
    expect(last).toContain('What consumed the tokens of Move the bar');

    const live = (await (await fetch(`${url}/api/live/now`)).json()) as WireLiveNow;
    const [run] = live.runs;
    const attribution = (await (
      await fetch(`${url}/api/attribution?scope=run&id=${run?.run_id}&group=tool`)
    ).json()) as WireAttribution;
    for (const bucket of ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'] as const) {
      expect(attribution.totals[bucket], bucket).toBe(run?.usage?.[bucket]);
      expect(
        attribution.groups.reduce((sum, group) => sum + group.total[bucket], 0),
        bucket,
      ).toBe(run?.usage?.[bucket]);
    }
    server.child.kill('SIGTERM');
    await server.ended;
  });
});

/** Every different thing that the bar of the first run said until the run was over. */
async function watchBar(page: Page, ended: Promise<unknown>): Promise<string[]> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const bar = page.locator('.run').first().locator('.run-attribution [role="img"]');
  const seen: string[] = [];
  while (!isOver) {
    const said = (await bar.count()) > 0 ? await bar.getAttribute('aria-label').catch(() => null) : null;
    if (said !== null && said !== seen.at(-1)) seen.push(said);
    await page.waitForTimeout(50);
  }
  return seen;
}
