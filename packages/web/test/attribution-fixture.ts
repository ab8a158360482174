/** Answers of GET /api/attribution: a run as in the design, with what sits in its window, its largest items, and advice. */
import type { WireAttribution, WireAttributionGroup, WirePart } from '@tokenmeter/core';

/** [kind, entered, carried, output, dollars, measured share, calls, targets] */
type Row = readonly [string, number, number, number, number, number, number | null, number | null];

const ROWS: readonly Row[] = [
  ['read', 140_000, 1_180_000, 9_000, 1.31, 1, 61, 38],
  ['shell', 60_000, 690_000, 14_000, 0.92, 1, 24, 19],
  ['system', 11_000, 410_000, 0, 0.31, 0.6, null, null],
  ['tools', 21_000, 330_000, 0, 0.26, 0.6, null, null],
  ['edit', 12_000, 230_000, 28_000, 0.83, 1, 17, 9],
  ['model_text', 6_000, 80_000, 9_000, 0.12, 0.5, null, null],
  ['user', 2_000, 30_000, 0, 0.05, 0.5, null, null],
  ['plan', 500, 3_000, 400, 0.01, 1, 2, null],
  ['mcp:linear', 900, 7_000, 300, 0.01, 1, 3, null],
];

const part = (tokens: number, isOutput = false): WirePart => ({
  input: 0,
  cache_read: isOutput ? 0 : tokens,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: isOutput ? tokens : 0,
  tokens,
});
const dollars = (amount: number) => amount.toFixed(9);

/** `names` false: a server that does not tell them. */
export function answerAttribution(
  parameters: URLSearchParams,
  names = true,
  change: Partial<WireAttribution> = {},
): WireAttribution {
  const scope = (parameters.get('scope') ?? 'period') as WireAttribution['scope']; // -- the pages ask for no other
  const groups = ROWS.map(groupOf);
  const tokens = groups.reduce((sum, { total }) => sum + total.tokens, 0);
  const item = { kind: 'read', tool: 'Read', cost_complete: true, unpriced_tokens: 0 };
  const items = [
    {
      ...item,
      name: names ? 'pnpm-lock.yaml' : null,
      entered: 14_200,
      re_reads: 61,
      tokens: 880_400,
      measured: true,
      cost_usd: dollars(0.45),
    },
    {
      ...item,
      name: names ? 'src/store.ts' : null,
      entered: 6_100,
      re_reads: 40,
      tokens: 250_100,
      measured: false,
      cost_usd: dollars(0.14),
    },
  ];
  return {
    scope,
    id: parameters.get('id'),
    period: { since: null, until: null, tz: 'Europe/Berlin' },
    group: 'kind',
    measure: 'tokens',
    method: 'ledger',
    subagents: scope === 'period' ? 'flat' : 'nested',
    state: 'ready',
    totals: {
      ...part(tokens),
      cost_usd: dollars(3.82),
      cost_complete: true,
      unpriced_tokens: 0,
      calls: 61,
      tool_calls: 107,
    },
    measured_share: 0.884,
    groups,
    items,
    names_allowed: names,
    fixed: [],
    advice: {
      rule: 'read_ranges',
      text: names
        ? 'Read ranges: pnpm-lock.yaml entered at 14.2k tokens and was re-read 61 times.'
        : 'Read ranges: one result entered at 14.2k tokens and was re-read 61 times.',
      saves_tokens: 660_300,
      saves_usd: dollars(0.34),
    },
    in_context:
      parameters.get('in_context') === 'now'
        ? {
            thread_id: 't-main',
            used: 128_400,
            window: 200_000,
            measured_share: 0.75,
            groups: [
              { key: 'read', kind: 'read', tokens: 52_600, percent: 41, count: 38, measured_share: 1 },
              { key: 'system', kind: 'system', tokens: 11_000, percent: 9, count: 1, measured_share: 0 },
              { key: 'tools', kind: 'tools', tokens: 21_100, percent: 16, count: 1, measured_share: 0 },
              { key: 'shell', kind: 'shell', tokens: 28_300, percent: 22, count: 24, measured_share: 1 },
              { key: 'edit', kind: 'edit', tokens: 15_400, percent: 12, count: 17, measured_share: 1 },
            ],
            items: items.map((one) => ({ ...one, tokens: one.entered, re_reads: 0 })),
          }
        : null,
    ...change,
  };
}

function groupOf([kind, entered, carried, output, cost, measured, calls, targets]: Row): WireAttributionGroup {
  return {
    key: kind,
    label: null,
    kind,
    entered: part(entered),
    carried: part(carried),
    output: part(output, true),
    total: part(entered + carried + output),
    tokens_percent: 0,
    cost_percent: 0,
    measured_share: measured,
    calls,
    targets,
    mean_result_bytes: null,
    re_reads: null,
    nested: null,
    cost_usd: dollars(cost),
    cost_complete: true,
    unpriced_tokens: 0,
  };
}
