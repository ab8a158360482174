import { describe, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { createApp } from './app.ts';
import { MOST_PAIRS } from './metrics.ts';

const when = Date.parse('2026-11-17T10:00:00Z');

async function scrape(house = fakeHouse('2026-11-18T15:00:00Z')) {
  const response = await createApp(house).request('/metrics');
  return { response, text: await response.text() };
}

describe('GET /metrics', () => {
  test('is Prometheus text: each name once with help and type, each series once', async () => {
    const house = fakeHouse('2026-11-18T15:00:00Z');
    house.ledger.add(
      { at: when, usage: { input: 1_000_000, cacheWrite1h: 7 } },
      { at: when, model: 'nobody "knows"\\9\n', usage: { input: 5 } },
    );
    house.ledger.sources_ = [
      {
        agent: 'codex',
        files: 1,
        bytes: 1,
        lines: 40,
        skippedDamaged: 1,
        skippedUnknown: 2,
        lastReadAt: 0,
        lastEventAt: 0,
        calls: 1,
        unread: [],
      },
    ];
    const { response, text } = await scrape(house);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain(
      'tokenmeter_tokens_total{agent="claude-code",model="claude-opus-4-5",type="input"} 1000000\n',
    );
    expect(text).toContain(
      'tokenmeter_tokens_total{agent="claude-code",model="claude-opus-4-5",type="cache_write_1h"} 7\n',
    );
    expect(text).toContain(
      'tokenmeter_cost_usd_total{agent="claude-code",model="claude-opus-4-5",type="input"} 5.000000000\n',
    );
    expect(text).toContain(
      'tokenmeter_unpriced_tokens_total{agent="claude-code",model="nobody \\"knows\\"\\\\9\\n"} 5\n',
    );
    expect(text).toContain('tokenmeter_skipped_lines_total{agent="codex",reason="unknown"} 2\n');
    expect(text).toContain('tokenmeter_ledger_bytes 4096\n');
    expect(text).toContain('tokenmeter_scanning 0\n');
    // An unpriced model has no cost series: 0 would be a claim.
    expect(text).not.toMatch(/tokenmeter_cost_usd_total\{[^}]*nobody/);
    const lines = text.trimEnd().split('\n');
    for (const line of lines)
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? -?[\d.]+)$/,
      );
    const series = lines.filter((line) => !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
  });

  test('bounds its series and loses no token by it', async () => {
    const house = fakeHouse('2026-11-18T15:00:00Z');
    for (let index = 0; index < 500; index++)
      house.ledger.add({ at: when, model: `m-${index}`, usage: { input: 1000 - index } });
    const { text } = await scrape(house);
    const inputs = text.split('\n').filter((line) => /^tokenmeter_tokens_total.*type="input"/.test(line));
    expect(inputs).toHaveLength(MOST_PAIRS + 1);
    expect(inputs.at(-1)).toContain('model="(other)"');
    const sum = inputs.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
    expect(sum).toBe(500 * 1000 - (499 * 500) / 2);
  });
});
