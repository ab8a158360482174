/** What a run on the Live page cost, in a real Chromium: what is not priced, not told yet, or may pass a cap. */
import { describe, expect, it } from 'vitest';
import { makeCap, spend } from '../src/views/live/run-fixture.ts';
import { delta, liveNow, WAL } from './live-fixture.ts';
import { run, setLiveScene } from './live-scene.ts';

const { server, live } = setLiveScene();

describe('the cost of a run', () => {
  it('says beforehand by how much a cap may be passed', async () => {
    server.live = liveNow({ runs: [{ ...WAL, cap: { ...makeCap('8', '3.82'), overshoot_bound_usd: '0.310000000' } }] });
    const page = await live();
    expect(await page.locator('.cost-meter .meter-of > span').getAttribute('title')).toBe(
      'Stops at $8.00. What is under way may pass it by up to $0.31',
    );
  });

  it('never draws an unknown price as nothing, and leads to where one is set', async () => {
    const page = await live();
    const row = run(page, 'run-docs');
    expect(await row.locator('.cost-meter').textContent()).toBe('CostNo priceAdd price');
    expect(await row.getByRole('link', { name: 'Add price' }).getAttribute('href')).toBe('/settings/prices');
    expect(await row.locator('.cost-meter').textContent()).not.toContain('$');
  });

  it('says of a partly priced run how much is missing, and marks what is estimated', async () => {
    server.live = liveNow({ runs: [{ ...WAL, spend: spend('3.820000000', 1_900_000), estimated_tokens: 400 }] });
    const page = await live();
    expect(await page.locator('.cost-meter').textContent()).toContain('~$3.82+1.90M unpriced');
    expect(await page.locator('.token-cells dd').nth(1).textContent()).toContain('~71.5k');
    expect(await page.locator('.token-cells dd').nth(0).textContent()).not.toContain('~');
  });

  it.each([320, 390])('keeps what is not priced within its row at %i px', async (width) => {
    server.live = liveNow({ runs: [{ ...WAL, spend: spend('3.820000000', 1_900_000), estimated_tokens: 400 }] });
    const page = await live('/live', { viewport: { width, height: 844 } });
    const meter = page.locator('.cost-meter');
    await meter.locator('.badge').waitFor();
    const ends = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return Math.round((box?.x ?? 0) + (box?.width ?? 0));
    };
    await expect.poll(() => ends('.cost-meter .badge')).toBeLessThanOrEqual(await ends('.cost-meter .meter'));
    expect(await meter.locator('.badge').getAttribute('title')).toContain('1.90M tokens have no price');
  });

  it('does not take an estimate of a model that nobody told for one without a price', async () => {
    const usage = {
      reasoning: null,
      input: 0,
      cache_read: 0,
      cache_write_5m: 0,
      cache_write_1h: 0,
      output: 141,
      tokens: 141,
    };
    const untold = { ...WAL, model: null, calls: 0, cap: null, usage, estimated_tokens: 141, spend: spend(null, 141) };
    server.live = liveNow({ runs: [untold] });
    const page = await live();
    await expect.poll(() => page.locator('.cost-meter').textContent()).toBe('Cost—no cap');
    server.tellLive('usage_delta', delta({ ...untold, model: 'acme-coder-2', seq: WAL.seq + 1 }));
    await expect.poll(() => page.locator('.cost-meter').textContent()).toBe('CostNo priceAdd price');
  });
});
