/** Many tabs of one browser: more of them than it has connections for a server, and all are told what happens. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { NOW } from './fixture.ts';
import { delta, grown, WAL } from './live-fixture.ts';
import { cost, run, SOON, setLiveScene } from './live-scene.ts';

const { server, live } = setLiveScene();

/** The Live page in as many tabs of one window. */
async function liveTabs(count: number): Promise<Page[]> {
  const first = await live();
  const pages = [first];
  while (pages.length < count) {
    const page = await first.context().newPage();
    await page.clock.setFixedTime(new Date(NOW));
    await page.goto(`${server.url}/live`);
    await run(page, 'run-wal').waitFor();
    pages.push(page);
  }
  return pages;
}

const changed = (usd: string, frame: number) => {
  const usage = grown(WAL, frame * 1_000);
  const spend = { ...usage.spend, cost_usd: usd };
  server.tellLive('usage_delta', delta({ ...usage, spend, seq: WAL.seq + frame }));
};

it('eight tabs show a change, all from one stream, and those that stay do when the one that held it closes', async () => {
  const pages = await liveTabs(8);
  expect(server.followers).toBe(1);
  changed('3.900000000', 1);
  for (const page of pages) await expect.poll(() => cost(page), SOON).toBe('$3.90');
  await pages[0]?.close();
  // The next in line opens it anew.
  await expect
    .poll(() => [server.asked.filter((path) => path === '/api/live').length, server.followers], SOON)
    .toEqual([2, 1]);
  changed('4.100000000', 2);
  for (const page of pages.slice(1)) await expect.poll(() => cost(page), SOON).toBe('$4.10');
});
