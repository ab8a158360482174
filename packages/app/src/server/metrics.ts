/** The ledger as Prometheus text. Labels are agent, model, type and reason only, and models beyond a limit become one. */
import type { LedgerFacts, Row, SourceStatus } from '@tokenmeter/core';
import { formatNanoDecimal, totalTokens } from '@tokenmeter/core';
import type { ScanProgress } from '../house.ts';

/** Series are for ever in the store that scrapes them: more pairs of agent and model than this are one, `(other)`. */
export const MOST_PAIRS = 200;

export interface MetricFacts {
  readonly version: string;
  readonly facts: LedgerFacts;
  /** By agent and model, of all time. */
  readonly rows: readonly Row[];
  readonly sources: readonly SourceStatus[];
  readonly progress: ScanProgress | undefined;
  readonly streams: number;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | bigint | string];

export function writeMetrics(given: MetricFacts): string {
  const rows = boundPairs(given.rows);
  const each = (samples: (row: Row, labels: { agent: string; model: string }) => Sample[]) =>
    rows.flatMap((row) => samples(row, { agent: row.key.agent ?? '', model: row.key.model ?? '' }));
  const { facts, sources, progress } = given;
  return [
    metric('tokenmeter_build_info', 'gauge', 'Version that runs.', [[{ version: given.version }, 1]]),
    metric(
      'tokenmeter_tokens_total',
      'counter',
      'Tokens of all calls in the ledger, by disjoint type; reasoning is part of output.',
      each(({ usage }, labels) => [
        [{ ...labels, type: 'input' }, usage.input],
        [{ ...labels, type: 'cache_read' }, usage.cacheRead],
        [{ ...labels, type: 'cache_write_5m' }, usage.cacheWrite5m],
        [{ ...labels, type: 'cache_write_1h' }, usage.cacheWrite1h],
        [{ ...labels, type: 'output' }, usage.output],
      ]),
    ),
    metric(
      'tokenmeter_cost_usd_total',
      'counter',
      'List price in US dollars of all calls that have a price.',
      each(({ cost, costNano }, labels) =>
        costNano === null
          ? []
          : [
              [{ ...labels, type: 'input' }, formatNanoDecimal(cost.input)],
              [{ ...labels, type: 'cache_read' }, formatNanoDecimal(cost.cacheRead)],
              [{ ...labels, type: 'cache_write' }, formatNanoDecimal(cost.cacheWrite)],
              [{ ...labels, type: 'output' }, formatNanoDecimal(cost.output)],
              [{ ...labels, type: 'other' }, formatNanoDecimal(cost.other)],
            ],
      ),
    ),
    metric(
      'tokenmeter_calls_total',
      'counter',
      'Model calls.',
      each(({ calls }, labels) => [[labels, calls]]),
    ),
    metric(
      'tokenmeter_unpriced_tokens_total',
      'counter',
      'Tokens of calls without a price: they are missing from the cost.',
      each(({ unpricedTokens }, labels) => [[labels, unpricedTokens]]),
    ),
    metric(
      'tokenmeter_log_lines_total',
      'counter',
      'Lines read from logs.',
      sources.map(({ agent, lines }) => [{ agent }, lines]),
    ),
    metric(
      'tokenmeter_skipped_lines_total',
      'counter',
      'Lines that told nothing: damaged, or of an unknown shape.',
      sources.flatMap(({ agent, skippedDamaged, skippedUnknown }): Sample[] => [
        [{ agent, reason: 'damaged' }, skippedDamaged],
        [{ agent, reason: 'unknown' }, skippedUnknown],
      ]),
    ),
    metric('tokenmeter_ledger_bytes', 'gauge', 'Size of the ledger on disk.', [[{}, facts.bytes]]),
    metric('tokenmeter_ledger_calls', 'gauge', 'Calls in the ledger.', [[{}, facts.calls]]),
    metric('tokenmeter_last_call_timestamp_seconds', 'gauge', 'When the latest call ended.', [
      ...(facts.lastCallAt === null ? [] : [[{}, facts.lastCallAt / 1000] satisfies Sample]),
    ]),
    metric('tokenmeter_scanning', 'gauge', '1 while logs are being read.', [[{}, progress ? 1 : 0]]),
    metric('tokenmeter_scan_bytes_remaining', 'gauge', 'Bytes of logs yet to be read in the scan under way.', [
      [{}, progress ? progress.bytesTotal - progress.bytesDone : 0],
    ]),
    metric('tokenmeter_open_streams', 'gauge', 'Pages that listen to changes.', [[{}, given.streams]]),
  ].join('');
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => {
    const words = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${words.length > 0 ? `{${words.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** The pairs with most tokens by name, the rest summed by agent as `(other)`. */
function boundPairs(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_PAIRS) return rows;
  const sorted = rows.toSorted((a, b) => totalTokens(b.usage) - totalTokens(a.usage));
  const others = new Map<string, Row>();
  for (const row of sorted.slice(MOST_PAIRS)) {
    const agent = row.key.agent ?? '';
    const sum = others.get(agent);
    const named = { ...row, key: { agent, model: '(other)' } };
    others.set(agent, sum ? addRows(sum, named) : named);
  }
  return [...sorted.slice(0, MOST_PAIRS), ...others.values()];
}

function addRows(a: Row, b: Row): Row {
  return {
    ...a,
    calls: a.calls + b.calls,
    usage: {
      input: a.usage.input + b.usage.input,
      cacheRead: a.usage.cacheRead + b.usage.cacheRead,
      cacheWrite5m: a.usage.cacheWrite5m + b.usage.cacheWrite5m,
      cacheWrite1h: a.usage.cacheWrite1h + b.usage.cacheWrite1h,
      output: a.usage.output + b.usage.output,
    },
    costNano: a.costNano === null && b.costNano === null ? null : (a.costNano ?? 0n) + (b.costNano ?? 0n),
    cost: {
      input: a.cost.input + b.cost.input,
      cacheRead: a.cost.cacheRead + b.cost.cacheRead,
      cacheWrite: a.cost.cacheWrite + b.cost.cacheWrite,
      output: a.cost.output + b.cost.output,
      other: a.cost.other + b.cost.other,
    },
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
  };
}
