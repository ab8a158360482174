import type { WireAttribution, WireAttributionGroup, WirePart } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { attributionRows, attributionWords, liveRows } from './attribution.ts';

const part = (tokens: number): WirePart => ({
  input: tokens,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: 0,
  tokens,
});

function group(kind: string, tokens: number, change: Partial<WireAttributionGroup> = {}): WireAttributionGroup {
  return {
    key: kind,
    label: null,
    kind,
    entered: part(tokens),
    carried: part(0),
    output: part(0),
    total: part(tokens),
    tokens_percent: 0,
    cost_percent: 0,
    measured_share: 1,
    calls: null,
    targets: null,
    mean_result_bytes: null,
    re_reads: null,
    nested: null,
    cost_usd: '1',
    cost_complete: true,
    unpriced_tokens: 0,
    ...change,
  };
}

function answer(groups: readonly WireAttributionGroup[], change: Partial<WireAttribution> = {}): WireAttribution {
  return {
    scope: 'run',
    id: 'r',
    period: { since: null, until: null, tz: 'UTC' },
    group: 'kind',
    measure: 'tokens',
    method: 'ledger',
    subagents: 'nested',
    state: 'ready',
    totals: { ...part(0), cost_usd: null, cost_complete: true, unpriced_tokens: 0, calls: 1, tool_calls: 1 },
    measured_share: 1,
    groups,
    items: [],
    names_allowed: true,
    fixed: [],
    advice: null,
    in_context: null,
    ...change,
  };
}

const shares = (rows: readonly { readonly share: string }[]) =>
  rows.reduce((sum, { share }) => sum + Number.parseInt(share, 10), 0);

describe('attributionRows()', () => {
  it('folds the ledger’s kinds into families, the largest first, with counts', () => {
    const rows = attributionRows(
      answer([
        group('read', 526, { calls: 60, targets: 38 }),
        group('system', 200),
        group('tools', 121),
        group('shell', 283, { calls: 24 }),
        group('edit', 100, { calls: 10 }),
        group('write', 54, { calls: 7 }),
      ]),
      'tokens',
    );
    expect(rows.map(({ name, detail, share }) => `${name} ${detail} ${share}`)).toEqual([
      'Read 38 files 41%',
      'System prompt, tools 25%',
      'Bash 24 commands 22%',
      'Edit 17 edits 12%',
    ]);
    expect(attributionWords(rows)).toBe('Read 41%, System 25%, Bash 22%, Edit 12%');
  });

  it('puts kinds under 1 % into Other, which is last however large it is', () => {
    const rows = attributionRows(
      answer([group('other', 600), group('read', 390), group('web', 6), group('plan', 4)]),
      'tokens',
    );
    expect(rows.map(({ name, detail, value }) => `${name} ${detail} ${value}`)).toEqual([
      'Read  390',
      'Other 3 kinds 610',
    ]);
  });

  it('draws at most eight rows whose percents add up to 100', () => {
    for (let count = 1; count <= 40; count++) {
      const kinds = ['read', 'shell', 'edit', 'search', 'web', 'task', 'user', 'system', 'other'];
      const many = Array.from({ length: count }, (_, index) =>
        group(index < kinds.length ? (kinds[index] ?? '') : `mcp:s${index}`, 10 + ((index * 37) % 91)),
      );
      const rows = attributionRows(answer(many), 'tokens');
      expect(rows.length).toBeLessThanOrEqual(8);
      expect(shares(rows)).toBe(100);
      expect(rows.reduce((sum, { value }) => sum + value, 0n)).toBe(
        BigInt(many.reduce((sum, { total }) => sum + total.tokens, 0)),
      );
    }
  });

  it('splits MCP by server, each with its calls', () => {
    const rows = attributionRows(
      answer([group('mcp:linear', 60, { calls: 3 }), group('mcp:github', 40, { calls: 1 })]),
      'tokens',
    );
    expect(rows.map(({ name, detail, class: look }) => [name, detail, look])).toEqual([
      ['MCP linear', '3 calls', 'kind-mcp'],
      ['MCP github', '1 call', 'kind-mcp'],
    ]);
  });

  it('tells what was carried of tokens, and ranks by money where money is asked for', () => {
    const groups = [
      group('read', 300, { carried: part(200), cost_usd: '0.25', measured_share: 0.5 }),
      group('shell', 100, { cost_usd: '0.75' }),
      group('web', 50, { cost_usd: null }),
    ];
    const [read] = attributionRows(answer(groups), 'tokens');
    expect([read?.value, read?.carried, read?.isEstimated]).toEqual([300n, 200n, true]);
    expect(attributionRows(answer(groups), 'cost').map(({ name, share }) => `${name} ${share}`)).toEqual([
      'Bash 75%',
      'Read 25%',
    ]);
  });

  it('shows what sits in the window now', () => {
    const rows = attributionRows(
      answer([], {
        in_context: {
          thread_id: 't',
          used: 100,
          window: 200,
          measured_share: 1,
          items: [],
          groups: [
            { key: 'system', kind: 'system', tokens: 25, percent: 25, count: 1, measured_share: 0 },
            { key: 'read', kind: 'read', tokens: 75, percent: 75, count: 4, measured_share: 1 },
          ],
        },
      }),
      'context',
    );
    expect(rows.map(({ name, detail, share }) => `${name} ${detail} ${share}`)).toEqual([
      'Read 4 reads 75%',
      'System prompt 25%',
    ]);
  });
});

describe('liveRows()', () => {
  it('draws what a run carries with it', () => {
    const spend = { cost_usd: null, cost_complete: false, unpriced_tokens: 0 };
    const rows = liveRows([
      { ...part(30), ...spend, kind: 'shell', percent: 30, measured_share: 1 },
      { ...part(70), ...spend, kind: 'read', percent: 70, measured_share: 1 },
    ]);
    expect(attributionWords(rows)).toBe('Read 70%, Bash 30%');
  });
});
